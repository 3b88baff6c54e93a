"""Nobody takes more room on the disk than there is for one, also while bodies arrive; their own oldest files go."""

from pathlib import Path

import pytest

from page.room import LEAST, NoRoom, Room

KB = 1024
EACH, ALL = 100 * KB, 250 * KB


class Disk:
    """A folder, and room in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.room = Room(EACH, ALL)

    def send(self, name: str, size: int, *holders: str) -> None:
        """One upload, as it comes: in pieces, and then as a file."""
        with self.room.arrive(holders) as arriving:
            for at in range(0, size, 7 * KB):
                arriving.more(min(7 * KB, size - at))
            path = self.folder / name
            path.write_bytes(bytes(size))
            arriving.settle(path, size)

    @property
    def files(self) -> set[str]:
        return {path.name for path in self.folder.iterdir()}

    @property
    def bytes(self) -> int:
        return sum(path.stat().st_size for path in self.folder.iterdir())


@pytest.fixture
def disk(tmp_path: Path) -> Disk:
    return Disk(tmp_path)


def test_own_oldest_file_goes(disk: Disk) -> None:
    disk.send("other", 40 * KB, "other")
    for name in ("a", "b", "c"):
        disk.send(name, 40 * KB, "one")
    assert disk.files == {"other", "b", "c"}
    assert disk.room.of("one") == 80 * KB
    assert disk.room.bytes == disk.bytes == 120 * KB


def test_file_that_is_sent_again_is_the_newest(disk: Disk) -> None:
    for name in ("a", "b", "a", "c"):
        disk.send(name, 40 * KB, "one")
    assert disk.files == {"a", "c"}


def test_address_has_no_more_room_than_a_browser_however_many_cookies_it_makes_up(disk: Disk) -> None:
    for number in range(10):
        disk.send(f"{number}", 30 * KB, f"cookie {number}", "address")
    assert disk.files == {"7", "8", "9"}
    assert disk.room.of("cookie 0") == 0
    assert disk.room.of("cookie 9") == 30 * KB
    assert len(disk.room._files) == 4


def test_browser_has_no_more_room_from_many_addresses(disk: Disk) -> None:
    for number in range(10):
        disk.send(f"{number}", 30 * KB, "cookie", f"address {number}")
    assert disk.files == {"7", "8", "9"}


def test_bytes_that_two_sent_stay_until_both_have_lost_them(disk: Disk) -> None:
    disk.send("same", 60 * KB, "one", "here")
    disk.send("same", 60 * KB, "two", "there")
    assert disk.room.bytes == 60 * KB
    disk.send("more", 60 * KB, "one", "here")
    assert disk.files == {"same", "more"}
    assert disk.room.of("one") == disk.room.of("here") == 60 * KB
    disk.send("again", 60 * KB, "two", "there")
    assert disk.files == {"more", "again"}


def test_whoever_has_most_makes_room_when_all_together_have_too_much(disk: Disk) -> None:
    disk.send("much 1", 50 * KB, "most")
    disk.send("much 2", 49 * KB, "most")
    disk.send("some", 80 * KB, "other")
    disk.send("new", 80 * KB, "third")
    assert disk.files == {"much 2", "some", "new"}
    assert disk.bytes <= ALL


def test_many_addresses_cannot_fill_the_disk(disk: Disk) -> None:
    for number in range(50):
        disk.send(f"{number}", 60 * KB, f"address {number}")
        assert disk.bytes <= ALL
    assert len(disk.files) == 4


def test_what_arrives_at_once_takes_room_together(disk: Disk) -> None:
    with disk.room.arrive(["one"]) as first, disk.room.arrive(["one"]) as second, disk.room.arrive(["two"]) as third:
        first.more(60 * KB)
        third.more(60 * KB)
        second.more(40 * KB)
        with pytest.raises(NoRoom):
            second.more(1)
    disk.send("after", 100 * KB, "one")  # what was broken off has freed its room
    assert disk.files == {"after"}


def test_what_arrives_takes_the_room_of_own_files_first(disk: Disk) -> None:
    disk.send("old", 60 * KB, "one")
    with disk.room.arrive(["one"]) as arriving:
        arriving.more(30 * KB)
        assert disk.files == {"old"}
        arriving.more(30 * KB)
        assert disk.files == set()


def test_all_that_arrives_has_a_bound_too(disk: Disk) -> None:
    requests = [disk.room.arrive([f"address {number}"]) for number in range(4)]
    arriving = [request.__enter__() for request in requests]
    arriving[0].more(90 * KB)
    arriving[1].more(90 * KB)
    arriving[2].more(70 * KB)
    with pytest.raises(NoRoom):
        arriving[3].more(1)
    for request in requests:
        request.__exit__(None, None, None)
    assert disk.room._arriving == set()


def test_smallest_files_count_with_their_folders(disk: Disk) -> None:
    for number in range(100):
        disk.send(f"{number}", 1, "one")
    assert len(disk.files) == EACH // LEAST == 12


def test_files_that_are_gone_are_forgotten(disk: Disk, tmp_path: Path) -> None:
    for name in ("a", "b"):
        disk.send(name, 20 * KB, "one", "here")
    (tmp_path / "a").unlink()
    disk.room.forget_gone()
    assert (len(disk.room), disk.room.of("one"), disk.room.of("here"), disk.room.bytes) == (1, *[20 * KB] * 3)
    disk.room.drop(tmp_path / "b")
    disk.room.drop(tmp_path / "never there")
    assert (len(disk.room), disk.room.bytes, disk.room._files, disk.room._senders) == (0, 0, {}, {})
    assert dict(disk.room._bytes) == {}


def test_small_disk_is_never_filled_to_its_half(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for total, room in ((512 * KB * KB, 256 * KB * KB), (10**15, 1024 * KB * KB), (64 * KB, 64 * KB * KB)):
        monkeypatch.setattr("shutil.disk_usage", lambda _, total=total: type("usage", (), {"total": total}))
        assert Room.on_disk(tmp_path / "not" / "there").all == room
