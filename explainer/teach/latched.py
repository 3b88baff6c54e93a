"""What did it latch on to? The figures of the exam, the verdict, and the one thing to add next.

The exam has four tests of one thing: the empty scene, a take that it never saw, the painted thing, and places
swapped. Each may be missing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

STILL = 0.5  # how sure of the thing, without the thing, is too sure
HALF = 0.5  # of an unseen take; below it, what was learned does not hold elsewhere
GOOD = 0.7  # of an unseen take; from here on it does
MOSTLY = 0.55  # of the evidence, on the painted thing; of 20 things that were learned well, none had less than 0.62
TESTS = 2  # that decide, for a verdict


class Verdict(StrEnum):
    """What the tests say together."""

    PLACE = "place"  # it learned the place, not the thing
    MORE = "more"  # the place more than the thing
    THING = "thing"  # no trick was found
    UNKNOWN = "unknown"  # nobody can tell yet


class Next(StrEnum):
    """The one thing to add next."""

    SWAP = "swap"  # the thing, where the other stood
    ALONE = "alone"  # the place alone, into "none of these"
    ELSEWHERE = "elsewhere"  # the thing somewhere else
    TEST = "test"  # nothing yet: a test is missing
    NOTHING = "nothing"  # it is good as it is


@dataclass(frozen=True)
class Empty:
    """The scene without the thing: how sure it still is of the thing, 0..1, and what it says. `unlike` is set where the
    scene is unlike everything that was taught, and so counts as none of these."""

    share: float
    says: int
    unlike: bool = False

    @property
    def suspicious(self) -> bool:
        """Whether it is still sure of the thing."""
        return self.share >= STILL and not self.unlike


@dataclass(frozen=True)
class Unseen:
    """A take that it never saw: `right` of `of` pictures; `luck` is how many guessing would get right."""

    right: int
    of: int
    luck: float

    @property
    def share(self) -> float:
        """0..1."""
        return self.right / self.of

    @property
    def suspicious(self) -> bool:
        """Whether fewer than half are right."""
        return self.share < HALF


@dataclass(frozen=True)
class Swapped:
    """The thing where the other stood: what it says, how sure it is, 0..1, and whether that is the thing."""

    says: int
    share: float
    right: bool
    unlike: bool = False

    @property
    def suspicious(self) -> bool:
        """Whether it is wrong."""
        return not self.right


@dataclass(frozen=True)
class Exam:
    """The figures of one thing, None for what was skipped. `on_thing` is the share of the evidence that lies on the
    painted thing, 0..1; None as well where the paint is too rough to tell."""

    empty: Empty | None = None
    unseen: Unseen | None = None
    on_thing: float | None = None
    swapped: Swapped | None = None

    @property
    def done(self) -> int:
        """How many of the tests that decide were done."""
        return sum(each is not None for each in (self.empty, self.unseen, self.swapped))

    @property
    def disagree(self) -> bool:
        """Whether the empty scene alone speaks against what was learned: elsewhere it is right, and swapped as well.

        Each of the three can be wrong by chance. Of things that were learned well, one in six had such an empty scene.
        """
        against = self.empty is not None and self.empty.suspicious
        elsewhere = self.unseen is not None and self.unseen.share >= GOOD
        return against and elsewhere and self.swapped is not None and self.swapped.right

    @property
    def around(self) -> bool:
        """Whether all tests speak for the thing, and yet about half of the evidence lies around what is painted of it.

        Then it goes by what is around the thing as well, or the paint misses a part of the thing.
        """
        return self._by_tests is Verdict.THING and self.on_thing is not None and self.on_thing < MOSTLY

    @property
    def verdict(self) -> Verdict:
        """What they say together. The share on the thing accuses nobody: it explains a verdict, and keeps from saying
        that it goes by the thing where much of the evidence lies elsewhere."""
        return Verdict.UNKNOWN if self.around else self._by_tests

    @property
    def _by_tests(self) -> Verdict:
        if self.done < TESTS or self.disagree:
            return Verdict.UNKNOWN
        empty = self.empty is not None and self.empty.suspicious
        others = [each is not None and each.suspicious for each in (self.unseen, self.swapped)]
        if empty and any(others):
            return Verdict.PLACE
        if empty or any(others):
            return Verdict.MORE
        if self.unseen is not None and self.unseen.share >= GOOD:
            return Verdict.THING
        return Verdict.UNKNOWN


def next_of(exam: Exam, added: Sequence[Next] = ()) -> Next:
    """The one thing to add next; `added` are those that were added already.

    A place gives a thing away only as long as no other thing stands there: that comes first.
    """
    verdict = exam.verdict
    if verdict in (Verdict.PLACE, Verdict.MORE):
        wanted = [Next.SWAP, Next.ALONE, Next.ELSEWHERE]
        if exam.unseen is not None and exam.unseen.suspicious and not (exam.empty and exam.empty.suspicious):
            wanted = [Next.SWAP, Next.ELSEWHERE, Next.ALONE]
        return next((each for each in wanted if each not in added), Next.SWAP)
    if verdict is Verdict.THING:
        return Next.NOTHING
    if exam.disagree and Next.ALONE not in added:
        return Next.ALONE
    return Next.TEST if exam.done < TESTS or exam.unseen is None else Next.ELSEWHERE
