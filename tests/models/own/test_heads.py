"""Known bodies with heads of somebody's own are built again from the shapes of their weights, as far as these tell."""

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn

from benchmarks.networks import seeded
from models.own.folder import read_folder
from models.own.heads import NoHead, own_head, places_of
from models.own.index import Index
from models.own.shapes import Shapes
from tests.models.own.conftest import Saved
from tests.models.own.test_adding import added
from tests.models.own.test_recognise import PICTURE, recognised, refusal


class Backbone(nn.Module):
    """A body and a head under names of their own, with ReLU where no module tells of it."""

    def __init__(self, body: nn.Module) -> None:
        super().__init__()
        self.backbone = body
        self.first, self.norm, self.second = nn.Linear(512, 16), nn.BatchNorm1d(16), nn.Linear(16, 3)

    def forward(self, inputs: Tensor) -> Tensor:
        outcome: Tensor = self.second(self.norm(self.first(self.backbone(inputs))).relu())
        return outcome


def resnet(head: nn.Module) -> nn.Module:
    from torchvision.models import resnet18

    network = resnet18()
    network.fc = head  # type: ignore[assignment]
    return network


def squeezenet_children() -> nn.Module:
    from torchvision.models import squeezenet1_1

    body = nn.Sequential(*list(squeezenet1_1().children())[:-1])
    return nn.Sequential(body, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(512, 2))


def mobilenet() -> nn.Module:
    from timm import create_model

    return nn.Sequential(create_model("mobilenetv3_small_050", num_classes=0), nn.LayerNorm(1024), nn.Linear(1024, 4))


def two(*between: nn.Module) -> nn.Sequential:
    return nn.Sequential(nn.Linear(512, 16), *between, nn.Linear(16, 2))


NETWORKS: dict[str, tuple[Callable[[], nn.Module], str, bool]] = {
    "dropout before the last layer": (
        lambda: resnet(nn.Sequential(nn.Dropout(), nn.Linear(512, 2))),
        "torchvision/resnet18",
        False,
    ),
    "two layers": (lambda: resnet(two(nn.ReLU(), nn.Dropout())), "torchvision/resnet18", True),
    "nothing between": (lambda: resnet(two()), "torchvision/resnet18", False),
    "normalised after": (
        lambda: resnet(two(nn.ReLU(), nn.BatchNorm1d(16), nn.Dropout())),
        "torchvision/resnet18",
        True,
    ),
    "normalised before": (lambda: resnet(two(nn.BatchNorm1d(16), nn.ReLU())), "torchvision/resnet18", True),
    "names of their own": (lambda: Backbone(resnet(nn.Identity())), "torchvision/resnet18", True),
    "torchvision's children": (squeezenet_children, "fastai/torchvision/squeezenet1_1", False),
    "timm's features": (mobilenet, "timm/mobilenetv3_small_050", False),
}


@pytest.mark.parametrize("case", NETWORKS)
def test_a_head_of_ones_own_is_built_again_and_answers_as_before(saved: Saved, index: Index, case: str) -> None:
    make, architecture, assumed = NETWORKS[case]
    network = seeded(make())
    found = recognised(saved({"state_dict": network.state_dict()}), index)
    assert (found.architecture.name, found.assumed) == (f"own-head/{architecture}", assumed)
    with torch.no_grad():
        expected = network(PICTURE)
        assert torch.allclose(found.module(PICTURE), expected, rtol=1e-5, atol=1e-5)
    assert found.classes == expected.shape[1]


@pytest.mark.usefixtures("few")
def test_it_is_added_under_its_name_and_answers_from_the_folder(saved: Saved) -> None:
    network = seeded(resnet(two(nn.ReLU())))
    path = saved(network.state_dict())
    told = added(path, classes=("cat", "dog"), size=96)
    assert any("head is one of your own" in line for line in told)
    assert any("taken for ReLU" in line for line in told)
    spec = read_folder(path.parent / "own").specs["net"]
    built = spec.source.build()
    with torch.no_grad():
        assert torch.allclose(built.module(PICTURE), network(PICTURE), rtol=1e-5, atol=1e-5)
    assert built.preprocess.mean == (0.485, 0.456, 0.406)
    assert not torch.equal(spec.source.untrained().conv1.weight, network.conv1.weight)  # type: ignore[union-attr, arg-type]


def test_one_can_say_which_it_is(saved: Saved, index: Index) -> None:
    path = saved(resnet(two(nn.ReLU())).state_dict())
    for wanted in ("torchvision/resnet18", "own-head/torchvision/resnet18", "resnet18"):
        assert recognised(path, index, wanted).architecture.name == "own-head/torchvision/resnet18"


@pytest.mark.parametrize(
    "head", [nn.Sequential(nn.Conv1d(1, 1, 1), nn.Linear(512, 2)), nn.Sequential(nn.Linear(300, 2))]
)
def test_what_is_no_head_for_this_body_is_refused_with_the_nearest_and_the_differences(
    saved: Saved, index: Index, head: nn.Module
) -> None:
    said = refusal(saved(resnet(head).state_dict()), index)
    assert "The nearest is" in said
    assert "fc.weight is missing" in said


@pytest.mark.parametrize(
    "shapes",
    [
        {},
        {"a.weight": (4, 3, 1, 1)},
        {"a.weight": (4, 3), "b.weight": (2, 5)},
        {"a.weight": (4, 3), "b.weight": (4,), "b.bias": (4,)},
        {"a.in_proj_weight": (4, 3)},
        {f"{number}.weight": (3, 3) for number in range(21)},
    ],
)
def test_weights_that_are_no_chain_are_no_head(shapes: Shapes) -> None:
    with pytest.raises(NoHead):
        own_head(shapes)


def test_numbers_are_read_as_numbers() -> None:
    """In safetensors 10 comes before 2."""
    head = own_head({"fc.10.weight": (2, 4), "fc.2.weight": (4, 3)})
    assert [type(layer).__name__ for layer in head.layers] == ["Linear", "ReLU", "Linear"]
    assert head.names == {"0.weight": "fc.2.weight", "2.weight": "fc.10.weight"}


def test_a_head_may_be_exchanged_with_what_is_around_it() -> None:
    shapes = {"features.weight": (8, 3, 3, 3), "classifier.0.weight": (5, 8), "classifier.3.weight": (7, 5)}
    assert list(places_of(shapes, 7)) == ["classifier.3", "classifier"]
    assert list(places_of({"weight": (7, 5)}, 7)) == []
