import pytest

from models.spelling import NO_MATCH, Wanted, Word, forms, key, nearly


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("Shih-Tzu", "shih tzu"),
        ("  jack-o\u2019-lantern ", "jack o' lantern"),
        ("crane (bird)", "crane bird"),
        ("\u201cDogs.\u201d", "dogs"),
        ("\u00ab\u00a0L\u00f6we\u00a0\u00bb !", "lowe"),
        ("Stra\u00dfe", "strasse"),
        ("\u00bfni\u00f1o?", "nino"),
        ("e\u0301le\u0301phant", "\u00e9l\u00e9phant"),
        ("\u0623\u064e\u0633\u064e\u062f", "\u0627\u0633\u062f"),  # without the marks of vowels and of the stop
        ("\u0642\u0637\u0629", "\u0642\u0637\u0647"),
        (" - ", ""),
    ],
)
def test_spellings_share_a_key(text: str, same: str) -> None:
    assert key(text) == key(same)


def test_words_of_different_letters_do_not() -> None:
    assert key("lion") != key("lino")


def test_forms_come_without_article_and_as_singular_the_word_itself_first() -> None:
    assert list(forms("the ponies", ("the ", "a "), ("s", "ies>y"))) == [
        *("the ponies", "the ponie", "the pony", "ponies", "ponie", "pony")
    ]
    assert list(forms("s", (), ("s",))) == ["s"]  # nothing would be left


@pytest.mark.parametrize(
    ("query", "word", "rank"),
    [
        ("tree frog", "tree frog", 0),
        ("frog tree", "tree frog", 1),
        ("frog", "tree frog", 1),
        ("bath", "bathing cap", 2),
        ("bat", "bathing cap", NO_MATCH),
        ("burger", "cheeseburger", 3),
        ("keys", "monkeys", NO_MATCH),
        ("copie", "photocopier", NO_MATCH),
    ],
)
def test_a_word_fits_by_its_whole_words_its_beginning_or_its_end(query: str, word: str, rank: int) -> None:
    assert Wanted.by(query).rank(Word.by(word)) == rank


def test_what_is_spelt_nearly_so_is_found_nearest_first_and_long_texts_are_not_compared() -> None:
    known = ("elephant", "element", "infant", "e" * 60)
    assert nearly("elefant", known, 3) == ["elephant"]
    assert nearly("elemant", known, 3)[0] == "element"
    assert nearly("ele", known, 3) == nearly("e" * 61, known, 3) == []
