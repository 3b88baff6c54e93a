"""A classifier that is ready to be asked."""

import hashlib
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import torch
from torch import nn

from models.catalogue import ClassifierSpec
from models.labels import Labels
from models.preprocess import Preprocess
from models.torch_thread import THREAD
from models.work import go_on

Result = TypeVar("Result")


@dataclass(frozen=True, eq=False)
class Classifier:
    """A model in eval mode with frozen parameters on its device, and what it takes to ask it about a picture.

    The module is shared by all visitors: passes go through `alone`, and whoever copies it holds `lock`.
    """

    spec: ClassifierSpec
    module: nn.Module
    preprocess: Preprocess
    labels: Labels
    device: torch.device
    lock: threading.Lock

    def alone(self, call: Callable[[], Result]) -> Result:
        """What `call`, a pass with its hooks, gives or raises: while nobody else uses the module, and on a CPU in
        the thread where torch computes. Raises Unwanted instead where nobody waits for it any more."""
        go_on()
        with self.lock:
            return THREAD.run(call) if self.device.type == "cpu" else call()

    def __reduce__(self) -> tuple[Any, ...]:
        """As it goes to another process, inside of an explanation: without its weights."""
        return _without_weights, (self.spec, self.preprocess, self.labels, str(self.device))

    def fingerprint(self) -> str:
        """32 hex digits that change with the weights, the target layers and the preprocessing; hashes every weight."""
        told = (self.spec.name, [layer.name for layer in self.spec.layers], self.preprocess)
        digest = hashlib.sha256(repr(told).encode())
        for name, tensor in self.module.state_dict().items():
            digest.update(f"{name} {tuple(tensor.shape)} {tensor.dtype}".encode())
            digest.update(tensor.detach().cpu().contiguous().numpy().tobytes())
        return digest.hexdigest()[:32]


def _without_weights(spec: ClassifierSpec, preprocess: Preprocess, labels: Labels, device: str) -> Classifier:
    return Classifier(spec, nn.Identity(), preprocess, labels, torch.device(device), threading.Lock())
