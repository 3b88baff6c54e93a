"""What somebody taught, told without the network that it stands on."""

from __future__ import annotations

from dataclasses import dataclass, field

from models.catalogue import ClassifierSpec
from models.download import Progress
from models.labels import Labels
from models.later import nn
from models.taught.head import TaughtHead
from models.ways import Way
from models.weights import Network, WeightSource


@dataclass(frozen=True)
class TaughtWeights:
    """The source of a taught network's weights: those of its backbone, and the head. There is nothing to fetch."""

    backbone: WeightSource
    layer: str
    way: Way
    head: TaughtHead = field(repr=False)

    def available(self) -> bool:
        """Say whether the backbone is on this machine."""
        return self.backbone.available()

    def fetch(self, progress: Progress | None = None, offline: bool = False) -> None:
        """Bring the backbone. Raises as its source."""
        self.backbone.fetch(progress, offline)

    def build(self) -> Network:
        """A network of its own, with another copy of the backbone. Raises as the backbone's source."""
        from models.taught.network import built

        return built(self)

    def untrained(self) -> nn.Module:
        """The backbone as it is before it learns, with a head that torch's generator draws."""
        from models.taught.network import untrained

        return untrained(self)


@dataclass(frozen=True, eq=False)
class TaughtModel:
    """A taught head, for the network `backbone` of the catalogue; `name` and `title` as for any other model."""

    name: str
    title: str
    backbone: str
    head: TaughtHead


def taught_spec(backbone: ClassifierSpec, head: TaughtHead, name: str, title: str) -> ClassifierSpec:
    """What is told of a taught head on a network, as the catalogue tells of others; arguments as `taught_on`."""
    last = backbone.layers[-1]
    source = TaughtWeights(backbone.source, last.name, last.way, head)
    return ClassifierSpec(name, title, source, backbone.layers, last.name, labels_of(head))


def labels_of(head: TaughtHead) -> Labels:
    """What its things are called."""
    return Labels(head.names, ((),) * len(head.names))
