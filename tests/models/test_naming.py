import pytest
from timm.data.imagenet_info import ImageNetInfo

from models.naming import _descriptions, imagenet_synonyms, unique_names
from models.tables.names import MORE_SYNONYMS, PREFERRED, QUALIFIERS


def test_names_that_are_alone_stay_as_they_are() -> None:
    assert unique_names([("tench", "Tinca tinca"), ("goldfish",)]) == ("tench", "goldfish")


def test_where_two_share_a_name_the_next_word_follows_in_brackets_whatever_the_case() -> None:
    assert unique_names([("Pug", "pug-dog"), ("pug", "clay mill")]) == ("Pug (pug-dog)", "pug (clay mill)")


def test_a_class_without_a_next_word_takes_its_qualifier() -> None:
    words = imagenet_synonyms()
    assert all(len(words[index]) == 1 for index in QUALIFIERS)
    names = unique_names(words)
    assert [names[134], names[517]] == ["crane (bird)", "crane (machine)"]


def test_wordnets_words_all_stay_synonyms() -> None:
    for words, description in zip(imagenet_synonyms(), ImageNetInfo().label_descriptions(), strict=True):
        assert set(description.split(", ")) <= set(words)


def test_further_words_come_last() -> None:
    words = imagenet_synonyms()
    assert words[339] == ("sorrel horse", "sorrel", "horse")


@pytest.mark.parametrize("table", [PREFERRED, QUALIFIERS, MORE_SYNONYMS])
def test_tables_change_something(table: dict[int, object]) -> None:
    descriptions = [text.split(", ") for text in ImageNetInfo().label_descriptions()]
    for index, entry in table.items():
        assert entry != descriptions[index][0]
        assert not set(entry if isinstance(entry, tuple) else ()) & set(descriptions[index])


def test_the_words_are_read_as_timm_reads_them() -> None:
    assert list(_descriptions()) == ImageNetInfo().label_descriptions()
