"""Each operator of ours gives what torch's own gives, in float64."""

from collections.abc import Sequence

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.testing import assert_close

from explainer.engines.decompositions import (
    NoCounterpart,
    adaptive_avg_pool2d,
    adaptive_avg_pool2d_backward,
    avg_pool2d_backward,
    convolution_backward,
    max_pool2d_backward,
    native_layer_norm,
)
from tests.explainer.networks import images


def leaf(*shape: int, seed: int = 1) -> Tensor:
    return images(*shape, seed=seed, dtype=torch.float64).requires_grad_()


def pulled(output: Tensor, inputs: Tensor) -> tuple[Tensor, Tensor]:
    """Some gradient of the output, and what torch makes of it."""
    gradient = images(*output.shape, seed=3, dtype=torch.float64)
    return gradient, torch.autograd.grad(output, inputs, gradient)[0]


@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize(
    ("kernel", "padding", "dilation", "groups"),
    [(3, 0, 1, 1), (3, 1, 1, 4), (3, 2, 2, 2), (1, 0, 1, 1), (1, 0, 1, 2), (1, 1, 1, 1), (4, 0, 1, 1), (5, 2, 1, 4)],
)
def test_a_convolution_backward_is_a_convolution(
    stride: int, kernel: int, padding: int, dilation: int, groups: int
) -> None:
    inputs = leaf(1, 4, 13, 10)
    weight = images(8, 4 // groups, kernel, kernel, seed=2, dtype=torch.float64)
    gradient, expected = pulled(F.conv2d(inputs, weight, None, stride, padding, dilation, groups), inputs)
    pairs = [stride] * 2, [padding] * 2, [dilation] * 2
    found, *_ = convolution_backward(gradient, inputs, weight, None, *pairs, False, None, groups, None)
    assert_close(found, expected)


POOLS = [
    (2, 2, 0, False),
    (3, 2, 1, False),
    (3, 2, 0, True),
    (3, 1, 1, False),
    (2, 2, 1, True),
    ((3, 2), (2, 1), (1, 0), False),
    (5, 2, 2, True),
]


@pytest.mark.parametrize("relu", [False, True], ids=["no two alike", "many zeros"])
@pytest.mark.parametrize("side", [12, 13])
@pytest.mark.parametrize(("kernel", "stride", "padding", "ceil"), POOLS)
def test_a_max_pools_gradient_goes_to_the_first_of_the_largest(
    kernel: int, stride: int, padding: int, ceil: bool, side: int, relu: bool
) -> None:
    inputs = leaf(2, 3, side, side - 1)
    if relu:
        inputs = inputs.detach().relu().round().requires_grad_()
    output, indices = F.max_pool2d(inputs, kernel, stride, padding, ceil_mode=ceil, return_indices=True)
    gradient, expected = pulled(output, inputs)
    found = max_pool2d_backward(gradient, inputs, pair(kernel), pair(stride), pair(padding), [1, 1], ceil, indices)
    assert_close(found, expected)


def pair(value: int | tuple[int, int]) -> list[int]:
    return [value] * 2 if isinstance(value, int) else list(value)


@pytest.mark.parametrize(("kernel", "stride", "padding"), [(2, 2, 0), (3, 2, 1), (3, 1, 1)])
def test_an_average_pools_gradient_is_shared(kernel: int, stride: int, padding: int) -> None:
    inputs = leaf(2, 3, 11, 12)
    gradient, expected = pulled(F.avg_pool2d(inputs, kernel, stride, padding), inputs)
    numbers = [kernel] * 2, [stride] * 2, [padding] * 2
    assert_close(avg_pool2d_backward(gradient, inputs, *numbers, False, True, None), expected)


@pytest.mark.parametrize("size", [(7, 7), (1, 1), (3, 2), (4, 7), (9, 10)])
def test_an_adaptive_pool_is_a_product_forward_and_backward(size: tuple[int, int]) -> None:
    inputs = leaf(2, 3, 7, 7)
    output = F.adaptive_avg_pool2d(inputs, size)
    gradient, expected = pulled(output, inputs)
    assert_close(adaptive_avg_pool2d(inputs, size), output)
    assert_close(adaptive_avg_pool2d_backward(gradient, inputs), expected)


@pytest.mark.parametrize("affine", [True, False])
@pytest.mark.parametrize("shape", [(5,), (4, 5)])
def test_a_layer_norm_is_torchs(shape: Sequence[int], affine: bool) -> None:
    inputs = images(2, 3, 4, 5, dtype=torch.float64)
    norm = nn.LayerNorm(list(shape), 1e-3, affine, dtype=torch.float64)
    for number, parameter in enumerate(norm.parameters()):
        parameter.data = images(*shape, seed=number, dtype=torch.float64)
    expected = torch.ops.aten.native_layer_norm(inputs, shape, norm.weight, norm.bias, norm.eps)
    for found, wanted in zip(native_layer_norm(inputs, shape, norm.weight, norm.bias, norm.eps), expected, strict=True):
        assert_close(found, wanted)


def test_what_has_no_counterpart_is_named() -> None:
    some = images(1, 2, 4, 4)
    pairs = [2, 2], [2, 2], [0, 0]
    with pytest.raises(NoCounterpart, match=r"aten\.max_pool2d_with_indices_backward"):
        max_pool2d_backward(some, some, *pairs, [2, 2], False, some)
    with pytest.raises(NoCounterpart, match=r"aten\.max_pool2d_with_indices_backward"):
        max_pool2d_backward(images(1, 2, 2, 2), images(1, 2, 8, 8), [2, 2], [4, 4], [0, 0], [1, 1], False, some)
    with pytest.raises(NoCounterpart, match=r"aten\.avg_pool2d_backward"):
        avg_pool2d_backward(some, some, *pairs, True, True, None)
    with pytest.raises(NoCounterpart, match=r"aten\.convolution_backward"):
        convolution_backward(some, some, images(2, 2, 1, 1), None, *pairs, True, None, 1, None)
