"""Operators that OpenVINO has no counterpart of, or a slow one, written with others that it has.

Each function has the arguments of the `aten` operator whose place it takes in `TABLE`, and gives the same. What it can
not give raises NoCounterpart, with the operator's name.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

aten = torch.ops.aten


class NoCounterpart(ValueError):
    """An operator is used in a way that no graph can be made of."""


def convolution_backward(
    gradient: Tensor,
    inputs: Tensor,
    weight: Tensor,
    _bias_sizes: object,
    stride: Sequence[int],
    padding: Sequence[int],
    dilation: Sequence[int],
    transposed: bool,
    _output_padding: object,
    groups: int,
    _wanted: object,
) -> tuple[Tensor, None, None]:
    """The gradient by a convolution's input is a transposed convolution; the weights are frozen and need none.

    Where nothing is skipped it is an ordinary convolution with the filters turned round, which OpenVINO runs faster.
    """
    if transposed or weight.dim() != 4:
        raise NoCounterpart("aten.convolution_backward of a transposed or one-dimensional convolution")
    sides = [dilation[axis] * (weight.shape[2 + axis] - 1) for axis in range(2)]
    if list(stride) == [1, 1] and all(side >= pad for side, pad in zip(sides, padding, strict=True)):
        around = [side - pad for side, pad in zip(sides, padding, strict=True)]
        turned = _turned(weight, groups)
        return aten.convolution(gradient, turned, None, stride, around, dilation, False, [0, 0], groups), None, None
    reached = [(gradient.shape[2 + axis] - 1) * stride[axis] - 2 * padding[axis] + sides[axis] + 1 for axis in range(2)]
    missing = [inputs.shape[2 + axis] - reached[axis] for axis in range(2)]
    if sides == [0, 0] and list(padding) == [0, 0]:
        small = aten.convolution(gradient, _turned(weight, groups), None, [1, 1], [0, 0], [1, 1], False, [0, 0], groups)
        return _spread(small, stride, missing), None, None
    back = aten.convolution(gradient, weight, None, stride, padding, dilation, True, missing, groups)
    return back, None, None


def _turned(weight: Tensor, groups: int) -> Tensor:
    """Filters (out, in / groups, h, w) -> (in, out / groups, h, w), upside down and the other way round."""
    out, into, height, width = weight.shape
    split = weight.view(groups, out // groups, into, height, width).transpose(1, 2)
    turned = split.reshape(groups * into, out // groups, height, width)
    return turned if height == width == 1 else turned.flip(2, 3)


def _spread(small: Tensor, stride: Sequence[int], missing: Sequence[int]) -> Tensor:
    """Put zeros between the values, `stride` apart, and `missing` lines of them at the end."""
    rows, columns = small.shape[2:]
    nothing = torch.zeros_like(small)
    wide = _interleaved([[small, *[nothing] * (stride[1] - 1)], *[[nothing] * stride[1]] * (stride[0] - 1)])
    whole = wide[:, :, : (rows - 1) * stride[0] + 1, : (columns - 1) * stride[1] + 1]
    return F.pad(whole, (0, missing[1], 0, missing[0])) if any(missing) else whole


def _interleaved(phases: Sequence[Sequence[Tensor]]) -> Tensor:
    """Tensors (N, C, h, w) in rows and columns -> (N, C, h * rows, w * columns): one pixel of each in turn.

    Put together with the channels last, as OpenVINO holds them: all channels of a pixel are copied at once.
    """
    count, channels, height, width = phases[0][0].shape
    lines = [
        torch.stack([each.permute(0, 2, 3, 1) for each in row], 3).view(count, height, width * len(row), channels)
        for row in phases
    ]
    whole = torch.stack(lines, 2).view(count, height * len(phases), width * len(phases[0]), channels)
    return whole.permute(0, 3, 1, 2)


def max_pool2d_backward(
    gradient: Tensor,
    inputs: Tensor,
    kernel: Sequence[int],
    stride: Sequence[int],
    padding: Sequence[int],
    dilation: Sequence[int],
    ceil_mode: bool,
    _indices: Tensor,
) -> Tensor:
    """The gradient goes to the largest value of each window, and to the first one of several as large.

    Which one that is, is found by comparing, since OpenVINO is slow where a pool's own indices are asked for.
    """
    kernel, stride = list(kernel), list(stride) or list(kernel)
    if list(dilation) != [1, 1]:
        raise NoCounterpart("aten.max_pool2d_with_indices_backward with a dilation")
    height, width = gradient.shape[2:]
    # As many lines as all windows reach; behind the picture there is nothing that could be the largest.
    reach = [(count - 1) * step + size for count, step, size in zip((height, width), stride, kernel, strict=True)]
    after = [max(0, reach[axis] - inputs.shape[2 + axis] - padding[axis]) for axis in range(2)]
    edges = (padding[1], after[1], padding[0], after[0])
    padded = F.pad(inputs, edges, value=-math.inf) if any(edges) else inputs

    def seen(row: int, column: int) -> Tensor:
        return padded[:, :, row : row + reach[0] : stride[0], column : column + reach[1] : stride[1]][
            :, :, :height, :width
        ]

    places = [(row, column) for row in range(kernel[0]) for column in range(kernel[1])]
    largest = seen(0, 0)
    for place in places[1:]:
        largest = torch.maximum(largest, seen(*place))
    left, pieces = gradient, {}
    for place in places:
        here = seen(*place) == largest
        pieces[place] = torch.where(here, left, 0)
        left = torch.where(here, 0, left)
    return _gathered(pieces, kernel, stride, padding, inputs.shape[2:])


def _gathered(
    pieces: Mapping[tuple[int, int], Tensor],
    kernel: Sequence[int],
    stride: Sequence[int],
    padding: Sequence[int],
    size: Sequence[int],
) -> Tensor:
    """Add up what each place of a window gets, (N, C, h, w) for each, on the picture that the windows lie on."""
    over = [-(-side // step) - 1 for side, step in zip(kernel, stride, strict=True)]  # windows that one pixel shares
    phases: list[list[Tensor]] = []
    for down in range(stride[0]):
        phases.append([])
        for right in range(stride[1]):
            found = [
                F.pad(pieces[place], (across, over[1] - across, along, over[0] - along)) if any(over) else pieces[place]
                for along in range(over[0] + 1)
                for across in range(over[1] + 1)
                if (place := (along * stride[0] + down, across * stride[1] + right)) in pieces
            ]
            if not found:
                raise NoCounterpart("aten.max_pool2d_with_indices_backward with gaps between its windows")
            total = found[0]
            for each in found[1:]:
                total = total + each
            phases[-1].append(total)
    whole = _interleaved(phases)
    short = [max(0, padding[axis] + size[axis] - whole.shape[2 + axis]) for axis in range(2)]
    whole = F.pad(whole, (0, short[1], 0, short[0])) if any(short) else whole
    return whole[:, :, padding[0] : padding[0] + size[0], padding[1] : padding[1] + size[1]]


def avg_pool2d_backward(
    gradient: Tensor,
    inputs: Tensor,
    kernel: Sequence[int],
    stride: Sequence[int],
    padding: Sequence[int],
    ceil_mode: bool,
    count_include_pad: bool,
    divisor: int | None,
) -> Tensor:
    """Every place of a window gets the same share of its gradient."""
    kernel, stride = list(kernel), list(stride) or list(kernel)
    if ceil_mode or divisor or (any(padding) and not count_include_pad):
        raise NoCounterpart("aten.avg_pool2d_backward with unequal windows")
    channels = inputs.shape[1]
    share = torch.full((channels, 1, *kernel), 1 / (kernel[0] * kernel[1]), dtype=gradient.dtype)
    return convolution_backward(gradient, inputs, share, None, stride, padding, [1, 1], False, None, channels, None)[0]


def adaptive_avg_pool2d(inputs: Tensor, size: Sequence[int]) -> Tensor:
    """Nothing where the size is the same, else the means of windows, as products with two matrices."""
    down, right = _windows(inputs, size)
    pooled = inputs if right is None else inputs @ right.T
    return pooled if down is None else down @ pooled


def adaptive_avg_pool2d_backward(gradient: Tensor, inputs: Tensor) -> Tensor:
    """The same products with the matrices transposed."""
    down, right = _windows(inputs, gradient.shape[2:])
    back = gradient if right is None else gradient @ right
    return back if down is None else down.T @ back


def native_layer_norm(
    inputs: Tensor, shape: Sequence[int], weight: Tensor | None, bias: Tensor | None, epsilon: float
) -> tuple[Tensor, Tensor, Tensor]:
    """The normalised, the mean and what it was divided by, which the way back needs; OpenVINO gives but the first."""
    axes = list(range(inputs.dim() - len(shape), inputs.dim()))
    mean = inputs.mean(axes, keepdim=True)
    centred = inputs - mean
    scale = (centred.square().mean(axes, keepdim=True) + epsilon).rsqrt()
    outputs = centred * scale
    outputs = outputs if weight is None else outputs * weight
    return outputs if bias is None else outputs + bias, mean, scale


def _windows(inputs: Tensor, size: Sequence[int]) -> tuple[Tensor | None, Tensor | None]:
    """For each axis the matrix (size, length) of what each place counts in each window; None where it is the unit."""
    found = []
    for length, count in zip(inputs.shape[-2:], size, strict=True):
        matrix = torch.zeros(count, length, dtype=inputs.dtype)
        for window in range(count):
            first, last = window * length // count, -(-(window + 1) * length // count)
            matrix[window, first:last] = 1 / (last - first)
        found.append(None if count == length else matrix)
    return found[0], found[1]


TABLE: Mapping[Any, Callable[..., Any]] = MappingProxyType(
    {
        aten.convolution_backward.default: convolution_backward,
        aten.max_pool2d_with_indices_backward.default: max_pool2d_backward,
        aten.avg_pool2d_backward.default: avg_pool2d_backward,
        aten._adaptive_avg_pool2d.default: adaptive_avg_pool2d,
        aten._adaptive_avg_pool2d_backward.default: adaptive_avg_pool2d_backward,
        aten.native_layer_norm.default: native_layer_norm,
    }
)
