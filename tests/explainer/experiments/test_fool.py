"""Fooled in the usual way of asking, after a file, within the bound; and what can't be fooled is said to be so."""

import io
import math
import time
from collections.abc import Callable

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from explainer.asking import Asking
from explainer.experiments import climb as climb_module
from explainer.experiments import fool as fool_module
from explainer.experiments.fool import (
    DRAWS,
    ENOUGH,
    HALF,
    STRONGEST,
    Aim,
    AlreadySo,
    Fooling,
    OtherSize,
    WrongStrength,
    fool,
    fool_further,
)
from explainer.experiments.noise import PixelAsking
from explainer.experiments.one_word import NotOneWord
from explainer.explain import explain
from explainer.target import Target, parse_target
from models.classifier import Classifier
from tests.explainer.networks import classifier_of, linear
from tests.photographs import photographs

SIDE = 16
NOISY = Image.effect_noise((SIDE, SIDE), 90).convert("RGB")


def as_file(picture: Image.Image) -> Image.Image:
    held = io.BytesIO()
    picture.save(held, "PNG")
    return Image.open(io.BytesIO(held.getvalue())).convert("RGB")


@pytest.fixture(scope="module")
def lion() -> Image.Image:
    return photographs(3)[2]


def asking(classifier: Classifier) -> Asking:
    return Asking(classifier, layers=(classifier.spec.default_layer,))


@pytest.fixture(scope="module")
def away(bundled: Classifier, lion: Image.Image) -> Fooling:
    return fool(asking(bundled), lion, seconds=math.inf)


@pytest.fixture(scope="module")
def teapot(bundled: Classifier, lion: Image.Image) -> Fooling:
    return fool(asking(bundled), lion, Aim.at(parse_target("teapot", bundled.labels)), 8, seconds=math.inf)


def test_real_model_loses_the_lion_by_two_steps_of_255_at_most(away: Fooling) -> None:
    assert away.answers.before.answer.label == "lion"
    assert away.answers.after.answer.label != "lion"
    assert away.answers.changed
    assert away.reached
    assert np.abs(away.noise.change).max() == away.noise.strength <= 2


def test_real_model_says_the_word_that_was_picked(teapot: Fooling) -> None:
    assert (teapot.answers.after.answer.label, teapot.noise.strength) == ("teapot", 8)
    assert teapot.reached
    assert np.abs(teapot.noise.change).max() <= 8
    shares = [step.share for step in teapot.steps]
    assert shares == sorted(shares), "more strength never makes it less sure"
    assert [step.noise.strength for step in teapot.steps] == list(range(1, 9))
    assert shares[-1] >= ENOUGH
    faintest = teapot.faintest
    assert faintest is not None
    assert faintest.noise.strength <= next(step.noise.strength for step in teapot.steps if step.share >= HALF)


def test_the_noise_shown_is_the_first_with_half_of_the_share(bundled: Classifier, away: Fooling) -> None:
    first = next(step for step in away.steps if step.share >= HALF)
    assert away.noise is first.noise
    assert away.share == first.share == pytest.approx(1 - first.kept, abs=1e-6)


def test_step_by_step_comes_to_the_same_and_its_noise_can_be_added_again(
    bundled: Classifier, lion: Image.Image, teapot: Fooling
) -> None:
    change = None
    for strength in (1, 2):
        step = fool_further(asking(bundled), lion, teapot.aim, strength, change=change, seconds=math.inf)
        change = step.noise.change
        assert np.abs(change).max() <= strength
        assert step.share == pytest.approx(teapot.steps[strength - 1].share, abs=1e-4)
    again = fool(asking(bundled), lion, teapot.aim, 2, change=change)
    np.testing.assert_array_equal(again.noise.after, step.noise.after)
    assert (again.noise.passes, again.share) == (0, pytest.approx(step.share, abs=1e-6))
    weaker = fool(asking(bundled), lion, teapot.aim, 1, change=change)
    assert np.abs(weaker.noise.change).max() == 1


def test_without_time_it_gives_what_it_has(bundled: Classifier, lion: Image.Image, teapot: Fooling) -> None:
    found = fool(asking(bundled), lion, teapot.aim, seconds=0)
    assert found.stopped
    assert sum(step.noise.passes for step in found.steps) == 0
    assert not teapot.stopped
    step = fool_further(asking(bundled), lion, teapot.aim, 1, seconds=0)
    assert step.noise.passes == 0
    assert not step.noise.change.any()


@pytest.mark.parametrize("pace", [0.4, 1.0, 2.0])
def test_on_a_busy_machine_all_of_it_ends_in_time(
    monkeypatch: pytest.MonkeyPatch, bundled: Classifier, lion: Image.Image, teapot: Fooling, pace: float
) -> None:
    """The clock moves on with what the model is asked alone: by `pace` seconds for an explanation and for a pass of the
    search, and by 0.4 of that for an answer."""
    now = 0.0

    def slow(owner: object, name: str, cost: Callable[..., float]) -> None:
        known = getattr(owner, name)

        def asked(*values: object, **named: object) -> object:
            nonlocal now
            now += cost(*values)
            return known(*values, **named)

        monkeypatch.setattr(owner, name, asked)

    slow(fool_module, "logits_of", lambda _, pictures, *rest: 0.4 * pace * len(pictures))
    slow(climb_module, "slope_at", lambda *_: pace)
    slow(PixelAsking, "explain_targets", lambda *_: pace)
    monkeypatch.setattr(time, "monotonic", lambda: now)
    fool(asking(bundled), lion, teapot.aim)
    assert now <= 21, "twenty, and the pass that is under way then"


def test_a_change_of_another_size_is_refused(bundled: Classifier, lion: Image.Image) -> None:
    with pytest.raises(OtherSize) as refused:
        fool(asking(bundled), lion, change=np.zeros((8, 8, 3), np.int16))
    assert refused.value.values == {"side": 224}


def test_random_noise_of_the_same_strength_leaves_the_lion_a_lion(away: Fooling) -> None:
    assert [draw.label for draw in away.draws] == ["lion"] * DRAWS
    assert away.unmoved == DRAWS


@pytest.mark.parametrize("made", ["away", "teapot"])
def test_a_file_with_the_noise_fools_whoever_opens_it(
    made: str, request: pytest.FixtureRequest, bundled: Classifier, lion: Image.Image
) -> None:
    fooling: Fooling = request.getfixturevalue(made)
    read = as_file(bundled.preprocess.framed(fooling.noise.after, lion))
    np.testing.assert_array_equal(bundled.preprocess.seen_pixels(read), fooling.noise.after)
    asked = explain(bundled, read)
    after = fooling.answers.after.answer
    assert (asked.answer.index, asked.answer.confidence) == (after.index, after.confidence)


def pair(classifier: Classifier) -> tuple[Aim, Callable[[int], float]]:
    """Away from the answer of a linear model of two classes, and by how much each strength changes the margin."""
    weights = classifier.module[2].weight
    answer = explain(classifier, NOISY).answer.index
    slope = (weights[1 - answer] - weights[answer]).reshape(3, SIDE, SIDE).permute(1, 2, 0).double().numpy()
    pixels = classifier.preprocess.seen_pixels(NOISY).astype(float)

    def lead(strength: int) -> float:
        moved = np.clip(pixels + strength * np.sign(slope), 0, 255)
        return float((slope * (moved / 255 - 0.5) / 0.5).sum())

    return Aim(answer, toward=False), lead


def test_smallest_strength_is_that_of_the_closed_form() -> None:
    classifier = linear(2, SIDE)
    _, lead = pair(classifier)
    classifier.module[2].bias[:] = 0
    aim, lead = pair(classifier)
    # So far ahead that three steps do not do it and four do.
    classifier.module[2].bias[aim.index] = (lead(3) + lead(4)) / 2
    aim, _ = pair(classifier)
    found = fool(asking(classifier), NOISY, aim)
    assert found.reached
    assert found.noise.strength == np.abs(found.noise.change).max() == 4
    for strength, reached in ((3, False), (5, True)):
        assert fool(asking(classifier), NOISY, aim, strength).reached is reached


def test_model_that_can_not_be_moved_is_reported_so() -> None:
    classifier = linear(3, SIDE)
    classifier.module[2].weight.zero_()
    classifier.module[2].bias[:] = torch.tensor([2.0, 1.0, 0.0])
    found = fool(asking(classifier), NOISY, Aim(2, toward=True))
    assert not found.reached
    assert found.noise.strength == STRONGEST
    assert not found.noise.change.any()
    assert found.answers.after.answer.index == found.answers.before.answer.index == 0
    assert found.unmoved == DRAWS


def roughness() -> Classifier:
    """Says "class 1" where the mean step from a value to its right neighbour is larger than 1.2 of 255."""
    steps = nn.Conv2d(3, 2, (1, 2), bias=False)
    steps.weight.data[:] = torch.tensor([[-1.0, 1.0], [1.0, -1.0]])[:, None, None, :] * 127.5 / 3
    verdict = nn.Linear(2, 2)
    verdict.weight.data[:], verdict.bias.data[:] = torch.tensor([[0.0, 0.0], [1.0, 1.0]]), torch.tensor([1.2, 0.0])
    network = nn.Sequential(steps, nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), verdict)
    return classifier_of(network.requires_grad_(False), ["1"], 2, SIDE)


def test_random_noise_that_flips_the_answer_too_is_counted() -> None:
    """A ramp of one step a pixel is below the bound; noise of any kind makes it rough."""
    ramp = Image.fromarray(
        np.broadcast_to(100 + np.arange(SIDE, dtype=np.uint8)[None, :, None], (SIDE, SIDE, 3)).copy()
    )
    found = fool(asking(roughness()), ramp)
    assert found.reached
    assert [draw.index for draw in found.draws] == [1] * DRAWS
    assert found.unmoved == 0


def test_what_it_says_already_is_refused() -> None:
    classifier = linear(3, SIDE)
    answer = explain(classifier, NOISY).answer
    with pytest.raises(AlreadySo) as refused:
        fool(asking(classifier), NOISY, Aim(answer.index, toward=True))
    assert refused.value.values == {"label": answer.label}
    with pytest.raises(AlreadySo):
        fool(asking(classifier), NOISY, Aim((answer.index + 1) % 3, toward=False))


@pytest.mark.parametrize("target", [Target("dogs", (1, 2)), Target("a rather than b", (1,), (2,))])
def test_group_or_contrast_is_refused(target: Target) -> None:
    with pytest.raises(NotOneWord) as refused:
        Aim.at(target)
    assert refused.value.values == {"label": target.label}


@pytest.mark.parametrize("strength", [0, -1, 9])
def test_strength_out_of_range_is_refused(strength: int) -> None:
    with pytest.raises(WrongStrength) as refused:
        fool(asking(linear(3, SIDE)), NOISY, strength=strength)
    assert refused.value.values == {"strength": strength, "least": 1, "most": 8}


@pytest.mark.parametrize("toward", [True, False])
def test_score_is_above_zero_exactly_where_the_share_is_more_than_half(toward: bool) -> None:
    logits = torch.tensor([[3.0, 1.0, 0.0], [1.0, 2.5, 0.0], [1.0, 0.9, 0.8]])
    own = logits.double().softmax(dim=1)[:, 0]
    shares = own if toward else 1 - own
    aim = Aim(0, toward)
    torch.testing.assert_close(aim.score(logits).double().sigmoid(), shares, atol=1e-6, rtol=0)
    assert [aim.share(row) for row in logits] == pytest.approx(shares.tolist(), abs=1e-6)
    assert [aim.reached(index) for index in (0, 1)] == [toward, not toward]
