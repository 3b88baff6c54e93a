"""What attention has carried to the class's token: the one method of transformers' own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # it is imported where something is computed
    from torch import Tensor


def carried(attentions: Sequence[Tensor], gradients: Sequence[Tensor]) -> Tensor:
    """How much of each token the first one, the class's, holds after some blocks (Chefer, Gur and Wolf, ICCV 2021,
    arXiv:2103.15679, eq. 5 and 6).

    With A the attention of a block and G the gradient of the score with respect to it, a block hands on
    E = mean over heads of (G · A)+, and the relevance is R = (1 + E_last) … (1 + E_first), of which this is the first
    token's row. It is never below zero: what speaks against the score is left out.

    Args:
        attentions: (N, heads, tokens, tokens) of each block, from the first one on; no block gives the token itself.
        gradients: of the summed score, as they are.

    Returns:
        (N, tokens), the class's own token among them.
    """
    import torch

    handed = [(gradient * each).relu().mean(dim=1) for each, gradient in zip(attentions, gradients, strict=True)]
    row = torch.zeros(handed[0].shape[:2], dtype=handed[0].dtype, device=handed[0].device)
    row[:, 0] = 1
    # Only the first row is wanted, so a row goes back through the blocks, and no table of tokens by tokens forward.
    for each in reversed(handed):
        row = row + torch.einsum("nt,nts->ns", row, each)
    return row
