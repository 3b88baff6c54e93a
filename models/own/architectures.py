"""The networks that torchvision and timm can build, as they are and as fast.ai changes them."""

import warnings
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import torch
from PIL import Image
from torch import Tensor, nn

from models.own import fastai, heads
from models.own.shapes import CHANNELS, Shape, Shapes, head_of
from models.own.states import kept
from models.preprocess import Preprocess

OWN_HEAD = "own-head/"
OWN_PLACE = "2"  # of a head after one of fast.ai's bodies, and pooling
# A number of classes for looking only, that is the length of nothing else.
ANY_CLASSES = 7919
IMAGENET = ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
SIDE = 224
MOST_CLASSES = 100_000
# What torchvision's builders need to make no second answer and no slow start.
_OPTIONS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {name: {"aux_logits": False, "init_weights": False} for name in ("googlenet", "inception_v3")}
)


class UnknownArchitecture(ValueError):
    """No library builds a network of that name, or not as it is asked for."""


@dataclass(frozen=True)
class Architecture:
    """One network by name: "torchvision/resnet18", "timm/convnext_atto", "fastai/torchvision/resnet34" and so on; with
    "own-head/" in front, what of it comes before a head of somebody's own."""

    name: str

    @property
    def _parts(self) -> tuple[str, str]:
        library, _, builder = self.name.rpartition("/")
        return library, builder

    @property
    def of_fastai(self) -> bool:
        """Whether it is a body with a head of fast.ai's."""
        return self.name.startswith("fastai/")

    @property
    def bare(self) -> "Architecture":
        """The network whose head was exchanged, or itself."""
        return Architecture(self.name.removeprefix(OWN_HEAD))

    @property
    def of_torchvision(self) -> bool:
        """Whether torchvision builds it, or the body of it."""
        return "torchvision/" in self.name

    def shapes(self) -> dict[str, Shape]:
        """The weights of the network with ANY_CLASSES, on no device; of a body alone where fast.ai adds the head.

        Raises UnknownArchitecture.
        """
        module = on_no_device(self._body if self.of_fastai else lambda: self.whole(ANY_CLASSES))
        prefix = fastai.BODY if self.of_fastai else ""
        return kept({f"{prefix}{name}": tuple(each.shape) for name, each in module.state_dict().items()})

    def build(self, shapes: Shapes) -> nn.Module:
        """The network with as many classes as weights of such `shapes` have, on torch's current device, in eval mode.

        Raises UnknownArchitecture where it can't be built so.
        """
        if self.name.startswith(OWN_HEAD):
            return self.bare.with_own_head(shapes)[0].eval()
        return (self._with_head(shapes) if self.of_fastai else self.whole(self._classes(shapes))).eval()

    def with_own_head(self, shapes: Shapes, prefix: str | None = None) -> tuple[nn.Module, dict[str, str], bool]:
        """The network with the head that is in a file beside its body.

        Of fast.ai's, whose bodies are torchvision's children one after the other, average pooling comes in between.

        Args:
            shapes: of the file's weights.
            prefix: what stands in front of the body's names there; None where they are called as here.

        Returns:
            The network on torch's current device, how each of its weights is called in the file, and whether ReLU was
            taken for something in the head: see `models.own.heads.own_head`.

        Raises UnknownArchitecture where the file has no such body, or beside it what is no head.
        """
        known = self.shapes()
        # In a file the children's numbers stand behind the prefix alone.
        start = fastai.BODY if self.of_fastai and prefix is not None else ""
        for place in (OWN_PLACE,) if self.of_fastai else heads.places_of(known, ANY_CLASSES):
            told = {name: name.removeprefix(start) for name in heads.without(known, place)}
            rest = heads.rest_of(shapes, {told[name]: known[name] for name in told}, prefix or "")
            # Without a prefix the head is where it belongs.
            if not rest or (prefix is None and not all(name.startswith(f"{place}.") for name in rest)):
                continue
            with suppress(heads.NoHead):
                head = heads.own_head(rest)
                names = {name: f"{prefix or ''}{each}" for name, each in told.items()}
                names |= {f"{place}.{own}": each for own, each in head.names.items()}
                return self._before(place, head.layers), names, head.assumed
        raise UnknownArchitecture(self.name)

    def preprocess(self) -> Preprocess:
        """How the library that trains such networks feeds them with pictures."""
        if self.name.startswith(OWN_HEAD):
            return self.bare.preprocess()
        library, builder = self._parts
        usual = _timm_preprocess(builder) if library.endswith("timm") else _torchvision_preprocess(builder)
        if self.of_fastai:  # a square that takes all of the short side
            normalised = library.endswith("timm") or fastai.NORMALISED.fullmatch(builder)
            mean, std = (usual.mean, usual.std) if normalised else ((0.0,) * CHANNELS, (1.0,) * CHANNELS)
            return Preprocess(usual.crop_side, usual.crop_side, mean, std, Image.Resampling.BILINEAR)
        return usual

    def _classes(self, shapes: Shapes) -> int:
        names = head_of(self.shapes(), ANY_CLASSES)
        counts = {shapes[name][0] for name in names if shapes.get(name)}
        if len(counts) != 1 or not 2 <= (count := counts.pop()) <= MOST_CLASSES:
            raise UnknownArchitecture(self.name)
        return count

    def whole(self, classes: int) -> nn.Module:
        """The network as its library builds it for so many classes. Raises UnknownArchitecture."""
        return _built(*self._parts, classes)

    def _body(self) -> nn.Module:
        library, builder = self._parts
        try:
            if library.endswith("timm"):
                model = _built("timm", builder, 0)
                return fastai.TimmBody(model, _config(model).get("pool_size") is not None)
            return fastai.torchvision_body(builder, _built("torchvision", builder, ANY_CLASSES))
        except fastai.NoBody as error:
            raise UnknownArchitecture(self.name) from error

    def _before(self, place: str, head: nn.Module) -> nn.Module:
        if not self.of_fastai:
            return heads.exchanged(self.whole(ANY_CLASSES), place, head)
        return nn.Sequential(self._body(), nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten()), head)

    def _with_head(self, shapes: Shapes) -> nn.Module:
        body = self._body().eval()
        try:
            return fastai.rebuilt(body, features_of(body, self.preprocess().crop_side), shapes)
        except (fastai.NoBody, RuntimeError) as error:
            raise UnknownArchitecture(self.name) from error


def on_no_device(build: Callable[[], nn.Module]) -> nn.Module:
    """A network to look at, without memory for its weights; with it where a builder computes with tensors."""
    with torch.device("meta"), suppress(UnknownArchitecture):
        return build()
    return build()


def features_of(body: nn.Module, side: int) -> Tensor:
    """What a network gives for a picture, without computing it. Raises RuntimeError where it can't take the picture."""
    device = next(body.parameters()).device
    with torch.no_grad():
        features: Tensor = body(torch.zeros(1, CHANNELS, side, side, device=device))
    return features


def names() -> list[str]:
    """All architectures that weights can be compared with."""
    from timm import list_models as of_timm
    from torchvision import models
    from torchvision.models import list_models

    torchvision = list_models(module=models)
    timm = of_timm()
    return [
        *(f"torchvision/{name}" for name in torchvision),
        *(f"timm/{name}" for name in timm),
        *(f"fastai/torchvision/{name}" for name in torchvision),
    ]


def _built(library: str, builder: str, classes: int) -> nn.Module:
    build = _BUILDERS.get(library)
    if build is None:
        raise UnknownArchitecture(f"{library}/{builder}")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of old names, and of slow starts
        try:
            return build(builder, classes)
        # Hundreds of builders: some lack a head, some can't be told how many classes there are.
        except Exception as error:
            raise UnknownArchitecture(f"{library}/{builder}") from error


def _by_torchvision(builder: str, classes: int) -> nn.Module:
    from torchvision import models
    from torchvision.models import get_model, list_models

    if builder not in list_models(module=models):
        raise UnknownArchitecture(builder)
    module: nn.Module = get_model(builder, num_classes=classes, **_OPTIONS.get(builder, {}))
    return module


def _by_timm(builder: str, classes: int) -> nn.Module:
    from timm import create_model, is_model

    if not is_model(builder):  # nor anything on a hub, which would be downloaded
        raise UnknownArchitecture(builder)
    module: nn.Module = create_model(builder, pretrained=False, num_classes=classes)
    return module


_BUILDERS: Mapping[str, Callable[[str, int], nn.Module]] = MappingProxyType(
    {"torchvision": _by_torchvision, "timm": _by_timm}
)


def _config(model: nn.Module) -> Mapping[str, Any]:
    config = getattr(model, "default_cfg", {})
    return config if isinstance(config, Mapping) else dict(vars(config))


def _timm_preprocess(builder: str) -> Preprocess:
    from timm import get_pretrained_cfg

    config = get_pretrained_cfg(builder)
    if config is None:
        return Preprocess(SIDE, SIDE, *IMAGENET, Image.Resampling.BICUBIC)
    side = int(config.input_size[-1])
    return Preprocess(
        max(side, int(side / (config.crop_pct or 1))),
        side,
        tuple(config.mean),
        tuple(config.std),
        Image.Resampling.BILINEAR if config.interpolation == "bilinear" else Image.Resampling.BICUBIC,
    )


def _torchvision_preprocess(builder: str) -> Preprocess:
    from torchvision.models import get_model_weights

    members = list(get_model_weights(builder))
    return Preprocess.published(members[0].transforms())
