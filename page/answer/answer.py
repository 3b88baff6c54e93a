"""The component around the answer: its template and its script are files beside this one."""

from pathlib import Path

import gradio as gr

from page.words import Words

HERE = Path(__file__).parent


class AnswerBlock(gr.HTML):
    """Shows the value that `page.reply.as_answer` makes. A tapped answer triggers `pick` with its class index."""

    def __init__(self, words: Words, elem_id: str) -> None:
        """Sentences come from `words`."""
        super().__init__(
            value=None,
            html_template=(HERE / "answer.html").read_text(encoding="utf-8"),
            js_on_load=(HERE / "answer.js").read_text(encoding="utf-8"),
            apply_default_css=False,
            elem_id=elem_id,
            words=words.section("answer"),
        )

    def get_block_name(self) -> str:
        """The browser draws it as Gradio's own HTML component."""
        return "html"
