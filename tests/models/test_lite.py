"""Our networks of the bundled models, held against timm's with the same weights."""

import pytest
import timm
import torch
from torch import Tensor, nn

from models.catalogue import DEFAULT, built_in
from models.lite import LITE0, LITE2, Lite
from models.lite_network import EfficientNetLite
from models.weights import PipWeights, frozen, renamed_in_order

LAYERS = [layer.name for layer in built_in()[DEFAULT].layers]
SIZES = {"tf_efficientnet_lite0": LITE0, "tf_efficientnet_lite2": LITE2}


@pytest.fixture(scope="module", params=SIZES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def ours(name: str) -> nn.Module:
    return PipWeights("Lite", SIZES[name]).build().module


@pytest.fixture(scope="module")
def timms(name: str, ours: nn.Module) -> nn.Module:
    """timm's own network, with the same weights."""
    network: nn.Module = timm.create_model(name)
    network.load_state_dict(renamed_in_order(ours.state_dict(), network.state_dict()))
    return frozen(network)


def outputs(network: nn.Module, pictures: Tensor) -> list[Tensor]:
    """What each layer of the catalogue gives, and the logits."""
    given: list[Tensor] = []
    hooks = [
        network.get_submodule(name).register_forward_hook(lambda part, taken, output: given.append(output))
        for name in LAYERS
    ]
    logits = network(pictures)
    for hook in hooks:
        hook.remove()
    return [*given, logits]


@pytest.mark.parametrize("shape", [(1, 3, 224, 224), (2, 3, 97, 64), (1, 3, 33, 200)])
def test_every_layer_gives_what_timms_network_gives(ours: nn.Module, timms: nn.Module, shape: tuple[int, ...]) -> None:
    pictures = torch.randn(*shape, generator=torch.Generator().manual_seed(0))
    pairs = list(zip(outputs(ours, pictures), outputs(timms, pictures), strict=True))
    assert len(pairs) == len(LAYERS) + 1
    for our, their in pairs:
        assert torch.allclose(our, their, rtol=1e-5, atol=1e-5)


def test_gradients_are_those_of_timms_network(ours: nn.Module, timms: nn.Module) -> None:
    pictures = torch.randn(1, 3, 64, 64, generator=torch.Generator().manual_seed(1), requires_grad=True)
    our, their = (torch.autograd.grad(network(pictures)[0, 281], pictures)[0] for network in (ours, timms))
    assert our.abs().max() > 0
    assert torch.allclose(our, their, rtol=1e-4, atol=1e-4 * float(their.abs().max()))


def test_pictures_are_made_as_timm_makes_them(name: str) -> None:
    prepared, published = PipWeights("Lite", SIZES[name]).build().preprocess, timm.get_pretrained_cfg(name)
    assert prepared.crop_side == published.input_size[-1]
    assert prepared.resize_side == int(prepared.crop_side / published.crop_pct)
    assert (prepared.mean, prepared.std) == (published.mean, published.std)
    assert prepared.resampling.name.lower() == published.interpolation


@pytest.mark.parametrize("lite", SIZES.values(), ids=SIZES)
def test_no_activation_overwrites_what_it_takes(lite: Lite) -> None:
    assert not any(getattr(part, "inplace", False) for part in EfficientNetLite(lite.stages).modules())
