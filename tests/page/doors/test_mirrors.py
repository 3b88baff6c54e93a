"""Mirrors are shared: each has one frame on its way, and no address takes them all away from another."""

from contextlib import ExitStack

import pytest

from page.doors.fair_turns import Visitor
from page.doors.mirrors import FrameTooSoon, Mirrors, MirrorsTaken


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def looked(mirrors: Mirrors, address: str, name: str = "") -> bool:
    """Send a frame and get its answer; whether there was a mirror for it."""
    try:
        with mirrors.frame(Visitor(address, name)):
            return True
    except MirrorsTaken:
        return False


def test_one_mirror_has_one_frame_on_its_way_and_another_one_its_own() -> None:
    mirrors = Mirrors(2)
    with mirrors.frame(Visitor("a", "1")):
        with pytest.raises(FrameTooSoon), mirrors.frame(Visitor("a", "1")):
            pass
        assert looked(mirrors, "a", "2")
    assert looked(mirrors, "a", "1")


def test_an_error_on_the_way_frees_the_mirror_for_the_next_frame() -> None:
    mirrors = Mirrors(1)
    with pytest.raises(ValueError, match="broken"), mirrors.frame(Visitor("a")):
        raise ValueError("broken")
    assert looked(mirrors, "a")


def test_mirrors_that_are_taken_are_refused_until_one_is_idle() -> None:
    clock = Clock()
    mirrors = Mirrors(2, idle=3, clock=clock)
    assert looked(mirrors, "a")
    clock.now = 2
    assert looked(mirrors, "b")
    assert not looked(mirrors, "c")
    assert mirrors.taken == 2
    clock.now = 4
    assert looked(mirrors, "c")
    assert mirrors.taken == 2


def test_a_frame_that_is_still_looked_at_keeps_its_mirror_however_long_that_takes() -> None:
    clock = Clock()
    mirrors = Mirrors(1, idle=3, clock=clock)
    with mirrors.frame(Visitor("a")):
        clock.now = 100
        assert not looked(mirrors, "b")


def test_whoever_has_most_gives_the_last_one_to_an_address_that_has_fewer() -> None:
    mirrors = Mirrors(4)
    assert all(looked(mirrors, "flood", f"{number}") for number in range(4))
    assert looked(mirrors, "other", "1")
    assert looked(mirrors, "flood", "0")
    assert looked(mirrors, "other", "2")
    assert looked(mirrors, "other", "1")
    assert not looked(mirrors, "other", "3")
    assert not looked(mirrors, "flood", "3"), "two each is fair"


def test_frames_of_a_mirror_that_was_given_away_end_without_harm() -> None:
    mirrors = Mirrors(2)
    with ExitStack() as stack:
        for number in range(2):
            stack.enter_context(mirrors.frame(Visitor("flood", f"{number}")))
        assert looked(mirrors, "other")
    assert mirrors.taken == 2


def test_without_mirrors_nobody_gets_one() -> None:
    assert not looked(Mirrors(0), "a")
