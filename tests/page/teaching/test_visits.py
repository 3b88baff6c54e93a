"""What visitors taught is theirs, is wiped when they leave, and takes a bounded part of the memory."""

from contextlib import suppress

import numpy as np
import pytest

from explainer.teach.pooled import features_in
from models.taught.head import TaughtHead
from page.doors.owners import ANYONE
from page.teaching.picture import LookedAt
from page.teaching.problems import FullPage, FullThing, FullVisit
from page.teaching.visit import MOST_ALL, MOST_BYTES, MOST_EACH, Holding, TaughtVisit
from page.teaching.visits import IDLE, MOST_PROGRAMS, TaughtVisits


def looked(seed: int, channels: int = 8) -> LookedAt:
    drawn = np.random.default_rng(seed)
    pixels = drawn.integers(0, 255, (8, 8, 3)).astype(np.uint8)
    maps = drawn.random((channels, 2, 2)).astype(np.float32)
    return LookedAt(pixels, seed.to_bytes(32), features_in(maps))


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_browser_has_one_visit_and_only_its_own() -> None:
    visits = TaughtVisits()
    first = visits.begin("a", "1", "colours")
    assert visits.of("a") is first
    assert visits.named(first.name, "a") is first
    assert visits.named(first.name, "b") is visits.named(first.name, "") is visits.of("b") is None
    second = visits.begin("a", "1", "colours")
    assert (visits.of("a"), visits.named(first.name, "a")) == (second, None)
    beside = visits.begin("a", "1", "colours", page=False)
    assert visits.of("a") is second
    visits.forget("a")
    assert visits.named(beside.name, "a") is None
    assert len(visits) == 0


def test_what_nobody_owns_is_anybodys_who_knows_its_name() -> None:
    visits = TaughtVisits()
    program = visits.begin("", "1", "colours")
    assert program.owner == ANYONE
    assert visits.named(program.name, "b") is program
    visits.forget("")
    assert len(visits) == 1


def test_visits_that_nobody_uses_are_wiped() -> None:
    clock = Clock()
    visits = TaughtVisits(clock=clock)
    browser, program = visits.begin("a", "1", "colours"), visits.begin("", "1", "colours")
    clock.now = 601
    visits.sweep(600)
    assert visits.named(program.name, "") is None
    assert visits.of("a") is browser
    clock.now += IDLE + 1
    visits.sweep(600)
    assert len(visits) == 0


def test_where_memory_is_short_whoever_has_most_loses_what_is_oldest() -> None:
    clock = Clock()
    visits = TaughtVisits(bytes_=60_000, clock=clock)
    rich = []
    for token in "ab":
        clock.now += 1
        visit = visits.begin(token, "rich", "colours")
        thing = visit.name_thing(None, "x").number
        for seed in range(20):
            visit.add(thing, looked(seed), "")
        rich.append(visit)
    clock.now += 1
    poor = visits.begin("c", "poor", "colours")
    visits.make_room(poor, 10_000)
    assert visits.of("a") is None
    assert visits.of("b") is rich[1]
    with pytest.raises(FullPage):
        visits.make_room(rich[1], 60_000)
    assert visits.of("c") is poor


def test_a_flood_of_empty_visits_wipes_nobody_who_teaches() -> None:
    clock = Clock()
    visits = TaughtVisits(most=MOST_PROGRAMS + 10, clock=clock)
    teaching = visits.begin("a", "one", "colours")
    thing = teaching.name_thing(None, "x").number
    for seed in range(9):
        teaching.add(thing, looked(seed), "")
    program = visits.begin("", "two", "colours")
    for _ in range(2 * MOST_PROGRAMS):
        clock.now += 1
        visits.begin("", "flood", "colours")
    assert len(visits) == MOST_PROGRAMS + 2, "an address has so many without a cookie"
    for token in map(str, range(40)):
        clock.now += 1
        with suppress(FullPage):
            visits.begin(token, "new", "colours")
    assert len(visits) == MOST_PROGRAMS + 10
    assert visits.of("a") is teaching
    assert visits.named(program.name, "") is program


def showing(visits: TaughtVisits, token: str, address: str, page: bool = True) -> TaughtVisit:
    visit = visits.begin(token, address, "colours", page)
    visit.add(visit.name_thing(None, "x").number, looked(1), "")
    return visit


def test_empty_visits_of_as_many_addresses_wipe_one_another_alone() -> None:
    """Each address has one visit, so none has more than whoever teaches."""
    clock = Clock()
    visits = TaughtVisits(most=12, clock=clock)
    teaching, named = showing(visits, "a", "one"), visits.begin("b", "two", "colours")
    named.name_thing(None, "Cup")
    for number in range(50):
        clock.now += 1
        last = visits.begin("", f"flood {number}", "colours")
    assert len(visits) == 12
    assert (visits.of("a"), visits.of("b")) == (teaching, named)
    assert visits.named(last.name, "") is last, "the one of them that was used longest ago goes"


def test_names_go_before_pictures_and_of_names_those_used_longest_ago() -> None:
    clock = Clock()
    visits = TaughtVisits(most=3, clock=clock)
    teaching = showing(visits, "a", "one")
    for token in "bc":
        clock.now += 1
        visits.begin(token, token, "colours").name_thing(None, "Cup")
    clock.now += 1
    visits.of("b")
    visits.begin("d", "d", "colours")
    assert visits.of("c") is None
    assert visits.of("b") is not None
    assert visits.of("a") is teaching


def test_where_all_visits_hold_pictures_whoever_begins_is_told_that_the_page_is_full() -> None:
    clock = Clock()
    visits = TaughtVisits(most=4, clock=clock)
    shown = [showing(visits, token, "school") for token in "abc"]
    opened = visits.begin("d", "four", "colours")
    numbers = np.zeros((2, 8), np.float32)
    opened.take_over(TaughtHead(("a", "b"), numbers, numbers[:, 0], 1.0, (1, 1)))
    clock.now += IDLE / 2
    with pytest.raises(FullPage):
        visits.begin("e", "five", "colours")
    assert [visits.of(token) for token in "abcd"] == [*shown, opened]
    again = visits.begin("a", "school", "colours")
    assert visits.of("a") is again, "a browser's new visit takes the place of its own"


def test_what_a_visit_holds_is_told_by_its_pictures_wherever_they_are() -> None:
    visit = TaughtVisit("a", "1", "colours")
    assert visit.holding is Holding.NOTHING
    thing = visit.name_thing(None, "x").number
    assert visit.holding is Holding.NAMES
    picture = visit.add(thing, looked(1), "")
    visit.remove([picture.number])
    assert visit.holding is Holding.PICTURES, "it can be put back"
    visit.drop_thing(thing)
    assert visit.holding is Holding.NOTHING
    visit.exams.unseen.append((0, visit.for_test(looked(2))))
    assert visit.holding is Holding.PICTURES


def test_of_the_programs_of_one_address_the_empty_ones_go_first() -> None:
    clock = Clock()
    visits = TaughtVisits(clock=clock)
    taught = showing(visits, "", "one", page=False)
    for _ in range(2 * MOST_PROGRAMS):
        clock.now += 1
        visits.begin("", "one", "colours")
    assert len(visits) == MOST_PROGRAMS
    assert visits.named(taught.name, "") is taught


def test_where_memory_is_short_no_visit_goes_that_gives_nothing_back() -> None:
    clock = Clock()
    visits = TaughtVisits(bytes_=60_000, clock=clock)
    empty = visits.begin("e", "rich", "colours")
    clock.now += 1
    for token in "ab":
        rich = visits.begin(token, "rich", "colours")
        thing = rich.name_thing(None, "x").number
        for seed in range(20):
            rich.add(thing, looked(seed), "")
    poor = visits.begin("c", "poor", "colours")
    visits.make_room(poor, 10_000)
    assert [visits.of(token) for token in "eabc"] == [empty, None, rich, poor]


def test_programs_with_cookies_are_bounded_by_their_address() -> None:
    """A cookie costs nothing: each request may bring another one."""
    clock = Clock()
    visits = TaughtVisits(most=3 * MOST_PROGRAMS, clock=clock)
    page, program = visits.begin("a", "one", "colours"), visits.begin("b", "two", "colours", page=False)
    for number in range(2 * MOST_PROGRAMS):
        clock.now += 1
        visits.begin(f"made up {number % 7}", "flood", "colours", page=False)
    assert len(visits) == MOST_PROGRAMS + 2
    assert (visits.of("a"), visits.named(program.name, "b")) == (page, program)


def test_a_file_that_was_opened_counts_in_memory_and_so_does_what_was_taken_out() -> None:
    visit = TaughtVisit("a", "1", "colours")
    empty = visit.bytes
    thing = visit.name_thing(None, "x").number
    picture = visit.add(thing, looked(1), "")
    taught = visit.bytes
    visit.remove([picture.number])
    assert visit.bytes == taught > empty
    numbers = np.zeros((2, 1000), np.float32)
    visit.take_over(
        TaughtHead(("a", "b"), numbers, numbers[:, 0], 1.0, (1, 1), examples=np.zeros((5, 1000), np.float32))
    )
    assert visit.bytes >= empty + 7 * 4000


def test_so_many_pictures_of_a_thing_of_all_and_so_many_bytes() -> None:
    visit = TaughtVisit("a", "1", "colours")
    things = [visit.name_thing(None, name).number for name in "pqrs"]
    for seed in range(MOST_EACH):
        visit.add(things[0], looked(seed), "")
    with pytest.raises(FullThing):
        visit.add(things[0], looked(9_999), "")
    for thing in things[1:3]:
        for seed in range(MOST_EACH):
            visit.add(thing, looked(seed), "")
    assert len(visit.pictures()) == MOST_ALL
    with pytest.raises(FullVisit):
        visit.add(things[3], looked(9_999), "")
    assert visit.bytes < MOST_BYTES
    large = TaughtVisit("a", "1", "colours")
    thing = large.name_thing(None, "x").number

    def fill() -> None:
        for seed in range(20):
            large.add(thing, looked(seed, channels=1_200_000), "")

    with pytest.raises(FullVisit):
        fill()
    assert large.bytes <= MOST_BYTES


def test_maps_are_kept_of_different_pictures_and_of_few() -> None:
    visit = TaughtVisit("a", "1", "colours")
    thing = visit.name_thing(None, "x").number
    for seed in range(40):
        visit.add(thing, looked(seed), "")
    assert 4 <= sum(each.maps is not None for each in visit.pictures()) <= 16
