"""A classifier small enough to be asked a thousand times, behind the real store."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn

from explainer.engines.choice import Engines
from explainer.outside.bounds import Bounds, Measured, OutsideRate
from explainer.outside.outside import Bound, Usual
from models.catalogue import ClassifierSpec, TargetLayer
from models.classifier import Classifier
from models.download import Progress
from models.labels import Labels
from models.preprocess import Preprocess
from models.store import ClassifierStore
from models.weights import Network, WeightSource, frozen
from page.service import Service
from page.words import Words

NAMES = ("red", "green", "blue", "pale <b>", "dark", "odd")
LABELS = Labels(NAMES, tuple((name,) for name in NAMES), MappingProxyType({"colours": (0, 1, 2)}))
SIDE = 32


class Colours(nn.Module):
    """Its first three classes are as sure as the picture is red, green or blue; the map lies where that colour is."""

    def __init__(self, factor: float = 1.0) -> None:
        super().__init__()
        self.early = nn.AvgPool2d(2)
        self.late = nn.AvgPool2d(4)
        self.factor = factor

    def forward(self, inputs: Tensor) -> Tensor:
        red, green, blue = self.late(self.early(inputs)).mean(dim=(2, 3)).unbind(dim=1)
        none = torch.zeros_like(red)
        colours = torch.stack([red - green - blue, green - red - blue, blue - red - green, none, none, none], dim=1)
        return self.factor * colours


@dataclass(frozen=True)
class Source:
    """Weights that can always be had, unless `fetching` says otherwise; `here` says whether they need no network."""

    make: Callable[[], nn.Module] = Colours
    fetching: Callable[[Progress | None], None] = field(default=lambda progress: None)
    labels: Labels = LABELS
    here: bool = True

    def available(self) -> bool:
        return self.here

    def fetch(self, progress: Progress | None = None, offline: bool = False) -> None:
        self.fetching(progress)

    def build(self) -> Network:
        none, one = (0.0, 0.0, 0.0), (1.0, 1.0, 1.0)
        preprocess = Preprocess(SIDE, SIDE, mean=none, std=one, resampling=Image.Resampling.BILINEAR)
        return Network(frozen(self.make()), preprocess, self.labels)

    def untrained(self) -> nn.Module:
        module = frozen(self.make())
        for part in module.modules():
            if hasattr(part, "reset_parameters"):
                part.reset_parameters()
        return module


def spec(name: str = "colours", source: WeightSource | None = None) -> ClassifierSpec:
    layers = (TargetLayer("early", "Edges"), TargetLayer("late", "Whole things"))
    made = source or Source()
    return ClassifierSpec(name, name.title(), made, layers, "late", getattr(made, "labels", LABELS))


def service(words: Words, *specs: ClassifierSpec, model: str = "colours") -> Service:
    """The page's service over the real store, with torch computing the maps."""
    return Service(store(*specs), Engines("torch", Path("unused"), threads=1), model, words)


def store(*specs: ClassifierSpec, capacity: int = 2) -> ClassifierStore:
    catalogue = {each.name: each for each in specs or (spec(),)}
    return ClassifierStore(torch.device("cpu"), capacity, catalogue=catalogue)


class Limits(Bounds):
    """One bound for every classifier: what looks odder than `limit` is outside; no limit is no bound. `means` are what
    is usual for each sign, as in `Usual`."""

    def __init__(self, limit: float | None, means: tuple[float, float, float] = (0, 0, 0)) -> None:
        super().__init__()
        self.limit = limit
        self.means = means

    def of(self, classifier: Classifier) -> Measured | None:
        if self.limit is None:
            return None
        three = np.zeros(3), np.zeros(3)
        usual = Usual(three, (np.ones(3), np.ones(3)), np.array(self.means), np.ones(3))
        rates = OutsideRate("photographs", 2, 50), (OutsideRate("noise", 30, 30), OutsideRate("faces", 15, 20))
        return Measured(Bound(("early",), usual, self.limit, 0.05, 100), "By hand.", *rates)


def limited(words: Words, limit: float | None, *specs: ClassifierSpec) -> Service:
    """As `service`, with a bound."""
    made = service(words, *specs)
    made.bounds = Limits(limit)
    return made
