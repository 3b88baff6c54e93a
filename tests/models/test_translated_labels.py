"""ImageNet's words in other languages: complete, written as these languages are, and each means its own class."""

import re
import tomllib

import pytest

from explainer.target import parse_target
from models.labels import AmbiguousTarget, Labels, NearlyTarget
from models.lexicon import FOLDER, Lexicon, imagenet_lexicon, languages
from models.spelling import key

LABELS = Labels.imagenet()
# The letters that names are made of; brackets hold what tells two of one word apart.
LETTERS = {
    "ar": r"[\u0621-\u063a\u0641-\u064a\u064b ()]+",
    "de": r"[A-Za-z\u00c4\u00d6\u00dc\u00e4\u00f6\u00fc\u00df() -]+",
    "es": r"[A-Za-z\u00e1\u00e9\u00ed\u00f1\u00f3\u00fa\u00fc() -]+",
    "fr": r"[A-Za-z\u00e0\u00e2\u00e7\u00e8\u00e9\u00ea\u00eb\u00ee\u00ef\u00f4\u00fb\u0153\u2019() -]+",
}
ITS_OWN = {"iPod"}  # begins small in every language
CAPITAL = {  # begin with a capital though a noun does not, or hold one in the middle of a word
    "es": {"Ford T"},
    "fr": {"Ford T", "T-shirt", "VTT"},
}


def lexicon(language: str) -> Lexicon:
    return imagenet_lexicon(language, LABELS.names)


ALL = pytest.mark.parametrize("language", languages())


def test_there_are_words_in_four_languages() -> None:
    assert languages() == ("ar", "de", "es", "fr")


@ALL
def test_no_language_stops_in_the_middle(language: str) -> None:
    """Breeds and dishes may have the same name; of a list that is not finished hundreds would be English."""
    told = LABELS.in_language(language)
    same = [name for name in LABELS if told.told(name) == name]
    assert len(same) < (1 if language == "ar" else 110), same


@ALL
def test_the_file_has_the_classes_the_groups_and_nothing_else(language: str) -> None:
    told = tomllib.loads((FOLDER / f"{language}.toml").read_text(encoding="utf-8"))
    assert set(told["classes"]) == set(LABELS.names)
    assert set(told["groups"]) == set(LABELS.groups)


@ALL
def test_two_classes_or_groups_never_have_one_name(language: str) -> None:
    own = lexicon(language)
    names = [key(words[0]) for words in (*own.words, *own.groups.values())]
    assert sorted({name for name in names if names.count(name) > 1}) == []


@ALL
def test_every_name_means_its_own_class_or_group_in_its_language_and_in_english(language: str) -> None:
    told = LABELS.in_language(language)
    own = lexicon(language)
    for index, name in enumerate(LABELS):
        assert told.resolve(told.told(name)).indices == (index,), told.told(name)
        # A word of the visitor's language goes before an English one of the same letters.
        assert own.exactly(key(name)) or told.resolve(name).indices == (index,), name
    for group, indices in LABELS.groups.items():
        assert told.resolve(told.told(group)).indices == indices
        assert told.resolve(group).indices == indices


@ALL
def test_further_words_are_found(language: str) -> None:
    told, own = LABELS.in_language(language), lexicon(language)
    for words in (*own.words, *own.groups.values()):
        for word in words[1:]:
            try:
                told.resolve(word)
            except AmbiguousTarget:  # such as two dogs of one further word: they are offered
                continue


@ALL
def test_related_words_lead_to_what_comes_near(language: str) -> None:
    told, own = LABELS.in_language(language), lexicon(language)
    for word, names in own.related.items():
        assert word == key(word)
        with pytest.raises(NearlyTarget) as refused:
            told.resolve(word)
        assert refused.value.values["known"] == names


@ALL
def test_names_are_written_as_the_language_is(language: str) -> None:
    own = lexicon(language)
    for words in (*own.words, *own.groups.values()):
        for word in words:
            assert re.fullmatch(LETTERS[language], word), word
            assert word == " ".join(word.split()), word
            assert word.count("(") == word.count(")"), word
            assert not any(key(word).startswith(each) for each in own.articles if each.endswith(" ")), word


def test_german_nouns_have_capitals() -> None:
    for words in (*lexicon("de").words, *lexicon("de").groups.values()):
        for word in words:
            assert word[0].isupper() or word in ITS_OWN, word


@pytest.mark.parametrize("language", ["es", "fr"])
def test_french_and_spanish_nouns_have_none(language: str) -> None:
    for words in (*lexicon(language).words, *lexicon(language).groups.values()):
        assert words[0][0].islower() or words[0] in CAPITAL[language], words[0]


@pytest.mark.parametrize(
    ("language", "query", "name"),
    [
        ("de", "Hund", "dogs"),
        ("de", "ein Welpe", "dogs"),
        ("de", "L\u00f6wen", "lion"),
        ("de", "loewe", None),
        ("fr", "chaton", "cats"),
        ("fr", "L\u2019ours polaire", "polar bear"),
        ("fr", "elephant d'asie", "Indian elephant"),
        ("es", "\u00bfPerritos?", "dogs"),
        ("es", "tibur\u00f3n blanco", None),
        ("ar", "\u0627\u0644\u0643\u0644\u0628", "dogs"),
        ("ar", "\u0627\u0633\u062f", "lion"),
        ("de", "chaton", "cats"),  # of a language that nobody speaks here
        ("en", "Hund", "dogs"),
        ("de", "puppy", "dogs"),
    ],
)
def test_people_find_words_in_their_language_in_english_and_at_last_in_any(
    language: str, query: str, name: str | None
) -> None:
    told = LABELS.in_language(language)
    if name is None:
        with pytest.raises(NearlyTarget):
            told.resolve(query)
    else:
        assert told.resolve(query).name == name


def test_other_models_words_are_told_as_they_are() -> None:
    labels = Labels(("lion", "Hund"), ((), ()))
    assert labels.in_language("de") is labels
    assert labels.told("lion") == "lion"


def test_a_contrast_is_told_and_read_in_its_language() -> None:
    german = LABELS.in_language("de")
    target = parse_target("Hunde eher als Katzen", german)
    assert target == parse_target("dogs rather than cats", LABELS)
    assert target.label.told("de") == "Hunde eher als Katzen"  # type: ignore[attr-defined]
    assert parse_target(target.label, german) == target
