"""Gradient times attention, carried over the blocks, against numbers computed by hand."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

import pytest
import timm
import torch
from PIL import Image
from torch import Tensor, nn
from torch.nn import functional
from torch.testing import assert_close

from benchmarks.networks import seeded
from explainer.attention import carried
from explainer.engines.torch import TorchEngine
from explainer.explain import UnknownMethod, explain
from explainer.methods import ATTENTION, METHODS, titles
from explainer.tape import LayerError, record
from explainer.target import Target
from models.attention import Attentions
from models.catalogue import TargetLayer, built_in
from models.classifier import Classifier
from models.ways import Tokens
from tests.explainer.networks import classifier_of, first, hand_made, images
from tests.explainer.test_transformers import PICTURE, vit

PHOTOGRAPH = Image.effect_noise((48, 40), 90).convert("RGB")

# Two blocks, two heads and three tokens: the class's own and two of the picture. With pencil: a head's share is
# gradient times attention where that is above zero, and the two heads' mean is E.
FIRST = [[[0.5, 0.25, 0.25], [0, 1, 0], [0.5, 0, 0.5]], [[0.25, 0.75, 0], [0.5, 0.5, 0], [0, 0, 1]]]
SLOPES_OF_FIRST = [[[0, 4, -4], [0, 2, 0], [4, 0, 4]], [[0, 4, 8], [-2, 0, 0], [0, 0, 2]]]
# E of the first block: (0 1 0 and 0 3 0), (0 2 0 and 0 0 0), (2 0 2 and 0 0 2), halved.
E_OF_FIRST = [[0, 2, 0], [0, 1, 0], [1, 0, 2]]
SECOND = [[[0.5, 0, 0.5], [0.5, 0.5, 0], [0, 0.5, 0.5]], [[0.25, 0.25, 0.5], [1, 0, 0], [0, 1, 0]]]
SLOPES_OF_SECOND = [[[2, 5, 4], [0, 0, 9], [0, -2, 0]], [[0, 4, -2], [-1, 7, 0], [0, 2, 0]]]
# (1 0 2 and 0 1 0), (0 0 0 and 0 0 0), (0 0 0 and 0 2 0), halved.
E_OF_SECOND = [[0.5, 0.5, 1], [0, 0, 0], [0, 1, 0]]
# The class's row of 1 + E of the second is 1.5 0.5 1; times 1 + E of the first, whose rows are 1 2 0, 0 2 0, 1 0 3:
# 1.5 + 1, 3 + 1, 3.
CARRIED = [[2.5, 4, 3]]


def tensors(*values: object) -> list[Tensor]:
    return [torch.tensor([each], dtype=torch.float64) for each in values]


def test_two_blocks_of_two_heads_carry_what_they_do_with_pencil() -> None:
    both = carried(tensors(FIRST, SECOND), tensors(SLOPES_OF_FIRST, SLOPES_OF_SECOND))
    assert_close(both, torch.tensor(CARRIED, dtype=torch.float64), rtol=0, atol=0)
    alone = carried(tensors(FIRST), tensors(SLOPES_OF_FIRST))
    assert_close(alone, torch.tensor([[1, 2, 0]], dtype=torch.float64), rtol=0, atol=0)


def test_it_is_the_first_row_of_the_papers_whole_table() -> None:
    attentions = [images(2, 3, 5, 5, seed=seed, dtype=torch.float64).softmax(-1) for seed in range(4)]
    gradients = [images(2, 3, 5, 5, seed=seed, dtype=torch.float64) for seed in range(10, 14)]
    table = torch.eye(5, dtype=torch.float64).expand(2, 5, 5)
    for attention, gradient in zip(attentions, gradients, strict=True):  # eq. 6, as in the authors' own code
        table = table + (gradient * attention).clamp(min=0).mean(dim=1) @ table
    assert_close(carried(attentions, gradients), table[:, 0], rtol=1e-12, atol=0)


class Written(nn.Module):
    """A transformer of two blocks and two heads written out, with its attention as a tensor: what `vit` is of torch."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network
        self.attentions: list[Tensor] = []

    def forward(self, inputs: Tensor) -> Tensor:
        network, self.attentions = self.network, []
        tokens = network._process_input(inputs)  # type: ignore[operator]
        tokens = torch.cat([network.class_token, tokens], dim=1) + network.encoder.pos_embedding  # type: ignore[union-attr, operator]
        for block in network.encoder.layers:  # type: ignore[union-attr]
            normed = block.ln_1(tokens)
            heads = []
            weights, bias = block.self_attention.in_proj_weight, block.self_attention.in_proj_bias
            query, key, value = functional.linear(normed, weights, bias).chunk(3, dim=-1)
            for one in range(2):
                part = slice(8 * one, 8 * one + 8)
                heads.append((query[..., part] @ key[..., part].transpose(1, 2) / 8**0.5).softmax(-1))
            attention = torch.stack(heads, dim=1).requires_grad_()
            self.attentions.append(attention)
            mixed = torch.cat([attention[:, one] @ value[..., 8 * one : 8 * one + 8] for one in range(2)], dim=-1)
            tokens = tokens + block.self_attention.out_proj(mixed)
            tokens = tokens + block.mlp(block.ln_2(tokens))
        return network.heads(network.encoder.ln(tokens)[:, 0])  # type: ignore[union-attr, operator]


LAYERS = tuple(f"encoder.layers.encoder_layer_{block}.ln_1" for block in range(3))
WAYS = dict.fromkeys(LAYERS, Tokens())


def test_torchs_transformer_gives_what_the_same_one_written_out_gives() -> None:
    network = seeded(vit()).double().eval().requires_grad_(False)
    picture = PICTURE.double()
    seen = record(network, picture, LAYERS, first, WAYS, watch=Attentions())
    written = Written(network)
    logits = written(picture)
    assert_close(seen.logits, logits.detach())
    gradients = torch.autograd.grad(logits[0, 0], written.attentions)
    for count, grid in enumerate(seen.carried, start=1):
        expected = carried(written.attentions[:count], gradients[:count])[:, 1:].detach()
        assert_close(grid, expected.reshape(1, 1, 4, 4), rtol=1e-9, atol=1e-15)
    assert seen.carried[-1].max() > 0


def test_several_questions_about_one_picture_are_each_as_alone() -> None:
    engine = TorchEngine(transformer(), attention=True)
    asked = [Target("a", (0,)), Target("b", (3,)), None]
    together = engine.run(PICTURE, LAYERS, asked)
    for row, target in enumerate(asked):
        alone = engine.run(PICTURE, LAYERS, [target])
        for one, other in zip(together.row(row).carried, alone.carried, strict=True):
            assert_close(one, other)


def transformer(class_token: bool = True) -> Classifier:
    classifier = classifier_of(seeded(vit()).eval().requires_grad_(False), LAYERS, 7, 32)
    layers = tuple(TargetLayer(name, "Layer", Tokens()) for name in LAYERS)
    return replace(classifier, spec=replace(classifier.spec, layers=layers, class_token=class_token))


@pytest.mark.parametrize("make", [vit, lambda: timm.create_model("vit_tiny_patch16_224", img_size=32, depth=2)])
def test_the_answer_is_that_of_the_fused_kernels(make: Callable[[], nn.Module]) -> None:
    network = seeded(make()).eval().requires_grad_(False)
    with torch.no_grad():
        expected = network(PICTURE)
        with Attentions() as watched:
            assert_close(network(PICTURE), expected, rtol=1e-4, atol=1e-5)
    assert watched.weights
    for weights in watched.weights:
        assert_close(weights.sum(dim=-1), torch.ones(weights.shape[:-1]))


@pytest.mark.parametrize("mask", [torch.eye(4, dtype=torch.bool), torch.full((4, 4), 0.5).triu()])
def test_masks_and_scales_count_as_in_torch(mask: Tensor) -> None:
    query, key, value = (images(1, 2, 4, 3, seed=seed) for seed in range(3))
    expected = functional.scaled_dot_product_attention(query, key, value, attn_mask=mask, scale=0.3)
    with Attentions():
        ours = functional.scaled_dot_product_attention(query, key, value, attn_mask=mask, scale=0.3)
    assert_close(ours, expected)


class Broken(Exception):
    """Something in the middle of a pass."""


def test_fused_attention_is_on_again_after_the_pass_also_after_an_exception() -> None:
    network = seeded(vit()).eval().requires_grad_(False)
    seen: list[Attentions] = []

    def watched() -> Attentions:
        seen.append(Attentions())
        return seen[-1]

    def broken(logits: Tensor) -> Tensor:
        raise Broken

    for score in (first, broken):
        with suppress(Broken):
            record(network, PICTURE, LAYERS, score, WAYS, watch=watched())
    hook = network.get_submodule(LAYERS[1]).register_forward_hook(lambda *given: broken(given[2]))
    with pytest.raises(Broken):
        record(network, PICTURE, LAYERS, first, WAYS, watch=watched())
    hook.remove()
    assert [len(each.weights) for each in seen] == [3, 3, 1]
    record(network, PICTURE, LAYERS, first, WAYS)
    network(PICTURE)
    assert [len(each.weights) for each in seen] == [3, 3, 1], "nobody looks at attention now"
    assert not torch.overrides._get_current_function_mode_stack()


def test_a_layer_that_no_attention_takes_is_refused_by_name() -> None:
    with pytest.raises(LayerError, match="'1'"):
        record(hand_made(), images(1, 1, 2, 3), ["1"], first, watch=Attentions())


def test_only_a_transformer_with_a_class_token_has_the_method() -> None:
    assert list(titles(transformer().spec.class_token)) == [*METHODS, ATTENTION]
    assert list(titles(transformer(class_token=False).spec.class_token)) == list(METHODS)
    assert [name for name, spec in built_in().items() if spec.class_token] == ["vit_b_16"]
    with pytest.raises(UnknownMethod) as caught:
        explain(transformer(class_token=False), PHOTOGRAPH, method=ATTENTION)
    assert caught.value.values["known"] == tuple(METHODS)


def test_a_map_is_explained_like_any_other() -> None:
    explanation = explain(transformer(), PHOTOGRAPH, method=ATTENTION)
    assert explanation.method == ATTENTION
    assert [layer.grid.shape for layer in explanation.layers] == [(4, 4)] * 3
    assert all(layer.grid.max() == 1 and layer.grid.min() >= 0 for layer in explanation.layers)
    gradcam = explain(transformer(), PHOTOGRAPH)
    assert explanation.answer.label == gradcam.answer.label
    assert explanation.answer.confidence == pytest.approx(gradcam.answer.confidence, rel=1e-5)
