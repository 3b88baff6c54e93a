"""Whether a network that was added does what a classifier does, before anybody is shown its maps."""

from dataclasses import dataclass

import torch
from torch import nn

PICTURES = 6
SAME = 1e-5  # of the largest logit


@dataclass(frozen=True)
class Answers:
    """What came of showing a network pictures that have nothing in common.

    `finite`: no answer is NaN or infinite. `different`: it does not answer all of them alike.
    """

    finite: bool
    different: bool


def ask(module: nn.Module, side: int) -> Answers:
    """Show it noise of several grains: (PICTURES, 3, side, side), drawn with a fixed seed.

    Raises RuntimeError where it can't take such pictures.
    """
    drawn = torch.Generator().manual_seed(0)
    grains = [max(1, side // (2 ** (index + 1))) for index in range(PICTURES)]
    pictures = torch.cat(
        [
            nn.functional.interpolate(torch.randn(1, 3, grain, grain, generator=drawn), (side, side), mode="bilinear")
            for grain in grains
        ]
    )
    with torch.no_grad():
        logits = module(pictures).float()
    spread = float((logits - logits[:1]).abs().max())
    return Answers(bool(logits.isfinite().all()), spread > SAME * float(logits.abs().max()))
