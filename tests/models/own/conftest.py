"""Small networks and an index of few of them, so that nothing is searched among all."""

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import nn

from models.own import index as indices
from models.own.architectures import ANY_CLASSES, Architecture
from models.own.index import Index
from models.own.shapes import fingerprint

SMALL = (
    "torchvision/resnet18",
    "torchvision/squeezenet1_1",
    "torchvision/shufflenet_v2_x0_5",
    "timm/resnetblur18",
    "timm/resnet18",
    "timm/mobilenetv3_small_050",
    "timm/tf_mobilenetv3_small_minimal_100",
    "timm/efficientnet_b0",
    "timm/tf_efficientnet_b0",
    "timm/convnext_atto",
    "timm/vit_tiny_patch16_224",
    "fastai/torchvision/resnet18",
    "fastai/torchvision/squeezenet1_1",
)


@pytest.fixture(scope="session")
def index() -> Index:
    return Index.of((name, fingerprint(Architecture(name).shapes(), ANY_CLASSES)) for name in SMALL)


@pytest.fixture
def few(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let all that look for an architecture look among the small ones."""
    monkeypatch.setattr(indices, "load", lambda cache, progress: index)


@pytest.fixture(scope="session")
def squeezenet() -> nn.Module:
    """A network of torchvision's for five classes, drawn with a seed."""
    from torchvision.models import squeezenet1_1

    with torch.random.fork_rng():
        torch.manual_seed(1)
        return squeezenet1_1(num_classes=5).eval()


Saved = Callable[[object, str], Path]


@pytest.fixture
def saved(tmp_path: Path) -> Saved:
    """Save with torch under a name; return the path."""

    def save(value: object, name: str = "net.pth") -> Path:
        torch.save(value, tmp_path / name)
        return tmp_path / name

    return save
