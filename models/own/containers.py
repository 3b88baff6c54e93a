"""Files of torch's and of safetensors, opened: what they hold as plain data, with their tensors still unread."""

import io
import mmap
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Any

import torch
from torch import Tensor

from models.own.kinds import Kind, kind_by_members, kind_of, kind_of_pickle
from models.own.pickles import MOST_BYTES, BadPickle, Rules, unpickle
from models.own.problems import NotANetwork
from models.own.weights import Fetch, Storage, Weight, torch_rules

GIGABYTE = 1e9
MOST_GIGABYTES = 2.0
MOST_MEMBERS = 100_000
# Torch's files from before version 1.6 begin with this number as a pickle of its own.
OLD_MAGIC = 0x1950A86A20F9469CFC6C
# What a file that was cut off or changed makes the libraries raise.
DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    ValueError,
    struct.error,
    NotImplementedError,
    RuntimeError,
)


@dataclass(frozen=True, eq=False)
class Held:
    """What a file holds: dictionaries, lists, plain values, Weights and inert Records. `metadata` is safetensors'."""

    file: str
    value: Any
    metadata: Mapping[str, str]


@contextmanager
def opened(path: Path, most_gigabytes: float = MOST_GIGABYTES) -> Iterator[Held]:
    """Open a file of weights; its Weights can be read as long as it is open.

    Raises NotANetwork: absent, damaged, too large, or of a kind that holds no weights for this page.
    """
    if path.is_dir() and (kind := kind_by_members([each.name for each in path.iterdir()])):
        raise _other(path, kind)
    if not path.is_file():
        raise NotANetwork("absent", path.name)
    gigabytes = path.stat().st_size / GIGABYTE
    if gigabytes > most_gigabytes:
        raise NotANetwork("too_large", path.name, gigabytes=f"{gigabytes:.1f}", most=f"{most_gigabytes:g}")
    try:
        with _container(path, int(most_gigabytes * GIGABYTE)) as held:
            yield held
    except BadPickle as error:
        raise NotANetwork("odd", path.name, detail=str(error)) from error
    except DAMAGE as error:
        raise NotANetwork("damaged", path.name, detail=_short(error)) from error


@contextmanager
def _container(path: Path, most_bytes: int) -> Iterator[Held]:
    with path.open("rb") as file:
        start = file.read(512)
    if kind := kind_of(path.name, start):
        raise _other(path, kind)
    if start.startswith(b"PK"):
        with _zip(path, most_bytes) as held:
            yield held
    elif _is_safetensors(start, path.stat().st_size):  # a length may begin with the byte of a pickle
        with _safetensors(path) as held:
            yield held
    elif start.startswith(b"\x80"):
        with _old(path) as held:
            yield held
    else:
        raise _other(path, Kind("no file of weights that is known here", "Known are .pth, .pt, .pkl and .safetensors."))


def _other(path: Path, kind: Kind) -> NotANetwork:
    return NotANetwork("kind", path.name, kind=kind.name, advice=kind.advice)


def _short(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:80]


# --- torch since 1.6: a zip of one pickle, and a member for each storage


@contextmanager
def _zip(path: Path, most_bytes: int) -> Iterator[Held]:
    with zipfile.ZipFile(path) as archive:
        members = archive.infolist()
        if len(members) > MOST_MEMBERS:
            raise NotANetwork("damaged", path.name, detail="too many parts")
        announced = sum(member.file_size for member in members)
        if announced > most_bytes:
            raise NotANetwork(
                "too_large", path.name, gigabytes=f"{announced / GIGABYTE:.1f}", most=f"{most_bytes / GIGABYTE:g}"
            )
        names = [member.filename for member in members]
        if kind := kind_by_members(names):
            raise _other(path, kind)
        pickles = [PurePosixPath(name) for name in names if PurePosixPath(name).name == "data.pkl"]
        if len(pickles) != 1:
            raise _other(path, Kind("an archive without a network's weights", "Give the file of weights itself."))
        folder = pickles[0].parent
        if _text(archive, folder / "byteorder", names) == "big":
            raise _other(path, Kind("a file from a machine of another byte order", "Save it again on another machine."))
        if archive.getinfo(str(pickles[0])).file_size > MOST_BYTES:
            raise BadPickle("a pickle of too many bytes")
        value = unpickle(io.BytesIO(archive.read(str(pickles[0]))), torch_rules(_from_zip(archive, folder), {}))
        yield Held(path.name, value, MappingProxyType({}))


def _text(archive: zipfile.ZipFile, name: PurePosixPath, names: list[str]) -> str:
    return archive.read(str(name))[:16].decode("ascii", "replace") if str(name) in names else ""


def _from_zip(archive: zipfile.ZipFile, folder: PurePosixPath) -> Fetch:
    """Fetch storages out of an archive. Only the last one is kept: few files cut many tensors from one storage."""
    kept: dict[str, Tensor] = {}

    def fetch(storage: Storage) -> Tensor:
        if storage.key not in kept:
            member = f"{folder / 'data'}/{storage.key}"
            wanted = storage.count * storage.dtype.itemsize
            try:
                held = archive.getinfo(member).file_size
            except KeyError:
                raise ValueError(f"the part {storage.key[:20]} is missing") from None
            if held != wanted:
                raise ValueError(f"the part {storage.key[:20]} has another size")
            kept.clear()
            kept[storage.key] = _numbers(bytearray(archive.read(member)), storage)
        return kept[storage.key]

    return fetch


def _numbers(data: bytearray, storage: Storage) -> Tensor:
    return torch.frombuffer(data, dtype=storage.dtype) if data else torch.empty(0, dtype=storage.dtype)


# --- torch before 1.6: five pickles, then the storages one after the other


@contextmanager
def _old(path: Path) -> Iterator[Held]:
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as whole:
        pickles = _Pickles(whole)
        places: dict[str, int] = {}
        storages: dict[str, Storage] = {}
        rules = torch_rules(_from_map(whole, places), storages)
        first = pickles.next(rules)
        if first != OLD_MAGIC:
            raise _other(path, kind_of_pickle(first))
        _version, _machine, value, keys = (pickles.next(rules) for _ in range(4))
        places |= _places(whole, pickles.end, keys, storages)
        yield Held(path.name, value, MappingProxyType({}))


class _Pickles:
    """Pickles that lie one after the other in a file."""

    def __init__(self, whole: mmap.mmap) -> None:
        self._whole = whole
        self.end = 0  # of the last one that was read

    def next(self, rules: Rules) -> Any:
        """Read one more. Raises BadPickle."""
        window = io.BytesIO(self._whole[self.end : self.end + MOST_BYTES])
        value = unpickle(window, rules)
        self.end += window.tell()
        return value


def _places(whole: mmap.mmap, start: int, keys: object, storages: Mapping[str, Storage]) -> dict[str, int]:
    """Where the numbers of each storage begin: how many there are stands before them, in eight bytes."""
    if not isinstance(keys, list):
        raise BadPickle("a list of parts that is none")
    places = {}
    for key in keys:
        storage = storages.get(key) if isinstance(key, str) else None
        if storage is None:
            raise BadPickle("a part that belongs to no tensor")
        (count,) = struct.unpack_from("<q", whole, start)
        places[key] = start + 8
        start = places[key] + storage.count * storage.dtype.itemsize
        if count != storage.count or start > len(whole):
            raise ValueError(f"the part {key[:20]} has another size")
    return places


def _from_map(whole: mmap.mmap, places: Mapping[str, int]) -> Fetch:
    def fetch(storage: Storage) -> Tensor:
        if storage.key not in places:
            raise ValueError(f"the part {storage.key[:20]} is missing")
        start = places[storage.key]
        return _numbers(bytearray(whole[start : start + storage.count * storage.dtype.itemsize]), storage)

    return fetch


# --- safetensors


def _is_safetensors(start: bytes, size: int) -> bool:
    """It begins with the length of a header in eight bytes, and the header is JSON."""
    return len(start) > 8 and start[8:9] == b"{" and int.from_bytes(start[:8], "little") <= size - 8


@contextmanager
def _safetensors(path: Path) -> Iterator[Held]:
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="pt") as file:
            weights = {name: _weight(file, name) for name in file.keys()}  # noqa: SIM118
            yield Held(path.name, weights, MappingProxyType(dict(file.metadata() or {})))
    except SafetensorError as error:
        raise ValueError(str(error)) from error


def _weight(file: Any, name: str) -> Weight:
    part = file.get_slice(name)
    if part.get_dtype() not in _SAFETENSORS:
        raise ValueError(f"numbers of the type {part.get_dtype()}")
    return Weight(tuple(part.get_shape()), _SAFETENSORS[part.get_dtype()], lambda: file.get_tensor(name))


_SAFETENSORS = MappingProxyType(
    {
        "F64": torch.float64,
        "F32": torch.float32,
        "F16": torch.float16,
        "BF16": torch.bfloat16,
        "I64": torch.int64,
        "I32": torch.int32,
        "I16": torch.int16,
        "I8": torch.int8,
        "U8": torch.uint8,
        "BOOL": torch.bool,
    }
)
