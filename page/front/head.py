"""The head of the page: its look, its scripts, and what they are given."""

import json
from pathlib import Path

from page.accept import ACCEPT
from page.brand_colour import parse, shades
from page.curator import Curator
from page.doors.presence import PATH as PRESENCE
from page.doors.presence import Patience
from page.front.mirror import mirror_look
from page.kiosk import Kiosk
from page.patches.selectors import for_scripts
from page.reply import Json
from page.settings import Settings
from page.shared import joined
from page.words import Words

HERE = Path(__file__).parent
SCRIPTS = ("saving.js", "readback.js", "parcels.js", "offered.js", "film.js", "page.js", "far.js", "presence.js")


def build_head(settings: Settings, words: Words, curator: Curator, kiosk: Kiosk | None, patience: Patience) -> str:
    """The markup, in the language that is spoken."""
    told = given(settings, words, kiosk, patience)
    script = "\n".join((HERE / name).read_text(encoding="utf-8") for name in SCRIPTS)
    # Not through `launch(css=…)`: Gradio rewrites selectors there, and those inside media queries lose their meaning.
    look = (HERE / "look.css").read_text(encoding="utf-8") + mirror_look()
    look += shades(parse(curator.brand_colour)) if curator.brand_colour else ""
    page = (
        f"<style>{look}</style><script>window.seewhy = {{ given: {json.dumps(told)} }};\n"
        f"window.seewhy.shared = {joined()};\n{script}</script>"
    )
    return page + (kiosk.head() if kiosk else "")


def given(settings: Settings, words: Words, kiosk: Kiosk | None, patience: Patience) -> Json:
    """What the scripts know as `seewhy.given`: sentences, bounds and addresses."""
    return {
        "brand": words("page.brand"),
        "camera": words.section("camera"),
        "selectors": for_scripts(),
        "looking": words("page.looking"),
        "download": words.section("notes")["download"],
        "download_first": words.section("notes")["download_first"],
        "download_yes": words("notes.download_yes"),
        "download_no": words("notes.download_no"),
        "percent": words.section("answer")["percent"],
        "busy": words("server.busy"),
        "failed": words("server.failed"),
        "not_a_picture": words("picture.not_a_picture"),
        "too_many_bytes": words("picture.too_many_bytes", limit=settings.megabytes),
        "words_only": words("page.words_only", button=words("page.new_picture")),
        "accept": ACCEPT,
        "spoiled": words("page.spoiled"),
        "close": words("page.close"),
        "language": words.language,
        "direction": words("language.direction"),
        "point": words.point,
        "bytes": settings.upload_bytes,
        "kiosk": kiosk.given() if kiosk else None,
        "tally": settings.tally is not None,
        "presence": {"address": PRESENCE.removeprefix("/"), "every": 1000 * patience.between},
    }
