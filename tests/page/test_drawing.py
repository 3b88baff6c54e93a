"""The ways of drawing that the page offers belong to the model: a transformer has one more."""

from dataclasses import replace

import pytest

from explainer.methods import titles
from models.catalogue import ClassifierSpec
from page.drawing import drawn_by, ways_of_drawing
from page.words import Words
from tests.page import fakes

PLAIN = fakes.spec()
TRANSFORMER = replace(PLAIN, class_token=True)


def test_a_transformer_is_offered_one_more_and_told_of_it(words: Words) -> None:
    usual, more = (ways_of_drawing(spec, words) for spec in (PLAIN, TRANSFORMER))
    assert (usual["attention"], more["attention"]) == (False, True)
    assert (usual["help"], more["help"]) == (words("more.method_help"), words("more.method_help_attention"))


def test_sentences_count_the_ways_right(words: Words) -> None:
    for spec, number, count in ((PLAIN, "Five", 5), (TRANSFORMER, "Six", 6)):
        assert ways_of_drawing(spec, words)["help"].startswith(number)
        assert len(titles(spec.class_token)) == count


@pytest.mark.parametrize(
    ("spec", "method", "drawn"),
    [
        (PLAIN, "layercam", "layercam"),
        (PLAIN, "attention", None),
        (None, "attention", None),
        (None, "layercam", "layercam"),
        (TRANSFORMER, "attention", "attention"),
        (PLAIN, "made up", "made up"),
    ],
)
def test_what_is_left_of_another_model_is_not_asked_for(
    spec: ClassifierSpec | None, method: str, drawn: str | None
) -> None:
    assert drawn_by(spec, method) == drawn
