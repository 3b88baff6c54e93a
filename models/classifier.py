"""A classifier that is ready to be asked."""

import threading
from dataclasses import dataclass

import torch
from torch import nn

from models.catalogue import ClassifierSpec
from models.labels import Labels
from models.preprocess import Preprocess


@dataclass(frozen=True, eq=False)
class Classifier:
    """A model in eval mode with frozen parameters on its device, and what it takes to ask it about a picture.

    Hold `lock` around hooks and passes: the module is shared by all visitors.
    """

    spec: ClassifierSpec
    module: nn.Module
    preprocess: Preprocess
    labels: Labels
    device: torch.device
    lock: threading.Lock
