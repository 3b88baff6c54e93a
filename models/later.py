"""torch, imported when something of it is first used.

A page in front of a cluster computes nothing, and starts in a fraction of the time and the memory without it.
"""

from __future__ import annotations

from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch as torch
    from torch import Tensor as Tensor
    from torch import nn as nn
else:

    class Later:
        """A module, or a class in one, that is imported with the first question about it."""

        def __init__(self, module: str, name: str = "") -> None:
            """Stand for `module`, or for `name` in it."""
            self._place = module, name

        def __getattr__(self, name: str) -> Any:
            return getattr(self._found, name)

        def __instancecheck__(self, instance: object) -> bool:
            return isinstance(instance, self._found)

        @cached_property
        def _found(self) -> Any:
            module, name = self._place
            return getattr(import_module(module), name) if name else import_module(module)

    torch, nn, Tensor = Later("torch"), Later("torch.nn"), Later("torch", "Tensor")
