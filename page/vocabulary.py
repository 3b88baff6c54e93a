"""What a page says of the words that a model has, and which of them it offers: another model has others."""

from collections.abc import Sequence

from explainer.target import parse_target
from models.labels import Labels
from models.problems import Problem
from page.confidence import levels
from page.reply import Json
from page.titles import capital
from page.words import Words

PAIR = ("dogs", "cats")
MOST_OFFERED = 40  # words in a list to choose from; any other can be typed
MOST_IDEAS = 24


def vocabulary(labels: Labels, words: Words, ask_about: Sequence[str] = ()) -> Json:
    """What the page's scripts are told of a model's words.

    Args:
        labels: of the model.
        words: the page's sentences.
        ask_about: what the host wants to be offered, as far as the model has words for it.

    Returns:
        `classes`: how many words it has, as a number and as it is written (`count`); `ideas`: words to wish for; `asks`
        and `asks_help`: what is offered to ask about, and the sentence for it; `levels`: from which confidence on it is
        fairly sure, and very sure.
    """
    return {
        "classes": len(labels),
        "count": words.number(len(labels)),
        "ideas": _ideas(labels, words),
        "asks": asks(labels, words, ask_about),
        "asks_help": asks_help(labels, words),
        "levels": levels(len(labels)),
    }


def asks(labels: Labels, words: Words, ask_about: Sequence[str] = ()) -> list[str]:
    """What a host wants to be offered; or else a contrast, then the groups, or the model's own words, as the visitor's
    language calls them."""
    if wanted := [words.label(each) for each in ask_about if has(labels, each)]:
        return wanted
    told = labels.in_language(words.language)
    first, second = map(told.told, pair(labels))
    return [f"{first} {told.rather_than} {second}", *map(told.told, offered(labels))]


def offered(labels: Labels) -> list[str]:
    """The groups of a model, or its own words, by their own names."""
    return list(labels.groups or labels.names[:MOST_OFFERED])


def asks_help(labels: Labels, words: Words) -> str:
    """How to ask."""
    if pair(labels) == PAIR:
        return words("more.target_help")
    first, second = pair(labels)
    return words("more.target_help_other", first=capital(first), second=second)


def pair(labels: Labels) -> tuple[str, str]:
    """Two things to begin a comparison with: dogs and cats, or the model's own first words."""
    if all(has(labels, each) for each in PAIR):
        return PAIR
    return labels[0], labels[min(1, len(labels) - 1)]


def has(labels: Labels, text: str) -> bool:
    """Whether a model can be asked about that."""
    try:
        parse_target(text, labels)
    except Problem:
        return False
    return True


def _ideas(labels: Labels, words: Words) -> list[str]:
    """Those of the page where the model has a word for each, or else its own, from all of them."""
    ours = words("fool.ideas").split(", ")
    if all(has(labels.in_language(words.language), each) for each in ours):
        return ours
    step = max(1, len(labels) // MOST_IDEAS)
    return list(labels.names[::step][:MOST_IDEAS])
