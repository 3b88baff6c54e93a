"""The component of the mirror: its template, script and look are files beside this one."""

from collections.abc import Sequence
from pathlib import Path

import gradio as gr

from models.catalogue import CATALOGUE
from page.front.viewer.viewer import constants
from page.titles import layer_titles
from page.words import Words

HERE = Path(__file__).parent
SIDE = 256  # pixels of a frame, which is the middle square of the film


def build_mirror(words: Words, offered: Sequence[str], classes: int, kiosk: bool, elem_id: str) -> gr.HTML:
    """A component that opens by `seewhy.mirror.open()`; the models `offered` have their layers listed.

    `classes` is how many words a model has; at a `kiosk` the film stays in one room, and the privacy line says so.
    """
    own = words.section("mirror")
    privacy = own["privacy_kiosk" if kiosk else "privacy"]
    return gr.HTML(
        value=None,
        html_template=(HERE / "mirror.html").read_text(encoding="utf-8"),
        js_on_load=(HERE / "mirror.js").read_text(encoding="utf-8"),
        apply_default_css=False,
        elem_id=elem_id,
        words={
            **{name: words.section("answer")[name] for name in ("very_sure", "fairly_sure", "not_sure", "percent")},
            **{name: words.section("answer")[name] for name in ("under_one", "over_99")},
            **{name: words.section("viewer")[name] for name in ("layers", "little")},
            **own,
            "nothing_why": own["nothing_why"].replace("{classes}", words.number(classes)),
            "privacy": privacy,
        },
        places=words.section("place"),
        look=constants(),
        side=SIDE,
        models={name: _layers(name, words) for name in offered},
    )


def mirror_look() -> str:
    """The style sheet of the mirror."""
    return (HERE / "mirror.css").read_text(encoding="utf-8")


def _layers(model: str, words: Words) -> list[dict[str, str]]:
    """A model's target layers for its row of words, the default one named by `default`."""
    spec = CATALOGUE[model]
    titles = layer_titles(spec, words)
    return [
        {"name": layer.name, "title": titles[layer.name], "default": "yes" if layer.name == spec.default_layer else ""}
        for layer in spec.layers
    ]
