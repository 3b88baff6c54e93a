"""So many places, of which one address has some at most."""

import pytest

from page.doors.places import Places


@pytest.mark.parametrize(("at_once", "each"), [(1, 1), (2, 1), (3, 1), (4, 2), (16, 8)])
def test_one_address_has_half_of_the_places(at_once: int, each: int) -> None:
    places = Places(at_once)
    taken = 0
    while places.free_for("a"):
        places.take("a")
        taken += 1
    assert taken == each
    assert places.free_for("b") is (at_once > each)


def test_last_quarter_is_for_those_who_have_no_place_yet() -> None:
    places = Places(16)
    for address in "ab":
        while places.free_for(address):
            places.take(address)
    assert (places._taken["a"], places._taken["b"]) == (8, 4)
    for address in "cdef":
        assert places.free_for(address)
        places.take(address)
        assert not places.free_for(address)
    assert not places.free_for("g")


def test_places_come_back() -> None:
    places = Places(4, 3)
    for address in "aabc":
        assert places.free_for(address)
        places.take(address)
    assert not places.free_for("d")
    places.give_back("a")
    assert places.free_for("d")
    assert not places.free_for("a")
    for address in "abc":
        places.give_back(address)
    assert (places.taken, dict(places._taken)) == (0, {})
