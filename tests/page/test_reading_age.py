"""English sentences are for readers of ten years: of grade 6 at most, as textstat counts it (Flesch and Kincaid)."""

import re

import pytest
import textstat

from page.words import ENGLISH, read

HIGHEST = 6.0
FEWEST = 8  # words; a caption of fewer is hardly a sentence, and one long word in it would be a grade of its own
# For hosts and for programs, and lists of words.
OTHERS = {"openapi", "curator", "device", "language"}
NOT_FOR_CHILDREN = {"memory_card.datasheet", "server.misfit", "server.port", "server.old_python", "server.elsewhere"}


def bare(sentence: str) -> str:
    """Without labels, numbers and signs."""
    return " ".join(re.sub(r"\u201c\{\w+\}\u201d|\{\w+\}|\d[\d,.]*|[%\u00d7*\u2212]", " ", sentence).split())


TEXTS = [
    pytest.param(bare(text), id=f"{section}.{name}")
    for section, names in read(ENGLISH).items()
    for name, text in names.items()
    if section not in OTHERS
    and f"{section}.{name}" not in NOT_FOR_CHILDREN
    and name != "ideas"
    and len(re.findall(r"[A-Za-z\u2019]+", bare(text))) >= FEWEST
]


def test_most_sentences_are_looked_at() -> None:
    assert len(TEXTS) > 300


@pytest.mark.parametrize("text", TEXTS)
def test_sentence_is_easy_to_read(text: str) -> None:
    assert textstat.flesch_kincaid_grade(text) <= HIGHEST


def test_what_is_hard_to_read_is_found() -> None:
    hard = "Interpretability necessitates considerable familiarity with convolutional representations and gradients."
    assert textstat.flesch_kincaid_grade(hard) > 3 * HIGHEST
