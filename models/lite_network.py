"""EfficientNet-Lite, the bundled models' networks. timm has them too, but to import timm takes seconds and 100 MB."""

from collections.abc import Sequence

import torch.nn.functional as F
from torch import Tensor, nn

from models.lite import Stage

CLASSES = 1000
STEM, HEAD = 32, 1280
EPSILON = 1e-3  # of TensorFlow's batch normalisation


class SameConv2d(nn.Conv2d):
    """A convolution padded as TensorFlow does it: an odd pixel goes to the right and to the bottom."""

    def forward(self, input: Tensor) -> Tensor:
        """(N, C, H, W) -> (N, D, H / stride, W / stride), rounded up."""
        height, width = (
            max((-(-length // stride) - 1) * stride + kernel - length, 0)
            for length, stride, kernel in zip(input.shape[-2:], self.stride, self.kernel_size, strict=True)
        )
        padded = F.pad(input, (width // 2, width - width // 2, height // 2, height - height // 2))
        return F.conv2d(padded, self.weight, stride=self.stride, groups=self.groups)


class Block(nn.Module):
    """Widened, each channel filtered by itself, narrowed; what came in is added where it has the same shape."""

    def __init__(self, before: int, stage: Stage, stride: int) -> None:
        super().__init__()
        wide = before * stage.expansion
        widen = [nn.Conv2d(before, wide, 1, bias=False), *_activated(wide)] if stage.expansion > 1 else []
        self.layers = nn.Sequential(
            *widen,
            SameConv2d(wide, wide, stage.kernel, stride, groups=wide, bias=False),
            *_activated(wide),
            nn.Conv2d(wide, stage.width, 1, bias=False),
            nn.BatchNorm2d(stage.width, EPSILON),
        )
        self.adds = stride == 1 and before == stage.width

    def forward(self, inputs: Tensor) -> Tensor:
        """(N, before, H, W) -> (N, width, H / stride, W / stride)."""
        narrow: Tensor = self.layers(inputs)
        return narrow + inputs if self.adds else narrow


class EfficientNetLite(nn.Module):
    """The modules have timm's names, and their outputs are the same; `bn2` includes its activation as it does there."""

    def __init__(self, stages: Sequence[Stage]) -> None:
        super().__init__()
        self.conv_stem = SameConv2d(3, STEM, 3, stride=2, bias=False)
        self.bn1 = nn.Sequential(*_activated(STEM))
        widths = [STEM, *(stage.width for stage in stages)]
        self.blocks = nn.Sequential(*(_blocks(before, stage) for before, stage in zip(widths, stages, strict=False)))
        self.conv_head = nn.Conv2d(widths[-1], HEAD, 1, bias=False)
        self.bn2 = nn.Sequential(*_activated(HEAD))
        self.global_pool = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten())
        self.classifier = nn.Linear(HEAD, CLASSES)

    def forward(self, inputs: Tensor) -> Tensor:
        """Pictures (N, 3, H, W) -> logits (N, 1000)."""
        features = self.blocks(self.bn1(self.conv_stem(inputs)))
        logits: Tensor = self.classifier(self.global_pool(self.bn2(self.conv_head(features))))
        return logits


def start(part: nn.Module) -> None:
    """Draw one part of the network as TensorFlow's EfficientNet does; what it leaves out, torch does alike."""
    if isinstance(part, nn.Conv2d):
        height, width = part.kernel_size
        nn.init.normal_(part.weight, std=(2 / (height * width * part.out_channels // part.groups)) ** 0.5)
    elif isinstance(part, nn.Linear):
        nn.init.uniform_(part.weight, -(part.out_features**-0.5), part.out_features**-0.5)
        nn.init.zeros_(part.bias)


def _activated(width: int) -> list[nn.Module]:
    return [nn.BatchNorm2d(width, EPSILON), nn.ReLU6()]


def _blocks(before: int, stage: Stage) -> nn.Sequential:
    first = Block(before, stage, stage.stride)
    return nn.Sequential(first, *(Block(stage.width, stage, 1) for _ in range(stage.blocks - 1)))
