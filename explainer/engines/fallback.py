"""A GPU that runs out of memory gives one more try on the CPU."""

import gc
from collections.abc import Callable
from typing import TypeVar

import torch

from models.classifier import Classifier
from models.store import ClassifierStore

CPU = torch.device("cpu")
Result = TypeVar("Result")


def explain_somewhere(
    store: ClassifierStore, classifier: Classifier, explaining: Callable[[Classifier], Result]
) -> Result:
    """What `explaining` makes of the classifier, or of its copy on the CPU when its own device has no memory left.

    An explanation's `classifier.device` says where it was computed. Raises what `explaining` raises; running out of
    memory on the CPU is not caught.
    """
    try:
        return explaining(classifier)
    except RuntimeError as error:
        if not _out_of_memory(error) or classifier.device.type == "cpu":
            raise
    # Outside the handler, where the exception no longer holds the tensors of the failed attempt.
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
    return explaining(store.get(classifier.spec.name, device=CPU, download=False))


def get_somewhere(store: ClassifierStore, name: str) -> Classifier:
    """Like `store.get` without a download, but on the CPU when the store's device has no memory for the model."""
    try:
        return store.get(name, download=False)
    except RuntimeError as error:
        if not _out_of_memory(error) or store.device.type == "cpu":
            raise
    return store.get(name, device=CPU, download=False)


def _out_of_memory(error: RuntimeError) -> bool:
    # MPS has no exception class of its own for it.
    return isinstance(error, torch.OutOfMemoryError) or "out of memory" in str(error)
