import itertools

import pytest
import torch
from torch import nn
from torchvision.models import get_model, get_model_weights

from models.catalogue import DEFAULT, LAYER_TITLES, MEGABYTES, ClassifierSpec, built_in
from models.lite_network import EfficientNetLite
from models.weights import PipWeights, TorchvisionWeights

NAMES = (
    *("efficientnet_lite0", "efficientnet_lite2"),
    *("vgg16", "resnet50", "resnet18", "densenet121", "mobilenet_v3_large", "efficientnet_b0", "convnext_tiny"),
    *("vit_b_16", "swin_t"),
)


def grids(spec: ClassifierSpec) -> list[tuple[int, ...]]:
    """Return each layer's output shape for one 224 x 224 picture, computed without any weights."""
    with torch.device("meta"):
        lite = spec.source.lite if isinstance(spec.source, PipWeights) else None
        module: nn.Module = EfficientNetLite(lite.stages) if lite else get_model(spec.name)
        shapes: list[tuple[int, ...]] = []
        for layer in spec.layers:
            module.get_submodule(layer.name).register_forward_hook(
                lambda part, given, output, way=layer.way: shapes.append(tuple(way.grid(output).shape))
            )
        module.eval()(torch.empty(1, 3, 224, 224))
    return shapes


def test_the_catalogue_holds_the_promised_models_and_cannot_be_changed() -> None:
    assert tuple(built_in()) == NAMES
    assert all(name == spec.name for name, spec in built_in().items())
    with pytest.raises(TypeError):
        built_in()["other"] = built_in()[DEFAULT]  # type: ignore[index]


def test_the_default_and_the_next_need_no_network() -> None:
    assert NAMES[0] == DEFAULT
    assert [isinstance(built_in()[name].source, PipWeights) for name in NAMES[:3]] == [True, True, False]


@pytest.mark.parametrize("spec", built_in().values(), ids=built_in())
def test_layers_run_from_edges_to_whole_things_and_the_last_is_the_default(spec: ClassifierSpec) -> None:
    assert tuple(layer.title for layer in spec.layers) == LAYER_TITLES
    assert spec.default_layer == spec.layers[-1].name
    assert len({layer.name for layer in spec.layers}) == len(spec.layers)


@pytest.mark.parametrize("spec", built_in().values(), ids=built_in())
def test_every_layer_gives_a_grid_and_grids_never_grow(spec: ClassifierSpec) -> None:
    shapes = grids(spec)
    assert len(shapes) == len(spec.layers)  # each once, and in the order that the picture passes them
    assert all(len(shape) == 4 for shape in shapes)
    sides = [shape[2] for shape in shapes]
    assert all(early >= late for early, late in itertools.pairwise(sides))
    assert sides[0] > sides[-1] >= 7 or set(sides) == {14}  # a plain transformer has as many tokens everywhere


def test_the_bundled_models_grids_are_those_of_the_design() -> None:
    assert [shape[2:] for shape in grids(built_in()[DEFAULT])] == [(56, 56), (28, 28), (14, 14), (7, 7), (7, 7)]


@pytest.mark.parametrize("name", NAMES[2:])
def test_torchvision_models_have_published_weights_for_the_1000_classes(name: str) -> None:
    source = built_in()[name].source
    assert isinstance(source, TorchvisionWeights)
    assert source.url is None
    weights = get_model_weights(source.builder)[source.member]
    assert weights.url.startswith("https://")
    assert len(weights.meta["categories"]) == 1000


def test_sizes_are_those_of_torchvisions_files() -> None:
    for name, megabytes in MEGABYTES.items():
        published = get_model_weights(name)["IMAGENET1K_V1"].meta["_file_size"]
        assert megabytes == round(published), name
