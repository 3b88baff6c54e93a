"""What may be decoded at a time: places, pixels, and whose turn it is."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from page.pictures.share import LIGHT, Share

MEGA = 1_000_000


class Decoding:
    """A thread that keeps its part of a share until it is told to let go."""

    def __init__(self, share: Share, pixels: int, who: str = "") -> None:
        self.inside, self.leave = threading.Event(), threading.Event()

        def work() -> None:
            with share.of(pixels, who):
                self.inside.set()
                self.leave.wait(60)

        self.thread = threading.Thread(target=work, daemon=True)
        before = share.waiting
        self.thread.start()
        while not self.inside.is_set() and share.waiting == before:
            pass

    def done(self) -> None:
        self.leave.set()
        self.thread.join(60)


@contextmanager
def beginning(share: Share) -> Iterator[Callable[..., Decoding]]:
    begun: list[Decoding] = []

    def begin(mega: float, who: str = "") -> Decoding:
        begun.append(Decoding(share, int(mega * MEGA), who))
        return begun[-1]

    yield begin
    for each in begun:  # all of them first: one that waits goes in only when those before it have left
        each.leave.set()
    for each in begun:
        each.done()


def test_no_more_than_the_places_are_inside() -> None:
    with beginning(Share(2, 40 * MEGA)) as begin:
        first, second, third = begin(1), begin(1), begin(1)
        assert (first.inside.is_set(), second.inside.is_set(), third.inside.is_set()) == (True, True, False)
        first.done()
        assert third.inside.wait(60)


def test_no_more_pixels_than_the_room_are_inside() -> None:
    with beginning(Share(9, 40 * MEGA)) as begin:
        first, second, third = begin(30), begin(10), begin(2)
        assert (first.inside.is_set(), second.inside.is_set(), third.inside.is_set()) == (True, True, False)
        second.done()
        assert third.inside.wait(60)


def test_picture_larger_than_the_room_goes_alone() -> None:
    with beginning(Share(9, 40 * MEGA)) as begin:
        first, huge = begin(2), begin(100)
        assert not huge.inside.is_set()
        first.done()
        assert huge.inside.wait(60)


def test_small_picture_does_not_wait_for_the_room_of_a_large_one() -> None:
    with beginning(Share(2, 40 * MEGA)) as begin:
        begin(40), begin(40)
        assert begin(LIGHT / MEGA).inside.wait(60)


def test_smaller_one_goes_first_but_a_large_one_is_not_passed_for_ever() -> None:
    now = [0.0]
    share = Share(1, 40 * MEGA, lambda: now[0])
    with beginning(share) as begin:
        inside, large, soon = begin(1), begin(40), begin(1)
        now[0] = 5.0  # a picture of 40 megapixels lets those pass that come within four seconds
        late = begin(1)
        inside.done()
        assert soon.inside.wait(60)
        assert not large.inside.is_set()
        soon.done()
        assert large.inside.wait(60)
        assert not late.inside.is_set()
        large.done()
        assert late.inside.wait(60)


def test_room_comes_back_after_a_failure() -> None:
    share = Share(1, 40 * MEGA)
    for _ in range(3):
        try:
            with share.of(40 * MEGA):
                raise ValueError
        except ValueError:
            pass
    assert share.waiting == 0


def test_addresses_take_turns_however_many_pictures_one_of_them_sends() -> None:
    with beginning(Share(2, 40 * MEGA)) as begin:
        flood = [begin(0.1, "flood") for _ in range(6)]
        other = begin(0.1, "other")
        third = begin(20, "third")
        flood[0].done()
        assert other.inside.wait(20)
        flood[1].done()
        assert third.inside.wait(20), "the flood has none running, but was served later than this one, which never was"
        assert not flood[2].inside.is_set()
        other.done()
        assert flood[2].inside.wait(20)
        assert begin(0.1, "other").inside.is_set() is False
