"""Every translation says all that the English sentences say, with the same values, by the same rules."""

import re
import string
from pathlib import Path

import pytest
from babel import Locale

from models.labels import Labels
from page.words import ENGLISH, FOLDER, FORMAL, codes, load, read, speaking

TRANSLATIONS = [code for code in codes() if code != ENGLISH]
# What no sentence says of the model, in the forms that speak of a third one; those of "outside" say what it has.
MINDS = {
    "de": r"\b(denkt|dachte|glaubt|versteht|verstand|kennt|begreift)\b",
    "fr": r"\b(pense|pensait|croit|comprend|sait|connaît)\b",
    "es": r"\b(piensa|pensaba|cree|entiende|comprende|sabe|conoce)\b",
    "ar": r"\b(يفكر|يفكّر|يفهم|يعرف|يعتقد|يدرك)\b",
}
WORLD = {"outside.headline", "answer.familiar", "viewer.bound", "viewer.caption_outside", "many.outside"}
FORM = re.compile(r"_(zero|one|two|few|many)$")
IDEAS = {"fool.ideas"}  # words of the model, which have a test of their own


def flat(language: str, folder: Path = FOLDER) -> dict[str, str]:
    sentences = read(language, folder)
    return {f"{section}.{name}": text for section, names in sentences.items() for name, text in names.items()}


def placeholders(sentence: str) -> list[str]:
    return sorted({name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None})


def uncounted(said: dict[str, str]) -> dict[str, str]:
    """Without the sentences that a language needs for numbers of its own kinds; `test_plurals` is about them."""
    return {key: text for key, text in said.items() if not (FORM.search(key) and FORM.sub("", key) in said)}


ALL = [pytest.param(uncounted(flat(code)), id=code) for code in TRANSLATIONS]


@pytest.mark.parametrize("said", ALL)
def test_no_sentence_is_missing_and_none_is_left_over(said: dict[str, str]) -> None:
    english = uncounted(flat(ENGLISH))
    assert sorted(set(english) - set(said)) == []
    assert sorted(set(said) - set(english)) == []


@pytest.mark.parametrize("said", ALL)
def test_every_sentence_is_filled_with_the_same_values(said: dict[str, str]) -> None:
    english = uncounted(flat(ENGLISH))
    assert [key for key in said if placeholders(said[key]) != placeholders(english[key])] == []


@pytest.mark.parametrize("said", ALL)
def test_every_sentence_is_translated(said: dict[str, str]) -> None:
    """What has several words and no placeholder is not the same by chance."""
    english = uncounted(flat(ENGLISH))
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
        assert text == text.strip() != "", key
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
        assert words.languages[language] == words("language.name")


@pytest.mark.parametrize("language", codes())
def test_plurals_are_those_of_the_language(language: str) -> None:
    """What is counted has one sentence for each kind of number up to 120, as Unicode's tables tell them apart."""
    said = flat(language)
    counted = {FORM.sub("", key) for key in flat(ENGLISH) if FORM.search(key) and FORM.sub("", key) in flat(ENGLISH)}
    assert counted
    kinds = {Locale.parse(language).plural_form(count) for count in range(121)} - {"other"}
    for key in counted:
        assert {form for form in ("zero", "one", "two", "few", "many") if f"{key}_{form}" in said} == kinds, key
        for form in kinds:
            assert set(placeholders(said[f"{key}_{form}"])) <= set(placeholders(said[key]))


def test_a_number_gets_the_sentence_of_its_kind() -> None:
    words = load()
    assert words.counted("many.answered", 1) == "It named 1 picture."
    assert words.counted("many.answered", 3) == "It named 3 pictures."
    with speaking("ar"):
        told = [words.counted("many.answered", count) for count in (1, 2, 3, 11, 100)]
        assert len({re.sub(r"\d+", "", each) for each in told}) == 4  # 11 and 100 are of two kinds with one form
        assert ["3" in told[2], "11" in told[3]] == [True, True]


@pytest.mark.parametrize("language", sorted(path.stem for path in FORMAL.glob("*.toml")))
def test_formal_sentences_take_the_place_of_others_and_are_filled_with_the_same_values(language: str) -> None:
    said = flat(language)
    formal = {
        f"{section}.{name}": text for section, names in read(language, FORMAL).items() for name, text in names.items()
    }
    assert sorted(set(formal) - set(said)) == []
    assert [key for key in formal if formal[key] == said[key]] == []
    assert [key for key in formal if placeholders(formal[key]) != placeholders(said[key])] == []
