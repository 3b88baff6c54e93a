"""Many at once as a table for a spreadsheet."""

import csv
import io
from collections.abc import Callable, Iterable

from explainer.experiments.many import Row
from explainer.outside.outside import NEAREST
from models.problems import Problem

# What a spreadsheet would take for the start of a formula: https://owasp.org/www-community/attacks/CSV_Injection
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001
COLUMNS = (
    *("number", "file", "costume", "answer", "confidence", "your_label", "right", "second", "third"),
    *("outside", "nearest", "problem"),
)


def as_csv(rows: Iterable[Row], say: Callable[[Problem], str], call: Callable[[str], str] = lambda label: label) -> str:
    """A table of COLUMNS for a spreadsheet, one line a row in the given order, lines ending in CR LF (RFC 4180).

    A picture outside has no answer there, but the words that came nearest. Confidences have four decimals. A text that
    a spreadsheet would run as a formula gets an apostrophe before it. `say` gives the sentence of a problem, `call`
    what a label is called in the reader's language.
    """
    file = io.StringIO()
    table = csv.writer(file)
    table.writerow(COLUMNS)
    table.writerows([_harmless(cell) for cell in _cells(row, say, call)] for row in rows)
    return file.getvalue()


def _cells(row: Row, say: Callable[[Problem], str], call: Callable[[str], str]) -> tuple[str, ...]:
    labels = [call(answer.label) for answer in row.answers[:NEAREST]]
    first, second, third = [""] * NEAREST if row.outside else labels + [""] * (NEAREST - len(labels))
    return (
        str(row.number),
        row.entry.name,
        _yes_or_no(row.entry.costume),
        first,
        f"{row.answer.confidence:.4f}" if row.answer else "",
        call(row.entry.expected.name) if row.entry.expected else "",
        "" if row.right is None else _yes_or_no(row.right),
        second,
        third,
        "" if row.outside is None else _yes_or_no(row.outside),
        ", ".join(labels) if row.outside else "",
        say(row.problem) if isinstance(row.problem, Problem) else row.problem or "",
    )


def _yes_or_no(value: bool) -> str:
    return "yes" if value else "no"


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.lstrip(" ").startswith(FORMULA) else cell
