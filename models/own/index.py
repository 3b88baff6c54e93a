"""Which of the known architectures a file's weights fit: by names and shapes, from fingerprints that are kept."""

import os
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from models.device import cpu_threads
from models.own.architectures import ANY_CLASSES, Architecture, UnknownArchitecture, names
from models.own.shapes import Fingerprint, Hashes, Shapes, fingerprint, full, hashes

FORMAT = 1  # of the kept file
AT_ONCE = 24  # architectures that a process looks at before it tells of them
MOST_PROCESSES = 8
LIKELY, MOST_LIKELY = 0.5, 24  # the share of an architecture's weights that are in a file, and how many are looked at
Progress = Callable[[int, int], None]


@dataclass(frozen=True, eq=False)
class Index:
    """The fingerprints of many architectures: `names`, and for each part all its hashes in a row and where they end."""

    names: tuple[str, ...]
    fixed: "Rows"
    head: "Rows"
    stem: "Rows"

    @classmethod
    def of(cls, fingerprints: Iterable[tuple[str, Fingerprint]]) -> "Index":
        """Gather fingerprints by the names of their architectures."""
        pairs = list(fingerprints)
        return cls(
            tuple(name for name, _ in pairs),
            *(Rows.of([getattr(each, part) for _, each in pairs]) for part in ("fixed", "head", "stem")),
        )

    def fitting(self, shapes: Shapes, headless: bool = False) -> tuple[str, ...]:
        """The architectures that have exactly these weights, apart from the number of classes and of channels.

        `headless` looks for those that have them before the layer that has one row for each class.
        """
        known = np.sort(hashes(full(name, shape) for name, shape in shapes.items()))
        named = hashes(shapes)
        fits = self.fixed.found(known) == self.fixed.lengths
        loose = (self.stem,) if headless else (self.head, self.stem)
        for part in loose:
            fits &= part.found(named) == part.lengths
        fits &= self.fixed.lengths + sum(part.lengths for part in loose) == len(shapes)
        return tuple(self.names[index] for index in np.flatnonzero(fits))

    def likely(self, shapes: Shapes) -> tuple[str, ...]:
        """The architectures that have most of their weights in a file, whatever else is in it, the likeliest first."""
        share = self.fixed.found(hashes(full(name, shape) for name, shape in shapes.items())) / self.fixed.lengths
        ranked = sorted(np.flatnonzero(share >= LIKELY), key=lambda index: (-share[index], -self.fixed.lengths[index]))
        return tuple(self.names[index] for index in ranked[:MOST_LIKELY])

    def nearest(self, shapes: Shapes) -> "Nearest":
        """The architecture that shares the most weights with a file, of all that either has."""
        known = hashes(full(name, shape) for name, shape in shapes.items())
        named = hashes(shapes)
        shared = self.fixed.found(known) + self.head.found(named) + self.stem.found(named)
        total = self.fixed.lengths + self.head.lengths + self.stem.lengths + len(shapes) - shared
        shares = shared / np.maximum(total, 1)
        best = int(np.argmax(shares))
        return Nearest(self.names[best], shapes, float(shares[best]))


@dataclass(frozen=True, eq=False)
class Nearest:
    """The architecture that is most like weights of such `shapes`, and by how much, 0..1."""

    name: str
    shapes: Shapes
    share: float


@dataclass(frozen=True, eq=False)
class Rows:
    """Hashes of different length for each architecture, in one row; `ends` says where each one's end."""

    flat: Hashes
    ends: npt.NDArray[np.int64]

    @classmethod
    def of(cls, rows: Sequence[Hashes]) -> "Rows":
        """Put them in a row."""
        flat = np.concatenate([*rows, np.empty(0, np.uint64)])
        return cls(flat, np.cumsum([len(row) for row in rows], dtype=np.int64))

    @property
    def lengths(self) -> npt.NDArray[np.int64]:
        """How many each architecture has."""
        return np.diff(self.ends, prepend=0)

    def found(self, known: Hashes) -> npt.NDArray[np.int64]:
        """How many of each architecture's are among `known`."""
        counts = np.concatenate([[0], np.cumsum(np.isin(self.flat, known))])
        return np.diff(counts[self.ends], prepend=0)


def load(cache: Path, progress: Progress) -> Index:
    """The index of all architectures of the installed libraries; made and kept in `cache` where it is not there yet.

    `progress` hears how many of how many are looked at while it is made, which takes some 20 seconds of two
    processors.
    """
    path = cache / f"architectures-{FORMAT}-{version('torchvision')}-{version('timm')}.npz"
    kept = _read(path)
    if kept is None:
        kept = Index.of(_looked_at(progress))
        _write(path, kept)
    return kept


def _read(path: Path) -> Index | None:
    """What is kept; None where nothing is, or nothing whole."""
    try:
        with np.load(path, allow_pickle=False) as held:
            rows = (Rows(held[part], held[f"{part}_ends"]) for part in ("fixed", "head", "stem"))
            return Index(tuple(held["names"].tolist()), *rows)
    except (OSError, ValueError, KeyError, EOFError):
        return None


def _write(path: Path, index: Index) -> None:
    """Keep it, in one step; a folder that can't be written costs the next search its time."""
    partial = path.with_name(f"{path.name}.{uuid.uuid4().hex}.partial.npz")
    parts: dict[str, Any] = {"names": np.array(index.names)}
    for part in ("fixed", "head", "stem"):
        rows: Rows = getattr(index, part)
        parts |= {part: rows.flat, f"{part}_ends": rows.ends}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        np.savez(partial, **parts)
        partial.replace(path)
    except OSError:
        partial.unlink(missing_ok=True)


def _looked_at(progress: Progress) -> Iterator[tuple[str, Fingerprint]]:
    wanted = names()
    portions = [wanted[start :: -(-len(wanted) // AT_ONCE)] for start in range(-(-len(wanted) // AT_ONCE))]
    processes = min(MOST_PROCESSES, cpu_threads())
    done = 0
    with ProcessPoolExecutor(processes, get_context("spawn"), initializer=_start_quickly) as pool:
        for portion, found in zip(portions, pool.map(_fingerprints, portions), strict=True):
            done += len(portion)
            progress(done, len(wanted))
            yield from found


def _fingerprints(portion: Sequence[str]) -> list[tuple[str, Fingerprint]]:
    found = []
    for name in portion:
        try:
            found.append((name, fingerprint(Architecture(name).shapes(), ANY_CLASSES)))
        except UnknownArchitecture:
            continue
    return found


def _start_quickly() -> None:
    """In a process that only looks at shapes: nothing is drawn, which takes most of the time of building a network."""
    os.environ["OMP_NUM_THREADS"] = "1"
    import torch

    torch.set_num_threads(1)
    for name in dir(torch.nn.init):
        if name.endswith("_") and not name.startswith("_"):
            setattr(torch.nn.init, name, _as_it_is)
    from timm.layers import weight_init

    for name in ("_trunc_normal_", "trunc_normal_", "trunc_normal_tf_", "variance_scaling_"):
        setattr(weight_init, name, _as_it_is)


def _as_it_is(tensor: object, *_: object, **__: object) -> object:
    return tensor
