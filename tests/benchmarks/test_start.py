"""Starts are judged by their median, first answers by the worst of them."""

import pytest

from benchmarks.start import COLD, WARM, Start, goals_of, table_of

STARTS = {
    COLD: [Start(8.0, 8.2, 60.0, 20.0), Start(9.0, 9.2, 90.0, 20.0), Start(30.0, 30.5, 50.0, 20.0)],
    WARM: [Start(7.0, 7.1, 30.0, 20.0), Start(7.0, 7.1, 50.0, 20.0)],
}


def test_goals_by_hand() -> None:
    goals = goals_of(STARTS)
    assert [goal.value for goal in goals] == [9.0, 9.2, 4.5, 7.0, 7.1, 2.5]
    assert [goal.limit for goal in goals] == [12, 12, 4, 12, 12, 2]
    assert [goal.reached for goal in goals] == [True, True, False, True, True, False]


def test_table_has_a_row_for_each_kind_of_start() -> None:
    cold, warm = table_of(STARTS).rows
    assert cold[:2] == (COLD, "9 (8.5 to 19.5)")
    assert warm[0] == WARM
    assert warm[3] == "40 (35 to 45)"


def test_kind_without_starts_is_refused() -> None:
    with pytest.raises(ValueError, match="no values"):
        goals_of({COLD: []})
