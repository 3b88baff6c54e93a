"""The verdict follows the table of the four tests, and names the one thing to add next."""

import pytest

from explainer.teach.latched import Empty, Exam, Next, Swapped, Unseen, Verdict, next_of

STILL, GONE, UNLIKE = Empty(0.64, 0), Empty(0.2, 2), Empty(0.9, 2, unlike=True)
FEW, SOME, MANY = (Unseen(right, 10, 3.3) for right in (2, 6, 8))
WRONG, RIGHT = Swapped(1, 0.99, False), Swapped(0, 0.9, True)


@pytest.mark.parametrize(
    ("exam", "verdict"),
    [
        (Exam(STILL, FEW, 0.3, WRONG), Verdict.PLACE),
        (Exam(STILL, FEW), Verdict.PLACE),
        (Exam(STILL, None, None, WRONG), Verdict.PLACE),
        (Exam(STILL, MANY), Verdict.MORE),
        (Exam(STILL, SOME, None, RIGHT), Verdict.MORE),
        (Exam(STILL, MANY, None, RIGHT), Verdict.UNKNOWN),  # two speak for it, and one against
        (Exam(GONE, FEW), Verdict.MORE),
        (Exam(GONE, MANY, None, WRONG), Verdict.MORE),
        (Exam(GONE, MANY, 0.8, RIGHT), Verdict.THING),
        (Exam(GONE, MANY, 0.4, RIGHT), Verdict.UNKNOWN),  # most lies around the paint
        (Exam(GONE, MANY, 0.4), Verdict.UNKNOWN),
        (Exam(GONE, FEW, 0.9, WRONG), Verdict.MORE),  # and the paint alone clears nobody
        (Exam(UNLIKE, MANY), Verdict.THING),
        (Exam(GONE, SOME, None, RIGHT), Verdict.UNKNOWN),
        (Exam(STILL), Verdict.UNKNOWN),
        (Exam(), Verdict.UNKNOWN),
        (Exam(on_thing=0.1), Verdict.UNKNOWN),
        (Exam(GONE, None, None, RIGHT), Verdict.UNKNOWN),
    ],
)
def test_verdict(exam: Exam, verdict: Verdict) -> None:
    assert exam.verdict is verdict


def test_evidence_around_the_paint_is_told_only_where_nothing_else_speaks_against_the_thing() -> None:
    assert Exam(GONE, MANY, 0.4, RIGHT).around
    assert not any(each.around for each in (Exam(GONE, MANY, 0.7, RIGHT), Exam(GONE, FEW, 0.4), Exam(GONE, MANY)))
    assert next_of(Exam(GONE, MANY, 0.4, RIGHT)) is Next.ELSEWHERE


def test_what_to_add_next() -> None:
    tricked = Exam(STILL, FEW, 0.3, WRONG)
    assert next_of(tricked) is Next.SWAP
    assert next_of(tricked, [Next.SWAP]) is Next.ALONE
    assert next_of(tricked, [Next.SWAP, Next.ALONE]) is Next.ELSEWHERE
    assert next_of(Exam(GONE, FEW, None, RIGHT), [Next.SWAP]) is Next.ELSEWHERE
    assert next_of(Exam(GONE, MANY, 0.8, RIGHT)) is Next.NOTHING
    assert next_of(Exam(GONE)) is Next.TEST
    assert next_of(Exam(GONE, SOME, None, RIGHT)) is Next.ELSEWHERE
    assert next_of(Exam(STILL, MANY, None, RIGHT)) is Next.ALONE
    assert next_of(Exam(STILL, MANY, None, RIGHT), [Next.ALONE]) is Next.ELSEWHERE
