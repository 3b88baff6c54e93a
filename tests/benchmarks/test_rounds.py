"""Medians, quartiles and ratios by hand, and turns that are fair."""

import pytest

from benchmarks.rounds import ONCE, Plan, Spread, percentile, time_rounds


def test_spread_is_the_median_and_the_quartiles() -> None:
    # Sorted 1 2 4 8 16: the middle is 4, the quarters lie at places 1 and 3.
    assert Spread.of([8.0, 1.0, 16.0, 4.0, 2.0]) == Spread(median=4.0, lower=2.0, upper=8.0, count=5)


def test_spread_of_an_even_number_lies_between() -> None:
    # Sorted 10 20 30 40: half way is 25; a quarter of the way is 10 + 0.75 * 10.
    assert Spread.of([40.0, 10.0, 30.0, 20.0]) == Spread(median=25.0, lower=17.5, upper=32.5, count=4)


def test_one_outlier_moves_neither_median_nor_ratio() -> None:
    calm, disturbed = Spread.of([2.0, 2.0, 2.0]), Spread.of([5.0, 5.0, 900.0])
    assert disturbed.over(calm) == 2.5


@pytest.mark.parametrize(("percent", "value"), [(0, 0.0), (50, 50.0), (95, 95.0), (100, 100.0), (12.5, 12.5)])
def test_percentile_of_the_numbers_from_0_to_100(percent: float, value: float) -> None:
    assert percentile([float(number) for number in reversed(range(101))], percent) == value


def test_no_numbers_have_no_spread() -> None:
    with pytest.raises(ValueError, match="no values"):
        Spread.of([])


def test_every_round_has_everyone_in_turn_and_another_begins() -> None:
    called: list[str] = []
    contenders = {name: lambda name=name: called.append(name) for name in "abc"}
    spreads = time_rounds(contenders, Plan(seconds=0, least=3, most=3, calls=1))
    # A call to warm up, then the one that is measured.
    assert "".join(called) == "aabbcc" + "bbccaa" + "ccaabb"
    assert {name: spread.count for name, spread in spreads.items()} == {"a": 3, "b": 3, "c": 3}


def test_first_call_of_a_turn_is_not_measured() -> None:
    from time import sleep

    calls = iter([0.2, 0.0])
    spread = time_rounds({"slow at first": lambda: sleep(next(calls))}, ONCE)["slow at first"]
    assert spread.count == 1
    assert spread.median < 200


def test_failing_contender_is_not_hidden() -> None:
    def fail() -> None:
        raise RuntimeError("no map")

    with pytest.raises(RuntimeError, match="no map"):
        time_rounds({"fine": lambda: None, "broken": fail}, ONCE)
