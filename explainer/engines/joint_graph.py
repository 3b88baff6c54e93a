"""A network forward, and the gradients of its target layers backward, as one OpenVINO graph.

The gradient at a layer is that of a zero added to the layer's output, so the whole is a pure function of the picture
and the question, which can be traced. OpenVINO folds the zeros away.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from types import MappingProxyType
from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.overrides import TorchFunctionMode

from explainer.engines.decompositions import TABLE
from explainer.engines.own_weights import keep_apart
from explainer.engines.protocol import best_score
from explainer.engines.runtime import openvino
from explainer.tape import record
from models.ways import FEATURE_MAPS, Way

_Pulled = tuple[Tensor, Callable[[Tensor], tuple[Tensor, ...]], tuple[Tensor, ...]]

# Far below any logit, so that its softmax is zero; not minus infinity, whose differences are not numbers.
OUT = -1e9


def build_graph(
    module: nn.Module, layers: Sequence[str], side: int, ways: Mapping[str, Way] = MappingProxyType({})
) -> Any:
    """Trace `module` and convert it.

    Args:
        module: a classifier in eval mode with frozen parameters, on the CPU.
        layers: module paths, from early to late.
        side: height and width of the pictures, in pixels.
        ways: how the output of a layer becomes a grid, by its path, as for `explainer.tape.record`.

    Returns:
        An `openvino.Model` with the inputs picture (1, 3, side, side), `inside` and `against` (1, classes), which are
        0 for the classes of the target's two sides and OUT for all others, and `terms` (1, 3): what the first side,
        the second side, and the model's own first answer count in the score. Its outputs are the logits, the
        activations of each layer and the gradients of each layer, these (1, H, W, C): so OpenVINO holds them, and to
        bring them into another order took a tenth of the time of VGG-16.

    Raises:
        Exception: of any kind, when a part of the network can't be traced or has no counterpart in OpenVINO;
            `explainer.engines.build.reason` says in a sentence which.
    """
    # Tracing takes memory and half a minute of a core, so nothing of it is imported where graphs are only run.
    from torch._decomp import core_aten_decompositions
    from torch.fx.experimental.proxy_tensor import make_fx

    # OpenVINO has no counterpart of what torch traces where weights lie channels last.
    module = copy.deepcopy(module).to(memory_format=torch.contiguous_format)
    picture = torch.zeros(1, 3, side, side)
    seen = record(module, picture, layers, best_score, ways)
    shapes = [tuple(each.shape) for each in seen.activations]
    classes = seen.logits.shape[1]
    inputs = (picture, torch.zeros(1, classes), torch.zeros(1, classes), torch.zeros(1, 3))
    table = {**core_aten_decompositions(), **TABLE}
    run = _channels_last(joint(module, layers, shapes, ways))
    with torch.no_grad(), _Contiguous(), plain_attention():
        traced = make_fx(run, decomposition_table=table)(*inputs)
    graph = openvino().convert_model(torch.export.export(traced, inputs))
    graph.reshape({port: list(example.shape) for port, example in zip(graph.inputs, inputs, strict=True)})
    return keep_apart(graph)


def _channels_last(run: Callable[..., tuple[Tensor, ...]]) -> Callable[..., tuple[Tensor, ...]]:
    def turned(*inputs: Tensor) -> tuple[Tensor, ...]:
        logits, *maps = run(*inputs)
        return (logits, *(each.permute(0, 2, 3, 1) for each in maps))

    return turned


@contextmanager
def plain_attention() -> Iterator[None]:
    """Attention as products and a softmax, not as the one operator that torch has for it on a CPU."""
    fast = torch.backends.mha.get_fastpath_enabled()
    torch.backends.mha.set_fastpath_enabled(False)
    try:
        with sdpa_kernel(SDPBackend.MATH):
            yield
    finally:
        torch.backends.mha.set_fastpath_enabled(fast)


class _Contiguous(TorchFunctionMode):
    """Pools get their input row by row: of one that lies channels last torch makes its result by writing strides, which
    has no counterpart."""

    def __torch_function__(
        self, function: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        if function in (F.adaptive_avg_pool2d, torch._C._nn.adaptive_avg_pool2d):
            args = (args[0].contiguous(), *args[1:])
        return function(*args, **(kwargs or {}))


def joint(
    module: nn.Module,
    layers: Sequence[str],
    shapes: Sequence[tuple[int, ...]],
    ways: Mapping[str, Way] = MappingProxyType({}),
) -> Callable[[Tensor, Tensor, Tensor, Tensor], tuple[Tensor, ...]]:
    """The function that `build_graph` traces; `shapes` are those of the layers' activations."""

    def run(picture: Tensor, inside: Tensor, against: Tensor, terms: Tensor) -> tuple[Tensor, ...]:
        def perturbed(*zeros: Tensor) -> tuple[Tensor, tuple[Tensor, ...]]:
            return _perturbed(module, layers, picture, zeros, ways)

        zeros = [torch.zeros(shape) for shape in shapes]
        # torch's own types forget that with `has_aux` there is a third result.
        logits, pull_back, activations = cast(_Pulled, torch.func.vjp(perturbed, *zeros, has_aux=True))
        return (logits, *activations, *pull_back(_slopes(logits, inside, against, terms)))

    return run


def _perturbed(
    module: nn.Module, layers: Sequence[str], picture: Tensor, zeros: Sequence[Tensor], ways: Mapping[str, Way]
) -> tuple[Tensor, tuple[Tensor, ...]]:
    activations: dict[str, Tensor] = {}

    def adding(name: str, zero: Tensor) -> Callable[[nn.Module, object, Tensor], Tensor]:
        way = ways.get(name, FEATURE_MAPS)

        def hook(_module: nn.Module, _args: object, output: Tensor) -> Tensor:
            activations[name] = way.grid(output) + zero
            # A copy, as in `explainer.tape`: what follows may write in place.
            return way.back(activations[name].clone(), output)

        return hook

    with ExitStack() as stack:
        for name, zero in zip(layers, zeros, strict=True):
            stack.callback(module.get_submodule(name).register_forward_hook(adding(name, zero)).remove)
        logits = module(picture)
    return logits, tuple(activations[name] for name in layers)


def _slopes(logits: Tensor, inside: Tensor, against: Tensor, terms: Tensor) -> Tensor:
    """How the score depends on the logits: a log-sum-exp has the softmax over its classes as gradient."""
    # Not one_hot, which looks at the numbers and so can't be traced.
    best = torch.arange(logits.shape[1]) == logits.argmax(dim=1, keepdim=True)
    first, second, own = terms.chunk(3, dim=1)
    sides = first * (logits + inside).softmax(dim=1) - second * (logits + against).softmax(dim=1)
    return sides + own * best.to(logits.dtype)
