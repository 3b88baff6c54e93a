"""Many at once: explain a stack of pictures, then count, sort and compare the answers."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from PIL import Image

from explainer.explain import Answer, Explanation
from models.labels import Choice
from models.problems import Problem
from models.work import go_on

MOST_PICTURES = 24


class TooManyPictures(Problem):
    """More pictures than MOST_PICTURES. Values: limit, count."""

    key = "many.limit"


class NoPictures(Problem):
    """An empty stack."""

    key = "many.none"


@dataclass(frozen=True, eq=False)
class Entry:
    """One picture of the stack, not opened yet.

    `open` gives an upright RGB picture, or raises a `Problem`. `name` is the visitor's own word for the file, which
    goes nowhere but into their own table. `expected` is what they say it is, `costume` that it wears one, `judged`
    whether they call the answer right, whatever they expected.
    """

    open: Callable[[], Image.Image]
    name: str = ""
    expected: Choice | None = None
    costume: bool = False
    judged: bool | None = None


@dataclass(frozen=True, eq=False)
class Row:
    """What became of one entry: the model's answers, the surest first, or what stood in its way as a sentence or a
    `Problem`. `number` counts from 1.

    `outside` says whether the picture may be none of the things that the model has words for; None where that
    can't be told. The answers of one that is outside are only the words that came nearest, and are not counted.
    """

    number: int
    entry: Entry
    answers: tuple[Answer, ...] = ()
    problem: Problem | str | None = None
    outside: bool | None = None
    explanation: Explanation | None = None

    @property
    def answer(self) -> Answer | None:
        """The model's first answer; None where there is none, or none that counts."""
        return self.answers[0] if self.answers and not self.outside else None

    @property
    def right(self) -> bool | None:
        """Whether the visitor calls the first answer right, or it is what they expected; None where nothing is said."""
        if self.answer is None or self.entry.judged is not None:
            return self.entry.judged if self.answer else None
        if self.entry.expected is None:
            return None
        return self.answer.index in self.entry.expected.indices


@dataclass(frozen=True)
class Count:
    """`count` of `of` answers belong to the group `name`."""

    name: str
    count: int
    of: int


@dataclass(frozen=True)
class Side:
    """The plain pictures, or those in costume: how many were answered, how many of the labelled ones rightly.

    `sureness` is the mean confidence of the first answers, 0..1; None without an answer.
    """

    answered: int
    labelled: int
    right: int
    sureness: float | None


def explain_each(entries: Sequence[Entry], ask: Callable[[Image.Image], Explanation]) -> Iterator[Row]:
    """Open and explain one entry after another, each only when the next row is asked for.

    A `Problem` becomes part of its row, and the others go on. Raises NoPictures or TooManyPictures before any work, and
    Unwanted before a row where nobody waits for it any more.
    """
    if not entries:
        raise NoPictures
    if len(entries) > MOST_PICTURES:
        raise TooManyPictures(limit=MOST_PICTURES, count=len(entries))
    return (_row(number, entry, ask) for number, entry in enumerate(entries, 1))


def by_sureness(rows: Iterable[Row]) -> tuple[Row, ...]:
    """The most sure first; of equals the earlier one first; then those outside, and the broken ones."""

    def place(row: Row) -> float:
        if row.answer:
            return -row.answer.confidence
        return 1 if row.answers else 2

    return tuple(sorted(rows, key=place))


def group_counts(rows: Iterable[Row], groups: Mapping[str, Sequence[int]]) -> tuple[Count, ...]:
    """How many first answers belong to each group that has any, the largest first.

    A class may belong to several groups; of groups with the same count the narrowest comes first.
    """
    answers = [row.answer.index for row in rows if row.answer]
    counts = {name: sum(index in indices for index in answers) for name, indices in groups.items()}
    ranked = sorted(counts, key=lambda name: (-counts[name], len(groups[name])))
    return tuple(Count(name, counts[name], len(answers)) for name in ranked if counts[name])


def wrong(rows: Iterable[Row]) -> tuple[Row, ...]:
    """Those whose answer is another than the visitor's own, the most sure first."""
    return tuple(row for row in by_sureness(rows) if row.right is False)


def side(rows: Iterable[Row], costume: bool) -> Side:
    """Count the pictures in costume, or the plain ones."""
    these = [row for row in rows if row.entry.costume is costume]
    sure = [row.answer.confidence for row in these if row.answer]
    judged = [row.right for row in these if row.right is not None]
    return Side(len(sure), len(judged), sum(judged), sum(sure) / len(sure) if sure else None)


def _row(number: int, entry: Entry, ask: Callable[[Image.Image], Explanation]) -> Row:
    go_on()
    try:
        explanation = ask(entry.open())
    except Problem as problem:
        return Row(number, entry, problem=problem)
    outlook = explanation.outlook
    return Row(number, entry, explanation.top, outside=outlook.outside if outlook else None, explanation=explanation)
