"""Which classifiers can be asked, and at which layers: the built-in ones, and beside them a host's own."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from models.labels import Labels
from models.lite import LITE0, LITE2, Lite
from models.ways import FEATURE_MAPS, ChannelsLast, Tokens, Way
from models.weights import PipWeights, TorchvisionWeights, WeightSource

DEFAULT = "efficientnet_lite0"

LAYER_TITLES = ("Edges", "Textures", "Patterns", "Parts", "Whole things")


@dataclass(frozen=True)
class TargetLayer:
    """A place in a model where maps are made: a module's path, what it tends to respond to, in plain words, and how its
    output becomes a grid."""

    name: str
    title: str
    way: Way = FEATURE_MAPS


@dataclass(frozen=True)
class Measures:
    """What was measured of a network with pictures of its own classes and is kept with its weights, as JSON; "" where
    nobody did. `explainer.outside.bounds` reads `bound`, and `explainer.strength` reads `strengths`."""

    bound: str = ""
    strengths: str = ""


@dataclass(frozen=True)
class ClassifierSpec:
    """One classifier: its layers run from early to late, and the default is the last convolutional stage.

    `own_labels` are what its classes are called, None for the 1,000 of ImageNet. `failed` names the trials in which it
    failed when it was added: of `models.own.entry.TRIALS`. Of a transformer, `class_token` says that its answer is read
    off one token of no place, to which attention carries what it finds.
    """

    name: str
    title: str
    source: WeightSource
    layers: tuple[TargetLayer, ...]
    default_layer: str
    own_labels: Labels | None = None
    measures: Measures = Measures()
    failed: tuple[str, ...] = ()
    class_token: bool = False

    @property
    def labels(self) -> Labels:
        """What its classes are called, told without its weights."""
        return self.own_labels or Labels.imagenet()

    @property
    def ways(self) -> dict[str, Way]:
        """How the output of each layer becomes a grid, by its path."""
        return {layer.name: layer.way for layer in self.layers}


def _layers(*paths: str, way: Way = FEATURE_MAPS) -> tuple[TargetLayer, ...]:
    return tuple(TargetLayer(path, title, way) for path, title in zip(paths, LAYER_TITLES, strict=True))


MEGABYTES = {
    "vgg16": 528,
    "resnet50": 98,
    "resnet18": 45,
    "densenet121": 31,
    "mobilenet_v3_large": 21,
    "efficientnet_b0": 20,
    "convnext_tiny": 109,
    "vit_b_16": 330,
    "swin_t": 108,
}


def _torchvision(
    name: str, title: str, *paths: str, way: Way = FEATURE_MAPS, class_token: bool = False
) -> ClassifierSpec:
    source, layers = TorchvisionWeights(title, name, megabytes=MEGABYTES[name]), _layers(*paths, way=way)
    return ClassifierSpec(name, title, source, layers, paths[-1], class_token=class_token)


def _bundled(name: str, title: str, lite: Lite) -> ClassifierSpec:
    layers = _layers("blocks.1", "blocks.2", "blocks.4", "blocks.6", "bn2")
    return ClassifierSpec(name, title, PipWeights(title, lite), layers, "bn2")


_SPECS = (
    # First those that are always here: the first other one is what "Two models" begins with.
    _bundled(DEFAULT, "EfficientNet-Lite0", LITE0),
    _bundled("efficientnet_lite2", "EfficientNet-Lite2", LITE2),
    # Where each block of convolutions ends, before it is halved.
    _torchvision("vgg16", "VGG-16", "features.3", "features.8", "features.15", "features.22", "features.29"),
    _torchvision("resnet50", "ResNet-50", "maxpool", "layer1", "layer2", "layer3", "layer4"),
    _torchvision("resnet18", "ResNet-18", "maxpool", "layer1", "layer2", "layer3", "layer4"),
    _torchvision(
        "densenet121",
        "DenseNet-121",
        *("features.pool0", "features.denseblock1", "features.denseblock2", "features.denseblock3", "features.norm5"),
    ),
    _torchvision(
        "mobilenet_v3_large",
        "MobileNetV3-Large",
        *("features.1", "features.3", "features.6", "features.12", "features.16"),
    ),
    _torchvision(
        "efficientnet_b0", "EfficientNet-B0", "features.2", "features.3", "features.5", "features.7", "features.8"
    ),
    _torchvision(
        "convnext_tiny", "ConvNeXt-Tiny", "features.0", "features.1", "features.3", "features.5", "features.7"
    ),
    # Before the attention of a block: what comes after the last one reaches the answer through the class's token alone.
    _torchvision(
        "vit_b_16",
        "ViT-B/16",
        *(f"encoder.layers.encoder_layer_{block}.ln_1" for block in (1, 3, 6, 9, 11)),
        way=Tokens(),
        class_token=True,
    ),
    _torchvision(
        "swin_t",
        "Swin-T",
        *("features.1.1.norm1", "features.3.1.norm1", "features.5.2.norm1", "features.5.5.norm1", "features.7.1.norm1"),
        way=ChannelsLast(),
    ),
)

_BY_NAME: Mapping[str, ClassifierSpec] = MappingProxyType({spec.name: spec for spec in _SPECS})


def built_in() -> Mapping[str, ClassifierSpec]:
    """The classifiers that come with the program, by name. A page may have more: its store's `catalogue` tells."""
    return _BY_NAME


def with_own(
    own: Mapping[str, ClassifierSpec], others: Mapping[str, ClassifierSpec] = _BY_NAME
) -> Mapping[str, ClassifierSpec]:
    """The table of all models of a page: the built-in ones, then a host's own; of two of one name the first stays."""
    return MappingProxyType({**others, **{name: spec for name, spec in own.items() if name not in others}})
