"""A file of what somebody taught, put into a host's folder: a model of that page, on a network that is there anyway."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from models.catalogue import ClassifierSpec, built_in
from models.download import Progress
from models.labels import Labels
from models.later import nn
from models.own.problems import NotANetwork
from models.problems import Problem
from models.taught.file import ENDING, MOST_BYTES, TaughtFile, read
from models.taught.model import TaughtWeights
from models.weights import Network, WeightsBroken


@dataclass(frozen=True)
class OwnTaught:
    """The source of such a model. The store puts its head on the network that it has; `build` makes a copy of that."""

    path: Path
    taught: TaughtFile = field(repr=False)
    weights: TaughtWeights = field(repr=False)

    def available(self) -> bool:
        """Say whether the file and the weights of its network are there."""
        return self.path.is_file() and self.weights.available()

    def fetch(self, progress: Progress | None = None, offline: bool = False) -> None:
        """Bring the network. Raises as its source, and WeightsBroken where the file is gone."""
        if not self.path.is_file():
            raise WeightsBroken(self.path.stem)
        self.weights.fetch(progress, offline)

    def build(self) -> Network:
        """A network of its own. Raises as the backbone's source."""
        return self.weights.build()

    def untrained(self) -> nn.Module:
        """As `TaughtWeights.untrained`."""
        return self.weights.untrained()


def is_taught(path: Path) -> bool:
    """Whether a file says of itself that it is one of these."""
    if path.suffix == ENDING:
        return True
    try:
        with path.open("rb") as file:
            start = file.read(4096)
    except OSError:
        return False
    return b'"__metadata__"' in start and b'"backbone"' in start and b'"fingerprint"' in start


def own_taught(path: Path) -> ClassifierSpec:
    """A file as a model. Its name is the file's, its title the names of its things.

    Raises NotANetwork.
    """
    name = re.sub(r"[^a-z0-9]+", "_", path.stem.lower()).strip("_")[:40]
    if not name:
        raise NotANetwork("name", path.name, name=path.stem[:40])
    taught = read_file(path)
    backbone = built_in().get(taught.backbone)
    if backbone is None:
        raise NotANetwork("entry", path.name, detail=f"it was taught to {taught.backbone[:40]}, which is not here")
    head, last = taught.head, backbone.layers[-1]
    title = " · ".join(each for row, each in enumerate(head.names) if row != head.none)
    source = OwnTaught(path, taught, TaughtWeights(backbone.source, last.name, last.way, head))
    labels = Labels(head.names, ((),) * len(head.names))
    return ClassifierSpec(name, title, source, backbone.layers, last.name, labels)


def read_file(path: Path) -> TaughtFile:
    """What a file holds. Raises NotANetwork."""
    try:
        with path.open("rb") as file:
            return read(file.read(MOST_BYTES + 1))
    except OSError as error:
        raise NotANetwork("absent", path.name) from error
    except Problem as problem:
        raise NotANetwork("damaged", path.name, detail="it is none of what was taught") from problem
