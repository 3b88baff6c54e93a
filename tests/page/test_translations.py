"""Every translation says all that the English sentences say, with the same values, by the same rules."""

import re
import string

import pytest

from models.labels import Labels
from page.words import ENGLISH, codes, load, read, speaking

TRANSLATIONS = [code for code in codes() if code != ENGLISH]
# What no sentence says of the model, in the forms that speak of a third one; those of "outside" say what it has.
MINDS = {
    "de": r"\b(denkt|dachte|glaubt|versteht|verstand|kennt|begreift)\b",
    "fr": r"\b(pense|pensait|croit|comprend|sait|connaît)\b",
    "es": r"\b(piensa|pensaba|cree|entiende|comprende|sabe|conoce)\b",
    "ar": r"\b(يفكر|يفكّر|يفهم|يعرف|يعتقد|يدرك)\b",
}
WORLD = {"outside.headline", "answer.familiar", "viewer.bound", "viewer.caption_outside", "many.outside"}
IDEAS = {"fool.ideas"}  # words of the model, which have a test of their own


def flat(language: str) -> dict[str, str]:
    sentences = read(language)
    return {f"{section}.{name}": text for section, names in sentences.items() for name, text in names.items()}


def placeholders(sentence: str) -> list[str]:
    return sorted({name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None})


ALL = [pytest.param(flat(code), id=code) for code in TRANSLATIONS]


@pytest.mark.parametrize("said", ALL)
def test_no_sentence_is_missing_and_none_is_left_over(said: dict[str, str]) -> None:
    english = flat(ENGLISH)
    assert sorted(set(english) - set(said)) == []
    assert sorted(set(said) - set(english)) == []


@pytest.mark.parametrize("said", ALL)
def test_every_sentence_is_filled_with_the_same_values(said: dict[str, str]) -> None:
    english = flat(ENGLISH)
    assert [key for key in said if placeholders(said[key]) != placeholders(english[key])] == []


@pytest.mark.parametrize("said", ALL)
def test_every_sentence_is_translated(said: dict[str, str]) -> None:
    """What has several words and no placeholder is not the same by chance."""
    english = flat(ENGLISH)
    long = {key for key, text in english.items() if len(re.findall(r"[A-Za-z]{2,}", text)) > 2 and "{" not in text}
    same = {key for key in long - IDEAS if said[key] == english[key]}
    assert same == set()


@pytest.mark.parametrize("language", codes())
def test_ideas_are_each_one_word_of_the_model_as_it_is_called(language: str) -> None:
    labels = Labels.imagenet().in_language(language)
    for key in IDEAS:
        for idea in flat(language)[key].split(", "):
            assert len(labels.resolve(idea).indices) == 1
            assert labels.told(labels.resolve(idea).name) == idea


@pytest.mark.parametrize("said", ALL)
def test_sentences_are_set_as_printers_do(said: dict[str, str]) -> None:
    for key, text in said.items():
        assert text == text.strip() != "" or key == "language.group", key
        assert not re.search(r"['\"]|\.\.\.", text), key


def test_french_signs_never_begin_a_line() -> None:
    for key, text in flat("fr").items():
        assert key == "memory_card.datasheet" or not re.search(r"« | [»:;?!]", text), key


def test_quoted_values_keep_their_own_direction_in_arabic() -> None:
    """Without an isolate (Unicode Standard Annex 9) the number after an English word is drawn on its wrong side."""
    words = load("ar")
    assert words("answer.asked", label="lion", percent="90 %").count("«\u2068lion\u2069»") == 1
    for key in list(words.keys()):
        section, _, name = key.partition(".")
        assert "«{" not in words.section(section)[name], key
    with speaking("en"):
        assert "\u2068" not in words("answer.asked", label="lion", percent="90 %")


@pytest.mark.parametrize("language", codes())
def test_no_line_ends_between_a_number_and_its_percent_sign(language: str) -> None:
    said = flat(language)
    assert [key for key, text in said.items() if re.search(r"[^\S\u00a0]%|[<>] ", text)] == []
    assert said["answer.percent"] == "{percent}\u00a0%"


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_model_has_no_mind_in_any_language(language: str) -> None:
    for key, text in flat(language).items():
        assert key in WORLD or not re.search(MINDS[language], text, re.IGNORECASE), key


@pytest.mark.parametrize("language", codes())
def test_language_says_how_it_is_written(language: str) -> None:
    words = load(language)
    with speaking(language):
        assert words("language.direction") == ("rtl" if language == "ar" else "ltr")
        assert len(words("language.months").split()) == 12
        assert len(words("language.point")) == len(words("language.group")) == 1
        assert words.languages[language] == words("language.name")
