"""A known network with a head of somebody's own: what the shapes of its weights tell is built again."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from torch import nn

from models.own.shapes import CHANNELS, Shape, Shapes, head_of

MOST_LAYERS = 20
_WEIGHT = re.compile(r"((?:.*\.)?)(weight|bias|running_mean|running_var)")


class NoHead(ValueError):
    """Weights that are no chain of linear and normalising layers."""


@dataclass(frozen=True, eq=False)
class OwnHead:
    """A head that was built again: `layers`, in eval mode, and how its weights are called in a file, by their names
    in `layers`. `assumed`: there stood something without weights between two linear layers, taken for ReLU."""

    layers: nn.Sequential
    names: Mapping[str, str]
    assumed: bool


def places_of(shapes: Shapes, classes: int) -> Iterator[str]:
    """Where a network's head may have been exchanged: the module with a row for each class, then those around it.

    `shapes` are those of the network as it comes, built for so many `classes`.
    """
    modules = {name.rpartition(".")[0] for name in head_of(shapes, classes)}
    if len(modules) != 1 or not (place := modules.pop()):
        return
    while place:
        yield place
        place = place.rpartition(".")[0]


def own_head(shapes: Shapes) -> OwnHead:
    """The head that weights of these `shapes` make, in their order.

    In a `Sequential` whatever has no weights leaves a gap in the numbers: a gap after a linear layer, or after what
    normalises its output, is taken for ReLU, and any other for dropout or flattening, which change nothing. Layers with
    names of their own have ReLU between them. Numbers without a gap have nothing between them.

    Raises NoHead.
    """
    grouped: dict[str, dict[str, Shape]] = {}
    for name, shape in shapes.items():
        if not (match := _WEIGHT.fullmatch(name)):
            raise NoHead(name)
        grouped.setdefault(match[1], {})[match[2]] = shape
    if not 1 <= len(grouped) <= MOST_LAYERS:
        raise NoHead("no head")
    layers: list[nn.Module] = []
    names: dict[str, str] = {}
    assumed, waiting, before = False, False, ""  # waiting: for ReLU, since a linear layer came and none after it
    for path, own in sorted(grouped.items(), key=_by_number):
        layer = _layer(own)
        if waiting and (_gap(before, path) if _numbered(before, path) else isinstance(layer, nn.Linear)):
            layers.append(nn.ReLU())
            assumed, waiting = True, False
        if isinstance(layer, nn.Linear):
            waiting = True
        names |= {f"{len(layers)}.{part}": f"{path}{part}" for part in own}
        layers.append(layer)
        before = path
    if not isinstance(layers[-1], nn.Linear):
        raise NoHead("its last layer is not linear")
    widths = [each for layer in layers if (each := _widths(layer))]
    if any(one[1] != other[0] for one, other in pairwise(widths)):
        raise NoHead("its layers do not follow on each other")
    return OwnHead(nn.Sequential(*layers).eval(), names, assumed)


def exchanged(module: nn.Module, place: str, head: nn.Module) -> nn.Module:
    """The network with another head in one place."""
    around, _, name = place.rpartition(".")
    setattr(module.get_submodule(around), name, head)
    return module


def _by_number(item: tuple[str, object]) -> tuple[tuple[int, str], ...]:
    """Numbers in their order; safetensors keeps names in that of the alphabet. Names stay as they lie."""
    return tuple((int(part), "") if part.isdigit() else (0, "") for part in item[0].split("."))


def _numbered(before: str, path: str) -> bool:
    return all(_number(each) is not None for each in (before, path)) and _around(before) == _around(path)


def _gap(before: str, path: str) -> bool:
    one, other = _number(before), _number(path)
    return one is not None and other is not None and other > one + 1


def _number(path: str) -> int | None:
    last = path.rstrip(".").rpartition(".")[2]
    return int(last) if last.isdigit() else None


def _around(path: str) -> str:
    return path.rstrip(".").rpartition(".")[0]


def _layer(own: Mapping[str, Shape]) -> nn.Module:
    weight = own.get("weight", ())
    if len(weight) == 2 and {*own} <= {"weight", "bias"}:
        return nn.Linear(weight[1], weight[0], bias="bias" in own)
    if len(weight) == 1 and {*own} == {"weight", "bias", "running_mean", "running_var"}:
        return nn.BatchNorm1d(weight[0])
    if len(weight) == 1 and {*own} == {"weight", "bias"}:
        return nn.LayerNorm(weight[0])
    raise NoHead("a layer of another kind")


def _widths(layer: nn.Module) -> tuple[int, int] | None:
    match layer:
        case nn.Linear():
            return layer.in_features, layer.out_features
        case nn.BatchNorm1d():
            return layer.num_features, layer.num_features
        case nn.LayerNorm():
            return layer.normalized_shape[0], layer.normalized_shape[0]
        case _:
            return None


def without(shapes: Shapes, place: str) -> dict[str, Shape]:
    """The weights of a network but for those at one place."""
    return {name: shape for name, shape in shapes.items() if not name.startswith(f"{place}.")}


def rest_of(shapes: Shapes, body: Shapes, prefix: str = "") -> dict[str, Shape] | None:
    """What a file has beside a body whose names begin with `prefix` there; None where it lacks any of the body.

    The channels of the picture may be others: that is the body's first convolution.
    """
    if any(_fixed(shapes.get(f"{prefix}{name}", ())) != _fixed(shape) for name, shape in body.items()):
        return None
    named = {f"{prefix}{name}" for name in body}
    return {name: shape for name, shape in shapes.items() if name not in named}


def _fixed(shape: Shape) -> Shape:
    """A shape without the channels of a picture, which may be three or one."""
    return (shape[0], *shape[2:]) if len(shape) == 4 and shape[1] in (1, CHANNELS) else shape
