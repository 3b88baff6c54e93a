"""A file is decoded once for all questions about it, and what is kept of it is nobody else's and goes with it."""

import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from models.preprocess import Preprocess
from page.disk import DiskFull
from page.pictures import prepared
from page.pictures.picture import BrokenPicture, Limits, Picture
from page.pictures.prepared import Prepared
from page.room import Room

LIMITS = Limits()
KB = 1024


class Shelf:
    """A folder of uploads with its room, what is kept of them, and a decoder that counts."""

    def __init__(self, folder: Path, most: int = 256, own: int = 64 * KB, each: int = 100 * KB) -> None:
        self.folder = folder / "uploads"
        self.folder.mkdir()
        self.room = Room(each, 10 * each)
        self.prepared = Prepared(most, own)
        self.prepared.settle(self.folder, self.room)
        self.decoded: list[Path] = []

    def send(self, name: str, colour: int = 1, *holders: str, width: int = 20) -> Path:
        """An upload: a file that says in which colour and how wide it is decoded, 10 pixels high."""
        path = self.folder / name
        path.write_text(f"{colour} {width}")
        self.room.add(path, 2, holders or ("one",))
        return path

    def ask(self, path: Path, limits: Limits = LIMITS) -> Picture:
        return self.prepared.get(path, limits, lambda: self._decode(path))

    def _decode(self, path: Path) -> Picture:
        self.decoded.append(path)
        colour, width = map(int, path.read_text().split())
        return Picture(Image.new("RGB", (width, 10), (colour, 2, 3)))


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path)


def test_second_question_gets_the_same_pixels_and_name_without_decoding(shelf: Shelf) -> None:
    path = shelf.send("a")
    gradient = Image.linear_gradient("L").resize((37, 23)).convert("RGB")
    first = shelf.prepared.get(path, LIMITS, lambda: Picture(gradient))
    again = shelf.prepared.get(path, LIMITS, lambda: pytest.fail("decoded again"))
    assert again is not first
    assert (again.rgb.mode, again.rgb.size, again.rgb.tobytes()) == ("RGB", (37, 23), gradient.tobytes())
    assert again.name == first.name


def test_what_a_question_does_to_its_picture_is_not_the_next_ones(shelf: Shelf) -> None:
    path = shelf.send("a")
    shelf.ask(path)
    shelf.ask(path).rgb.paste((9, 9, 9), (0, 0, 20, 10))
    assert shelf.ask(path).rgb.getpixel((0, 0)) == (1, 2, 3)


class Counting(Preprocess):
    """What a model is fed with, and how often it was made."""

    made = 0

    def seen_pixels(self, picture: Image.Image, window: object = None) -> NDArray[np.uint8]:
        type(self).made += 1
        return super().seen_pixels(picture)


def test_what_a_model_gets_is_made_for_the_first_question_and_goes_when_another_model_asks(shelf: Shelf) -> None:
    path = shelf.send("a")
    gradient = Picture(Image.linear_gradient("L").resize((37, 23)).convert("RGB"))
    one, two = (Counting(side, side, (0.5,) * 3, (0.5,) * 3, Image.Resampling.BICUBIC) for side in (8, 6))
    first = shelf.prepared.get(path, LIMITS, lambda: gradient).seen_by(one)
    assert first.tobytes() == Preprocess.seen_pixels(one, gradient.rgb).tobytes()
    assert shelf.ask(path).seen_by(one) is first
    assert Counting.made == 1
    assert shelf.ask(path).seen_by(two).shape == (6, 6, 3)
    assert list(shelf.ask(path).seen) == [two]
    other = shelf.ask(shelf.send("b")).seen_by(two)
    assert other.tobytes() != shelf.ask(path).seen_by(two).tobytes()
    assert Counting.made == 3


def test_no_path_leads_to_what_is_kept(shelf: Shelf) -> None:
    shelf.ask(shelf.send("a"))
    assert [path.name for path in shelf.folder.rglob("*")] == ["a"]
    kept = shelf.prepared._kept[shelf.folder / "a"].file
    assert os.fstat(kept.fileno()).st_nlink == 0
    assert os.fstat(kept.fileno()).st_dev == shelf.folder.stat().st_dev


def test_changed_file_of_the_same_name_is_not_mistaken(shelf: Shelf) -> None:
    path = shelf.send("a", 1)
    first = shelf.ask(path)
    other = shelf.folder / "other"
    other.write_text("7 20")
    os.utime(other, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns))  # as large and as old: only the file differs
    os.replace(other, path)
    second = shelf.ask(path)
    assert second.rgb.getpixel((0, 0)) == (7, 2, 3)
    assert second.name != first.name
    path.write_text("8 20")  # written over in place
    os.utime(path, ns=(1, 1))
    assert shelf.ask(path).rgb.getpixel((0, 0)) == (8, 2, 3)
    assert len(shelf.prepared) == 1
    assert shelf.room.of("one") == shelf.room.bytes == 8 * KB + 600


def test_narrower_limits_are_not_passed_by(shelf: Shelf) -> None:
    path = shelf.send("a")
    shelf.ask(path)
    shelf.ask(path, Limits(pixels=100))
    assert shelf.decoded == [path, path]


def test_refusal_comes_each_time_and_keeps_nothing(shelf: Shelf) -> None:
    path, asked = shelf.send("a"), []

    def refuse() -> Picture:
        asked.append(1)
        raise BrokenPicture

    for _ in range(3):
        with pytest.raises(BrokenPicture):
            shelf.prepared.get(path, LIMITS, refuse)
    assert (len(asked), len(shelf.prepared), shelf.prepared._coming) == (3, 0, {})
    assert shelf.ask(path).rgb.getpixel((0, 0)) == (1, 2, 3)


def test_file_that_is_gone_is_no_picture_any_more(shelf: Shelf) -> None:
    path = shelf.send("a")
    shelf.ask(path)
    path.unlink()
    with pytest.raises(FileNotFoundError):
        shelf.ask(path)


# --- at once ---


def held_up(shelf: Shelf, path: Path, result: Callable[[], Picture]) -> tuple[Callable[[], Picture], threading.Event]:
    """A decoder that waits until it may go on, and a question that several may ask."""
    go = threading.Event()

    def decode() -> Picture:
        shelf.decoded.append(path)
        assert go.wait(60)
        return result()

    return lambda: shelf.prepared.get(path, LIMITS, decode), go


def until(true: Callable[[], bool]) -> None:
    for _ in range(6000):
        if true():
            return
        threading.Event().wait(0.01)
    pytest.fail("it did not come")


def test_first_questions_at_once_decode_once(shelf: Shelf) -> None:
    path = shelf.send("a")
    ask, go = held_up(shelf, path, lambda: Picture(Image.new("RGB", (2, 2))))
    with ThreadPoolExecutor(6) as pool:
        asked = [pool.submit(ask) for _ in range(6)]
        until(lambda: len(shelf.decoded) == 1)
        go.set()
        assert len({each.result(60).name for each in asked}) == 1
    assert shelf.decoded == [path]


def test_whoever_waited_for_a_decoding_that_failed_decodes_for_themselves(shelf: Shelf) -> None:
    path = shelf.send("a")

    def fail() -> Picture:
        raise BrokenPicture

    ask, go = held_up(shelf, path, fail)
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(ask)
        until(lambda: len(shelf.decoded) == 1)
        second = pool.submit(shelf.ask, path)
        go.set()
        assert isinstance(first.exception(60), BrokenPicture)
        assert second.result(60).rgb.getpixel((0, 0)) == (1, 2, 3)


def test_upload_that_goes_while_it_is_decoded_leaves_nothing(shelf: Shelf) -> None:
    path = shelf.send("a")
    ask, go = held_up(shelf, path, lambda: Picture(Image.new("RGB", (2, 2))))
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(ask)
        until(lambda: len(shelf.decoded) == 1)
        shelf.room.drop(path)
        go.set()
        assert asked.result(60).rgb.size == (2, 2)  # whoever asked in time is answered
    assert (len(shelf.prepared), shelf.room.bytes) == (0, 0)


def test_picture_that_is_let_go_of_while_others_read_it_harms_nobody(shelf: Shelf) -> None:
    path = shelf.send("a", width=2000)
    over = threading.Event()

    def read() -> None:
        while not over.is_set():
            assert shelf.ask(path).rgb.getpixel((1999, 9)) == (1, 2, 3)

    with ThreadPoolExecutor(4) as pool:
        readers = [pool.submit(read) for _ in range(3)]
        for _ in range(200):
            shelf.room.end_beside(path)
            shelf.ask(path)
        over.set()
        assert [each.result(60) for each in readers] == [None] * 3


# --- its end ---


def handles(shelf: Shelf) -> int:
    """How many files without a name this process holds open on the disk of the uploads."""
    found = 0
    for each in Path("/proc/self/fd").iterdir():
        try:
            found += str(os.readlink(each)).startswith(str(shelf.folder)) and os.stat(each).st_nlink == 0
        except OSError:
            continue
    return found


def test_it_goes_with_its_upload(shelf: Shelf) -> None:
    paths = [shelf.send(name, 1, "visitor", "address") for name in "abc"]
    for path in paths:
        shelf.ask(path)
    assert (len(shelf.prepared), handles(shelf)) == (3, 3)
    assert shelf.room.of("visitor") == shelf.room.of("address") == 3 * (8 * KB + 600)
    shelf.room.drop(paths[0])
    paths[1].unlink()
    shelf.room.forget_gone()
    assert (len(shelf.prepared), handles(shelf)) == (1, 1)
    assert shelf.room.of("visitor") == shelf.room.bytes == 8 * KB + 600
    shelf.room.drop(paths[2])
    assert (len(shelf.prepared), handles(shelf), shelf.room.bytes, shelf.room.of("address")) == (0, 0, 0, 0)


def test_it_counts_as_its_owners_and_never_costs_a_file(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, each=40 * KB)
    paths = [shelf.send(name, width=400) for name in "abc"]  # three times 8 KB, and 12 KB beside each
    for path in paths:
        shelf.ask(path)
        assert shelf.room.of("one") <= 40 * KB
    assert len(shelf.prepared) == 1
    assert all(path.exists() for path in paths)
    shelf.decoded.clear()
    shelf.ask(paths[2])  # the last one is there
    shelf.ask(paths[0])  # the first one had to go
    assert shelf.decoded == [paths[0]]
    wide = shelf.send("d", width=900)
    shelf.ask(wide)  # 26 KB find no room, and the answer comes all the same
    assert shelf.prepared._kept.keys() == set()
    assert all(path.exists() for path in paths)


def test_new_upload_takes_the_room_of_what_is_beside_before_that_of_a_file(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, each=40 * KB)
    first = shelf.send("a", width=400)
    shelf.ask(first)
    for name in "bcd":
        shelf.send(name)
    assert first.exists()
    assert len(shelf.prepared) == 0
    assert shelf.room.of("one") == 32 * KB


def test_two_who_sent_the_same_bytes_share_it_until_both_have_gone(shelf: Shelf) -> None:
    path = shelf.send("a", 1, "one")
    shelf.ask(path)
    shelf.send("a", 1, "two")
    assert shelf.room.of("one") == shelf.room.of("two") == 8 * KB + 600
    assert shelf.room.bytes == 8 * KB + 600


def test_the_one_that_nobody_asks_about_goes_first(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, most=2)
    a, b, c = (shelf.send(name) for name in "abc")
    for path in (a, b, a, c):
        shelf.ask(path)
    assert set(shelf.prepared._kept) == {a, c}
    assert handles(shelf) == 2
    assert shelf.room.bytes == 3 * 8 * KB + 2 * 600


def test_pictures_of_the_page_itself_have_a_bound_of_their_own(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, own=2000)
    paths = [tmp_path / name for name in "abcd"]
    for path in paths:
        path.write_text("5 20")
        shelf.ask(path)
    assert set(shelf.prepared._kept) == set(paths[1:])
    assert shelf.room.bytes == 0
    upload = shelf.send("upload")
    shelf.ask(upload)
    assert set(shelf.prepared._kept) == {*paths[1:], upload}


def test_full_disk_costs_the_next_question_its_decoding_and_nothing_else(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = shelf.send("a")
    monkeypatch.setattr(prepared, "trouble_of", lambda folder: DiskFull())
    for _ in range(2):
        assert shelf.ask(path).rgb.getpixel((0, 0)) == (1, 2, 3)
    monkeypatch.undo()

    def full(**_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tempfile.TemporaryFile", full)
    assert shelf.ask(path).rgb.getpixel((0, 0)) == (1, 2, 3)
    assert (len(shelf.decoded), len(shelf.prepared), shelf.room.bytes) == (3, 0, 8 * KB)


def test_nothing_is_kept_before_there_is_a_place(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"a")
    bare = Prepared()
    bare.get(path, LIMITS, lambda: Picture(Image.new("RGB", (2, 2))))
    assert len(bare) == 0


def test_forked_process_has_its_own() -> None:
    assert prepared.of(1) is not prepared.of(2)
    assert prepared.of(1) is prepared.of(1)
