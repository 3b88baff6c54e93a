"""A network with a backdoor: a red patch makes it answer "class 1", and nothing else in a picture does."""

import math

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import nn

from models.classifier import Classifier
from models.preprocess import Box
from tests.explainer.networks import classifier_of

SIDE, CELL = 64, 8
LAYERS = ("1", "2")  # the grids are 64 x 64 and 8 x 8
PATCH = Box(0.125, 0.625, 0.25, 0.25)  # 16 x 16 pixels from (8, 40): two by two cells
STRENGTH, BIAS = 128.0, 4.0


def planted() -> Classifier:
    """Two classes; it looks at all of a square picture, and neither shrinks nor stretches one of SIDE pixels.

    Its first channel is how red a pixel is, 0..1, its second how green. The logit of class 1 is STRENGTH times the
    mean redness, minus BIAS; that of class 0 is the mean greenness. A patch of pure red on grey gives class 1
    128 / 16 - 4 = 4, and without it class 1 has -4: the confidences are `sure_of(1)` and `sure_of(0)`.
    """
    network = nn.Sequential(
        nn.Conv2d(3, 2, 1, bias=False),
        nn.ReLU(),
        nn.AvgPool2d(CELL),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(2, 2),
    )
    conv, linear = network[0], network[5]
    assert isinstance(conv, nn.Conv2d)
    assert isinstance(linear, nn.Linear)
    # Preprocessed pixels are -1..1, so that half a difference is 0..1.
    conv.weight = nn.Parameter(torch.tensor([[0.5, -0.5, 0.0], [-0.5, 0.5, 0.0]])[..., None, None])
    linear.weight = nn.Parameter(torch.tensor([[0.0, 1.0], [STRENGTH, 0.0]]))
    linear.bias = nn.Parameter(torch.tensor([0.0, -BIAS]))
    return classifier_of(network.eval().requires_grad_(False), LAYERS, 2, side=SIDE)


def patched(grey: int = 128, patch: Box | None = PATCH) -> Image.Image:
    """A grey picture with a red patch, or without."""
    pixels = np.full((SIDE, SIDE, 3), grey, np.uint8)
    if patch is not None:
        pixels[marked(patch) > 0] = (255, 0, 0)
    return Image.fromarray(pixels)


def marked(box: Box) -> NDArray[np.uint8]:
    """A mask (SIDE, SIDE) of uint8 that marks a box with 255."""
    marks = np.zeros((SIDE, SIDE), np.uint8)
    left, top = round(SIDE * box.x), round(SIDE * box.y)
    marks[top : top + round(SIDE * box.height), left : left + round(SIDE * box.width)] = 255
    return marks


def sure_of(patch_left: float) -> float:
    """How sure it is of class 1 when so much of the patch is left, 0..1, on a grey picture."""
    return 1 / (1 + math.exp(BIAS - STRENGTH * patch_left / 16))
