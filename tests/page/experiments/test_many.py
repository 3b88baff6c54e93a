"""Many pictures at once: rows, counts, the visitor's own words, and what is broken among them."""

import csv
import gc
import io
import json
import weakref
from collections.abc import Callable
from types import MappingProxyType
from typing import Any

import pytest
from PIL import Image

from explainer.experiments.many import MOST_PICTURES, NoPictures, TooManyPictures
from models.labels import Labels, UnknownTarget
from models.store import UnknownModel
from page.experiments.many import Many, ManyCounts
from page.experiments.many.given import NoAnswers, NotAsMany
from page.pictures.picture import BrokenPicture, Picture
from page.pictures.together import Given
from page.words import Words
from tests.page import fakes

SURE = fakes.spec("colours", fakes.Source(lambda: fakes.Colours(5)))


def coloured(red: int, green: int, blue: int) -> Callable[[], Picture]:
    return lambda: Picture(Image.new("RGB", (64, 32), (red, green, blue)))


def broken() -> Picture:
    raise BrokenPicture


RED, GREEN, DIM, BLACK = coloured(255, 0, 0), coloured(0, 255, 0), coloured(0, 0, 60), coloured(0, 0, 0)


@pytest.fixture
def many(words: Words) -> Many:
    return Many(fakes.service(words, SURE))


@pytest.fixture
def counts(words: Words) -> ManyCounts:
    return ManyCounts(fakes.service(words, SURE))


def test_each_picture_has_its_answer_and_map_in_the_given_order(many: Many) -> None:
    told = many.run([GREEN, RED])
    assert [row["answers"][0]["label"] for row in told["rows"]] == ["green", "red"]
    assert [row["number"] for row in told["rows"]] == [1, 2]
    for row in told["rows"]:
        assert row["picture"].startswith("data:image/jpeg;base64,")
        assert len(row["map"]["grid"]) == row["map"]["width"] * row["map"]["height"]
        assert row["seen"] == {"x": 0.25, "y": 0.0, "width": 0.5, "height": 1.0}


def test_one_broken_file_does_not_stop_the_others(many: Many, words: Words) -> None:
    told = many.run([RED, broken, GREEN])
    assert [bool(row["answers"]) for row in told["rows"]] == [True, False, True]
    assert told["rows"][1]["problem"] == words("picture.broken")
    assert "picture" not in told["rows"][1]
    assert told["order"][-1] == 2
    assert told["headline"] == "2 of 2 are colours to it."
    assert told["given"] == "Pictures: 3. Named and counted: 2. Could not be read: 1."
    assert many.run([RED, GREEN])["given"] == ""


@pytest.fixture
def limited(words: Words) -> Many:
    """By this bound bright colours are odd, and the dim one is not."""
    service = fakes.service(words, SURE)
    service.bounds = fakes.Limits(0.1, means=(0, -2, 0))
    return Many(service)


def test_what_is_outside_is_said_and_counts_nowhere(limited: Many) -> None:
    rows = limited.run([RED, DIM])["rows"]
    assert [row["outside"] for row in rows] == [True, False]
    assert rows[0]["nearest"] == "Maybe none of the things it knows. Nearest: “red”."
    assert rows[1]["nearest"] == ""
    told = limited.run([RED, DIM, broken], labels="blue", names=["one", "two", "three"])
    assert told["order"] == [2, 1, 3]
    assert told["groups"] == [{"name": "colours", "count": 1, "of": 1}]
    assert (told["judged"], told["wrong"]) == ("By your words, it got 1 of 1 right.", [])
    assert told["given"] == (
        "Pictures: 3. Named and counted: 1. Maybe none of the things it knows: 1. Could not be read: 1."
    )
    header, first, second, third = csv.reader(io.StringIO(told["table"], newline=""))
    table = [dict(zip(header, line, strict=True)) for line in (first, second, third)]
    assert [line["outside"] for line in table] == ["yes", "no", ""]
    assert [line["answer"] for line in table] == ["", "blue", ""]
    assert [line["right"] for line in table] == ["", "yes", ""]
    assert table[0]["nearest"].startswith("red, ")


def test_nothing_but_what_is_outside_is_said(limited: Many, words: Words) -> None:
    told = limited.run([RED, GREEN])
    assert told["headline"] == words("many.unnamed")
    assert (told["groups"], told["sure"]) == ([], "")


def test_the_most_sure_comes_first_and_is_named_and_so_is_the_least(many: Many) -> None:
    told = many.run([DIM, RED])
    assert told["order"] == [2, 1]
    assert told["sure"].startswith("It is most sure of picture 2: “red”, ")
    assert "least sure of picture 1: “blue”" in told["sure"]


def test_groups_are_counted(many: Many) -> None:
    told = many.run([RED, GREEN, BLACK])
    # Black speaks for no colour; of equals the first class is the answer.
    assert told["groups"] == [{"name": "colours", "count": 3, "of": 3}]


def test_ones_own_words_tell_right_from_wrong(many: Many) -> None:
    told = many.run([RED, GREEN, RED, broken], labels=["red", "red", None, "red"])
    assert told["judged"] == "By your words, it got 1 of 2 right."
    assert told["wrong"] == [2]
    everything = many.run([RED, GREEN], labels="colours")
    assert everything["judged"] == "By your words, it got 2 of 2 right."


def test_one_tap_says_right_or_wrong_whatever_was_expected(many: Many) -> None:
    told = many.run([RED, GREEN, RED, broken], labels=["red", "red", None, None], right=[None, True, False, True])
    assert told["judged"] == "By your words, it got 2 of 3 right."
    assert told["wrong"] == [3]


def test_the_headline_is_the_largest_group(words: Words) -> None:
    groups = MappingProxyType({"all": (0, 1, 2, 3), "warm": (0, 1), "cold": (2,)})
    labels = Labels(fakes.NAMES, tuple((name,) for name in fakes.NAMES), groups)
    counted = Many(fakes.service(words, fakes.spec(source=fakes.Source(labels=labels))))
    assert counted.run([RED, RED, GREEN])["headline"] == "3 of 3 are warm to it.", "not the widest of the same size"
    blue = lambda: Picture(Image.new("RGB", (32, 32), (0, 0, 255)))  # noqa: E731
    assert counted.run([RED, RED, blue])["headline"] == "3 of 3 are all to it."


def test_plain_and_costume_are_compared(many: Many) -> None:
    told = many.run([RED, GREEN, GREEN], labels="red", costume=[False, True, True])
    assert told["compared"] == "Plain pictures: 1 of 1 right. In costume: 0 of 2 right."
    assert many.run([RED, DIM], costume=[False, True])["compared"].startswith("How sure it is on average: ")
    assert many.run([RED, DIM])["compared"] == ""


def test_the_table_has_a_line_for_each(many: Many) -> None:
    told = many.run([RED, broken], labels=["blue", None], names=["=one.jpg", "two.jpg"])
    header, first, second = csv.reader(io.StringIO(told["table"], newline=""))
    assert first[:4] == ["1", "'=one.jpg", "no", "red"]
    assert dict(zip(header, first, strict=True))["right"] == "no"
    assert dict(zip(header, second, strict=True))["problem"]


def test_counting_again_gives_what_asking_gave(many: Many, counts: ManyCounts) -> None:
    pictures, about = [RED, broken, DIM], {"labels": "red", "names": ["a", "b", "c"], "costume": [True, False, False]}
    asked = many.run(pictures, **about)
    rows = json.loads(json.dumps(asked.pop("rows")))
    assert counts.run(rows, **about) == asked


def test_counting_again_leaves_out_what_is_outside_as_well(limited: Many, counts: ManyCounts) -> None:
    asked = limited.run([RED, DIM], labels="red")
    rows = json.loads(json.dumps(asked.pop("rows")))
    assert counts.run(rows, labels="red") == asked


def test_nothing_but_broken_files_is_said(many: Many, words: Words) -> None:
    assert many.run([broken])["headline"] == words("many.nothing")


@pytest.mark.parametrize(
    ("about", "problem"),
    [
        ({"labels": ["red"]}, NotAsMany),
        ({"labels": 7}, NotAsMany),
        ({"labels": [7, 8]}, NotAsMany),
        ({"labels": "xyzzy"}, UnknownTarget),
        ({"costume": "yes"}, NotAsMany),
        ({"costume": [1, 0]}, NotAsMany),
        ({"names": ["a", None]}, NotAsMany),
        ({"model": "other"}, UnknownModel),
    ],
)
def test_what_does_not_fit_is_refused(many: Many, about: dict[str, Any], problem: type[Exception]) -> None:
    with pytest.raises(problem):
        many.run([RED, GREEN], **about)


def test_no_pictures_and_too_many_are_refused_before_any_is_opened(many: Many) -> None:
    for none in (None, []):
        with pytest.raises(NoPictures):
            many.run(none)  # type: ignore[arg-type]
    with pytest.raises(TooManyPictures):
        many.run([lambda: pytest.fail("opened")] * (MOST_PICTURES + 1))


@pytest.mark.parametrize(
    "rows",
    [
        None,
        "rows",
        [7],
        [{}],
        [{"answers": [7]}],
        [{"answers": [{"index": 99, "confidence": 0.5}]}],
        [{"answers": [{"index": True, "confidence": 0.5}]}],
        [{"answers": [{"index": 0, "confidence": 1.5}]}],
        [{"answers": [{"index": 0, "confidence": float("nan")}]}],
        [{"answers": [{"index": 0, "confidence": 0.1}] * 6}],
        [{"answers": [{"index": 0, "confidence": 0.1}], "outside": "no"}],
    ],
)
def test_rows_that_are_none_are_refused(counts: ManyCounts, rows: Any) -> None:
    with pytest.raises(NoAnswers):
        counts.run(rows)


def test_whoever_says_cats_is_right_about_big_cats_and_they_count_as_cats(words: Words) -> None:
    labels = Labels(
        fakes.NAMES,
        tuple((name,) for name in fakes.NAMES),
        MappingProxyType({"cats": (0,), "big cats": (1,), "dogs": (2,)}),
    )
    network = fakes.Source(lambda: fakes.Colours(5), labels=labels)
    told = Many(fakes.service(words, fakes.spec("colours", network))).run([RED, GREEN], labels="cats")
    assert told["judged"] == words("many.judged", right=2, of=2)
    assert told["groups"] == [{"name": "cats", "count": 2, "of": 2}, {"name": "big cats", "count": 1, "of": 2}]


def test_same_file_is_decoded_and_asked_about_once(words: Words, monkeypatch: pytest.MonkeyPatch) -> None:
    service = fakes.service(words, SURE)
    asked: list[Any] = []
    ask = service.ask
    monkeypatch.setattr(service, "ask", lambda *given: [asked.append(given), ask(*given)][1])
    decoded: list[int] = []

    def opening() -> Picture:
        decoded.append(1)
        return RED()

    files = [Given("a", 2048, opening) for _ in range(24)]
    told = Many(service).run([*files[:23], GREEN], names=[str(number) for number in range(24)])
    assert (len(decoded), len(asked)) == (1, 2)
    assert [row["name"] for row in told["rows"]] == [str(number) for number in range(24)]
    assert [row["number"] for row in told["rows"]] == list(range(1, 25))
    assert {row["answers"][0]["label"] for row in told["rows"][:23]} == {"red"}
    assert told["rows"][0]["picture"] == told["rows"][22]["picture"] != told["rows"][23]["picture"]


def test_no_picture_is_kept_once_its_row_is_made(words: Words) -> None:
    alive: list[weakref.ref[Picture]] = []

    def opening(level: int) -> Callable[[], Picture]:
        def opened() -> Picture:
            gc.collect()
            assert sum(each() is not None for each in alive) <= 1
            picture = coloured(level, 0, 0)()
            alive.append(weakref.ref(picture))
            return picture

        return opened

    assert len(Many(fakes.service(words, SURE)).run([opening(level) for level in range(5)])["rows"]) == 5


@pytest.mark.parametrize(
    "row",
    [
        {"answers": [{"index": 10**400, "confidence": 0.5}]},
        {"answers": [{"index": 1, "confidence": 10**400}]},
        {"answers": [{"index": 1, "confidence": True}]},
        {"answers": [{"index": 1, "confidence": float("nan")}]},
        {"problem": [[["deep"]]]},
        {"problem": 10**400},
    ],
)
def test_rows_with_what_is_no_number_and_no_sentence_are_refused(counts: ManyCounts, row: Any) -> None:
    with pytest.raises(NoAnswers):
        counts.run([row])
