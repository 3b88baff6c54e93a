"""What a stranger wrote, as it comes back in a sentence."""

import unicodedata

import pytest

from models.problems import Problem
from page.words import Words
from page.words.echo import ISOLATED, MORE, MOST_MARKS, echo, tame

MANY = 240_000


@pytest.mark.parametrize("text", ["", "dog", "Zürich", "big  cats", "a" * 60, "สวัสดีที่นี่", "हिन्दी में", "犬"])
def test_words_of_people_come_back_as_they_were(text: str) -> None:
    assert echo(text, 60) == " ".join(text.split())


@pytest.mark.parametrize(
    "text", ["a" * 61, "dog " * MANY, "\u200b" * MANY + "a" * 100, "a\u0301" * 100, "\n" * MANY + "b" * 90]
)
def test_at_most_sixty_letters_come_back(text: str) -> None:
    said = echo(text, 60)
    assert len(said) <= 60
    assert said.endswith(MORE)


def test_hidden_letters_and_lines_do_not_come_back() -> None:
    assert echo("a\u202egod\u202c \u200b\u200d\ufeffb\x00\x07\r\nc\u2028d\ue000", 60) == "agod b c d"


def test_marks_do_not_pile_up() -> None:
    assert tame("e" + "\u0323" * 100 + "f") == "e" + "\u0323" * MOST_MARKS + "f"


def test_composing_cannot_make_a_short_text_long() -> None:
    said = echo("\ufdfa" * 60, 60)
    assert len(said) <= 60 + len(ISOLATED.format(""))


@pytest.mark.parametrize("text", ["שלום", "مرحبا", "abc שלום"])
def test_what_is_read_from_the_right_keeps_its_direction_to_itself(text: str) -> None:
    assert echo(text, 60) == ISOLATED.format(text)


def test_markup_is_none() -> None:
    assert echo("<b>dog</b>", 60) == "\u2039b\u203adog\u2039/b\u203a"


class Unknown(Problem):
    key = "target.unknown"


def test_every_value_of_a_sentence_is_bounded(words: Words) -> None:
    said = words.of(Unknown(query="x\u202e" * MANY, known=("a" * MANY, "b\u202e")))
    assert len(said) < 400
    assert not any(unicodedata.category(letter) == "Cf" for letter in said)
