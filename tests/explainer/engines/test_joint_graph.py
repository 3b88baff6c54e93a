"""The function that is traced gives torch's own gradients, before OpenVINO has a hand in it."""

import pytest
import torch
from torch import Tensor
from torch.testing import assert_close

from explainer.engines.joint_graph import OUT, joint
from explainer.tape import record
from tests.explainer.networks import ACTIVATIONS, GRADIENTS, LOGITS, PICTURE, hand_made, images, small


def sides(classes: int, *members: int) -> Tensor:
    side = torch.full((1, classes), OUT)
    side[0, list(members)] = 0
    return side


def test_activations_and_gradients_are_those_worked_out_by_hand() -> None:
    layers = tuple(ACTIVATIONS)
    shapes = [tuple(each.shape) for each in ACTIVATIONS.values()]
    run = joint(hand_made(), layers, shapes)
    logits, *rest = run(PICTURE, sides(2, 0), sides(2), torch.tensor([[1.0, 0, 0]]))
    assert_close(logits, LOGITS)
    for mine, expected in zip(rest, (*ACTIVATIONS.values(), *GRADIENTS.values()), strict=True):
        assert_close(mine, expected)


@pytest.mark.parametrize(
    ("inside", "against", "terms"),
    [((1,), (), (1, 0, 0)), ((1, 4), (), (1, 0, 0)), ((0, 2), (3, 5), (1, 1, 0)), ((), (), (0, 0, 1))],
    ids=["class", "group", "contrast", "own answer"],
)
def test_gradients_of_every_kind_of_score_are_autograds(
    inside: tuple[int, ...], against: tuple[int, ...], terms: tuple[int, ...]
) -> None:
    network, picture, layers = small().requires_grad_(False), images(1, 3, 12, 12), ("1", "3")

    def score(logits: Tensor) -> Tensor:
        if not inside:
            return logits.amax(dim=1)
        first = logits[:, list(inside)].logsumexp(dim=1)
        return first - logits[:, list(against)].logsumexp(dim=1) if against else first

    expected = record(network, picture, layers, score)
    shapes = [tuple(each.shape) for each in expected.activations]
    with torch.no_grad():
        found = joint(network, layers, shapes)(
            picture, sides(7, *inside), sides(7, *against), torch.tensor([terms], dtype=torch.float32)
        )
    for mine, other in zip(found, (expected.logits, *expected.activations, *expected.gradients), strict=True):
        assert_close(mine, other, rtol=1e-5, atol=1e-6)
    assert all(not module._forward_hooks for module in network.modules())
