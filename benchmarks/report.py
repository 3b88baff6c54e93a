"""What a benchmark found, as Markdown for people and as JSON for programs."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.machine import Machine


@dataclass(frozen=True)
class Goal:
    """What must be reached: a claim, the value measured (None where it couldn't be), and the limit it must keep.

    The value is to be at most the limit; with `at_least`, at least.
    """

    claim: str
    value: float | None
    limit: float
    at_least: bool = False
    note: str = ""

    @property
    def reached(self) -> bool | None:
        """Whether the value keeps the limit; None when there is no value."""
        if self.value is None:
            return None
        return self.value >= self.limit if self.at_least else self.value <= self.limit

    def row(self) -> tuple[str, ...]:
        """The claim, what was measured, what it must be, and the verdict."""
        verdict = {True: "reached", False: "**not reached**", None: "not measured"}[self.reached]
        return (
            self.claim,
            "-" if self.value is None else figure(self.value),
            f"at {'least' if self.at_least else 'most'} {figure(self.limit)}",
            f"{verdict}: {self.note}" if self.note else verdict,
        )


@dataclass(frozen=True)
class Table:
    """Rows of text below a header."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def markdown(self) -> str:
        """The table in Markdown, without its title. Raises ValueError for a row of another length."""
        lines = [self.header, ("-",) * len(self.header), *self.rows]
        if any(len(line) != len(self.header) for line in lines):
            raise ValueError(f"a row of {self.title!r} does not fit its header")
        rule = "|" + "-|" * len(self.header)
        return "\n".join(rule if number == 1 else f"| {' | '.join(line)} |" for number, line in enumerate(lines))


@dataclass(frozen=True)
class Report:
    """A whole benchmark: `name` is the file's, `notes` are sentences about what was done or left out."""

    name: str
    title: str
    machine: Machine
    goals: tuple[Goal, ...]
    tables: tuple[Table, ...]
    notes: tuple[str, ...]

    def must_reach(self) -> Table:
        """The goals as a table."""
        return Table("Must reach", ("Must reach", "Measured", "Limit", "Verdict"), tuple(g.row() for g in self.goals))

    def markdown(self) -> str:
        """The report as a page: verdicts first, then the figures behind them."""
        parts = [f"# {self.title}", "\n".join(f"- {line}" for line in (*self.machine.sentences(), *self.notes))]
        for table in (self.must_reach(), *self.tables):
            parts += [f"## {table.title}", table.markdown()]
        return "\n\n".join(parts) + "\n"

    def json(self) -> str:
        """The report with all numbers; `read_report` is its reverse."""
        return json.dumps(asdict(self), indent=1, ensure_ascii=False, allow_nan=False) + "\n"

    def write(self, folder: Path) -> Path:
        """Write NAME.md and NAME.json into `folder`, made where it is missing; the path of the Markdown file."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{self.name}.json").write_text(self.json(), encoding="utf-8")
        path = folder / f"{self.name}.md"
        path.write_text(self.markdown(), encoding="utf-8")
        return path


def read_report(text: str) -> Report:
    """A report from its JSON. Raises KeyError, TypeError or ValueError for anything else."""
    said: dict[str, Any] = json.loads(text)
    return Report(
        name=said["name"],
        title=said["title"],
        machine=Machine(**said["machine"]),
        goals=tuple(Goal(**goal) for goal in said["goals"]),
        tables=tuple(
            Table(table["title"], tuple(table["header"]), tuple(tuple(row) for row in table["rows"]))
            for table in said["tables"]
        ),
        notes=tuple(said["notes"]),
    )


def figure(value: float) -> str:
    """A number with about three digits, without an exponent where people read it; whole numbers stay whole."""
    size = abs(value)
    if float(value).is_integer():
        return f"{value:,.0f}"
    if size < 0.001:
        return f"{value:.0e}"
    return f"{value:,.0f}" if size >= 100 else f"{value:.1f}" if size >= 10 else f"{value:.3g}"


def total_verdict(goals: Sequence[Goal]) -> str:
    """One line: how many goals are reached."""
    reached = sum(goal.reached is True for goal in goals)
    return f"{reached} of {len(goals)} goals reached"
