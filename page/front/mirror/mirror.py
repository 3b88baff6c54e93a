"""The component of the mirror: its template, script and look are files beside this one."""

from collections.abc import Sequence
from pathlib import Path

import gradio as gr

from models.catalogue import ClassifierSpec
from page.confidence import levels
from page.front.viewer.viewer import constants
from page.titles import layer_titles
from page.words import Words

HERE = Path(__file__).parent
SIDE = 256  # pixels of a frame, which is the middle square of the film


def build_mirror(words: Words, offered: Sequence[ClassifierSpec], kiosk: bool, elem_id: str) -> gr.HTML:
    """A component that opens by `seewhy.mirror.open()`; the models `offered` have their layers listed.

    At a `kiosk` the film stays in one room, and the privacy line says so.
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
            **{
                name: words.section("answer")[name]
                for name in ("under_one", "over_99", "less_than_one", "more_than_99")
            },
            **{name: words.section("viewer")[name] for name in ("layers", "little")},
            **own,
            "privacy": privacy,
        },
        places=words.section("place"),
        look=constants(),
        side=SIDE,
        models={spec.name: _told(spec, words) for spec in offered},
    )


def mirror_look() -> str:
    """The style sheet of the mirror."""
    return (HERE / "mirror.css").read_text(encoding="utf-8")


def _told(spec: ClassifierSpec, words: Words) -> dict[str, object]:
    """What the script needs of a model: its target layers for the row of words, the default one named by `default`; how
    many words it has, as it is written; and from which confidence on it is sure."""
    titles, classes = layer_titles(spec, words), len(spec.labels)
    layers = [
        {"name": layer.name, "title": titles[layer.name], "default": "yes" if layer.name == spec.default_layer else ""}
        for layer in spec.layers
    ]
    return {"layers": layers, "classes": words.number(classes), "levels": levels(classes)}
