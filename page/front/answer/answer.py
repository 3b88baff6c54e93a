"""The component around the answer: its template and its script are files beside this one."""

from pathlib import Path

import gradio as gr

from page.words import Words

HERE = Path(__file__).parent


def build_answer(words: Words, tests: bool, elem_id: str) -> gr.HTML:
    """A component that shows the value that `page.reply.as_answer` makes, with sentences from `words`.

    A tapped answer triggers `pick` with its class index. `tests` says whether any test is offered.
    """
    return gr.HTML(
        value=None,
        html_template=(HERE / "answer.html").read_text(encoding="utf-8"),
        js_on_load=(HERE / "answer.js").read_text(encoding="utf-8"),
        apply_default_css=False,
        elem_id=elem_id,
        tests=tests,
        words=words.section("answer"),
    )
