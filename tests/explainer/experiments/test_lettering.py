"""Letters of many scripts are drawn where they should be, and what can't be drawn is left out and told."""

import numpy as np
import pytest

from explainer.experiments.lettering import Lettering, Style, tidy

STYLE = Style(30, 400, (10, 20, 30))


@pytest.fixture(scope="module")
def letters() -> Lettering:
    return Lettering()


def written(letters: Lettering, text: str, style: Style = STYLE, width: int = 300) -> tuple[np.ndarray, int]:
    paper = np.full((400, 400, 3), 255, np.uint8)
    height = letters.draw(paper, text, 20, 30, style, width)
    return paper, height


@pytest.mark.parametrize(
    ("typed", "tidied"),
    [
        ("  the ears:\n soft \t ones ", "the ears: soft ones"),
        ("u\u0308ber", "über"),
        ("a\u202ebc\u200d\x00\x1b[31md\ufeff", "abc[31md"),
        ("a\u2028b\u00a0c", "a b c"),
        ("\ud800x", "x"),
        ("🐶 犬", "🐶 犬"),
        (" \n\u200b", ""),
    ],
)
def test_text_is_one_line_without_control_characters(typed: str, tidied: str) -> None:
    assert tidy(typed) == tidied


@pytest.mark.parametrize(
    "text",
    [
        "the ears: soft, “as those” of my first dog’s!",  # noqa: RUF001
        "Größe, façade, naïve, ñandú, Łódź, Žižek, ığdır",  # noqa: RUF001
        "тёплые уши",
        "μαλακά αυτιά",
        "耳朵很软",
        "やわらかい耳",
        "부드러운 귀",
        "tiếng Việt",
        "what? 2 × 3 = 6 € – …",  # noqa: RUF001
    ],
)
def test_these_scripts_are_drawn(letters: Lettering, text: str) -> None:
    assert letters.drawable(text) == text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("soft 🐶 ears", "soft ears"),
        ("कान ears", "ears"),
        ("האוזניים", ""),
        ("الأذنان soft", "soft"),
        ("x\u0303 y", "x y"),
    ],
)
def test_what_can_not_be_drawn_is_left_out(letters: Lettering, text: str, left: str) -> None:
    assert letters.drawable(text) == left


def test_letters_stand_within_their_box_in_their_colour(letters: Lettering) -> None:
    paper, height = written(letters, "Äg soft")
    rows, columns = np.nonzero((paper != 255).any(axis=2))
    assert paper.min(axis=(0, 1)).tolist() == [10, 20, 30]
    assert 30 <= rows.min() <= rows.max() < 30 + height
    assert 20 <= columns.min() <= columns.max() < 320


def test_long_text_is_broken_into_lines_and_its_height_is_told_beforehand(letters: Lettering) -> None:
    one, several = "soft", "soft as those of my first dog when I was six"
    for text, width in ((one, 300), (several, 300), ("W" * 60, 200)):
        paper, height = written(letters, text, width=width)
        rows, columns = np.nonzero((paper != 255).any(axis=2))
        assert height == letters.height(text, STYLE, width)
        assert rows.max() < 30 + height
        assert columns.max() < 20 + width + 1
    assert written(letters, several)[1] > 1.5 * written(letters, one)[1]


def test_lines_break_between_words_and_only_a_word_longer_than_a_line_is_cut(letters: Lettering) -> None:
    words, cut = "soft as those of my first dog", "x" * 40
    alone = [written(letters, line)[0][30:] for line in ("soft as those", "of my first dog")]
    width = 222
    leading = letters.height("x", STYLE, width)
    paper, height = written(letters, words, width=width)
    assert height == 2 * leading
    for number, line in enumerate(alone):
        assert np.array_equal(paper[30 + number * leading :][:leading], line[:leading])
    assert letters.height(cut, STYLE, width) > leading


def test_umlauts_are_not_their_bare_letters(letters: Lettering) -> None:
    assert not np.array_equal(written(letters, "uber")[0], written(letters, "über")[0])


def test_heavier_letters_have_more_ink(letters: Lettering) -> None:
    light, bold = (written(letters, "soft", Style(30, weight, (0, 0, 0)))[0].astype(int).sum() for weight in (300, 800))
    assert bold < light


def test_nothing_takes_no_place(letters: Lettering) -> None:
    paper, height = written(letters, "")
    assert height == 0
    assert (paper == 255).all()
