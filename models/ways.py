"""How what a layer gives becomes a grid of feature maps, and a grid becomes what the network goes on with."""

from __future__ import annotations

from dataclasses import dataclass
from math import isqrt
from typing import Protocol

from models.later import Tensor, torch


class Way(Protocol):
    """From a layer's output to a grid, and back."""

    def grid(self, output: Tensor) -> Tensor:
        """The output as (N, C, H, W). Raises ValueError for one of another shape."""
        ...

    def back(self, grid: Tensor, output: Tensor) -> Tensor:
        """The output with the values of its grid exchanged."""
        ...


@dataclass(frozen=True)
class FeatureMaps:
    """What convolutions give is a grid: (N, C, H, W)."""

    def grid(self, output: Tensor) -> Tensor:
        """As `Way.grid`."""
        if output.dim() != 4:
            raise ValueError("not (N, C, H, W)")
        return output

    def back(self, grid: Tensor, output: Tensor) -> Tensor:
        """As `Way.back`."""
        return grid


@dataclass(frozen=True)
class ChannelsLast:
    """(N, H, W, C), as Swin's blocks give it."""

    def grid(self, output: Tensor) -> Tensor:
        """As `Way.grid`."""
        if output.dim() != 4:
            raise ValueError("not (N, H, W, C)")
        return output.permute(0, 3, 1, 2)

    def back(self, grid: Tensor, output: Tensor) -> Tensor:
        """As `Way.back`."""
        return grid.permute(0, 2, 3, 1)


@dataclass(frozen=True)
class Tokens:
    """(N, extra + H * W, C): so many tokens of no place (the class's own, registers), then a square row by row."""

    extra: int = 1

    def grid(self, output: Tensor) -> Tensor:
        """As `Way.grid`."""
        side = isqrt(max(0, output.shape[1] - self.extra)) if output.dim() == 3 else 0
        if not side or side * side != output.shape[1] - self.extra:
            raise ValueError(f"not (N, {self.extra} + a square, C)")
        return output[:, self.extra :].transpose(1, 2).reshape(len(output), -1, side, side)

    def back(self, grid: Tensor, output: Tensor) -> Tensor:
        """As `Way.back`."""
        return torch.cat([output[:, : self.extra], grid.flatten(2).transpose(1, 2)], 1)


FEATURE_MAPS = FeatureMaps()
