"""A transformer's attention, looked at while a network runs: fused kernels give its outcome and not its weights."""

from collections.abc import Callable, Mapping, Sequence
from math import sqrt
from typing import Any

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

Functional = nn.functional


class Attentions(TorchFunctionMode):
    """Computes attention in plain steps for as long as this context is entered, in this thread, and keeps its weights.

    `weights` has one (N, heads, tokens, tokens) tensor for each attention that ran, in their order, whose rows add up
    to 1. They are on the tape where gradients are taken, so that gradients with respect to them can be asked for.
    Nothing of the network is changed: after the context, also after an exception in it, torch takes its fused kernels
    as before. What has keys and values of other tokens, or masks them by torch's module, runs as it does without.
    """

    def __init__(self) -> None:
        """Begin with no weights."""
        super().__init__()
        self.weights: list[Tensor] = []

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Sequence[type],
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        """As torch asks for each of its functions that is called."""
        given = dict(kwargs or {})
        if func is Functional.scaled_dot_product_attention:
            return self._attend(*args, **given)
        if func is Functional.multi_head_attention_forward and _plain(args, given):
            return self._of_module(*args[:7], *args[11:13]), None
        return func(*args, **given)

    def _attend(
        self,
        query: Tensor,
        key: Tensor,
        value: Tensor,
        attn_mask: Tensor | None = None,
        dropout_p: float = 0.0,
        is_causal: bool = False,
        scale: float | None = None,
        enable_gqa: bool = False,
    ) -> Tensor:
        """What torch's documentation of `scaled_dot_product_attention` writes out, without its dropout: (N, heads,
        tokens, C) of each give (N, heads, tokens, C). Raises ValueError for what only decoders of language do."""
        if is_causal or enable_gqa:
            raise ValueError("attention that looks at earlier tokens alone, or shares its keys")
        logits = query @ key.transpose(-2, -1) * (1 / sqrt(query.shape[-1]) if scale is None else scale)
        if attn_mask is not None:
            allowed = attn_mask.dtype == torch.bool
            logits = logits.masked_fill(~attn_mask, -torch.inf) if allowed else logits + attn_mask
        weights = logits.softmax(dim=-1)
        # Nothing before the first attention needs to be on the tape.
        if torch.is_grad_enabled() and not weights.requires_grad:
            weights = weights.detach().requires_grad_()
        self.weights.append(weights)
        return weights @ value

    def _of_module(
        self,
        query: Tensor,
        key: Tensor,
        value: Tensor,
        width: int,
        heads: int,
        weight_in: Tensor,
        bias_in: Tensor | None,
        weight_out: Tensor,
        bias_out: Tensor | None,
    ) -> Tensor:
        """`torch.nn.MultiheadAttention` of a sequence to itself: (tokens, N, C) -> (tokens, N, C)."""
        tokens, count, _ = query.shape
        each = Functional.linear(query, weight_in, bias_in).chunk(3, dim=-1)
        split = [part.reshape(tokens, count, heads, width // heads).permute(1, 2, 0, 3) for part in each]
        attended = self._attend(split[0], split[1], split[2])
        return Functional.linear(attended.permute(2, 0, 1, 3).reshape(tokens, count, width), weight_out, bias_out)


def _plain(args: Sequence[Any], given: Mapping[str, Any]) -> bool:
    """Whether a module's attention is that of a sequence to itself, with nothing masked and nothing added."""
    query, key, value = args[:3]
    others = (*args[7:9], *(given.get(name) for name in ("key_padding_mask", "attn_mask")))
    apart = given.get("use_separate_proj_weight", False)
    return query is key and key is value and query.dim() == 3 and not apart and all(each is None for each in others)
