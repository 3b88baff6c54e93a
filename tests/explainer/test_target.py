import dataclasses

import numpy as np
import pytest
import torch

from explainer.target import SameTwice, Target, parse_target
from models.labels import AmbiguousTarget, Labels, UnknownTarget
from tests.explainer.networks import images

LOGITS = images(3, 8, dtype=torch.float64) * 4
NUMBERS = LOGITS.numpy()
IMAGENET = Labels.imagenet()


def together(row: np.ndarray, indices: tuple[int, ...]) -> float:
    return float(np.log(sum(np.exp(row[index]) for index in indices)))


def softmax(row: np.ndarray) -> np.ndarray:
    return np.exp(row) / np.exp(row).sum()


def test_the_score_of_a_class_is_its_logit_exactly() -> None:
    assert Target("five", (5,)).score(LOGITS).tolist() == LOGITS[:, 5].tolist()


def test_the_score_of_a_group_is_the_logarithm_of_its_summed_exponentials() -> None:
    expected = [together(row, (1, 4, 6)) for row in NUMBERS]
    np.testing.assert_allclose(Target("group", (1, 4, 6)).score(LOGITS).numpy(), expected, rtol=1e-12)


@pytest.mark.parametrize(("wanted", "against"), [((1,), (2,)), ((1, 4), (2,)), ((3,), (0, 7)), ((0, 1), (2, 3, 4))])
def test_the_score_of_a_contrast_is_one_side_minus_the_other(wanted: tuple[int, ...], against: tuple[int, ...]) -> None:
    expected = [together(row, wanted) - together(row, against) for row in NUMBERS]
    np.testing.assert_allclose(Target("contrast", wanted, against).score(LOGITS).numpy(), expected, rtol=1e-12)


def test_a_group_of_large_logits_does_not_overflow() -> None:
    assert Target("group", (0, 1)).score(torch.tensor([[500.0, 500.0]])).item() == pytest.approx(500 + np.log(2))


def test_the_confidence_of_a_class_or_a_group_is_its_share_of_the_softmax() -> None:
    probabilities = softmax(NUMBERS[0])
    assert Target("five", (5,)).confidence(LOGITS[0]) == pytest.approx(probabilities[5], rel=1e-12)
    assert Target("group", (1, 4)).confidence(LOGITS[0]) == pytest.approx(probabilities[[1, 4]].sum(), rel=1e-12)


def test_the_confidence_of_a_contrast_is_the_first_sides_share_of_both() -> None:
    probabilities = softmax(NUMBERS[0])
    wanted, against = probabilities[[1, 4]].sum(), probabilities[[2, 3]].sum()
    confidence = Target("contrast", (1, 4), (2, 3)).confidence(LOGITS[0])
    assert confidence == pytest.approx(wanted / (wanted + against), rel=1e-12)


@pytest.mark.parametrize(
    ("target", "logits", "expected"),
    [
        (Target("contrast", (1,), (2,)), [2000.0, 900.0, -900.0], 1.0),
        (Target("contrast", (2,), (1,)), [2000.0, 900.0, -900.0], 0.0),
        (Target("contrast", (1,), (2,)), [2000.0, 1.0, 1.0], 0.5),
        (Target("class", (1,)), [2000.0, 900.0, -900.0], 0.0),
        (Target("class", (0,)), [2000.0, 900.0, -900.0], 1.0),
    ],
)
def test_confidences_hold_for_extreme_logits(target: Target, logits: list[float], expected: float) -> None:
    assert target.confidence(torch.tensor(logits)) == pytest.approx(expected)


def test_a_confidence_never_passes_one() -> None:
    everything = Target("everything", tuple(reversed(range(1000))))
    for seed in range(200):
        assert 0.999999 < everything.confidence(images(1000, seed=seed) * 3) <= 1


@pytest.mark.parametrize(
    ("text", "label", "index"),
    [
        (281, "tabby cat", 281),
        ("281", "tabby cat", 281),
        (" 281 ", "tabby cat", 281),
        (0, "tench", 0),
        ("tabby cat", "tabby cat", 281),
        ("TABBY", "tabby cat", 281),
        ("Panthera leo", "lion", 291),
        ("king of beasts", "lion", 291),
    ],
)
def test_a_class_is_found_by_index_label_and_synonym(text: str | int, label: str, index: int) -> None:
    target = parse_target(text, IMAGENET)
    assert target == Target(label, (index,))
    assert target.index == index


@pytest.mark.parametrize("text", ["dogs", "dog", "Dogs"])
def test_a_group_is_found_by_its_name_and_its_singular(text: str) -> None:
    target = parse_target(text, IMAGENET)
    assert target == Target("dogs", tuple(range(151, 269)))
    assert target.index is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("dogs rather than cats", Target("dogs rather than cats", tuple(range(151, 269)), tuple(range(281, 286)))),
        ("lion rather than tiger", Target("lion rather than tiger", (291,), (292,))),
        ("291 rather than 292", Target("lion rather than tiger", (291,), (292,))),
        ("Lion  Rather Than  tiger", Target("lion rather than tiger", (291,), (292,))),
        ("tabby cat rather than dog", Target("tabby cat rather than dogs", (281,), tuple(range(151, 269)))),
    ],
)
def test_a_contrast_is_read_as_people_write_it(text: str, expected: Target) -> None:
    target = parse_target(text, IMAGENET)
    assert target == expected
    assert target.index is None


@pytest.mark.parametrize("text", ["unicorn", "", "  ", "1000", 1000, -1, "rather than cats", "lion rather than "])
def test_what_the_model_has_no_word_for_is_unknown(text: str | int) -> None:
    with pytest.raises(UnknownTarget):
        parse_target(text, IMAGENET)


@pytest.mark.parametrize("text", ["dogs rather than unicorn", "unicorn rather than dogs"])
def test_both_sides_of_a_contrast_must_be_known(text: str) -> None:
    with pytest.raises(UnknownTarget) as caught:
        parse_target(text, IMAGENET)
    assert caught.value.values["query"] == "unicorn"


@pytest.mark.parametrize("text", ["crane", "crane rather than lion"])
def test_a_word_for_several_classes_is_refused_with_the_candidates(text: str) -> None:
    with pytest.raises(AmbiguousTarget) as caught:
        parse_target(text, IMAGENET)
    candidates = caught.value.values["candidates"]
    assert isinstance(candidates, tuple)
    assert {parse_target(name, IMAGENET).index for name in candidates} >= {134, 517}


@pytest.mark.parametrize(
    ("text", "first", "second"),
    [
        ("lion rather than lion", "lion", "lion"),
        ("tabby cat rather than cats", "tabby cat", "cats"),
        ("animals rather than dogs", "animals", "dogs"),
    ],
)
def test_a_contrast_with_itself_or_with_what_holds_it_is_refused(text: str, first: str, second: str) -> None:
    with pytest.raises(SameTwice) as caught:
        parse_target(text, IMAGENET)
    assert caught.value.values == {"first": first, "second": second}


def test_a_target_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Target("five", (5,)).label = "six"  # type: ignore[misc]
