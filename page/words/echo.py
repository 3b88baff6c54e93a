"""What a stranger wrote, as it may stand in a sentence: short, in one line, and without tricks."""

import unicodedata

MOST_MARKS = 4  # on one letter; no script that is written today needs more
HIDDEN = {"Cc", "Cf", "Co", "Cn", "Cs"}  # no letters: among them what turns the direction of all that follows
RIGHT_TO_LEFT = {"R", "AL", "AN"}
ISOLATED = "\u2068{}\u2069"
MORE = "…"
# Gradio takes a message for markup, in which brackets of another kind are none.
BRACKETS = str.maketrans("<>", "\u2039\u203a")


def echo(text: str, letters: int) -> str:
    """At most so many `letters` of a text.

    A word that is read from the right keeps its direction to itself, so that the sentence around it stays in order.
    """
    calm = tame(text[: 4 * letters])
    short = calm if len(calm) <= letters and len(text) <= 4 * letters else calm[: letters - 1].rstrip() + MORE
    plain = short.translate(BRACKETS)
    return ISOLATED.format(plain) if any(unicodedata.bidirectional(one) in RIGHT_TO_LEFT for one in plain) else plain


def tame(text: str) -> str:
    """A text in one line, without letters that are hidden, and with a few marks on a letter at most."""
    kept: list[str] = []
    marks = 0
    for letter in text:
        category = unicodedata.category(letter)
        marks = marks + 1 if category in ("Mn", "Me") else 0
        if letter.isspace():
            kept.append(" ")
        elif category not in HIDDEN and marks <= MOST_MARKS:
            kept.append(letter)
    return " ".join("".join(kept).split())
