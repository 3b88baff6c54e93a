"""FairTurns go round by address, and within an address by session."""

import random

import pytest

from page.doors.fair_turns import FairTurns, Visitor, address_of

Item = tuple[str, str, int]


def turns(*items: Item) -> FairTurns[Item]:
    made: FairTurns[Item] = FairTurns(lambda item: Visitor(*item[:2]))
    for item in items:
        made.append(item)
    return made


def flood(address: str, count: int, sessions: int = 1) -> list[Item]:
    return [(address, f"s{number % sessions}", number) for number in range(count)]


def served(made: FairTurns[Item]) -> list[Item]:
    return [made.pop() for _ in range(len(made))]


def test_one_visitor_is_served_in_order() -> None:
    assert served(turns(*flood("a", 5))) == flood("a", 5)


def test_visitor_who_comes_after_a_flood_is_second() -> None:
    made = turns(*flood("a", 60), ("b", "", 0))
    assert [item[0] for item in served(made)][:3] == ["a", "b", "a"]


def test_visitors_are_served_in_turn() -> None:
    made = turns(*flood("a", 4), *flood("b", 2), *flood("c", 3))
    assert "".join(item[0] for item in served(made)) == "abcabcaca"


def test_who_was_served_goes_to_the_end_although_older_items_wait() -> None:
    made = turns(*flood("a", 9))
    order = []
    for number in range(4):  # asks anew each time, as soon as it was served
        made.append(("b", "", number))
        order += [made.pop()[0], made.pop()[0]]
    assert order == ["a", "b"] * 4


def test_sessions_of_one_address_take_turns_among_themselves() -> None:
    made = turns(*[("a", "x", number) for number in range(3)], ("a", "y", 0), ("b", "z", 0))
    assert served(made) == [("a", "x", 0), ("b", "z", 0), ("a", "y", 0), ("a", "x", 1), ("a", "x", 2)]


def test_made_up_sessions_gain_nothing_on_other_addresses() -> None:
    made = turns(*flood("a", 60, sessions=60), *flood("b", 3))
    assert "".join(item[0] for item in served(made))[:7] == "abababa"


def test_order_that_is_shown_is_the_order_of_serving() -> None:
    chance = random.Random(3)
    made = turns()
    for number in range(300):
        if chance.random() < 0.6 or not made:
            made.append((chance.choice("abc"), chance.choice("xyz"), number))
        else:
            made.pop()
        assert len(made) == len(list(made)) == sum(map(made.of, "abc"))
        if made:
            assert made[0] == next(iter(made))
    shown = list(made)
    assert shown[1:4] == made[1:4]
    assert shown[-1] == made[-1]
    assert served(made) == shown


def test_address_of_which_nothing_is_served_goes_before_those_that_have_something() -> None:
    made = turns(*flood("a", 3), *flood("b", 3), *flood("c", 3), ("newcomer", "", 0))
    order = [made.serve(lambda address: True, lambda address: address != "newcomer") for _ in range(4)]
    assert "".join(item[0][0] for item in order if item) == "nabc"
    assert made.serve(lambda address: address == "b", lambda address: True) == ("b", "s0", 1)
    assert made.serve(lambda address: False) is None


def test_item_that_is_dropped_changes_no_one_elses_turn() -> None:
    made = turns(*flood("a", 4), *flood("b", 2), *flood("c", 1))
    made.remove(("b", "s0", 0))
    made.remove(("c", "s0", 0))
    assert "".join(item[0] for item in served(made)) == "abaaa"


def test_item_that_does_not_wait_cannot_be_served() -> None:
    made = turns(("a", "x", 0))
    for item in (("a", "x", 1), ("a", "y", 0), ("b", "x", 0)):
        with pytest.raises(ValueError, match="not in list"):
            made.remove(item)
    assert served(made) == [("a", "x", 0)]
    with pytest.raises(IndexError):
        made.pop()
    assert not made


def test_nothing_is_kept_of_who_is_gone() -> None:
    made = turns(*flood("a", 30, sessions=30), *flood("b", 3))
    served(made)
    assert made._waiting == {}


@pytest.mark.parametrize(
    ("client", "address"),
    [
        (("10.1.2.3", 5), "10.1.2.3"),
        (("2001:db8:1:2:3:4:5:6", 5), "2001:db8:1:2::/64"),
        (("2001:db8:1:2::9", 5), "2001:db8:1:2::/64"),
        (("::ffff:10.1.2.3", 5), "10.1.2.3"),
        (("::1", 5), "::/64"),
        (("not:an:address", 5), "not:an:address"),
        (None, ""),
    ],
)
def test_address_is_that_of_the_connection_and_of_ipv6_the_network(client: object, address: str) -> None:
    headers = [(b"x-forwarded-for", b"10.9.9.9"), (b"forwarded", b"for=10.9.9.9")]
    assert address_of({"type": "http", "client": client, "headers": headers}) == address
