"""The component that holds the experiments: the cards to choose from, and the one that is open."""

from collections.abc import Sequence
from pathlib import Path

import gradio as gr

from page.experiments.experiment import Experiments
from page.words import Words

HERE = Path(__file__).parent


def build_frame(words: Words, experiments: Experiments, offered: Sequence[str] | None, elem_id: str) -> gr.HTML:
    """A component whose scripts trigger `ask`, and that takes what `page.handlers.Handlers.experiment` gives.

    Sentences come from `words`; those of each experiment travel with its script. `offered` names the experiments that
    have a card, in their order; None offers all.
    """
    every = [name for name, experiment in experiments.all.items() if experiment.card]
    return gr.HTML(
        value=None,
        html_template=(HERE / "frame.html").read_text(encoding="utf-8"),
        js_on_load=(HERE / "frame.js").read_text(encoding="utf-8"),
        apply_default_css=False,
        elem_id=elem_id,
        words={**words.section("answer"), **words.section("experiments"), **words.section("story")},
        constants={name: experiment.constants() for name, experiment in experiments.all.items()},
        places=words.section("place"),
        cards=list(every if offered is None else offered),
        least_words={name: experiment.least_words for name, experiment in experiments.all.items()},
    )
