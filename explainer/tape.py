"""What a network computes at its target layers, and how the score depends on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol, cast

from explainer.attention import carried

if TYPE_CHECKING:  # it is imported where something is computed
    from torch import Tensor, nn

Score = Callable[["Tensor"], "Tensor"]


class Way(Protocol):
    """How an output becomes feature maps (N, C, H, W), and these what the network goes on with: see `models.ways`."""

    def grid(self, output: Tensor) -> Tensor:
        """The output as feature maps. Raises ValueError for one of another shape."""
        ...

    def back(self, grid: Tensor, output: Tensor) -> Tensor:
        """The output with the values of its feature maps exchanged."""
        ...


class Watch(AbstractContextManager["Watch"], Protocol):
    """What keeps a network's attention while it is entered, as `models.attention.Attentions` does."""

    weights: list[Tensor]


class LayerError(ValueError):
    """A target layer is not in the model, was not run, or does not give feature maps."""


@dataclass(frozen=True, eq=False)
class Recording:
    """One forward and one backward pass, seen at the target layers.

    `logits` is (N, classes); `activations` and `gradients` hold one (N, C, H, W) tensor a target layer, in the
    order asked for; the gradients are those of the summed score with respect to the activations. With several
    questions about one picture, N counts the questions. `also` holds activations of further layers, without gradients.
    `carried` holds for each target layer an (N, 1, H, W) tensor: what attention has carried from there to the class's
    token, see `explainer.attention.carried`; it is empty where nobody asked for it.
    """

    logits: Tensor
    activations: tuple[Tensor, ...]
    gradients: tuple[Tensor, ...]
    also: tuple[Tensor, ...] = ()
    carried: tuple[Tensor, ...] = ()

    def row(self, number: int) -> Recording:
        """The row of one question, counted from 0, as a recording of its own; its tensors are views."""
        here = slice(number, number + 1)
        return Recording(
            self.logits[here],
            tuple(each[here] for each in self.activations),
            tuple(each[here] for each in self.gradients),
            tuple(each[here] for each in self.also),
            tuple(each[here] for each in self.carried),
        )


def record(
    module: nn.Module,
    inputs: Tensor,
    layers: Sequence[str],
    score: Score,
    ways: Mapping[str, Way] = MappingProxyType({}),
    also: Sequence[str] = (),
    watch: Watch | None = None,
) -> Recording:
    """Run `module` once forward and once backward and keep what passed through `layers`.

    The module leaves as it came: mode, hooks, `requires_grad` and `.grad` of its parameters. It is evaluated in eval
    mode, under the caller's `no_grad` or `inference_mode` too. Whoever else runs the module meanwhile would run its
    hooks, so nobody may: `models.classifier.Classifier.exclusively` sees to that.

    Args:
        module: any network whose target layers give one tensor each.
        inputs: (N, 3, H, W) float tensor, on the module's device.
        layers: module paths as in `named_modules()`. A layer that runs several times counts with its last run.
        score: logits (N, classes) -> scalars (N,), the quantity to explain. For N = 1 it may give (T, 1), for T
            quantities that share the forward pass; the recording then has T rows.
        ways: how the output of a layer becomes (N, C, H, W), by its path; of those left out it is that already.
        also: module paths whose activations are wanted without gradients.
        watch: looks at attention too, for `Recording.carried`; each of `layers` then gives tokens.

    Raises:
        LayerError: unknown path, a layer that did not run, an output of another shape than its way takes, or no
            attention of its tokens to each other.
    """
    import torch

    submodules = _find(module, [*layers, *also])
    # A tensor made in inference mode cannot be recorded, and the mode ends only for tensors made after this line.
    with torch.inference_mode(False), torch.enable_grad(), _evaluating(module):
        if inputs.is_inference():
            inputs = inputs.clone()
        with ExitStack() as stack:
            kept = stack.enter_context(_hooked(submodules, ways, set(layers)))
            counts = stack.enter_context(_counted(submodules, watch)) if watch else {}
            logits = module(inputs)
        activations = tuple(_kept(kept, name) for name in layers)
        seen = tuple(_kept(kept, name).detach() for name in also)
        scored = score(logits)
        taped = (*activations, *(watch.weights if watch else ()))
        gradients = _gradients(scored.sum(), taped) if scored.dim() == 1 else _each(scored, taped)
    rows = len(scored)
    taped, seen = (tuple(each.detach().expand(rows, -1, -1, -1) for each in some) for some in (taped, seen))
    count = len(layers)
    blocks = list(zip(taped[count:], gradients[count:], strict=True))
    handed = tuple(_carried(name, blocks[: counts[name] + 1], ways.get(name)) for name in layers) if watch else ()
    return Recording(logits.detach().expand(rows, -1), taped[:count], gradients[:count], seen, handed)


def _find(module: nn.Module, layers: Sequence[str]) -> dict[str, nn.Module]:
    known = dict(module.named_modules())
    missing = [name for name in layers if name not in known or not name]
    if missing:
        raise LayerError(f"no such layer: {', '.join(map(repr, missing))}")
    return {name: known[name] for name in layers}


def _kept(kept: dict[str, Tensor], name: str) -> Tensor:
    if name not in kept:
        raise LayerError(f"layer {name!r} did not run")
    return kept[name]


def _gradients(total: Tensor, activations: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
    """The gradients of `total`, zeros for an activation that has no influence on it."""
    import torch

    if not total.requires_grad:  # none of them has any
        return tuple(torch.zeros_like(activation) for activation in activations)
    return torch.autograd.grad(total, activations, materialize_grads=True)


def _each(scored: Tensor, activations: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
    """The gradients of several quantities of one picture, one below the other."""
    import torch

    if not scored.requires_grad:
        return tuple(torch.zeros_like(activation).expand(len(scored), -1, -1, -1) for activation in activations)
    each = [torch.autograd.grad(one.sum(), activations, retain_graph=True, materialize_grads=True) for one in scored]
    return tuple(torch.cat(rows) for rows in zip(*each, strict=True))


@contextmanager
def _evaluating(module: nn.Module) -> Iterator[None]:
    """Eval mode for the time of a pass: dropout off, batch statistics neither used nor changed."""
    training = [submodule for submodule in module.modules() if submodule.training]
    for submodule in training:
        submodule.training = False
    try:
        yield
    finally:
        for submodule in training:
            submodule.training = True


@contextmanager
def _hooked(submodules: dict[str, nn.Module], ways: Mapping[str, Way], taped: set[str]) -> Iterator[dict[str, Tensor]]:
    kept: dict[str, Tensor] = {}

    def keep(name: str) -> Callable[[nn.Module, object, object], Tensor]:
        way = ways.get(name)

        def hook(_module: nn.Module, _args: object, output: object) -> Tensor:
            grid = _grid(way, name, output)
            # Nothing before the first target layer needs to be on the tape.
            if name in taped and not grid.requires_grad:
                grid = grid.detach().requires_grad_()
            kept[name] = grid
            # The network goes on with a copy: what follows may write in place (torchvision's DenseNet does so with
            # a functional ReLU), and neither the kept activation nor a leaf tensor may be overwritten.
            return way.back(grid.clone(), cast("Tensor", output)) if way else grid.clone()

        return hook

    with ExitStack() as stack:
        for name, submodule in submodules.items():
            stack.callback(submodule.register_forward_hook(keep(name)).remove)
        yield kept


@contextmanager
def _counted(submodules: dict[str, nn.Module], watch: Watch) -> Iterator[dict[str, int]]:
    """How many attentions had run when each layer ran: the next one is what takes its output."""
    counts: dict[str, int] = {}

    def count(name: str) -> Callable[[nn.Module, object, object], None]:
        def hook(_module: nn.Module, _args: object, _output: object) -> None:
            counts[name] = len(watch.weights)

        return hook

    with ExitStack() as stack:
        for name, submodule in submodules.items():
            stack.callback(submodule.register_forward_hook(count(name)).remove)
        stack.enter_context(watch)
        yield counts


def _carried(name: str, blocks: Sequence[tuple[Tensor, Tensor]], way: Way | None) -> Tensor:
    """What the blocks up to the one that takes a layer's output have carried, as a grid (N, 1, H, W)."""
    if not blocks or len({weights.shape for weights, _ in blocks}) > 1 or way is None:
        raise LayerError(f"no attention of tokens to each other takes what layer {name!r} gives")
    row = carried(*zip(*blocks, strict=True))
    return _grid(way, name, row.unsqueeze(2))


def _grid(way: Way | None, name: str, output: object) -> Tensor:
    from torch import Tensor

    if not isinstance(output, Tensor) or (way is None and output.dim() != 4):
        raise LayerError(f"layer {name!r} does not give a tensor of (N, C, H, W)")
    if way is None:
        return output
    try:
        return way.grid(output)
    except ValueError as error:
        raise LayerError(f"what layer {name!r} gives is {error}") from error
