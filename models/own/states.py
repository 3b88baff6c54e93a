"""Finds the weights of one network in what a file holds, whatever was saved around them."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

import torch
from torch import Tensor

from models.own.containers import GIGABYTE, Held
from models.own.inert import Members, Record, walk
from models.own.problems import NotANetwork
from models.own.weights import Weight
from models.weights import OLD_DENSENET_NAME

Kept = TypeVar("Kept")
Weights = Mapping[str, Weight]

# Where checkpoints keep the network's own weights, by who trains: Lightning and timm, fast.ai, many scripts.
PLACES = (
    *("state_dict", "model", "model_state_dict", "ema", "state_dict_ema", "model_ema", "ema_state_dict"),
    *("module", "net", "network", "model_state", "weights", "params"),
)
DEPTH = 6  # of checkpoints inside of checkpoints, and of names in front of names
MOST_MODULES = 50_000
SHARE = 0.6  # of the tensors lie below a name that stands in front of a network's own
# Not needed to compute, or computed again from the rest; versions of torch and timm differ in having them. The last are
# a second and third answer that only training asks for.
LEFT_OUT = re.compile(
    r"(.*\.)?(num_batches_tracked|relative_position_index|attn_mask|relative_coords_table|total_ops|total_params)"
    r"|(.*\.)?(aux[12]|AuxLogits)\..*"
)


@dataclass(frozen=True, eq=False)
class StateDict:
    """The weights of a network by their names. `prefix` stood in front of all of these; others were left out."""

    prefix: str
    weights: Weights

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """The shape of each weight."""
        return {name: weight.shape for name, weight in self.weights.items()}


def find_state(held: Held) -> StateDict:
    """The weights in a file as they are named there. Raises NotANetwork where it has none."""
    weights = _weights_in(held.value, DEPTH)
    if weights is None:
        raise NotANetwork("empty", held.file, detail=_told(held.value))
    return StateDict("", kept({OLD_DENSENET_NAME.sub(r"\1\2", name): weight for name, weight in weights.items()}))


def kept(named: Mapping[str, Kept]) -> dict[str, Kept]:
    """Of weights by their names, those that a network needs to compute."""
    return {name: each for name, each in named.items() if not LEFT_OUT.fullmatch(name)}


def levels(state: StateDict) -> Iterator[StateDict]:
    """The same weights, then those below the name that stands in front of most of them (`module.`, `model.`), …"""
    yield state
    for _ in range(DEPTH):
        counts = Counter(name.partition(".")[0] for name in state.weights if "." in name)
        if not counts:
            return
        first, count = counts.most_common(1)[0]
        if count < SHARE * len(state.weights):
            return
        inner = {
            name.removeprefix(f"{first}."): weight
            for name, weight in state.weights.items()
            if name.startswith(f"{first}.")
        }
        state = StateDict(f"{state.prefix}{first}.", inner)
        yield state


def read_all(file: str, weights: Weights, most_gigabytes: float) -> dict[str, Tensor]:
    """Read the numbers, floating ones as float32. Raises NotANetwork where they are too many, or NaN or infinite."""
    gigabytes = sum(weight.nbytes * 4 // min(4, weight.dtype.itemsize) for weight in weights.values()) / GIGABYTE
    if gigabytes > most_gigabytes:
        raise NotANetwork("too_large", file, gigabytes=f"{gigabytes:.1f}", most=f"{most_gigabytes:g}")
    tensors = {}
    for name, weight in weights.items():
        tensor = weight.read()
        if tensor.is_floating_point():
            tensor = tensor.to(torch.float32)
            if not tensor.isfinite().all():
                raise NotANetwork("not_finite", file, tensor=name[:60])
        tensors[name] = tensor
    return tensors


def _weights_in(value: object, depth: int) -> Weights | None:
    if depth == 0:
        return None
    match value:
        case Record():
            return _of_module(value) or _weights_in(value.attribute("model"), depth - 1)
        case dict():
            own = {name: each for name, each in value.items() if isinstance(name, str) and isinstance(each, Weight)}
            inner = next((found for place in PLACES if (found := _weights_in(value.get(place), depth - 1))), {})
            # A checkpoint may hold a number of its own as a tensor beside the weights.
            return max(own, inner, key=len) or None
        case (Record() | dict() as first, *_):
            return _weights_in(first, depth - 1)
        case _:
            return None


def _of_module(record: Record) -> Weights | None:
    """What `state_dict()` of a whole module, saved as it is, would give; None for a record of something else."""
    weights: dict[str, Weight] = {}
    ahead = [("", record)]
    for _ in range(MOST_MODULES):
        if not ahead:
            break
        prefix, module = ahead.pop()
        passing = module.attribute("_non_persistent_buffers_set") or ()
        passing = passing.arguments[0] if isinstance(passing, Record) and passing.arguments else passing
        hidden = {each for each in passing if isinstance(each, str)} if isinstance(passing, list | Members) else set()
        for part in ("_parameters", "_buffers"):
            for name, weight in _named(module.attribute(part)):
                if isinstance(weight, Weight) and name not in hidden:
                    weights[f"{prefix}{name}"] = weight
        inner = [(f"{prefix}{name}.", each) for name, each in _named(module.attribute("_modules"))]
        ahead += [(name, each) for name, each in reversed(inner) if isinstance(each, Record)]
    return weights or None


def _named(mapping: object) -> Iterator[tuple[str, object]]:
    """The pairs of a dictionary, or of what would have become one of another class."""
    pairs = mapping.items() if isinstance(mapping, dict) else mapping.entries if isinstance(mapping, Record) else ()
    return ((name, value) for name, value in pairs if isinstance(name, str))


def _told(value: object) -> str:
    """What a file holds, in a few words."""
    kinds = Counter(
        each.kind.rpartition(".")[2] if isinstance(each, Record) else type(each).__name__ for each in walk(value)
    )
    kinds = Counter({kind: count for kind, count in kinds.items() if kind not in ("dict", "list", "tuple", "NoneType")})
    if not kinds:
        return "nothing"
    return ", ".join(f"{count} of {kind[:40]}" for kind, count in kinds.most_common(3))
