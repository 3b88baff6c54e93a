"""A dry run finds where maps can be made."""

from collections.abc import Sequence

import pytest
import torch
from torch import Tensor, nn
from torchvision.models import get_model

from benchmarks.ladders import USUAL
from models.catalogue import LAYER_TITLES, ClassifierSpec, TargetLayer, built_in
from models.lite import LITE0
from models.lite_network import EfficientNetLite
from models.own.architectures import Architecture, on_no_device
from models.own.layers import NoLayers, find_layers, reads_class_token
from models.ways import ChannelsLast, FeatureMaps, Tokens
from models.weights import PipWeights

# Beside those of the benchmark, small ones that other tests use.
SMALL = (
    *("torchvision/squeezenet1_1", "torchvision/shufflenet_v2_x0_5", "torchvision/mnasnet0_5"),
    *("timm/ghostnet_050", "timm/nf_resnet26"),
)


@pytest.mark.parametrize("spec", built_in().values(), ids=built_in())
def test_the_default_is_that_of_the_entries_made_by_hand(spec: ClassifierSpec) -> None:
    with torch.device("meta"):
        module = (
            EfficientNetLite(LITE0.stages) if isinstance(spec.source, PipWeights) else get_model(spec.name)
        ).eval()
        layers = find_layers(module, 224)
    assert layers[-1].name == spec.default_layer
    assert layers[-1].way == spec.layers[-1].way
    assert 4 <= len(layers) <= 5


def grids(module: nn.Module, layers: Sequence[TargetLayer], side: int) -> list[tuple[int, ...]]:
    """The shapes (1, C, H, W) of what layers give."""
    shapes: dict[str, tuple[int, ...]] = {}
    for layer in layers:
        module.get_submodule(layer.name).register_forward_hook(
            lambda part, given, output, layer=layer: shapes.update({layer.name: tuple(layer.way.grid(output).shape)})
        )
    with torch.no_grad():
        module(torch.empty(1, 3, side, side, device=next(module.parameters()).device))
    return [shapes[layer.name] for layer in layers]


@pytest.mark.parametrize("name", [*USUAL, *SMALL])
def test_layers_run_from_large_maps_to_small_ones(name: str) -> None:
    architecture = Architecture(name)
    side = architecture.preprocess().crop_side
    module = on_no_device(lambda: architecture.whole(5)).eval()
    with next(module.parameters()).device:
        layers = find_layers(module, side)
    sides = [shape[2] for shape in grids(module, layers, side)]
    assert sides == sorted(sides, reverse=True)
    assert 4 <= len(layers) <= 5
    assert sides[0] > sides[-1] >= 2
    assert [layer.title for layer in layers] == sorted({layer.title for layer in layers}, key=LAYER_TITLES.index)


def test_where_maps_lie_channels_last_or_end_as_tokens_without_attention_each_has_its_way() -> None:
    ways = {}
    for name in ("timm/mambaout_femto", "timm/efficientformer_l1"):
        module = on_no_device(lambda name=name: Architecture(name).whole(5)).eval()
        with next(module.parameters()).device:
            ways[name] = [layer.way for layer in find_layers(module, 224)]
    assert ways["timm/mambaout_femto"] == [FeatureMaps(), *[ChannelsLast()] * 4]
    assert ways["timm/efficientformer_l1"] == [*[FeatureMaps()] * 4, Tokens(0)]


def test_windows_that_look_like_maps_are_none() -> None:
    module = on_no_device(lambda: Architecture("torchvision/maxvit_t").whole(5)).eval()
    with next(module.parameters()).device:
        names = [layer.name for layer in find_layers(module, 224)]
    assert names[1:] == ["blocks.0", "blocks.1", "blocks.2", "blocks.3"]
    assert names[0].startswith("stem")


class Branch(nn.Module):
    """A part of the way that the score also takes another way around, and one that it does not depend on."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 4, 3, stride=2, padding=1)
        self.side = nn.Conv2d(4, 4, 3, padding=1)
        self.unused = nn.Conv2d(4, 4, 1)
        self.late = nn.Conv2d(4, 8, 3, stride=2, padding=1)
        self.pool = nn.MaxPool2d(2)
        self.head = nn.Linear(8, 2)

    def forward(self, inputs: Tensor) -> Tensor:
        stem = self.stem(inputs)
        self.unused(stem)
        late = self.late(stem + self.side(stem))
        return self.head(self.pool(late).mean((2, 3)))


def test_only_what_all_of_the_score_goes_through_is_a_layer_and_pooling_alone_is_none() -> None:
    assert [layer.name for layer in find_layers(Branch().eval(), 32)] == ["stem", "late"]


def test_the_network_leaves_as_it_came() -> None:
    module = Branch().eval()
    module.stem.weight.requires_grad_(False)
    find_layers(module, 32)
    assert not module.stem.weight.requires_grad
    assert module.late.weight.requires_grad
    assert not any(part._forward_hooks for part in module.modules())
    assert all(each.grad is None for each in module.parameters())


@pytest.mark.parametrize(
    ("name", "side", "sides", "extra"),
    [
        ("timm/vit_tiny_patch16_224", 224, [14] * 5, 1),
        ("timm/deit_tiny_distilled_patch16_224", 224, [14] * 5, 2),
        ("timm/vit_small_patch14_reg4_dinov2", 224, [16] * 5, 5),
        ("timm/eva02_tiny_patch14_224", 224, [16] * 5, 1),
        ("timm/swin_tiny_patch4_window7_224", 224, [56, 28, 14, 7], None),
    ],
)
def test_of_a_transformer_they_stand_before_the_attention_of_some_blocks(
    name: str, side: int, sides: list[int], extra: int | None
) -> None:
    from timm import create_model

    sized = {"img_size": side} if "dinov2" in name else {}
    with torch.device("meta"):
        module = create_model(name.removeprefix("timm/"), num_classes=5, **sized).eval()
        layers = find_layers(module, side)
    assert all(layer.name.endswith(".norm1") for layer in layers)
    assert {layer.way for layer in layers} == {ChannelsLast() if extra is None else Tokens(extra)}
    assert [shape[2:] for shape in grids(module, layers, side)] == [(each, each) for each in sides]
    last = [number for number, _ in enumerate(getattr(module, "blocks", [0]))][-1]
    assert str(last) in layers[-1].name.split(".") or extra is None


@pytest.mark.parametrize(
    ("name", "reads"),
    [
        ("vit_tiny_patch16_224", True),
        ("deit_tiny_patch16_224", True),
        ("deit_tiny_distilled_patch16_224", False),  # two tokens
        ("eva02_tiny_patch14_224", False),  # the mean of all places
        ("vit_relpos_small_patch16_224", False),  # no token of the class's own
        ("swin_tiny_patch4_window7_224", False),
        ("resnet10t", False),
    ],
)
def test_whether_the_answer_is_read_off_the_class_token_is_seen(name: str, reads: bool) -> None:
    from timm import create_model

    module = create_model(name, num_classes=5).eval().requires_grad_(False)
    assert reads_class_token(module, 224, find_layers(module, 224)) is reads
    assert not any(part._forward_hooks for part in module.modules())


def test_a_network_without_maps_has_none() -> None:
    with pytest.raises(NoLayers):
        find_layers(nn.Sequential(nn.Flatten(), nn.Linear(3 * 8 * 8, 2)).eval(), 8)
