"""The tensors of a file, known by their shape before any of their bytes are read."""

from collections.abc import Callable
from dataclasses import dataclass
from math import prod
from types import MappingProxyType
from typing import Any

import torch
from torch import Tensor

from models.own.inert import Named, Record
from models.own.pickles import BadPickle, Rules

# The classes of torch's storages by the type of number in them.
_STORAGES = MappingProxyType(
    {
        "FloatStorage": torch.float32,
        "DoubleStorage": torch.float64,
        "HalfStorage": torch.float16,
        "BFloat16Storage": torch.bfloat16,
        "LongStorage": torch.int64,
        "IntStorage": torch.int32,
        "ShortStorage": torch.int16,
        "CharStorage": torch.int8,
        "ByteStorage": torch.uint8,
        "BoolStorage": torch.bool,
        "UntypedStorage": torch.uint8,
    }
)
_NUMBERS = MappingProxyType({str(dtype): dtype for dtype in _STORAGES.values()})
MOST_AXES = 16


@dataclass(frozen=True, eq=False)
class Weight:
    """One tensor of a file. `read` fetches its numbers, as a tensor of its own; it raises ValueError for damage."""

    shape: tuple[int, ...]
    dtype: torch.dtype
    read: Callable[[], Tensor]

    @property
    def nbytes(self) -> int:
        """How much memory its numbers take."""
        return prod(self.shape) * self.dtype.itemsize


@dataclass(frozen=True)
class Storage:
    """Numbers in a row, that tensors are cut from; `key` says where the file keeps them."""

    key: str
    dtype: torch.dtype
    count: int


Fetch = Callable[[Storage], Tensor]


def torch_rules(fetch: Fetch, storages: dict[str, Storage]) -> Rules:
    """How the pickles inside of torch's files are read.

    `fetch` reads a whole storage as a tensor (count,) of its type; it is called when a Weight is read, not before.
    All that are named go into `storages`, by their keys.
    """

    def persistent(reference: object) -> Storage | Named:
        found = _storage(reference)
        if isinstance(found, Storage) and storages.setdefault(found.key, found) != found:
            raise BadPickle("one part with two sizes")
        return found

    def v2(storage: object, offset: object, size: object, stride: object, *_: object) -> Weight:
        return _cut(storage, offset, size, stride, None, fetch)

    def v3(storage: object, offset: object, size: object, stride: object, _g: object, _h: object, dtype: object,
           *_: object) -> Weight:  # fmt: skip
        return _cut(storage, offset, size, stride, _number_type(dtype), fetch)

    made: dict[str, Callable[..., Any]] = {
        "collections.OrderedDict": _dict,
        "collections.defaultdict": _dict,
        "torch._utils._rebuild_tensor": v2,
        "torch._utils._rebuild_tensor_v2": v2,
        "torch._utils._rebuild_tensor_v3": v3,
        "torch._utils._rebuild_parameter": _first,
        "torch._utils._rebuild_parameter_with_state": _first,
        "torch.Size": tuple,
    }

    def subclass(function: object, _kind: object, arguments: object, *_: object) -> object:
        """A tensor of somebody's own class is made like any other, and given its class after that."""
        if not isinstance(arguments, tuple) or not str(function).startswith("torch._utils._rebuild_"):
            raise BadPickle("a tensor that is none")
        return made[str(function)](*arguments) if str(function) in made else Record(function, arguments)

    made["torch._tensor._rebuild_from_type_v2"] = subclass
    return Rules(MappingProxyType(made), persistent)


def _storage(reference: object) -> Storage | Named:
    """What a torch pickle keeps elsewhere: ("storage", its class, its key, its device, how many numbers, a view)."""
    match reference:
        case ("storage", Named(name=name), str(key), _, int(count), *view) if count >= 0 and name in _STORAGES:
            if any(view):
                raise BadPickle("a tensor that was saved as a part of another one")
            return Storage(key, _STORAGES[name], count)
        case ("module", Named() as made_by, *_):  # old files keep the source of a class beside it
            return made_by
        case _:
            raise BadPickle("it refers to something that is no tensor")


def _cut(
    storage: object, offset: object, size: object, stride: object, dtype: torch.dtype | None, fetch: Fetch
) -> Weight:
    """A view into a storage, which must lie inside of it."""
    match storage, offset, size, stride:
        case Storage(), int(), tuple(), tuple() if len(size) == len(stride) <= MOST_AXES:
            pass
        case _:
            raise BadPickle("a tensor that is none")
    if not all(type(each) is int and each >= 0 for each in (offset, *size, *stride)):
        raise BadPickle("a tensor of no size")
    kind = dtype or storage.dtype
    count = storage.count * storage.dtype.itemsize // kind.itemsize
    last = offset + sum((length - 1) * step for length, step in zip(size, stride, strict=True))
    if prod(size) and last >= count:
        raise BadPickle("a tensor larger than what is stored for it")

    def read() -> Tensor:
        flat = fetch(storage)
        return torch.as_strided(flat.view(kind) if dtype else flat, size, stride, offset).clone()

    return Weight(size, kind, read)


def _number_type(named: object) -> torch.dtype:
    if isinstance(named, Named) and str(named) in _NUMBERS:
        return _NUMBERS[str(named)]
    raise BadPickle("a tensor of numbers that are unknown here")


def _dict(*arguments: object) -> dict[Any, Any]:
    """An ordered dictionary; Python 2's has its pairs among the arguments."""
    made: dict[Any, Any] = {}
    if arguments and isinstance(arguments[-1], list):
        for pair in arguments[-1]:
            match pair:
                case [str(key), value] | (str(key), value):
                    made[key] = value
                case _:
                    raise BadPickle("a dictionary that is none")
    return made


def _first(*arguments: object) -> object:
    """A parameter is its tensor."""
    if not arguments:
        raise BadPickle("a parameter without a tensor")
    return arguments[0]
