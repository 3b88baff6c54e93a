"""Labels come from file names; shares and times are counted by hand here."""

import dataclasses
from pathlib import Path

import pytest
from PIL import Image

from benchmarks.fool import (
    AWAY,
    TOWARD,
    Attempt,
    NoLabels,
    attempts_of,
    by_strength,
    goals_of,
    labelled,
    notes_of,
    summary,
)
from explainer.explain import explain
from tests.explainer.networks import linear

SIDE = 16
ONE = Attempt("one", AWAY, reached=True, within=True, strength=1, passes=4, unmoved=5, seconds=9.0, busy=1.0)
MANY = [
    ONE,
    dataclasses.replace(ONE, name="two", strength=3, busy=6.0, unmoved=2),
    dataclasses.replace(ONE, name="three", reached=False),
    dataclasses.replace(ONE, name="four", within=False),
]


def test_labels_are_the_numbers_that_names_begin_with(tmp_path: Path) -> None:
    for name in ("0003_cat.png", "12_dog.JPG", "0999_far.png", "cat.png", "0003_notes.txt"):
        (tmp_path / name).touch()
    assert [(path.name, index) for path, index in labelled(tmp_path, 20)] == [("0003_cat.png", 3), ("12_dog.JPG", 12)]


def test_folder_without_labels_is_refused(tmp_path: Path) -> None:
    (tmp_path / "cat.png").touch()
    with pytest.raises(NoLabels, match=r"like 0007_cock\.jpg"):
        labelled(tmp_path, 1000)


def test_goals_by_hand() -> None:
    share, slowest = goals_of(AWAY, MANY)
    assert (share.value, share.reached) == (0.25, False)  # the second is too strong, the others fail
    assert (slowest.value, slowest.reached) == (6.0, False)
    assert [goal.value for goal in goals_of(TOWARD, MANY)] == [None, None]


def test_tables_and_notes_by_hand() -> None:
    assert summary(MANY).rows == ((AWAY, "4", "1 s, at most 6 s", "9 s, at most 9 s", "4", "17 of 20"),)
    assert by_strength(MANY).rows[0][:4] == (AWAY, "25.0%", "25.0%", "50.0%")
    assert notes_of(4, MANY)[-1] == f"Not reached: three ({AWAY}), four ({AWAY})."


def test_a_picture_that_it_gets_wrong_is_only_led_toward_a_label(tmp_path: Path) -> None:
    classifier = linear(3, SIDE)
    path = tmp_path / "0000.png"
    Image.effect_noise((SIDE, SIDE), 90).convert("RGB").save(path)
    with Image.open(path) as opened:
        answer = explain(classifier, opened).answer.index
    right, wrong = (list(attempts_of(classifier, path, index, 1)) for index in (answer, (answer + 1) % 3))
    assert [each.aim for each in right] == [AWAY, TOWARD]
    assert [each.aim for each in wrong] == [TOWARD]
    assert all(each.within for each in right + wrong)
