"""What was taught, as one file: safetensors, so that nothing in it could run.

Tensors `weight` (things, features), `bias` (things,) and `temperature`, float32; and, where they are known, `examples`
(n, features), `owners` (n,), `novelty`, `full`, as in `models.taught.head.TaughtHead`, and `picture.0`, … the bytes of
small JPEGs. Metadata: `names`, `counts` (JSON lists), `none` (a number or empty), `backbone`, `fingerprint`, `guess`,
`pictures` (a JSON list: of which thing each is), `version`.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import safetensors
import safetensors.numpy
from numpy.typing import NDArray

from models.problems import Problem
from models.taught.head import MOST_THINGS, TaughtHead, clean_name

ENDING = ".seewhy"
VERSION = 1
MOST_BYTES = 12 * 1024 * 1024
MOST_HEADER = 256 * 1024
MOST_FEATURES = 8192
MOST_EXAMPLES = 200
MOST_PICTURES = 700
MOST_PICTURE_BYTES = 64 * 1024
LARGEST = 1e6  # of a number
MOST_COUNTED = 1_000_000  # pictures of a thing
TYPES: Mapping[str, Any] = {"F32": np.float32, "F64": np.float64, "F16": np.float16, "I64": np.int64, "U8": np.uint8}


class NotTaught(Problem):
    """A file that is none of ours, or is damaged."""

    key = "teaching.file"


class TooLargeFile(Problem):
    """A file with more bytes than what was taught can have. Values: limit, in megabytes."""

    key = "teaching.file_large"


class TooManyInFile(Problem):
    """A file with more things than one can teach. Values: count, limit."""

    key = "teaching.file_things"


@dataclass(frozen=True, eq=False)
class TaughtFile:
    """A head, the name of the network that it belongs to, and that network's fingerprint. `pictures` are small JPEGs,
    each with the row of its thing."""

    head: TaughtHead
    backbone: str
    fingerprint: str
    pictures: tuple[tuple[int, bytes], ...] = ()


def write(taught: TaughtFile) -> bytes:
    """The bytes of a file."""
    head = taught.head
    tensors: dict[str, NDArray[Any]] = {
        "weight": np.ascontiguousarray(head.weight, np.float32),
        "bias": np.ascontiguousarray(head.bias, np.float32),
        "temperature": np.array([head.temperature], np.float32),
        "novelty": np.array([head.novelty], np.float32),
        "full": np.array([head.full], np.float32),
    }
    if head.examples is not None and len(head.examples):
        tensors["examples"] = np.ascontiguousarray(head.examples, np.float32)
        tensors["owners"] = np.array(head.owners, np.int64)
    for number, (_, picture) in enumerate(taught.pictures):
        tensors[f"picture.{number}"] = np.frombuffer(picture, np.uint8)
    metadata = {
        "version": str(VERSION),
        "names": json.dumps(head.names, ensure_ascii=False),
        "counts": json.dumps(head.counts),
        "none": "" if head.none is None else str(head.none),
        "guess": str(int(head.guess)),
        "pictures": json.dumps([row for row, _ in taught.pictures]),
        "backbone": taught.backbone,
        "fingerprint": taught.fingerprint,
    }
    return safetensors.numpy.save(tensors, metadata)


def read(data: bytes) -> TaughtFile:
    """The contents of a file.

    Raises TooLargeFile, TooManyInFile, and NotTaught for all else that is wrong with it.
    """
    if len(data) > MOST_BYTES:
        raise TooLargeFile(limit=MOST_BYTES // 2**20)
    try:
        metadata, tensors = _metadata(data), _tensors(data)
        return _taught(metadata, tensors)
    except Problem:
        raise
    # What a file that was changed makes the library and the checks raise.
    except (safetensors.SafetensorError, ValueError, TypeError, KeyError, RecursionError, MemoryError) as error:
        raise NotTaught from error


def _metadata(data: bytes) -> Mapping[str, str]:
    length = int.from_bytes(data[:8], "little")
    if not 2 <= length <= min(MOST_HEADER, len(data) - 8):
        raise ValueError("no header")
    told = json.loads(data[8 : 8 + length])["__metadata__"]
    if not isinstance(told, dict) or not all(isinstance(each, str) for each in told.values()):
        raise ValueError("no metadata")
    return told


def _tensors(data: bytes) -> dict[str, NDArray[Any]]:
    found = {}
    for name, told in safetensors.deserialize(data):  # type: ignore[no-untyped-call]
        if told["dtype"] not in TYPES:
            raise ValueError("numbers of another type")
        found[name] = np.frombuffer(told["data"], TYPES[told["dtype"]]).reshape(told["shape"])
    return found


def _taught(metadata: Mapping[str, str], tensors: Mapping[str, NDArray[Any]]) -> TaughtFile:
    if metadata["version"] != str(VERSION):
        raise ValueError("another version")
    weight, bias = _numbers(tensors["weight"], 2), _numbers(tensors["bias"], 1)
    things, features = weight.shape
    if len(bias) == things > MOST_THINGS + 1:
        raise TooManyInFile(count=things, limit=MOST_THINGS)
    none = int(metadata["none"]) if metadata.get("none") else None
    names, counts = _names(metadata["names"]), json.loads(metadata["counts"])
    if (
        len(bias) != things
        or len(names) != things
        or not 2 <= things <= MOST_THINGS + 1
        or not 1 <= features <= MOST_FEATURES
        or (none is not None and not 0 <= none < things)
        or not _whole(counts, things)
    ):
        raise ValueError("its parts do not fit each other")
    examples, owners = _examples(tensors, things, features)
    head = TaughtHead(
        names=names,
        weight=weight,
        bias=bias,
        temperature=_number(tensors["temperature"], 1e-3, 1e3),
        counts=tuple(counts),
        none=none,
        examples=examples,
        owners=owners,
        novelty=_number(tensors["novelty"], -1, 1) if "novelty" in tensors else -1.0,
        guess=metadata.get("guess") != "0",
        full=_number(tensors["full"], 0, LARGEST) if "full" in tensors else 0.0,
    )
    return TaughtFile(head, metadata["backbone"], metadata["fingerprint"], _pictures(metadata, tensors, things))


def _names(told: str) -> tuple[str, ...]:
    names = json.loads(told)
    if not isinstance(names, list) or not all(isinstance(each, str) and each == clean_name(each) for each in names):
        raise ValueError("its names are no names")
    if len({each.casefold() for each in names}) < len(names) or not all(names):
        raise ValueError("two of its names are the same")
    return tuple(names)


def _whole(counts: object, things: int) -> bool:
    return (
        isinstance(counts, list)
        and len(counts) == things
        and all(type(each) is int and 0 <= each <= MOST_COUNTED for each in counts)
    )


def _numbers(tensor: NDArray[Any], dimensions: int) -> NDArray[np.float32]:
    if tensor.dtype.kind != "f" or tensor.ndim != dimensions:
        raise ValueError("a tensor of another shape")
    numbers = np.array(tensor, np.float64)  # in which LARGEST is a number like others
    if not (np.abs(numbers) <= LARGEST).all():  # nor of numbers that are none
        raise ValueError("numbers out of range")
    return numbers.astype(np.float32)


def _number(tensor: NDArray[Any], lowest: float, highest: float) -> float:
    (value,) = _numbers(tensor.reshape(-1), 1)
    if not lowest <= value <= highest:
        raise ValueError("a number out of range")
    return float(value)


def _examples(
    tensors: Mapping[str, NDArray[Any]], things: int, features: int
) -> tuple[NDArray[np.float32] | None, tuple[int, ...]]:
    if "examples" not in tensors:
        return None, ()
    examples, owners = _numbers(tensors["examples"], 2), tensors["owners"]
    if (
        not 1 <= len(examples) <= MOST_EXAMPLES
        or examples.shape[1] != features
        or owners.dtype.kind != "i"
        or owners.shape != (len(examples),)
        or not ((owners >= 0) & (owners < things)).all()
        or not np.allclose(np.linalg.norm(examples, axis=1), 1, atol=1e-2)
    ):
        raise ValueError("its examples do not fit")
    return examples, tuple(owners.tolist())


def _pictures(
    metadata: Mapping[str, str], tensors: Mapping[str, NDArray[Any]], things: int
) -> tuple[tuple[int, bytes], ...]:
    rows = json.loads(metadata.get("pictures") or "[]")
    if not isinstance(rows, list) or len(rows) > MOST_PICTURES:
        raise ValueError("its pictures do not fit")
    found: Sequence[NDArray[Any]] = [tensors[f"picture.{number}"] for number in range(len(rows))]
    for row, each in zip(rows, found, strict=True):
        if type(row) is not int or not 0 <= row < things:
            raise ValueError("a picture of no thing")
        if each.dtype != np.uint8 or each.ndim != 1 or not 0 < each.size <= MOST_PICTURE_BYTES:
            raise ValueError("a picture that is none")
    return tuple((row, each.tobytes()) for row, each in zip(rows, found, strict=True))
