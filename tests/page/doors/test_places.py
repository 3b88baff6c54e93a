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


def test_all_places_are_taken_by_several_and_come_back() -> None:
    places = Places(4, 3)
    for address in "aaab":
        assert places.free_for(address)
        places.take(address)
    assert not places.free_for("b")
    assert not places.free_for("c")
    places.give_back("a")
    assert places.free_for("c")
    for address in "aab":
        places.give_back(address)
    assert (places.taken, dict(places._taken)) == (0, {})
