"""Small pictures are made once for all who want them, and what lies on disk is not believed blindly."""

import base64
import io
import os
import stat
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from models.problems import Problem
from page import thumbnails as module
from page.pictures.picture import NotAPicture, TooManyBytes
from page.thumbnails import KEPT, SIDE, Thumbnails
from tests.page.corpus import encoded, refused


def photo(path: Path, colour: tuple[int, int, int] = (200, 30, 40)) -> Path:
    path.write_bytes(encoded(Image.new("RGB", (800, 600), colour), "PNG"))
    return path


def opened(address: str) -> Image.Image:
    kind, _, data = address.partition(",")
    assert kind == "data:image/webp;base64"
    return Image.open(io.BytesIO(base64.b64decode(data)))


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """One entry for each picture that is decoded."""
    times: list[int] = []
    real = module.decode

    def counting(file: Any) -> Any:
        times.append(1)
        return real(file)

    monkeypatch.setattr(module, "decode", counting)
    return times


def test_it_is_small_and_shows_the_same(tmp_path: Path) -> None:
    small = opened(Thumbnails().of(photo(tmp_path / "a.png")))
    assert max(small.size) == SIDE
    assert small.convert("RGB").getpixel((9, 9)) == pytest.approx((200, 30, 40), abs=6)


def test_it_is_made_once_and_again_when_the_file_changes(tmp_path: Path, made: list[int]) -> None:
    thumbnails, path = Thumbnails(), photo(tmp_path / "a.png")
    first = thumbnails.of(path)
    assert (thumbnails.of(path), len(made)) == (first, 1)
    photo(path, (0, 200, 0))
    os.utime(path, (1, 1))
    assert thumbnails.of(path) != first
    assert len(made) == 2


def test_the_next_start_finds_it_under_any_name_for_whoever_made_it_alone(tmp_path: Path, made: list[int]) -> None:
    kept = tmp_path / "new" / "kept"
    first = Thumbnails(kept).of(photo(tmp_path / "a.png"))
    assert Thumbnails(kept).of(photo(tmp_path / "b.png")) == first
    assert len(made) == 1
    (file,) = kept.iterdir()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o700
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize("harm", [b"", b"RIFF", b"<svg/>", encoded(Image.new("RGB", (4000, 10)), "WEBP")])
def test_one_that_is_damaged_or_foreign_is_made_anew(tmp_path: Path, made: list[int], harm: bytes) -> None:
    path = photo(tmp_path / "a.png")
    first = Thumbnails(tmp_path / "kept").of(path)
    (file,) = (tmp_path / "kept").iterdir()
    file.write_bytes(harm)
    assert Thumbnails(tmp_path / "kept").of(path) == first
    assert len(made) == 2
    assert len(file.read_bytes()) > len(harm) or harm.startswith(b"RIFF")


def test_no_more_are_kept_than_so_many_and_the_last_used_stay(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.mkdir()
    for number in range(2 * KEPT):
        (kept / f"{number}.webp").touch()
        os.utime(kept / f"{number}.webp", (number, number))
    Thumbnails(kept).of(photo(tmp_path / "a.png"))
    names = {path.name for path in kept.iterdir()}
    assert len(names) == KEPT
    assert f"{2 * KEPT - 1}.webp" in names
    assert "0.webp" not in names


def test_without_a_place_to_keep_them_they_are_made_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert opened(Thumbnails(tmp_path / "file").of(photo(tmp_path / "a.png")))


def test_what_is_no_picture_is_told_file_by_file(tmp_path: Path) -> None:
    (tmp_path / "letter.png").write_text("Dear visitor")
    (tmp_path / "heavy.png").write_bytes(refused()["more than 15 MB"].data)
    names = ("letter.png", "none.png", "heavy.png", "no\0name.png")
    told = Thumbnails().prepare([photo(tmp_path / "a.png"), *(tmp_path / name for name in names)])
    assert [type(each) for each in told] == [type(None), NotAPicture, FileNotFoundError, TooManyBytes, ValueError]
    with pytest.raises(Problem):
        Thumbnails().of(tmp_path / "letter.png")
