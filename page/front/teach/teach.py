"""The place on the page where teaching happens. Its scripts and look are files beside this one, fetched when wanted."""

from pathlib import Path

import gradio as gr

from page.front.viewer.viewer import constants
from page.words import Words

FOLDER = Path(__file__).parent
# Of other sections: sentences that teaching says as well.
SHARED = {
    "answer": ("percent", "under_one", "over_99", "tap"),
    "viewer": ("little", "hold"),
    "mirror": ("live", "most", "other"),
    "start": ("camera",),
}


def build_teach(words: Words, kiosk: bool, elem_id: str) -> gr.HTML:
    """A component that opens by `seewhy.teach.open()`; at a `kiosk` no file is chosen and no file is saved."""
    own = words.section("teach")
    return gr.HTML(
        value=None,
        html_template='<section class="teach"></section>',
        js_on_load=(FOLDER / "door.js").read_text(encoding="utf-8"),
        apply_default_css=False,
        elem_id=elem_id,
        words={name: words.section(section)[name] for section, names in SHARED.items() for name in names}
        | own
        | {"privacy": own["privacy_kiosk" if kiosk else "privacy"]},
        painting=words.section("experiments"),
        places=words.section("place"),
        look=constants(),
    )
