from models.lexicon import Lexicon
from models.spelling import Wanted

KENNEL = Lexicon(
    words=(("toy poodle", "pudel"), ("great poodle",), ("cat", "puss"), ("puss",)),
    groups={"dogs": ("Hunde", "Hund"), "pets": ("Haustiere",)},
    related={"face": ("cat",)},
    articles=("ein ",),
    endings=("en>e", "s"),
)


def test_a_name_goes_before_another_ones_further_word() -> None:
    assert KENNEL.exactly("puss") == (3,)
    assert KENNEL.exactly("pudel") == (0,)
    assert KENNEL.exactly("hund") == KENNEL.exactly("hunde") == ("dogs",)
    assert KENNEL.exactly("poodle") == ()


def test_articles_and_plurals_do_not_matter() -> None:
    assert KENNEL.loosely("ein hund") == ("dogs",)
    assert KENNEL.loosely("cats") == (2,)
    assert KENNEL.loosely("ein haustieren") == ("pets",)


def test_kinds_are_those_whose_names_end_in_the_word() -> None:
    assert KENNEL.kinds("poodle") == (0, 1)
    assert KENNEL.kinds("toy") == ()


def test_names_rank_before_further_words() -> None:
    assert sorted(KENNEL.ranked(Wanted.by("puss"))) == [(0, False, 3), (0, True, 2)]


def test_related_words_lead_to_names() -> None:
    assert KENNEL.near("faces") == (2,)
    assert KENNEL.near("nothing") == ()
    assert KENNEL.spelt_nearly("hunds", 3) == ("dogs", "dogs")


def test_it_tells_what_a_class_and_a_group_are_called() -> None:
    assert (KENNEL.name(1), KENNEL.name("dogs")) == ("great poodle", "Hunde")
