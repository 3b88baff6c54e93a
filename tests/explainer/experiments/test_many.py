"""A stack of pictures: good and broken ones, counted, sorted, compared and written as a table."""

import csv
import io
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from PIL import Image

from explainer.experiments.many import (
    MOST_PICTURES,
    Count,
    Entry,
    NoPictures,
    Row,
    Side,
    TooManyPictures,
    by_sureness,
    explain_each,
    group_counts,
    side,
    wrong,
)
from explainer.experiments.many_table import COLUMNS, as_csv
from explainer.explain import Answer, Explanation, explain
from models.labels import Choice
from models.problems import Problem
from models.work import Unwanted, Work, working
from tests.explainer.networks import classifier_of, small

GROUPS = {"animals": range(0, 10), "dogs": range(0, 4), "cats": range(4, 6), "birds": range(6, 10), "cars": (20,)}
DOG = Choice("dogs", (0, 1, 2, 3))
CAT = Choice("tabby cat", (4,))


class Broken(Problem):
    key = "picture.broken"


def picture() -> Image.Image:
    return Image.new("RGB", (8, 8))


def broken() -> Image.Image:
    raise Broken


def answered(*ranking: tuple[int, float]) -> Explanation:
    """An explanation of which only the answers matter."""
    return SimpleNamespace(top=ranked(*ranking), outlook=None)  # type: ignore[return-value]


def ranked(*ranking: tuple[int, float]) -> tuple[Answer, ...]:
    return tuple(Answer(index, f"class {index}", confidence) for index, confidence in ranking)


def row(
    number: int,
    index: int,
    confidence: float,
    expected: Choice | None = None,
    costume: bool = False,
    outside: bool | None = None,
) -> Row:
    entry = Entry(picture, f"{number}.jpg", expected, costume)
    return Row(number, entry, ranked((index, confidence)), outside=outside)


FAILED = Row(9, Entry(broken, "nine.jpg", DOG), problem=Broken())
ROWS = (
    row(1, 0, 0.5, DOG),
    row(2, 4, 0.9, DOG, costume=True),
    row(3, 1, 0.7),
    row(4, 5, 0.3, CAT),
    row(5, 20, 0.9),
    row(6, 2, 0.2, DOG, costume=True),
    FAILED,
)


def test_broken_file_does_not_stop_the_others() -> None:
    classifier = classifier_of(small(), ["3"], 7)
    entries = [Entry(picture, "a"), Entry(broken, "b"), Entry(picture, "c")]
    rows = list(explain_each(entries, lambda each: explain(classifier, each)))
    assert [each.number for each in rows] == [1, 2, 3]
    assert [each.entry.name for each in rows] == ["a", "b", "c"]
    assert [type(each.problem) for each in rows] == [type(None), Broken, type(None)]
    assert [each.answer is None for each in rows] == [False, True, False]
    assert rows[0].answer == rows[2].answer


def test_model_that_refuses_one_picture_does_not_stop_the_others() -> None:
    given = iter([answered((0, 1.0)), Broken(), answered((1, 1.0))])

    def ask(_: Image.Image) -> Explanation:
        result = next(given)
        if isinstance(result, Problem):
            raise result
        return result

    rows = list(explain_each([Entry(picture)] * 3, ask))
    assert [each.problem is None for each in rows] == [True, False, True]


def test_what_is_no_problem_of_a_picture_stops_everything() -> None:
    def ask(_: Image.Image) -> Explanation:
        raise MemoryError

    with pytest.raises(MemoryError):
        list(explain_each([Entry(picture)], ask))


@pytest.mark.parametrize("outside", [True, False])
def test_what_the_check_of_outside_says_is_part_of_the_row(outside: bool) -> None:
    looked = SimpleNamespace(top=ranked((0, 1.0)), outlook=SimpleNamespace(outside=outside))
    (only,) = explain_each([Entry(picture)], lambda _: looked)  # type: ignore[arg-type, return-value]
    assert only.outside is outside
    assert (only.answer is None) is outside
    assert only.answers == ranked((0, 1.0))


def test_picture_outside_counts_nowhere() -> None:
    strange = row(7, 0, 0.99, CAT, costume=True, outside=True)
    inside = row(8, 0, 0.1, CAT, outside=False)
    assert strange.right is None
    assert [each.number for each in by_sureness((FAILED, strange, inside))] == [8, 7, 9]
    assert group_counts((strange, inside), {"dogs": range(4)}) == (Count("dogs", 1, 1),)
    assert [each.number for each in wrong((strange, inside))] == [8]
    assert side([strange], costume=True) == Side(0, 0, 0, None)


def test_each_picture_is_opened_only_when_its_turn_comes() -> None:
    opened: list[int] = []

    def opener(number: int) -> Callable[[], Image.Image]:
        def opening() -> Image.Image:
            opened.append(number)
            return picture()

        return opening

    rows = explain_each([Entry(opener(number)) for number in range(3)], lambda _: answered((0, 1.0)))
    assert opened == []
    assert next(rows).number == 1
    assert opened == [0]
    assert [each.number for each in rows] == [2, 3]


def test_no_more_are_opened_when_nobody_waits_for_them_any_more() -> None:
    with working(Work()) as work:

        def leave() -> Image.Image:
            opened.append(len(opened))
            work.wanted = False
            raise Unwanted  # as the model does between two passes

        opened: list[int] = []
        with pytest.raises(Unwanted):
            list(explain_each([Entry(leave)] * 5, lambda _: answered((0, 1.0))))
    assert opened == [0]


def test_too_many_and_none_are_refused_before_any_is_opened() -> None:
    with pytest.raises(NoPictures):
        explain_each([], lambda _: answered((0, 1.0)))
    with pytest.raises(TooManyPictures) as refused:
        explain_each([Entry(broken)] * (MOST_PICTURES + 1), lambda _: answered((0, 1.0)))
    assert refused.value.values == {"limit": MOST_PICTURES, "count": MOST_PICTURES + 1}


def test_most_sure_first_then_in_order_and_broken_ones_last() -> None:
    assert [each.number for each in by_sureness(ROWS)] == [2, 5, 3, 1, 4, 6, 9]


def test_groups_are_counted_the_narrowest_of_equals_first() -> None:
    assert group_counts(ROWS, GROUPS) == (
        Count("animals", 5, 6),
        Count("dogs", 3, 6),
        Count("cats", 2, 6),
        Count("cars", 1, 6),
    )
    only = (row(1, 6, 0.5), row(2, 7, 0.5))
    assert [count.name for count in group_counts(only, GROUPS)] == ["birds", "animals"]
    assert group_counts([FAILED], GROUPS) == ()


def test_wrong_is_what_differs_from_the_visitors_own_label() -> None:
    assert [each.right for each in ROWS] == [True, False, None, False, None, True, None]
    assert [each.number for each in wrong(ROWS)] == [2, 4]


def test_plain_and_costume_are_counted_apart() -> None:
    assert side(ROWS, costume=False) == Side(4, 2, 1, pytest.approx((0.5 + 0.7 + 0.3 + 0.9) / 4))
    assert side(ROWS, costume=True) == Side(2, 2, 1, pytest.approx(0.55))
    assert side([FAILED], costume=False) == Side(0, 0, 0, None)


def test_table_is_exactly_this() -> None:
    rows = (
        Row(1, Entry(picture, 'Bello, "wet".jpg', DOG, costume=True), ranked((0, 0.51239), (4, 0.2), (7, 0.1))),
        Row(2, Entry(picture, "ä.png"), ranked((20, 0.00004), (1, 0.00001))),
        Row(3, Entry(broken, "three", CAT), problem=Broken()),
        Row(4, Entry(picture, "four", CAT), ranked((0, 0.9), (4, 0.1), (7, 0.0), (20, 0.0)), outside=True),
        Row(5, Entry(picture, "five"), ranked((0, 0.9)), outside=False),
    )
    assert as_csv(rows, lambda problem: f"It is {problem.key}.") == (
        "number,file,costume,answer,confidence,your_label,right,second,third,outside,nearest,problem\r\n"
        '1,"Bello, ""wet"".jpg",yes,class 0,0.5124,dogs,yes,class 4,class 7,,,\r\n'
        "2,ä.png,no,class 20,0.0000,,,class 1,,,,\r\n"
        "3,three,no,,,tabby cat,,,,,,It is picture.broken.\r\n"
        '4,four,no,,,tabby cat,,,,yes,"class 0, class 4, class 7",\r\n'
        "5,five,no,class 0,0.9000,,,,,no,,\r\n"
    )


@pytest.mark.parametrize(
    "name",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "＝1+1", "=cmd|' /C calc'!A0"],  # noqa: RUF001
)
def test_text_that_a_spreadsheet_would_run_is_made_harmless(name: str) -> None:
    rows = (Row(1, Entry(picture, name, Choice(name, (0,))), ranked((0, 0.5))),)
    header, line = csv.reader(io.StringIO(as_csv(rows, str), newline=""))
    assert tuple(header) == COLUMNS
    assert line[1] == line[5] == f"'{name}"


def test_ordinary_names_stay_as_they_are() -> None:
    for name in ("dog=1.jpg", "2-3.png", "'quoted'", "犬.jpg", ""):
        line = list(csv.reader(io.StringIO(as_csv([Row(1, Entry(picture, name), ranked((0, 0.5)))], str))))[1]
        assert line[1] == name
