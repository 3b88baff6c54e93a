"""The pictures of one question: pixels and seconds add up, and a file is decoded once."""

from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from page.pictures import together
from page.pictures.helpers import TooHard
from page.pictures.picture import Limits, Picture
from page.pictures.together import Together, TooManyTogether, count_all, decode_one, given, key_of

LIMITS = Limits()


def grey(width: int, height: int, level: int = 0) -> bytes:
    file = BytesIO()
    Image.new("L", (width, height), level).save(file, "PNG")
    return file.getvalue()


@pytest.fixture
def decoded(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """What is decoded, in a question of its own; each takes a second and a half."""
    files: list[Any] = []

    def decode(file: Any, limits: Limits, seconds: float, took: Callable[[float], None]) -> Picture:
        files.append(file)
        took(1.5)
        return Picture(Image.new("RGB", (1, 1)))

    monkeypatch.setattr(together, "decode_apart", decode)
    mark = together.current.set(Together())
    yield files
    together.current.reset(mark)


def test_pixels_of_a_question_add_up_before_anything_is_decoded(decoded: list[Any]) -> None:
    openings = [given(grey(5000, 3000, level), LIMITS) for level in range(3)]
    with pytest.raises(TooManyTogether) as caught:
        count_all(list(openings), LIMITS)
    assert caught.value.values == {"limit": 40, "megapixels": 45}
    assert decoded == []
    count_all(list(openings[:2]), LIMITS)


def test_same_file_counts_once(decoded: list[Any], tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(grey(6000, 6000))
    openings = [given(path, LIMITS) for _ in range(24)] + [given(grey(6, 6), LIMITS) for _ in range(24)]
    count_all(list(openings), LIMITS)
    assert len({key_of(each) for each in openings}) == 2


def test_pictures_that_come_one_by_one_add_up_too(decoded: list[Any]) -> None:
    decode_one(grey(5000, 5000), LIMITS)
    with pytest.raises(TooManyTogether):
        decode_one(grey(5000, 5000, 1), LIMITS)
    assert len(decoded) == 1


def test_same_file_is_decoded_once_while_somebody_has_it(decoded: list[Any]) -> None:
    kept = [decode_one(grey(50, 50), LIMITS) for _ in range(3)]
    assert len(decoded) == 1
    assert all(each is kept[0] for each in kept)


def test_seconds_of_a_question_add_up(decoded: list[Any]) -> None:
    for level in range(3):
        decode_one(grey(5, 5, level), LIMITS)
    with pytest.raises(TooHard):
        decode_one(grey(5, 5, 9), LIMITS)


def test_one_picture_as_large_as_a_host_allows_is_no_question_too_large(decoded: list[Any]) -> None:
    decode_one(grey(10_000, 9_000), Limits(pixels=100_000_000))
    assert len(decoded) == 1


def test_what_is_no_picture_counts_nothing(decoded: list[Any]) -> None:
    count_all([given(bytes(range(level, level + 50)), LIMITS) for level in range(50)], LIMITS)
