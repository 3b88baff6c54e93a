"""Finds the layers of a network at which maps can be made, from edges to whole things."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from math import isqrt
from typing import Any, TypeVar

import torch
from torch import Tensor, nn

from models.attention import Attentions
from models.catalogue import LAYER_TITLES, TargetLayer
from models.ways import FEATURE_MAPS, ChannelsLast, Tokens, Way

FEWEST, MOST = 4, len(LAYER_TITLES)
INNER_SIZES = 2  # that a module may hold beside its own; one with more is the network's trunk, and no layer

# A step of the way back through a network, as autograd keeps it.
Node = Any
Each = TypeVar("Each")


# What stands before the attention of a transformer's block, in timm's, torchvision's and others' words.
BEFORE_ATTENTION = {"norm1", "ln_1", "ln1", "layernorm_before"}


class NoLayers(ValueError):
    """A network without feature maps (N, C, H, W) on its way, and without blocks of attention to tokens of places."""


@dataclass(eq=False)
class _Place:
    """A tensor that everything on its way from the picture to the score goes through, and the modules that give it.

    `order` counts from the picture on.
    """

    shape: tuple[int, ...]
    order: int
    pooled: bool
    modules: list[str] = field(default_factory=list)

    @property
    def size(self) -> tuple[int, int]:
        """Height and width of its grid, where there is one."""
        found = _way(self.shape) if self.of_tokens else None
        return (found[1], found[1]) if found else (self.shape[-2], self.shape[-1])

    @property
    def way(self) -> Way | None:
        """How it becomes a grid; None where it can't."""
        if self.of_maps:
            return FEATURE_MAPS
        found = _way(self.shape) if self.of_tokens else None
        return found and found[0]

    @property
    def of_maps(self) -> bool:
        """Whether it is (1, C, side, side) with more than one place in it.

        (1, H, W, C) is not, and neither are windows of a square picture that lie one after the other.
        """
        return len(self.shape) == 4 and self.shape[2] == self.shape[3] > 1 and not self.of_tokens

    @property
    def of_tokens(self) -> bool:
        """Whether it is (1, tokens, C) or (1, H, W, C)."""
        if len(self.shape) == 4:
            return self.shape[1] == self.shape[2] != self.shape[3] and self.shape[1] > 1
        return len(self.shape) == 3 and self.shape[1] > 1


def find_layers(module: nn.Module, side: int) -> tuple[TargetLayer, ...]:
    """The target layers of a network, from early to late; the last one is the default.

    Of a transformer, what comes before the attention of some blocks: see `_before_attention`. Of any other network: one
    run forward, of which only the way back is looked at: for each size that feature maps have on their way, the
    last module through whose output all that the score depends on goes. Pooling alone makes no layer. Networks without
    attention whose maps lie channels last, or end as tokens, are such networks as well. Works on the meta device, too,
    where nothing is computed.

    Args:
        module: in eval mode; it leaves as it came.
        side: of the square picture that it takes.

    Raises:
        NoLayers: there are none.
    """
    places = _places(module, side)
    grids = _never_growing([place for place in places if place.way and not place.pooled])
    maps = [place for place in grids if place.of_maps]
    if _like_a_transformer(places, maps):
        with suppress(NoLayers):
            return _before_attention(module, side)
        maps = grids
    if not maps:
        raise NoLayers
    names, rungs = _names(maps), _rungs(maps)
    if len(rungs) < FEWEST:
        rungs = _evenly(list({names[place]: place for place in maps}.values()), FEWEST)
    return tuple(
        TargetLayer(names[place], title, place.way)
        for place, title in zip(rungs, _titles(len(rungs)), strict=True)
        if place.way
    )


def _never_growing(places: Sequence[_Place]) -> list[_Place]:
    """The most of them that never grow from one to the next: windows and their channels may look like a larger map."""
    best: list[list[_Place]] = []
    for number, place in enumerate(places):
        before = [best[earlier] for earlier in range(number) if places[earlier].size >= place.size]
        best.append([*max(before, key=len, default=[]), place])
    return max(reversed(best), key=len, default=[])


def _like_a_transformer(places: Sequence[_Place], maps: Sequence[_Place]) -> bool:
    """Whether the score comes from tokens, or tokens are on the way to it and maps have few sizes."""
    tokens = [place.order for place in places if place.of_tokens]
    return not maps or any(order > maps[-1].order for order in tokens) or bool(tokens and len(_rungs(maps)) < FEWEST)


def _before_attention(module: nn.Module, side: int) -> tuple[TargetLayer, ...]:
    """Of each size that the grid of tokens has, the last block's; of a single size, blocks evenly spread.

    What a transformer's block gives is no place that everything goes through, but what its attention is given is a map
    of places all the same; what comes after the last attention reaches the score through one token alone.
    """
    ways: dict[str, tuple[Way, int]] = {}

    def keeper(name: str) -> Callable[[nn.Module, object, object], None]:
        def keep(_module: nn.Module, _given: object, output: object) -> None:
            if isinstance(output, Tensor) and (found := _way(output.shape)):
                ways[name] = found

        return keep

    parts = [(name, part) for name, part in module.named_modules() if name.rpartition(".")[2] in BEFORE_ATTENTION]
    hooks = [part.register_forward_hook(keeper(name)) for name, part in parts]
    try:
        with torch.no_grad():
            module(torch.zeros(1, 3, side, side, device=next(module.parameters()).device))
    finally:
        for hook in hooks:
            hook.remove()
    last = {size: name for name, (_, size) in ways.items()}
    names = list(last.values())[-MOST:] if len(last) >= FEWEST else _evenly(list(ways), MOST)
    if len(names) < FEWEST:
        raise NoLayers
    return tuple(
        TargetLayer(name, title, ways[name][0]) for name, title in zip(names, _titles(len(names)), strict=True)
    )


def reads_class_token(module: nn.Module, side: int, layers: Sequence[TargetLayer]) -> bool:
    """Whether a transformer's answer is read off its first token, and attention can be looked at on the way there.

    One run forward and back: after the last block the score must depend on the first token and on no other one.

    Args:
        module: in eval mode, with real weights; it leaves as it came.
        side: of the square picture that it takes.
        layers: its target layers, as `find_layers` gives them.
    """
    if not all(isinstance(layer.way, Tokens) and layer.way.extra for layer in layers):
        return False
    kept: list[Tensor] = []

    def keep(_module: nn.Module, _given: object, output: object) -> Tensor | None:
        if not isinstance(output, Tensor) or output.dim() != 3:
            return None
        kept.append(output.detach().requires_grad_())
        return kept[-1].clone()

    hook = module.get_submodule(layers[-1].name.rpartition(".")[0]).register_forward_hook(keep)
    drawn = torch.Generator().manual_seed(0)
    try:
        with torch.enable_grad(), Attentions() as watched:
            logits = module(torch.randn(1, 3, side, side, generator=drawn))
            if not kept or {each.shape[2:] for each in watched.weights} != {(kept[-1].shape[1],) * 2}:
                return False
            (slopes,) = torch.autograd.grad(logits.amax(), kept[-1:])
    except ValueError:  # attention of another kind
        return False
    finally:
        hook.remove()
    read = slopes[0].abs().sum(dim=1) > 0
    return bool(read[0]) and not read[1:].any()


def _way(shape: Sequence[int]) -> tuple[Way, int] | None:
    """How tokens become a square grid, and its side: (1, H, W, C), or (1, some + H * W, C) with a few of no place."""
    if len(shape) == 4 and 1 < shape[1] == shape[2] != shape[3]:
        return ChannelsLast(), shape[1]
    if len(shape) != 3 or shape[1] < 4:
        return None
    side = isqrt(shape[1])
    return Tokens(shape[1] - side * side), side


def _rungs(maps: Sequence[_Place]) -> list[_Place]:
    """One place for each size: of the last size the last place, of the others the last one of the outermost modules."""
    by_size: dict[tuple[int, int], list[_Place]] = defaultdict(list)
    for place in maps:
        by_size[place.size].append(place)
    last = maps[-1]
    rungs = [last] + [
        min(places, key=lambda each: (_depth(each), -each.order))
        for size, places in by_size.items()
        if size != last.size
    ]
    return sorted(rungs, key=lambda each: each.order)[-MOST:]


def _depth(place: _Place) -> int:
    return min(name.count(".") for name in place.modules)


def _names(maps: Sequence[_Place]) -> dict[_Place, str]:
    """For each place the outermost of the modules that give it, unless that holds most of the network."""
    inside: dict[str, set[tuple[int, int]]] = defaultdict(set)
    for place in maps:
        for name in place.modules:
            parts = name.split(".")
            for count in range(1, len(parts)):
                inside[".".join(parts[:count])].add(place.size)
    named = {}
    for place in maps:
        first = place.modules[0]
        around = [name for name in place.modules if name == first or first.startswith(f"{name}.")]
        layers = [name for name in around if len(inside[name] - {place.size}) < INNER_SIZES]
        named[place] = (layers or [first])[-1]
    return named


def _places(module: nn.Module, side: int) -> list[_Place]:
    """The places of a network that give feature maps or tokens, from the picture to the score."""
    device = next(module.parameters()).device
    picture = torch.zeros(1, 3, side, side, device=device, requires_grad=True)
    outputs: dict[str, tuple[Node, tuple[int, ...]]] = {}

    def keeper(name: str) -> Callable[[nn.Module, object, object], None]:
        def keep(_module: nn.Module, _given: object, output: object) -> None:
            # At once: what is changed in place later on is another step.
            outputs.pop(name, None)
            if isinstance(output, Tensor) and output.dim() > 2 and output.grad_fn is not None:
                outputs[name] = output.grad_fn, tuple(output.shape)

        return keep

    hooks = [part.register_forward_hook(keeper(name)) for name, part in module.named_modules() if name]
    wanted = [(each, each.requires_grad) for each in module.parameters()]
    try:
        module.requires_grad_(False)
        with torch.enable_grad():
            score = module(picture).sum()
    finally:
        for hook in hooks:
            hook.remove()
        for parameter, wants in wanted:
            parameter.requires_grad_(wants)
    order = {node: index for index, node in enumerate(reversed(_passed(score.grad_fn)))}
    places: dict[Node, _Place] = {}
    for name, (node, shape) in outputs.items():  # a module inside of another one comes before it
        if node in order:
            place = places.setdefault(node, _Place(shape, order[node], "Pool" in node.name()))
            place.modules.append(name)
    return sorted(places.values(), key=lambda place: place.order)


def _passed(score: Node) -> list[Node]:
    """The steps that every way back from the score to the picture takes, from the score on.

    In an order in which each step comes before those it leads to, these are the steps that no other one leads past.
    """
    ordered = _ordered(score)
    index = {node: number for number, node in enumerate(ordered)}
    farthest, passed = 0, []
    for number, node in enumerate(ordered):
        if farthest <= number:
            passed.append(node)
        farthest = max([farthest, *(index[each] for each, _ in node.next_functions if each is not None)])
    return passed


def _ordered(score: Node) -> list[Node]:
    """All steps back from the score, each before those it leads to, without recursion."""
    done: dict[Node, None] = {}
    seen = {score}
    ahead = [(score, iter(score.next_functions))]
    while ahead:
        node, following = ahead[-1]
        step = next((each for each, _ in following if each is not None and each not in seen), None)
        if step is None:
            done[node] = None
            ahead.pop()
        else:
            seen.add(step)
            ahead.append((step, iter(step.next_functions)))
    return list(reversed(done))


def _evenly(items: Sequence[Each], count: int) -> list[Each]:
    """At most so many of them, evenly spread, with the last one among them."""
    count = min(count, len(items))
    return [items[(index + 1) * len(items) // count - 1] for index in range(count)]


def _titles(count: int) -> tuple[str, ...]:
    """Titles for so many layers, at most five."""
    edges, textures, patterns, parts, whole = LAYER_TITLES
    some = {1: (whole,), 2: (edges, whole), 3: (edges, patterns, whole), 4: (edges, textures, parts, whole)}
    return some.get(count, LAYER_TITLES)
