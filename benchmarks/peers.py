"""The same maps by other packages.

An `Ask` is the call that people write, and the part that is timed: for one picture, some layers, and one or more
classes. What it returns reads the call's maps, ReLU applied and unscaled: for each class one map a layer.
"""

from collections.abc import Callable, Sequence
from functools import partial
from types import MethodType
from typing import Any

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
Read = Callable[[], list[Maps]]
Ask = Callable[[nn.Module, Sequence[str], Tensor, Sequence[int]], Read]


def ask_grad_cam(kind: Any, network: nn.Module, layers: Sequence[str], inputs: Tensor, indices: Sequence[int]) -> Read:
    """One call for all classes: a batch of copies, as its documentation has it."""
    with kind(model=network, target_layers=[network.get_submodule(name) for name in layers]) as cam:
        cam(inputs.expand(len(indices), -1, -1, -1), [ClassifierOutputTarget(index) for index in indices])
        passed = cam.activations_and_grads
        kept = list(zip(passed.activations, passed.gradients, strict=True))

    def read() -> list[Maps]:
        images = [cam.get_cam_image(inputs, None, None, a.numpy(), g.numpy(), False) for a, g in kept]
        return _by_class(images, len(indices))

    return read


def ask_torchcam(kind: Any, network: nn.Module, layers: Sequence[str], inputs: Tensor, indices: Sequence[int]) -> Read:
    """One forward pass for all classes, and a backward pass for each."""
    with kind(network, target_layer=list(layers)) as extractor:
        scores = network(inputs)
        again = len(indices) > 1
        found = [extractor(index, scores, normalized=False, retain_graph=again) for index in indices]
    return lambda: [[image[0].double().numpy() for image in maps] for maps in found]


def ask_captum(network: nn.Module, layers: Sequence[str], inputs: Tensor, indices: Sequence[int]) -> Read:
    """A call for each layer, since it takes one; a batch of copies for the classes."""
    copies = inputs.expand(len(indices), -1, -1, -1)
    images = [
        LayerGradCam(network, network.get_submodule(name)).attribute(
            copies, target=list(indices), relu_attributions=True
        )
        for name in layers
    ]
    return lambda: _by_class([image[:, 0].detach().double().numpy() for image in images], len(indices))


def _by_class(images: Sequence[NDArray[Any]], count: int) -> list[Maps]:
    """One (classes, H, W) array a layer -> for each class one map a layer."""
    return [[np.maximum(image[row], 0).astype(np.float64) for image in images] for row in range(count)]


# Who has the same formula. Grad-CAM++ is not among them: see tests/explainer/test_peers.py.
PEERS: dict[tuple[str, str], Ask] = {
    ("grad-cam", "gradcam"): partial(ask_grad_cam, pytorch_grad_cam.GradCAM),
    ("grad-cam", "hirescam"): partial(ask_grad_cam, pytorch_grad_cam.HiResCAM),
    ("grad-cam", "layercam"): partial(ask_grad_cam, pytorch_grad_cam.LayerCAM),
    ("grad-cam", "xgradcam"): partial(ask_grad_cam, pytorch_grad_cam.XGradCAM),
    ("torchcam", "gradcam"): partial(ask_torchcam, torchcam.methods.GradCAM),
    ("torchcam", "layercam"): partial(ask_torchcam, torchcam.methods.LayerCAM),
    ("torchcam", "xgradcam"): partial(ask_torchcam, torchcam.methods.XGradCAM),
    ("captum", "gradcam"): ask_captum,
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
    logits: Tensor = network.classifier(F.adaptive_avg_pool2d(features, (1, 1)).flatten(1))
    return logits
