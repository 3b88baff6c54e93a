"""The same maps by other packages: for one picture, ReLU applied, unscaled, one map a layer."""

from collections.abc import Callable, Sequence
from functools import partial
from types import MethodType

import numpy as np
import pytorch_grad_cam
import torchcam.methods
from captum.attr import LayerGradCam
from numpy.typing import NDArray
from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget
from torch import Tensor, nn
from torch.nn import functional as F
from torchvision.models import DenseNet

from models.weights import frozen

Maps = list[NDArray[np.float64]]
Peer = Callable[[nn.Module, Sequence[str], Tensor, int], Maps]


def by_grad_cam(kind: type, network: nn.Module, layers: Sequence[str], inputs: Tensor, index: int) -> Maps:
    targets = [network.get_submodule(name) for name in layers]
    with kind(model=network, target_layers=targets) as cam:
        cam(inputs.clone().requires_grad_(), [ClassifierOutputTarget(index)])
        passed = cam.activations_and_grads
        pairs = [(a.numpy(), g.numpy()) for a, g in zip(passed.activations, passed.gradients, strict=True)]
        images = [cam.get_cam_image(inputs, None, None, *pair, False)[0] for pair in pairs]
    return [np.maximum(image, 0).astype(np.float64) for image in images]


def by_torchcam(kind: type, network: nn.Module, layers: Sequence[str], inputs: Tensor, index: int) -> Maps:
    with kind(network, target_layer=list(layers)) as extractor:
        scores = network(inputs.clone().requires_grad_())
        maps = extractor(index, scores, normalized=False)
    return [image[0].double().numpy() for image in maps]


def by_captum(network: nn.Module, layers: Sequence[str], inputs: Tensor, index: int) -> Maps:
    leaf = inputs.clone().requires_grad_()
    images = [
        LayerGradCam(network, network.get_submodule(name)).attribute(leaf, target=index, relu_attributions=True)
        for name in layers
    ]
    return [image[0, 0].detach().double().numpy() for image in images]


# Who has the same formula. Grad-CAM++ is not among them: see test_peers.
PEERS: dict[tuple[str, str], Peer] = {
    ("grad-cam", "gradcam"): partial(by_grad_cam, pytorch_grad_cam.GradCAM),
    ("grad-cam", "hirescam"): partial(by_grad_cam, pytorch_grad_cam.HiResCAM),
    ("grad-cam", "layercam"): partial(by_grad_cam, pytorch_grad_cam.LayerCAM),
    ("grad-cam", "xgradcam"): partial(by_grad_cam, pytorch_grad_cam.XGradCAM),
    ("torchcam", "gradcam"): partial(by_torchcam, torchcam.methods.GradCAM),
    ("torchcam", "layercam"): partial(by_torchcam, torchcam.methods.LayerCAM),
    ("torchcam", "xgradcam"): partial(by_torchcam, torchcam.methods.XGradCAM),
    ("captum", "gradcam"): by_captum,
}


def safe_for_peers(network: nn.Module) -> nn.Module:
    """Freeze a network and let nothing in it write in place: what the peers' hooks keep would be overwritten."""
    frozen(network)
    if isinstance(network, DenseNet):
        network.forward = MethodType(_densenet_forward, network)
    return network


def _densenet_forward(network: DenseNet, inputs: Tensor) -> Tensor:
    """torchvision's own, but for `inplace=True` in its ReLU."""
    features = F.relu(network.features(inputs))
    return network.classifier(F.adaptive_avg_pool2d(features, (1, 1)).flatten(1))
