"""What counts as a number."""

import math
from typing import Any

import pytest

from explainer.experiments.number import finite


@pytest.mark.parametrize(("sent", "number"), [(0, 0.0), (-3, -3.0), (0.25, 0.25), (1e308, 1e308), (10**300, 1e300)])
def test_number_is_taken(sent: Any, number: float) -> None:
    assert finite(sent) == number


@pytest.mark.parametrize("sent", [10**400, -(10**400), math.nan, math.inf, -math.inf, True, False, None, "1", [1], {}])
def test_anything_else_is_none(sent: Any) -> None:
    assert finite(sent) is None
