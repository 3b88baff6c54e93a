"""Which network weights belong to follows from their names and shapes."""

from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from models.own.containers import opened
from models.own.index import Index
from models.own.problems import NotANetwork
from models.own.recognise import Recognised, recognise
from models.own.states import find_state
from tests.models.own.conftest import Saved

PICTURE = torch.randn(1, 3, 96, 96, generator=torch.Generator().manual_seed(2))


def recognised(path: Path, index: Index, wanted: str | None = None) -> Recognised:
    with opened(path) as held:
        return recognise(path.name, find_state(held), lambda: index, wanted, 2.0)


def refusal(path: Path, index: Index, wanted: str | None = None) -> str:
    with pytest.raises(NotANetwork) as caught:
        recognised(path, index, wanted)
    return str(caught.value)


def test_a_network_is_found_with_its_classes_and_answers_as_before(
    saved: Saved, index: Index, squeezenet: nn.Module
) -> None:
    found = recognised(saved(squeezenet.state_dict()), index)
    assert (found.architecture.name, found.classes, found.grey) == ("torchvision/squeezenet1_1", 5, False)
    with torch.no_grad():
        assert torch.equal(found.module(PICTURE), squeezenet(PICTURE))


def test_it_is_found_behind_the_names_that_trainers_put_in_front(
    saved: Saved, index: Index, squeezenet: nn.Module
) -> None:
    state = {f"model.{name}": tensor for name, tensor in squeezenet.state_dict().items()}
    path = saved({"state_dict": state | {"criterion.weight": torch.ones(5)}, "pytorch-lightning_version": "2"})
    assert recognised(path, index).architecture.name == "torchvision/squeezenet1_1"


def test_it_is_found_in_safetensors_where_names_lie_in_another_order(
    tmp_path: Path, index: Index, squeezenet: nn.Module
) -> None:
    save_file(squeezenet.state_dict(), tmp_path / "net.safetensors")
    assert recognised(tmp_path / "net.safetensors", index).classes == 5


def test_a_network_for_grey_pictures_sees_coloured_ones_in_grey(
    saved: Saved, index: Index, squeezenet: nn.Module
) -> None:
    state = dict(squeezenet.state_dict())
    state["features.0.weight"] = state["features.0.weight"][:, :1]
    found = recognised(saved(state), index)
    assert found.grey
    grey = 0.299 * PICTURE[:, 0] + 0.587 * PICTURE[:, 1] + 0.114 * PICTURE[:, 2]
    original = type(squeezenet)("1_1", 5).eval()
    original.features[0] = nn.Conv2d(1, 64, 3, 2)
    original.load_state_dict(state)
    with torch.no_grad():
        assert torch.allclose(found.module(PICTURE), original(grey[:, None]), atol=1e-5)


def test_other_numbers_of_channels_are_refused(saved: Saved, index: Index, squeezenet: nn.Module) -> None:
    state = dict(squeezenet.state_dict())
    state["features.0.weight"] = state["features.0.weight"].repeat(1, 2, 1, 1)
    assert "6 channels" in refusal(saved(state), index)


def test_networks_of_two_libraries_that_are_the_same_are_one(saved: Saved, index: Index) -> None:
    from timm import create_model

    found = recognised(saved(create_model("resnet18", num_classes=2).state_dict()), index)
    assert found.architecture.name == "torchvision/resnet18"
    # The same weights, but it blurs before each step.
    assert [each.name for each in found.others] == ["timm/resnetblur18"]


def test_networks_that_answer_differently_are_listed_and_one_is_chosen(saved: Saved, index: Index) -> None:
    from timm import create_model

    path = saved(create_model("efficientnet_b0", num_classes=2).state_dict())
    sentence = refusal(path, index)
    assert "timm/efficientnet_b0" in sentence
    assert "timm/tf_efficientnet_b0" in sentence
    assert "--architecture" in sentence
    for wanted in ("tf_efficientnet_b0", "timm/tf_efficientnet_b0"):
        assert recognised(path, index, wanted).architecture.name == "timm/tf_efficientnet_b0"


def test_a_stranger_is_told_by_the_nearest_and_its_first_differences(
    saved: Saved, index: Index, squeezenet: nn.Module
) -> None:
    state = dict(squeezenet.state_dict())
    del state["features.3.squeeze.bias"]
    state["features.4.squeeze.bias"] = torch.ones(17)
    state |= {f"extra.{number}": torch.ones(1) for number in range(9)}
    sentence = refusal(saved(state), index)
    assert "nearest is torchvision/squeezenet1_1" in sentence
    assert "11 weights differ" in sentence
    assert "features.3.squeeze.bias is missing" in sentence
    assert "features.4.squeeze.bias is 17 and not 16" in sentence
    assert sentence.count(";") == 5


def test_an_architecture_that_nobody_builds_is_told(saved: Saved, index: Index, squeezenet: nn.Module) -> None:
    path = saved(squeezenet.state_dict())
    assert "has an architecture called timm/nonsense" in refusal(path, index, "timm/nonsense")


@pytest.mark.parametrize(
    ("name", "kind"),
    [("rpn.head.conv.weight", "detector"), ("generator.0.weight", "paints"), ("lm_head.w", "language")],
)
def test_another_kind_of_network_is_told(saved: Saved, index: Index, name: str, kind: str) -> None:
    assert kind in refusal(saved({name: torch.ones(1), "a.b": torch.ones(2)}), index)
