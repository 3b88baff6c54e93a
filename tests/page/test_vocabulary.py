"""What a page offers of a model's words: the page's own ideas for ImageNet's, and each other model's own."""

from collections.abc import Sequence

import pytest

from models.labels import Label, Labels
from page.vocabulary import MOST_IDEAS, MOST_OFFERED, pair, vocabulary
from page.words import Words, speaking

IMAGENET = Labels.imagenet()


def of(*names: str) -> Labels:
    return Labels(names, ((),) * len(names))


def told(labels: Labels, words: Words, ask_about: Sequence[str] = ()) -> dict[str, object]:
    return vocabulary(labels, words, ask_about)


def test_imagenets_words_come_with_dogs_and_cats_and_groups(words: Words) -> None:
    said = told(IMAGENET, words)
    assert said["classes"] == 1000
    assert said["count"] == "1,000"
    assert said["ideas"] == words("fool.ideas").split(", ")
    assert said["asks"] == ["dogs rather than cats", *IMAGENET.groups]
    assert said["asks_help"] == words("more.target_help")


def test_imagenets_words_are_those_of_the_visitors_language(words: Words) -> None:
    with speaking("de"):
        said = told(IMAGENET, words)
        ideas, asks = said["ideas"], said["asks"]
        assert isinstance(ideas, list)
        assert isinstance(asks, list)
        assert ideas[0] == "Teekanne"
        assert asks[:3] == ["Hunde eher als Katzen", "Tiere", "Hunde"]
        assert told(IMAGENET, words, (Label("dogs"), Label("teapot")))["asks"] == ["Hunde", "Teekanne"]


def test_two_words_are_all_that_is_offered_of_two(words: Words) -> None:
    for language in words.languages:
        with speaking(language):
            said = told(of("wood frog", "marsh frog"), words)
            assert said["ideas"] == ["wood frog", "marsh frog"]
            assert said["asks"] == ["wood frog rather than marsh frog", "wood frog", "marsh frog"]
            assert "Wood frog rather than marsh frog" in str(said["asks_help"])
            assert said["count"] == "2"
            assert not {"dog", "dogs", "cats", "teapot"} & set(str(said).casefold().replace(",", " ").split())


def test_of_two_thousand_words_some_are_offered(words: Words) -> None:
    labels = of(*(f"kind {number}" for number in range(2000)))
    said = told(labels, words)
    assert said["count"] == "2,000"
    ideas, asks = said["ideas"], said["asks"]
    assert isinstance(ideas, list)
    assert isinstance(asks, list)
    assert len(ideas) == len(set(ideas)) == MOST_IDEAS
    assert ideas[-1] == "kind 1909", "they are spread over all"
    assert len(asks) == MOST_OFFERED + 1


def test_dog_and_cat_are_dogs_and_cats() -> None:
    assert pair(of("cat", "dog")) == ("dogs", "cats")
    assert pair(of("cat", "cow")) == ("cat", "cow")
    assert pair(of("cat")) == ("cat", "cat")


def test_a_host_is_offered_what_the_model_has_words_for(words: Words) -> None:
    wanted = ("dogs", "frog rather than toad", "toad", "teapot")
    assert told(of("frog", "toad"), words, wanted)["asks"] == ["frog rather than toad", "toad"]
    assert told(IMAGENET, words, ("teapot", "dogs"))["asks"] == ["teapot", "dogs"]
    assert told(of("frog", "toad"), words, ("teapot",))["asks"] == ["frog rather than toad", "frog", "toad"]


@pytest.mark.parametrize(("name", "index"), [("1", 0), ("2", 1), (1, 1), ("0", 2), (2, 2), ("A", 3), ("a", 4)])
def test_classes_may_be_called_by_numbers_and_letters(name: str | int, index: int) -> None:
    """Of a network that reads digits, "1" is its word 1; a number that is no text is the place of a class."""
    assert of("1", "2", "0", "A", "a").resolve(name).indices == (index,)
