"""The ways of drawing a map that a page offers for a model: transformers have one more than others."""

from explainer.methods import ATTENTION
from models.catalogue import ClassifierSpec
from page.reply import Json
from page.words import Words


def ways_of_drawing(spec: ClassifierSpec, words: Words) -> Json:
    """What the drawer says of a model's methods: `attention`, whether it has that one too, and `help`, a sentence."""
    return {
        "attention": spec.class_token,
        "help": words("more.method_help_attention") if spec.class_token else words("more.method_help"),
    }


def drawn_by(spec: ClassifierSpec | None, method: str) -> str | None:
    """What the drawer says, or None for the usual way where it is that of another model that was chosen before.

    `spec` is None for what a visitor has taught.
    """
    return None if method == ATTENTION and not (spec and spec.class_token) else method
