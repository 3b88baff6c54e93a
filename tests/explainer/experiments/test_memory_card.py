"""A memory card holds the picture, the marked part, the words and the map, and nothing else."""

import struct
from datetime import date
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from PIL import Image

from explainer.experiments.mask import BadMask, NothingMarked
from explainer.experiments.memory import LICENCES, MOST_LETTERS, Memory, NoWords, TooManyWords, UnknownLicence
from explainer.experiments.memory_card import (
    COLUMN,
    HIGHEST,
    PAPER,
    STAGE,
    YOURS,
    CardText,
    DrawnCard,
    draw_memory_card,
)
from explainer.explain import Explanation, explain
from explainer.heatmap import blend
from tests.explainer.networks import classifier_of, small

TEXT = CardText("You", "The model", "class 3", "63 % · fairly sure", "2 May 2026 · Tiny · CC0 1.0")


def noise(width: int, height: int) -> Image.Image:
    pixels = np.random.default_rng(4).integers(0, 256, (height // 20, width // 20, 3), np.uint8)
    return Image.fromarray(pixels).resize((width, height), Image.Resampling.BICUBIC)


@pytest.fixture(scope="module")
def explanation() -> Explanation:
    return explain(classifier_of(small(), ["1", "3"], 7), noise(400, 300))


def memory(explanation: Explanation, **other: Any) -> Memory:
    mask = np.zeros((300, 400), bool)
    mask[100:200, 50:150] = True
    given = {
        "picture": noise(400, 300),
        "mask": mask,
        "words": "the ears: soft",
        "explanation": explanation,
        "day": date(2026, 5, 2),
        "licence": "cc0",
    }
    return Memory(**(given | other))


def pixels(card: DrawnCard) -> np.ndarray:
    return np.asarray(Image.open(BytesIO(card.png))).astype(int)


def part(card: DrawnCard, place: tuple[int, int, int, int]) -> np.ndarray:
    left, top, width, height = place
    return pixels(card)[top : top + height, left : left + width]


def test_picture_and_map_are_where_the_card_says(explanation: Explanation) -> None:
    card = draw_memory_card(memory(explanation), TEXT)
    size = (COLUMN, round(COLUMN * 3 / 4))
    expected = np.asarray(noise(400, 300).resize(size, Image.Resampling.LANCZOS))
    marked = part(card, card.marked)
    assert marked.shape == expected.shape
    far = np.ones(marked.shape[:2], bool)  # away from the outline
    scale = COLUMN / 400
    far[int(95 * scale) : int(205 * scale), int(45 * scale) : int(155 * scale)] = False
    far[int(110 * scale) : int(190 * scale), int(60 * scale) : int(140 * scale)] = True
    assert far.mean() > 0.9
    assert np.array_equal(marked[far], expected[far])
    seen = explanation.seen
    box = (seen.x, seen.y, seen.width, seen.height)
    assert np.array_equal(part(card, card.mapped), blend(expected, explanation.layer("3").grid, box))


def test_outline_runs_along_the_marked_part(explanation: Explanation) -> None:
    card = draw_memory_card(memory(explanation), TEXT)
    marked = part(card, card.marked)
    yours = (marked == YOURS).all(axis=2)
    rows, columns = np.nonzero(yours)
    scale = COLUMN / 400
    assert np.abs([rows.min() - 100 * scale, rows.max() - 200 * scale]).max() < 4
    assert np.abs([columns.min() - 50 * scale, columns.max() - 150 * scale]).max() < 4
    assert yours[int(150 * scale), int(50 * scale) - 2 : int(50 * scale) + 3].any()
    assert not yours[int(120 * scale) : int(180 * scale), int(70 * scale) : int(130 * scale)].any()


def test_a_hole_has_an_outline_and_one_dot_is_enough(explanation: Explanation) -> None:
    ring = np.zeros((300, 400), bool)
    ring[60:240, 60:240] = True
    ring[120:180, 120:180] = False
    card = draw_memory_card(memory(explanation, mask=ring), TEXT)
    inner = part(card, card.marked)
    scale = COLUMN / 400
    hole = (inner == YOURS).all(axis=2)[int(110 * scale) : int(190 * scale), int(110 * scale) : int(190 * scale)]
    assert hole.any()
    dot = np.zeros((300, 400), bool)
    dot[10, 10] = True
    card = draw_memory_card(memory(explanation, mask=dot), TEXT)
    assert (part(card, card.marked) == YOURS).all(axis=2).any()


def test_tall_and_flat_pictures_fit_on_the_stage(explanation: Explanation) -> None:
    for width, height in ((100, 900), (900, 60)):
        card = draw_memory_card(
            memory(explanation, picture=noise(width, height), mask=np.ones((height, width), bool)), TEXT
        )
        _, top, wide, high = card.marked
        assert wide <= COLUMN
        assert high <= HIGHEST
        assert wide / high == pytest.approx(width / height, rel=0.05)
        if width < height:  # the stage shows beside it
            assert tuple(pixels(card)[top + high // 2, 50]) == STAGE


def test_words_change_the_card_below_the_pictures_only(explanation: Explanation) -> None:
    one, other = (draw_memory_card(memory(explanation, words=words), TEXT) for words in ("soft ears", "warm nose"))
    differs = (pixels(one) != pixels(other)).any(axis=2)
    rows, columns = np.nonzero(differs)
    _, top, _, height = one.marked
    assert rows.min() >= top + height
    assert columns.max() < one.mapped[0]  # the person's half


def test_longest_words_stay_on_the_card(explanation: Explanation) -> None:
    for words in ("W" * MOST_LETTERS, "soft and warm " * (MOST_LETTERS // 14)):
        card = pixels(draw_memory_card(memory(explanation, words=words), TEXT))
        border = np.concatenate([card[:40].reshape(-1, 3), card[-40:].reshape(-1, 3), card[:, :40].reshape(-1, 3)])
        assert (border == PAPER).all()
        assert (card[:, -40:] == PAPER).all()


def test_card_tells_when_letters_are_missing(explanation: Explanation) -> None:
    assert draw_memory_card(memory(explanation, words="Größe, 犬, уши"), TEXT).complete
    assert not draw_memory_card(memory(explanation, words="soft 🐶"), TEXT).complete
    assert not draw_memory_card(memory(explanation, words="האוזניים"), TEXT).complete


def test_png_carries_pixels_and_nothing_else(explanation: Explanation) -> None:
    picture = noise(400, 300)
    picture.info |= {"comment": "secret", "exif": b"secret", "dpi": (72, 72)}
    data = draw_memory_card(memory(explanation, picture=picture), TEXT).png
    kinds, place = [], 8
    while place < len(data):
        length, kind = struct.unpack(">I4s", data[place : place + 8])
        kinds.append(kind)
        place += length + 12
    assert set(kinds) == {b"IHDR", b"IDAT", b"IEND"}
    assert Image.open(BytesIO(data)).info == {}


def test_same_memory_gives_the_same_card(explanation: Explanation) -> None:
    assert draw_memory_card(memory(explanation), TEXT).png == draw_memory_card(memory(explanation), TEXT).png


@pytest.mark.parametrize(
    ("other", "problem"),
    [
        ({"words": " \n\u200b"}, NoWords),
        ({"words": "x" * (MOST_LETTERS + 1)}, TooManyWords),
        ({"mask": np.zeros((300, 400), bool)}, NothingMarked),
        ({"mask": np.ones((400, 300), bool)}, BadMask),
        ({"mask": np.ones((300, 400), np.uint8)}, BadMask),
        ({"licence": "mine"}, UnknownLicence),
    ],
)
def test_memory_that_is_none_is_refused(explanation: Explanation, other: dict[str, Any], problem: type) -> None:
    with pytest.raises(problem):
        memory(explanation, **other)


def test_licences_name_themselves_as_spdx_does() -> None:
    assert all(each.address.startswith("https://") or each.spdx.startswith("LicenseRef-") for each in LICENCES.values())
