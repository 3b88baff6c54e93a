"""The component around the canvas: its template and its script are files beside this one."""

import base64
from pathlib import Path

import gradio as gr

from explainer import heatmap
from page.words import Words

HERE = Path(__file__).parent


def build_viewer(words: Words, saving: bool, elem_id: str) -> gr.HTML:
    """A component that shows the value that `page.reply.as_view` makes.

    Sentences come from `words`; without `saving` there is no button to keep the picture.
    """
    return gr.HTML(
        value=None,
        html_template=(HERE / "viewer.html").read_text(encoding="utf-8"),
        js_on_load=(HERE / "viewer.js").read_text(encoding="utf-8"),
        apply_default_css=False,
        elem_id=elem_id,
        words={**words.section("viewer"), "percent": words.section("answer")["percent"]},
        places=words.section("place"),
        look=constants(),
        saving=saving,
    )


def constants() -> dict[str, object]:
    """The constants of `heatmap.blend`, so that the browser's copy of the formula has no numbers of its own."""
    return {
        "palettes": {name: base64.b64encode(heatmap.palette(name).tobytes()).decode() for name in heatmap.COLORMAPS},
        "colormap": heatmap.DEFAULT_COLORMAP,
        "opacity": heatmap.DEFAULT_OPACITY,
        "full_from": heatmap.FULL_FROM,
        "curve": heatmap.CURVE,
        "unseen_colour": list(heatmap.UNSEEN_COLOUR),
        "unseen_opacity": heatmap.UNSEEN_OPACITY,
    }
