"""Questions and answers on their way between pages and replicas, as bytes.

Nothing on the way can become code: what arrives is made of plain values, arrays, pictures, and the kinds of records
that are listed here. It begins with the length of a JSON document, which is followed by what that calls blobs.
"""

import struct
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from functools import cache, partial
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
import orjson
from PIL import Image

from explainer.explain import Answer, Explanation, LayerMap
from explainer.outside.bounds import Measured, OutsideRate
from explainer.outside.outside import Bound, Outlook, Usual
from explainer.target import Target
from explainer.teach.pooled import Features
from models.facts import ClassifierFacts
from models.labels import Contrast, Label
from models.preprocess import Box, Preprocess, Squashed
from models.problems import Problem
from models.taught.head import TaughtHead
from models.taught.model import TaughtModel
from page.known import KnownModel
from page.pictures.picture import Picture
from page.travel import given, refused

SPOKEN = 1  # raised with every change after which an older page or replica would read something wrong
MARK = "$"  # the key of what is no plain dictionary
LENGTH = struct.Struct("<I")
RECORDS: Mapping[str, type[Any]] = MappingProxyType(
    {
        kind.__name__: kind
        for kind in (
            *(Answer, LayerMap, Explanation, Outlook, Target, Box, Preprocess, Squashed),
            *(KnownModel, Measured, OutsideRate, Bound, Usual, Features, TaughtModel, TaughtHead),
        )
    }
)
LABELS: Mapping[str, type[Label]] = MappingProxyType({kind.__name__: kind for kind in (Label, Contrast)})
KINDS_OF_NUMBERS = frozenset("fiub")
PLAIN = (str, int, float, bool, type(None))

FactsOf = Callable[[str, Preprocess], ClassifierFacts]


class Malformed(ValueError):
    """Bytes that no page and no replica of this version would send."""


class Reference(NamedTuple):
    """A classifier by its name, where nobody said what is known of it."""

    name: str
    preprocess: Preprocess


def encode(value: Any) -> bytes:
    """A value as bytes. Raises TypeError for one of a kind that does not travel."""
    blobs: list[bytes] = []
    told = orjson.dumps({"value": _told(value, blobs), "sizes": list(map(len, blobs))})
    return b"".join((LENGTH.pack(len(told)), told, *blobs))


def decode(data: bytes, facts_of: FactsOf = Reference) -> Any:  # type: ignore[assignment]
    """The value of bytes; `facts_of` gives what is known of a classifier by its name. Raises Malformed."""
    try:
        (length,) = LENGTH.unpack_from(data)
        start = LENGTH.size + length
        told = orjson.loads(data[LENGTH.size : start])
        view, blobs = memoryview(data), []
        for size in told["sizes"]:
            if type(size) is not int or not 0 <= size <= len(data) - start:
                raise Malformed("a blob that is not all there")
            blobs.append(view[start : start + size])
            start += size
        return _Reader(blobs, facts_of).read(told["value"])
    except (struct.error, ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise error if isinstance(error, Malformed) else Malformed(str(error)) from error


@cache
def problems() -> Mapping[str, type[Problem]]:
    """All kinds of problems of the program, by where they are defined."""

    def below(kind: type[Problem]) -> Iterable[type[Problem]]:
        yield kind
        for each in kind.__subclasses__():
            yield from below(each)

    return {_place_of(kind): kind for kind in below(Problem)}


def _place_of(kind: type[Problem]) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"


def _told(value: Any, blobs: list[bytes]) -> Any:
    """A value as JSON has it."""
    kind = type(value)
    if kind in PLAIN:
        return value
    if kind is list:
        # The numbers of a map, of which there are thousands, need no look each.
        return value if all(type(each) is float for each in value) else [_told(each, blobs) for each in value]
    if kind is dict:
        told = {key: _told(each, blobs) for key, each in value.items()}
        if MARK in told or not all(type(key) is str for key in told):
            return {MARK: "dict", "items": [[_told(key, blobs), each] for key, each in told.items()]}
        return told
    if kind is tuple:
        return {MARK: "tuple", "items": [_told(each, blobs) for each in value]}
    if kind in LABELS.values():
        return {MARK: kind.__name__, "text": str.__str__(value)}
    if isinstance(value, Image.Resampling):
        return {MARK: "resampling", "number": int(value)}
    if isinstance(value, str):  # one of a few words
        return str.__str__(value)
    if isinstance(value, np.generic):
        return value.item()
    return _told_whole(value, blobs)


def _told_whole(value: Any, blobs: list[bytes]) -> Any:
    """The same of what has parts."""
    kind = type(value)

    def blob(data: bytes) -> int:
        blobs.append(data)
        return len(blobs) - 1

    if isinstance(value, bytes):
        return {MARK: "bytes", "blob": blob(value)}
    if isinstance(value, np.ndarray):
        packed = np.ascontiguousarray(value)
        return {MARK: "array", "type": packed.dtype.str, "shape": list(value.shape), "blob": blob(packed.tobytes())}
    if isinstance(value, Picture):
        pixels = value.rgb.tobytes()
        return {MARK: "picture", "size": list(value.size), "name": value.known, "blob": blob(pixels)}
    if isinstance(value, ClassifierFacts):
        return {MARK: "facts", "name": value.spec.name, "preprocess": _told(value.preprocess, blobs)}
    if isinstance(value, Problem):
        return {MARK: "problem", "kind": _place_of(kind), "values": _told(dict(value.values), blobs)}
    if isinstance(value, partial) and value.func in (given, refused):
        return {MARK: value.func.__name__, "value": _told(value.args[0], blobs)}
    if RECORDS.get(kind.__name__) is kind:
        told = {each.name: _told(getattr(value, each.name), blobs) for each in fields(value)}
        return {MARK: kind.__name__, "fields": told}
    raise TypeError(f"{kind.__name__} does not travel")


class _Reader:
    """Reads the values of one message."""

    def __init__(self, blobs: list[memoryview], facts_of: FactsOf) -> None:
        self.blobs = blobs
        self.facts_of = facts_of

    def read(self, told: Any) -> Any:
        if type(told) is list:
            return told if all(type(each) is float for each in told) else [self.read(each) for each in told]
        if type(told) is not dict:
            return told
        if MARK not in told:
            return {key: self.read(each) for key, each in told.items()}
        kind = told[MARK]
        if kind in RECORDS:
            return RECORDS[kind](**{key: self.read(each) for key, each in told["fields"].items()})
        if kind in LABELS:
            return LABELS[kind](told["text"])
        return getattr(self, f"_{kind}", self._unknown)(told)

    def _unknown(self, told: Any) -> Any:
        raise Malformed(f"the kind {told[MARK]!r} is unknown")

    def _dict(self, told: Any) -> Any:
        return {self.read(key): self.read(each) for key, each in told["items"]}

    def _tuple(self, told: Any) -> Any:
        return tuple(self.read(each) for each in told["items"])

    def _resampling(self, told: Any) -> Any:
        return Image.Resampling(told["number"])

    def _bytes(self, told: Any) -> Any:
        return bytes(self.blobs[told["blob"]])

    def _array(self, told: Any) -> Any:
        dtype = np.dtype(told["type"])
        if dtype.kind not in KINDS_OF_NUMBERS:
            raise Malformed("an array of something else than numbers")
        return np.frombuffer(self.blobs[told["blob"]], dtype).reshape(told["shape"])

    def _picture(self, told: Any) -> Any:
        return Picture(Image.frombytes("RGB", tuple(told["size"]), self.blobs[told["blob"]]), told["name"])

    def _facts(self, told: Any) -> Any:
        return self.facts_of(told["name"], self.read(told["preprocess"]))

    def _problem(self, told: Any) -> Any:
        kind = problems().get(told["kind"])
        if kind is None:
            raise Malformed(f"the problem {told['kind']!r} is unknown")
        problem = kind.__new__(kind)
        Problem.__init__(problem, **self.read(told["values"]))
        return problem

    def _given(self, told: Any) -> Any:
        return partial(given, self.read(told["value"]))

    def _refused(self, told: Any) -> Any:
        return partial(refused, self.read(told["value"]))
