"""The bounds of `explainer.outside.outside` on disk: each belongs to one model's weights, with its origin beside it.

Those of the bundled models are in one file of the project, that of a host's own network is in its file of weights.
"""

import json
import logging
import threading
import weakref
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from explainer.outside.outside import Bound, Usual
from models.catalogue import ClassifierSpec
from models.classifier import Classifier

log = logging.getLogger("seewhy")

PACKAGED = Path(__file__).with_name("outside.json")
FORMAT = 1
DIGITS = 6  # significant ones


class DamagedBounds(ValueError):
    """The file of bounds can't be read, or lacks what it must have."""


@dataclass(frozen=True)
class OutsideRate:
    """How many pictures of a kind were called outside, of how many."""

    kind: str
    called: int
    count: int

    @property
    def share(self) -> float:
        """0..1."""
        return self.called / self.count


@dataclass(frozen=True, eq=False)
class Measured:
    """A bound, where it comes from, and how often it was right on pictures that it was not made of.

    `photographs` is the rate of false alarms, `outside` the rates of what should be called so.
    """

    bound: Bound
    origin: str
    photographs: OutsideRate
    outside: tuple[OutsideRate, ...]


class Bounds:
    """Hands out the bound of a classifier, by its weights. Reading a file and hashing weights happen once for each."""

    def __init__(self, path: Path = PACKAGED) -> None:
        """Take bounds from the file `path`, read when the first is asked for."""
        self._path = path
        self._known: weakref.WeakKeyDictionary[Classifier, Measured | None] = weakref.WeakKeyDictionary()
        self._lock = threading.Lock()

    def of(self, classifier: Classifier) -> Measured | None:
        """The bound of exactly these weights; None where there is none. A damaged file is logged and has none."""
        with self._lock:
            if classifier not in self._known:
                self._known[classifier] = self._find(classifier)
            return self._known[classifier]

    def _find(self, classifier: Classifier) -> Measured | None:
        name = classifier.spec.name
        try:
            kept = _of_its_own(classifier.spec) or read_bounds(self._path)
        except DamagedBounds as error:
            log.error("no picture is called outside: %s", error)
            return None
        # A hash of all weights takes a while, so it is made only where a bound may fit.
        if name not in kept or kept[name]["fingerprint"] != classifier.fingerprint():
            return None
        return _measured(kept[name])


def read_bounds(path: Path) -> Mapping[str, Any]:
    """What is stored for each model; nothing where there is no file. Raises DamagedBounds."""
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        if told["format"] != FORMAT:
            raise DamagedBounds(f"{path} has the format {told['format']} and not {FORMAT}")
        models: Mapping[str, Any] = told["models"]
        _check(models)
    except FileNotFoundError:
        return {}
    except DamagedBounds:
        raise
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        advice = "make it anew with: python -m benchmarks outside --store"
        raise DamagedBounds(f"{path} is damaged ({error!r}); {advice}") from error
    return models


def _check(models: Mapping[str, Any]) -> None:
    for each in models.values():
        _measured(each)
        str(each["fingerprint"])


def _of_its_own(spec: ClassifierSpec) -> Mapping[str, Any]:
    """The bound that is kept with a network's own weights; nothing where there is none. Raises DamagedBounds."""
    if not spec.measures.bound:
        return {}
    try:
        models = {spec.name: json.loads(spec.measures.bound)}
        _check(models)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DamagedBounds(f"the bound of {spec.name} is damaged; check it anew with --check") from error
    return models


def store_bound(path: Path, classifier: Classifier, measured: Measured) -> None:
    """Put a bound into the file, in place of an older one of the same model. Raises DamagedBounds, OSError."""
    models = {**read_bounds(path), classifier.spec.name: as_told(classifier, measured)}
    lines = json.dumps({"format": FORMAT, "models": models}, ensure_ascii=False, allow_nan=False)
    path.write_text(lines + "\n", encoding="utf-8")


def as_told(classifier: Classifier, measured: Measured) -> dict[str, Any]:
    """A bound for JSON, as `Measures.bound` and each entry of the file have it."""
    bound, usual = measured.bound, measured.bound.usual
    return {
        "fingerprint": classifier.fingerprint(),
        "layers": list(bound.layers),
        "centres": [_short(each) for each in usual.centres],
        "spreads": [_short(each) for each in usual.spreads],
        "means": _short(usual.means),
        "deviations": _short(usual.deviations),
        **{key: getattr(bound, key) for key in ("limit", "level", "count")},
        "origin": measured.origin,
        "photographs": asdict(measured.photographs),
        "outside": [asdict(rate) for rate in measured.outside],
    }


def _measured(told: Mapping[str, Any]) -> Measured:
    usual = Usual(
        tuple(np.array(each, np.float64) for each in told["centres"]),
        tuple(np.array(each, np.float64) for each in told["spreads"]),
        np.array(told["means"], np.float64),
        np.array(told["deviations"], np.float64),
    )
    vectors = 2 * len(told["layers"])
    if {len(usual.centres), len(usual.spreads), len(usual.means) - 1, len(usual.deviations) - 1} != {vectors}:
        raise ValueError("its lists do not fit its layers")
    if any(centre.shape != spread.shape for centre, spread in zip(usual.centres, usual.spreads, strict=True)):
        raise ValueError("its lists do not fit each other")
    bound = Bound(tuple(told["layers"]), usual, float(told["limit"]), float(told["level"]), int(told["count"]))
    return Measured(
        bound,
        str(told["origin"]),
        OutsideRate(**told["photographs"]),
        tuple(OutsideRate(**each) for each in told["outside"]),
    )


def _short(values: Any) -> list[float]:
    return [float(f"{value:.{DIGITS}g}") for value in values]
