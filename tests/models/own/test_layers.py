"""A dry run finds where maps can be made."""

import pytest
import torch
from torch import Tensor, nn
from torchvision.models import get_model

from models.catalogue import LAYER_TITLES, ClassifierSpec, built_in
from models.lite import LITE0
from models.lite_network import EfficientNetLite
from models.own.architectures import Architecture, on_no_device
from models.own.layers import NoLayers, find_layers, reads_class_token
from models.ways import ChannelsLast, Tokens
from models.weights import PipWeights

# Of each kind of network a small one; benchmarks/ladders.py has many more.
SOME = (
    *("torchvision/alexnet", "torchvision/squeezenet1_1", "torchvision/shufflenet_v2_x0_5", "torchvision/mnasnet0_5"),
    *("torchvision/googlenet", "torchvision/inception_v3", "torchvision/regnet_x_400mf", "torchvision/mobilenet_v2"),
    *("timm/mobilenetv3_small_050", "timm/convnext_atto", "timm/resnet10t", "timm/regnety_002", "timm/ghostnet_050"),
    *("timm/nf_resnet26", "timm/repvgg_a0", "timm/mobileone_s0", "timm/lcnet_050", "timm/efficientvit_b0"),
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


def outputs(module: nn.Module, names: list[str], side: int) -> list[tuple[int, ...]]:
    shapes: dict[str, tuple[int, ...]] = {}
    for name in names:
        module.get_submodule(name).register_forward_hook(
            lambda part, given, output, name=name: shapes.update({name: tuple(output.shape)})
        )
    with torch.no_grad():
        module(torch.empty(1, 3, side, side, device=next(module.parameters()).device))
    return [shapes[name] for name in names]


@pytest.mark.parametrize("name", SOME)
def test_layers_run_from_large_maps_to_small_ones(name: str) -> None:
    architecture = Architecture(name)
    side = architecture.preprocess().crop_side
    module = on_no_device(lambda: architecture.whole(5)).eval()
    with next(module.parameters()).device:
        layers = find_layers(module, side)
    shapes = outputs(module, [layer.name for layer in layers], side)
    assert all(len(shape) == 4 for shape in shapes)
    sides = [shape[2] for shape in shapes]
    assert sides == sorted(sides, reverse=True)
    assert 4 <= len(layers) <= 5
    assert sides[0] > sides[-1] >= 2
    assert [layer.title for layer in layers] == sorted({layer.title for layer in layers}, key=LAYER_TITLES.index)


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
    ("name", "side", "grids", "extra"),
    [
        ("timm/vit_tiny_patch16_224", 224, [14] * 5, 1),
        ("timm/deit_tiny_distilled_patch16_224", 224, [14] * 5, 2),
        ("timm/vit_small_patch14_reg4_dinov2", 224, [16] * 5, 5),
        ("timm/eva02_tiny_patch14_224", 224, [16] * 5, 1),
        ("timm/swin_tiny_patch4_window7_224", 224, [56, 28, 14, 7], None),
    ],
)
def test_of_a_transformer_they_stand_before_the_attention_of_some_blocks(
    name: str, side: int, grids: list[int], extra: int | None
) -> None:
    from timm import create_model

    sized = {"img_size": side} if "dinov2" in name else {}
    with torch.device("meta"):
        module = create_model(name.removeprefix("timm/"), num_classes=5, **sized).eval()
        layers = find_layers(module, side)
        shapes = outputs(module, [layer.name for layer in layers], side)
    assert all(layer.name.endswith(".norm1") for layer in layers)
    assert {layer.way for layer in layers} == {ChannelsLast() if extra is None else Tokens(extra)}
    found = [
        layer.way.grid(torch.empty(shape, device="meta")).shape for layer, shape in zip(layers, shapes, strict=True)
    ]
    assert [shape[2:] for shape in found] == [(grid, grid) for grid in grids]
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
