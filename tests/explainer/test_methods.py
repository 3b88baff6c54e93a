import dataclasses

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.testing import assert_close

from explainer.methods import DEFAULT_METHOD, METHODS, gradcampp, layercam, positive, xgradcam
from tests.explainer.networks import ACTIVATIONS, GRADIENTS, PICTURE, first, hand_made, images
from tests.explainer.reference import REFERENCES

# Signed maps of the hand-made network at two of its layers, by pencil.
MAPS = {
    ("gradcam", "1"): [[0, 0, 0], [0, 4 / 3, 0]],
    ("hirescam", "1"): [[-2, 0, 6], [0, 4, 4]],
    ("layercam", "1"): [[0, 0, 6], [0, 4, 4]],
    ("gradcampp", "1"): [[29 / 90, 58 / 90, 87 / 90], [0, 5 / 3, 58 / 90]],
    ("xgradcam", "1"): [[1, 2, 3], [0, 4, 2]],
    ("gradcam", "2"): [[5 / 4, 5 / 4], [1 / 2, 4]],
    ("hirescam", "2"): [[2, 2], [2, 6]],
    ("layercam", "2"): [[2, 2], [2, 6]],
    # A first channel that sums to -2: its one positive gradient, 1, makes the alpha's denominator 2 - 2 = 0.
    ("gradcampp", "2"): [[1 / 2, 1 / 2], [0, 3 / 2]],
    ("xgradcam", "2"): [[3, 3], [-2, 8]],
}


@pytest.mark.parametrize(("method", "layer"), MAPS)
def test_each_map_is_the_one_computed_by_hand(method: str, layer: str) -> None:
    signed = METHODS[method].function(ACTIVATIONS[layer], GRADIENTS[layer])
    assert_close(signed, torch.tensor([MAPS[method, layer]], dtype=torch.float32))


@pytest.mark.parametrize("method", METHODS)
def test_every_method_has_a_hand_computed_map_and_a_reference(method: str) -> None:
    assert (method, "1") in MAPS
    assert method in REFERENCES


def tensors(batch: int, dtype: torch.dtype, signed: bool = False) -> tuple[Tensor, Tensor]:
    """Activations as a ReLU leaves them, with some zeros and a dead channel, and gradients of both signs."""
    activations = images(batch, 5, 4, 7, seed=1, dtype=dtype) + (2 if signed else 0)
    activations = activations if signed else activations.relu()
    activations[:, 3] = 0
    gradients = images(batch, 5, 4, 7, seed=2, dtype=dtype)
    gradients[:, 1, :2] = 0
    return activations, gradients


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("batch", [1, 3])
@pytest.mark.parametrize("signed", [False, True], ids=["after a ReLU", "signed activations"])
@pytest.mark.parametrize("scale", [1.0, 1e-3, 1e-25], ids=["large", "small", "tiny"])
def test_every_method_agrees_with_a_float64_reference(method: str, batch: int, signed: bool, scale: float) -> None:
    activations, gradients = tensors(batch, torch.float32, signed)
    gradients = gradients * scale
    ours = METHODS[method].function(activations, gradients).numpy()
    for index in range(batch):
        expected = REFERENCES[method](activations[index].double().numpy(), gradients[index].double().numpy())
        np.testing.assert_allclose(ours[index], expected, rtol=1e-5, atol=1e-5 * np.abs(expected).max())


@pytest.mark.parametrize("method", METHODS)
def test_precision_is_that_of_the_tensors(method: str) -> None:
    activations, gradients = tensors(2, torch.float64)
    ours = METHODS[method].function(activations, gradients)
    assert ours.dtype == torch.float64
    expected = REFERENCES[method](activations[0].numpy(), gradients[0].numpy())
    np.testing.assert_allclose(ours[0].numpy(), expected, rtol=1e-12, atol=1e-12 * np.abs(expected).max())


@pytest.mark.parametrize("method", METHODS)
def test_tensors_stay_as_they_were(method: str) -> None:
    activations, gradients = tensors(2, torch.float32)
    before = activations.clone(), gradients.clone()
    METHODS[method].function(activations, gradients)
    assert_close((activations, gradients), before, rtol=0, atol=0)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("zero", ["activations", "gradients", "both"])
def test_zeros_give_zeros(method: str, zero: str) -> None:
    activations, gradients = tensors(1, torch.float32)
    activations = activations if zero == "gradients" else torch.zeros_like(activations)
    gradients = gradients if zero == "activations" else torch.zeros_like(gradients)
    signed = METHODS[method].function(activations, gradients)
    assert_close(signed, torch.zeros(1, 4, 7), rtol=0, atol=0)


@pytest.mark.parametrize("method", sorted(set(METHODS) - {"layercam", "gradcampp"}))
def test_a_map_that_speaks_against_the_target_everywhere_is_negative_then_zero(method: str) -> None:
    activations, gradients = torch.rand(1, 3, 4, 4) + 0.1, -torch.rand(1, 3, 4, 4) - 0.1
    signed = METHODS[method].function(activations, gradients)
    assert (signed < 0).all()
    assert_close(positive(signed), torch.zeros(1, 4, 4), rtol=0, atol=0)


@pytest.mark.parametrize("method", [layercam, gradcampp])
def test_methods_of_positive_gradients_give_zeros_where_there_are_none(method: object) -> None:
    assert callable(method)
    signed = method(torch.rand(1, 3, 4, 4) + 0.1, -torch.rand(1, 3, 4, 4) - 0.1)
    assert_close(signed, torch.zeros(1, 4, 4), rtol=0, atol=0)


def test_layercam_and_gradcampp_can_be_negative_where_activations_are() -> None:
    activations = -torch.ones(1, 1, 2, 2)
    assert (layercam(activations, torch.ones(1, 1, 2, 2)) < 0).all()
    assert (gradcampp(activations, torch.full((1, 1, 2, 2), 0.1)) < 0).all()


def test_a_zero_denominator_in_gradcampp_counts_nothing() -> None:
    # 2 + (-4) * 0.5 = 0 in the first channel; the second, 2 + 4 * 0.5 = 4, gives 4 * 0.5 / 4 = 1/2 a place.
    activations = torch.stack((-torch.ones(2, 2), torch.ones(2, 2))).unsqueeze(0)
    assert_close(gradcampp(activations, torch.full((1, 2, 2, 2), 0.5)), torch.full((1, 2, 2), 0.5))


def test_a_zero_denominator_in_xgradcam_counts_nothing() -> None:
    activations = torch.tensor([[[[1.0, -1]], [[3.0, 1]]]])
    gradients = torch.tensor([[[[5.0, 7]], [[2.0, -2]]]])
    assert_close(xgradcam(activations, gradients), torch.tensor([[[3.0, 1]]]))


def test_positive_keeps_what_speaks_for_the_target_and_nan() -> None:
    kept = positive(torch.tensor([-1.0, 0, 2, float("nan")]))
    assert_close(kept, torch.tensor([0.0, 0, 2, float("nan")]), equal_nan=True)


def test_methods_are_named_and_cannot_be_changed() -> None:
    assert {name: method.title for name, method in METHODS.items()} == {
        "gradcam": "Grad-CAM",
        "hirescam": "HiResCAM",
        "layercam": "LayerCAM",
        "gradcampp": "Grad-CAM++",
        "xgradcam": "XGrad-CAM",
    }
    assert DEFAULT_METHOD == "gradcam"
    with pytest.raises(TypeError):
        METHODS["mine"] = METHODS["gradcam"]  # type: ignore[index]
    with pytest.raises(dataclasses.FrozenInstanceError):
        METHODS["gradcam"].title = "Mine"  # type: ignore[misc]


def test_gradcampp_is_what_the_paper_gets_from_an_exponential_score() -> None:
    """Eq. 10 holds the derivatives of Y = exp(S); eq. 19 and `gradcampp` only those of S. Here by autograd."""
    parts = hand_made().double()
    activations = parts[:2](PICTURE.double()).requires_grad_()
    outcome = first(parts[2:](activations)).sum()
    slopes = torch.autograd.grad(outcome, activations)[0]
    # The network is linear around this picture, so that the n-th derivative of exp(S) is exp(S) times slopes^n.
    exponential = outcome.detach().exp()
    second, third = exponential * slopes**2, exponential * slopes**3
    total = activations.detach().sum(dim=(2, 3), keepdim=True)
    alphas = torch.where(second == 0, 0, second / (2 * second + total * third))
    weights = (alphas * (exponential * slopes).relu()).sum(dim=(2, 3), keepdim=True)
    expected = (weights * activations.detach()).sum(dim=1)
    ours = gradcampp(activations.detach(), slopes)
    assert_close(ours / ours.max(), expected / expected.max())
