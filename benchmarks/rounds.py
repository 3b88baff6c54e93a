"""Timing that treats all contenders alike: round by round, each in turn, and what the times say."""

import time
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

BURST_SECONDS = 0.05  # a contender's measured calls in one round: as many as fit in, one at least
# What takes longer than this is so much more than filling a cache that its first call counts.
SLOW_SECONDS = 0.4

Call = Callable[[], object]
Name = TypeVar("Name", bound=Hashable)


@dataclass(frozen=True)
class Spread:
    """The middle of some numbers and how far they lie apart: `lower` and `upper` are the quartiles."""

    median: float
    lower: float
    upper: float
    count: int

    @classmethod
    def of(cls, values: Sequence[float]) -> "Spread":
        """Summarise at least one number. Raises ValueError for none."""
        return cls(percentile(values, 50), percentile(values, 25), percentile(values, 75), len(values))

    def over(self, other: "Spread") -> float:
        """The ratio of the medians, this one's first."""
        return self.median / other.median


@dataclass(frozen=True)
class Plan:
    """How long to measure: for `seconds`, but at least `least` rounds and at most `most`, of up to `calls` each."""

    seconds: float
    least: int = 2
    most: int = 40
    calls: int = 5


ONCE = Plan(0, 1, 1, 1)


def percentile(values: Sequence[float], percent: float) -> float:
    """The value below which `percent` (0..100) of the values lie, interpolated. Raises ValueError for no values."""
    if not values:
        raise ValueError("no values")
    return float(np.percentile(values, percent))


def time_rounds(contenders: Mapping[Name, Call], plan: Plan) -> dict[Name, Spread]:
    """Milliseconds of each contender.

    Nobody profits from a quiet moment of the machine: in every round each has its turn, and who begins changes. In
    every turn the first call of a quick contender is not measured: it warms the caches that the one before has filled.
    """
    times: dict[Name, list[float]] = {name: [] for name in contenders}
    names, began = list(contenders), time.perf_counter()
    for number in range(plan.most):
        if number >= plan.least and time.perf_counter() - began > plan.seconds:
            break
        first = number % max(1, len(names))
        for name in names[first:] + names[:first]:
            times[name] += _burst(contenders[name], plan.calls)
    return {name: Spread.of(values) for name, values in times.items()}


def _burst(call: Call, calls: int) -> list[float]:
    first = _milliseconds(call)
    if first > 1000 * SLOW_SECONDS:
        return [first]
    times: list[float] = []
    while len(times) < calls and sum(times) < 1000 * BURST_SECONDS:
        times.append(_milliseconds(call))
    return times


def _milliseconds(call: Call) -> float:
    began = time.perf_counter()
    call()
    return 1000 * (time.perf_counter() - began)
