"""Maps of layers that give tokens are those of grad-cam with its `reshape_transform`."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from pytorch_grad_cam import GradCAM, GradCAMPlusPlus, HiResCAM, LayerCAM, XGradCAM
from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget
from torch import Tensor, nn
from torchvision.models import SwinTransformer, VisionTransformer

from benchmarks.networks import seeded
from explainer.explain import layer_maps
from explainer.tape import LayerError, record
from models.ways import ChannelsLast, Tokens, Way
from tests.explainer.networks import first, images
from tests.explainer.test_peers import TOLERANCE

KINDS = {"gradcam": GradCAM, "hirescam": HiResCAM, "layercam": LayerCAM, "xgradcam": XGradCAM}
PICTURE = images(1, 3, 32, 32, seed=8)


def vit() -> nn.Module:
    return VisionTransformer(32, 8, 3, 2, 16, 32, num_classes=7)


def swin() -> nn.Module:
    return SwinTransformer([4, 4], 8, [2, 2], [2, 4], [4, 4], num_classes=7)


def of_vit(output: Tensor) -> Tensor:
    """As in grad-cam's own example for ViT."""
    return output[:, 1:, :].reshape(output.size(0), 4, 4, output.size(2)).transpose(2, 3).transpose(1, 2)


def of_swin(output: Tensor) -> Tensor:
    """As in grad-cam's own example for Swin."""
    return output.transpose(2, 3).transpose(1, 2)


NETWORKS: dict[str, tuple[Callable[[], nn.Module], tuple[str, ...], Way, Callable[[Tensor], Tensor]]] = {
    "vit": (vit, tuple(f"encoder.layers.encoder_layer_{block}.ln_1" for block in range(3)), Tokens(), of_vit),
    "swin": (swin, ("features.1.0.norm1", "features.1.1.norm1", "features.3.1.norm1"), ChannelsLast(), of_swin),
}


@pytest.fixture(params=NETWORKS)
def case(request: pytest.FixtureRequest) -> tuple[nn.Module, tuple[str, ...], dict[str, Way], Any]:
    make, layers, way, transform = NETWORKS[request.param]
    return seeded(make()).requires_grad_(False), layers, dict.fromkeys(layers, way), transform


def passed(kind: Any, network: nn.Module, layers: tuple[str, ...], transform: Any) -> tuple[Any, list[Any], list[Any]]:
    """grad-cam itself, and the activations and gradients that it has seen."""
    modules = [network.get_submodule(name) for name in layers]
    with kind(model=network, target_layers=modules, reshape_transform=transform) as cam:
        cam(PICTURE.clone().requires_grad_(), [ClassifierOutputTarget(0)])
        seen = cam.activations_and_grads
        return cam, [each.numpy() for each in seen.activations], [each.numpy() for each in seen.gradients]


@pytest.mark.parametrize("method", KINDS)
def test_every_method_draws_grad_cams_map_before_the_attention_of_each_block(case: Any, method: str) -> None:
    network, layers, ways, transform = case
    cam, activations, gradients = passed(KINDS[method], network, layers, transform)
    ours = layer_maps(record(network, PICTURE, layers, first, ways), layers, method, "ViT")
    for mine, activation, gradient in zip(ours, activations, gradients, strict=True):
        theirs = np.maximum(cam.get_cam_image(PICTURE, None, None, activation, gradient, False)[0], 0)
        assert theirs.max() > 0
        assert float(np.abs(mine.grid - theirs / theirs.max()).max()) <= TOLERANCE
        assert mine.maximum == pytest.approx(theirs.max(), rel=TOLERANCE)


def test_gradcampp_takes_the_same_tensors(case: Any) -> None:
    """The formula is grad-cam's but for its added 1e-6: see test_peers."""
    network, layers, ways, transform = case
    _, activations, gradients = passed(GradCAMPlusPlus, network, layers, transform)
    seen = record(network, PICTURE, layers, first, ways)
    for mine, theirs in zip((*seen.activations, *seen.gradients), (*activations, *gradients), strict=True):
        assert mine.shape == theirs.shape
        assert float(np.abs(mine.numpy() - theirs).max()) <= 1e-5 * float(np.abs(theirs).max())


def test_recording_tokens_leaves_the_answer_as_it_was(case: Any) -> None:
    network, layers, ways, _ = case
    with torch.no_grad():
        expected = network(PICTURE)
    assert torch.allclose(record(network, PICTURE, layers, first, ways).logits, expected, atol=1e-5)


def test_tokens_without_their_way_are_refused_by_name() -> None:
    make, layers, way, _ = NETWORKS["vit"]
    with pytest.raises(LayerError, match=repr(layers[0])):
        record(make(), PICTURE, layers[:1], first)
    with pytest.raises(LayerError, match="a square"):
        record(make(), PICTURE, layers[:1], first, {layers[0]: Tokens(2)})
    assert way == Tokens(1)
