"""A classifier that is ready to be asked."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from models.catalogue import ClassifierSpec
from models.device import free_memory, is_out_of_memory
from models.facts import ClassifierFacts
from models.labels import Labels
from models.later import nn, torch
from models.preprocess import Preprocess
from models.torch_thread import THREAD
from models.work import go_on

Result = TypeVar("Result")


@dataclass(frozen=True, eq=False)
class Classifier:
    """A model in eval mode with frozen parameters on its device, and what it takes to ask it about a picture.

    The module is shared by all visitors: every pass goes through `exclusively`, which holds `lock`. `on_cpu` gives the
    same model on the CPU, for when the device runs out of memory; None where this is it, or there is none.
    """

    spec: ClassifierSpec
    module: nn.Module
    preprocess: Preprocess
    labels: Labels
    device: torch.device
    lock: threading.Lock
    on_cpu: Callable[[], Classifier] | None = None

    def exclusively(self, call: Callable[[Classifier], Result]) -> Result:
        """Run one pass while nobody else uses the module, on a CPU in the thread where torch computes.

        Args:
            call: the pass with its hooks. It is given the classifier to use: this one, or the one of `on_cpu` when the
                device has no memory left for the pass.

        Returns:
            What `call` gives.

        Raises:
            models.work.Unwanted: nobody waits for the answer any more.
            what `call` raises; no memory on the CPU is not caught.
        """
        go_on()
        try:
            with self.lock:
                return THREAD.run(partial(call, self)) if self.device.type == "cpu" else call(self)
        except RuntimeError as error:
            if self.on_cpu is None or not is_out_of_memory(error):
                raise
        # Outside the handler, where the exception no longer holds the tensors of the failed pass.
        free_memory()
        return self.on_cpu().exclusively(call)

    @property
    def facts(self) -> ClassifierFacts:
        """What is known of it without its network."""
        return ClassifierFacts(self.spec, self.preprocess, self.labels)

    def fingerprint(self) -> str:
        """32 hex digits that change with the weights, the target layers and the preprocessing; hashes every weight."""
        told = (self.spec.name, [layer.name for layer in self.spec.layers], self.preprocess)
        digest = hashlib.sha256(repr(told).encode())
        for name, tensor in self.module.state_dict().items():
            digest.update(f"{name} {tuple(tensor.shape)} {tensor.dtype}".encode())
            digest.update(tensor.detach().cpu().contiguous().numpy().tobytes())
        return digest.hexdigest()[:32]
