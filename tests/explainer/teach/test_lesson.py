"""A head names what it was taught, the same for the same pictures, and is not sure where nothing can be measured."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from explainer.teach.calibrate import ENOUGH
from explainer.teach.fit import STRENGTH, Span, fit
from explainer.teach.lesson import Lesson, OneThing, ShownPictures, ThingWithoutPictures, learn
from models.taught.head import TaughtHead
from tests.explainer.teach.made import features, strangers


def shown(each: int = 6, takes: int = 1, none: int = 12, things: int = 2) -> ShownPictures:
    vectors, owners, names = [], [], []
    for thing in range(things):
        for take in range(takes):
            vectors += list(features(thing, each, seed=take))
            owners += [thing] * each
            names += [f"{thing}-{take}"] * each
    vectors += list(strangers(none))
    return ShownPictures.of(vectors, owners + [things] * none, names + [""] * none)


def lesson(**options: int) -> Lesson:
    things = options.get("things", 2)
    return learn(shown(**options), [*(f"thing {each}" for each in range(things)), "none"], things)


def answers(head: TaughtHead, vectors: np.ndarray) -> list[int]:
    weight, bias = head.scaled
    return [int(each) for each in (vectors @ weight.T + bias).argmax(axis=1)]


@pytest.mark.parametrize("each", [1, 2, 3, 20])
def test_new_pictures_of_each_thing_and_of_none_are_named(each: int) -> None:
    head = lesson(each=each).head
    for thing in (0, 1):
        assert answers(head, features(thing, 20, seed=99)) == [thing] * 20
    assert answers(head, strangers(20, seed=99)).count(2) >= 18


def test_six_things_are_told_apart() -> None:
    head = lesson(things=6, each=3).head
    assert [answers(head, features(thing, 1, seed=99))[0] for thing in range(6)] == list(range(6))


def test_the_same_pictures_give_the_same_head() -> None:
    first, second = lesson(each=8, takes=2).head, lesson(each=8, takes=2).head
    assert np.array_equal(first.weight, second.weight)
    assert (first.temperature, first.novelty) == (second.temperature, second.novelty)


def test_the_span_of_the_pictures_gives_the_regression_of_the_features() -> None:
    given = shown(each=10)
    span = Span.of(given.vectors)
    ours = span.rows(fit(span.places, given.things, 3))
    theirs = LogisticRegression(C=STRENGTH, class_weight="balanced", tol=1e-8, max_iter=5000)
    theirs.fit(given.vectors.astype(np.float64), given.things)
    expected = theirs.decision_function(given.vectors)
    assert ours.scores(given.vectors) == pytest.approx(expected - expected.mean(axis=1, keepdims=True), abs=0.01)


def test_rows_add_up_to_zero_so_that_each_says_what_speaks_for_its_thing() -> None:
    for each in (1, 10):
        head = lesson(each=each).head
        assert head.weight.sum(axis=0) == pytest.approx(0, abs=1e-4)


def test_with_two_pictures_the_nearest_mean_decides() -> None:
    vectors = np.concatenate([features(0, 2), features(1, 2)]).astype(np.float64)
    things = np.array([0, 0, 1, 1])
    rows, means = fit(vectors, things, 2), [vectors[:2].mean(axis=0), vectors[2:].mean(axis=0)]
    probe = features(0, 5, seed=7, noise=3.0)
    nearest = [int(np.argmin([((each - mean) ** 2).sum() for mean in means])) for each in probe]
    assert [int(each) for each in rows.scores(probe).argmax(axis=1)] == nearest


def test_many_pictures_of_one_thing_do_not_outweigh_few_of_another() -> None:
    vectors = [*features(0, 60), *features(1, 4)]
    head = learn(ShownPictures.of(vectors, [0] * 60 + [1] * 4, ["a"] * 60 + ["b"] * 4), ["many", "few"]).head
    assert answers(head, features(1, 20, seed=99)) == [1] * 20


def test_without_a_second_take_its_figures_are_a_guess() -> None:
    one, two = lesson(each=6), lesson(each=6, takes=2)
    assert (one.calibration.guess, one.calibration.of, one.calibration.temperature) == (True, 0, 1.0)
    assert (two.calibration.guess, two.calibration.of) == (False, 24)
    assert two.calibration.of >= ENOUGH
    assert two.calibration.right == 24


def test_one_thing_alone_and_a_thing_without_a_picture_are_refused() -> None:
    with pytest.raises(OneThing):
        learn(ShownPictures.of(list(features(0, 3)), [0] * 3, ["a"] * 3), ["one"])
    with pytest.raises(OneThing):
        learn(ShownPictures.of(list(features(0, 3)), [0, 0, 1], ["a"] * 3), ["one", "none"], 1)
    with pytest.raises(ThingWithoutPictures) as found:
        learn(ShownPictures.of(list(features(0, 3)), [0] * 3, ["a"] * 3), ["cup", "toy"])
    assert found.value.values == {"name": "toy"}


def test_what_is_unlike_everything_taught_is_below_the_bound() -> None:
    head = lesson(each=6, takes=3).head
    own = [head.nearness(each) for each in features(0, 20, seed=99)]
    others = [head.nearness(each) for each in strangers(18, seed=99)]
    assert sum(each >= head.novelty for each in own) >= 18
    assert sum(each < head.novelty for each in others) >= 16
