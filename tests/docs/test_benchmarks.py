"""docs/benchmarks.md shows the latest results."""

import re

import pytest

from benchmarks.__main__ import WHAT
from tests.docs.reading import text

BENCHMARKS = text("docs/benchmarks.md")


def must_reach(name: str) -> str:
    """The table of goals in the latest results of a benchmark."""
    return text(f"benchmarks/results/{name}.md").partition("## Must reach\n\n")[2].partition("\n\n")[0]


@pytest.mark.parametrize("name", ["explain", "outside"])
def test_the_benchmarks_table_is_the_latest_result(name: str) -> None:
    shown = BENCHMARKS.partition(f"<!-- {name}: the must-reach table")[2].partition("-->\n")[2]
    shown = shown.partition(f"\n<!-- {name}: end -->")[0]
    assert shown.startswith("| Must reach |")
    assert shown == must_reach(name)


def test_every_benchmark_is_named() -> None:
    assert [name for name in WHAT if not re.search(rf"`{name}`|benchmarks {name}\b", BENCHMARKS)] == []
