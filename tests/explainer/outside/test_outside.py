"""What is called outside: the rule by hand, the bound by counting, and the real model on what it has no word for."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image

from explainer.explain import explain
from explainer.outside.bounds import Bounds
from explainer.outside.outside import Bound, Impression, TooFew, Usual, calibrate, impression_of, judge
from explainer.tape import Recording, record
from models.classifier import Classifier
from tests.explainer.networks import ACTIVATIONS, PICTURE, classifier_of, first, hand_made, small
from tests.photographs import photographs

# One layer of one channel, whose mean is usually 0 and whose deviation is usually 1.
USUAL = Usual(
    centres=(np.array([0.0]), np.array([1.0])),
    spreads=(np.array([1.0]), np.array([2.0])),
    means=np.array([-10.0, 0.0, 0.0]),
    deviations=np.array([2.0, 1.0, 0.5]),
)


def seen(strength: float, mean: float, deviation: float) -> Impression:
    return Impression(strength, (np.array([mean]), np.array([deviation])))


def ordinary(count: int, seed: int) -> list[Impression]:
    """Impressions of three channels that differ by chance alone."""
    generator = np.random.default_rng(seed)
    return [
        Impression(float(generator.normal(10, 2)), (generator.normal(0, 1, 3), generator.normal(1, 0.2, 3)))
        for _ in range(count)
    ]


def test_the_rule_by_hand() -> None:
    # Minus the strength is 2 deviations above its mean; the logarithms of the squared distances are 2 and 1.
    odd = seen(6, np.e, 1 + 2 * np.exp(0.5))
    assert USUAL.signs(odd) == pytest.approx([2, 2, 2])
    assert USUAL.oddness(odd) == pytest.approx(4 + (4 + 4) / 2)


def test_a_stronger_answer_and_more_usual_layers_count_nothing() -> None:
    assert USUAL.oddness(seen(14, np.exp(-1), 1 + 2 * np.exp(-1))) == 0
    assert USUAL.oddness(seen(14, np.e, 1)) == pytest.approx(2)


def test_a_picture_that_hits_every_centre_is_not_odd() -> None:
    assert USUAL.oddness(seen(10, 0, 1)) == 0


def test_statistics_are_those_of_the_channels_over_all_places() -> None:
    recording = record(hand_made(), PICTURE, ["1", "3"], first)
    impression = impression_of(recording, ["1", "3"], ["3"])
    places = ACTIVATIONS["3"][0].flatten(1).numpy()
    assert impression.logit == 12
    assert len(impression.statistics) == 2
    assert impression.statistics[0] == pytest.approx(places.mean(axis=1))
    assert impression.statistics[1] == pytest.approx(places.std(axis=1))


def test_a_layer_that_was_not_recorded_is_an_error() -> None:
    recording = record(hand_made(), PICTURE, ["1"], first)
    with pytest.raises(KeyError):
        impression_of(recording, ["1"], ["3"])


def test_about_the_share_that_was_asked_for_of_new_pictures_of_the_same_sort_is_above_the_bound() -> None:
    bound = calibrate(ordinary(300, 0), ["a"], level=0.1)
    above = [bound.usual.oddness(each) > bound.limit for each in ordinary(2000, 1)]
    assert np.mean(above) == pytest.approx(0.1, abs=0.03)


def test_twenty_photographs_give_the_oddness_of_the_oddest_as_the_others_see_it() -> None:
    twenty = ordinary(20, 2)
    bound = calibrate(twenty, ["a"])
    assert (bound.count, bound.layers) == (20, ("a",))
    last = max(range(20), key=lambda each: bound.usual.oddness(twenty[each]))
    assert bound.limit > bound.usual.oddness(twenty[last]), "none is compared with itself"


@pytest.mark.parametrize(("count", "level"), [(19, 0.5), (30, 0.01)])
def test_too_few_photographs_are_refused(count: int, level: float) -> None:
    with pytest.raises(TooFew, match=f"{count} photographs"):
        calibrate(ordinary(count, 0), ["a"], level)


def test_channels_that_never_change_do_not_break_the_bound() -> None:
    same = [Impression(1.0, (np.zeros(2), np.zeros(2)))] * 30
    assert np.isfinite(calibrate(same, ["a"]).limit)


def test_the_nearest_words_are_the_three_strongest_in_their_order() -> None:
    classifier = classifier_of(small(), ["2"], 7)
    logits = torch.tensor([[0.0, 3, 1, 9, 5, 2, 4]])
    recording = Recording(logits, (torch.zeros(1, 1, 2, 2),), (torch.zeros(1, 1, 2, 2),))
    outlook = judge(recording, ["2"], Bound(("2",), USUAL, 0.5, 0.05, 20), classifier)
    assert outlook.nearest == ("class 3", "class 4", "class 6")
    assert outlook.oddness == USUAL.oddness(seen(9, 0, 0))
    assert outlook.outside == (outlook.oddness > 0.5)


def test_the_bound_itself_is_still_inside() -> None:
    classifier = classifier_of(small(), ["2"], 7)
    recording = Recording(torch.zeros(1, 7), (torch.zeros(1, 1, 2, 2),), (torch.zeros(1, 1, 2, 2),))
    bound = Bound(("2",), USUAL, USUAL.oddness(seen(0, 0, 0)), 0.05, 20)
    assert not judge(recording, ["2"], bound, classifier).outside
    assert judge(recording, ["2"], replace(bound, limit=bound.limit - 1e-6), classifier).outside


@pytest.fixture(scope="module")
def bound(bundled: Classifier) -> Bound:
    measured = Bounds().of(bundled)
    assert measured is not None
    return measured.bound


def noises() -> Sequence[Image.Image]:
    generator = np.random.default_rng(7)
    coloured = generator.integers(0, 256, (240, 320, 3))
    grey = np.repeat(generator.normal(128, 40, (240, 320, 1)).clip(0, 255), 3, axis=2)
    return [Image.fromarray(each.astype(np.uint8)) for each in (coloured, grey)]


def test_noise_and_blank_pictures_are_outside(bundled: Classifier, bound: Bound) -> None:
    blank = [Image.new("RGB", (320, 240), colour) for colour in ("black", "white", "teal")]
    outlooks = [explain(bundled, picture, bound=bound).outlook for picture in (*noises(), *blank)]
    assert [outlook.outside for outlook in outlooks] == [True] * 5
    assert all(outlook.weak > 0 and outlook.strange > 0 for outlook in outlooks)


def test_photographs_of_things_it_has_words_for_are_not(bundled: Classifier, bound: Bound) -> None:
    outlooks = [explain(bundled, picture, bound=bound).outlook for picture in photographs(8)]
    assert [outlook.outside for outlook in outlooks] == [False] * 8
    assert "cheetah" in outlooks[0].nearest
