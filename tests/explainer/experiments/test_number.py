"""What counts as a number."""

import math
from typing import Any

import pytest

from explainer.experiments.number import finite, written


@pytest.mark.parametrize(("sent", "number"), [(0, 0.0), (-3, -3.0), (0.25, 0.25), (1e308, 1e308), (10**300, 1e300)])
def test_number_is_taken(sent: Any, number: float) -> None:
    assert finite(sent) == number


@pytest.mark.parametrize("sent", [10**400, -(10**400), math.nan, math.inf, -math.inf, True, False, None, "1", [1], {}])
def test_anything_else_is_none(sent: Any) -> None:
    assert finite(sent) is None


@pytest.mark.parametrize(("text", "number"), [("7", 7.0), ("-0.5", -0.5), ("+1.", 1.0), (".25", 0.25), ("2e-3", 0.002)])
def test_text_that_programs_write_is_a_number(text: str, number: float) -> None:
    assert written(text) == number


@pytest.mark.parametrize(
    "text", ["", ".", "e5", " 7", "7\n", "1_000", "0x1", "nan", "inf", "1e999", "\u0667", "\uff17", "\u00b2", "1,5"]
)
def test_any_other_text_is_no_number(text: str) -> None:
    assert written(text) is None
