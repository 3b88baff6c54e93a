"""The reference engine: one forward pass, and a row for each question."""

import threading

import pytest
import torch
from torch import Tensor, nn
from torch.testing import assert_close

from explainer.engines.torch import TorchEngine
from explainer.tape import LayerError, record
from explainer.target import Target
from models.torch_thread import THREAD
from tests.explainer.networks import classifier_of, images, small

LAYERS = ("1", "3")
TARGETS = [None, Target("class 2", (2,)), Target("some", (0, 3), (1,))]


class Counted(nn.Module):
    """Counts its forward passes."""

    def __init__(self) -> None:
        super().__init__()
        self.network, self.passes = small().double(), 0

    def forward(self, inputs: Tensor) -> Tensor:
        self.passes += 1
        return self.network(inputs)


def layers_of(network: Counted) -> TorchEngine:
    return TorchEngine(classifier_of(network.eval().requires_grad_(False), ["network.1", "network.3"], 7))


def test_questions_about_one_picture_share_its_forward_pass_and_have_their_own_gradients() -> None:
    network = Counted()
    picture = images(1, 3, 16, 16, dtype=torch.float64)
    together = layers_of(network).run(picture, ["network.1", "network.3"], TARGETS)
    assert network.passes == 1
    for row, target in enumerate(TARGETS):
        score = target.score if target else (lambda logits: logits.amax(dim=1))
        alone = record(network, picture, ["network.1", "network.3"], score)
        assert_close(together.logits[row : row + 1], alone.logits)
        for mine, other in zip(
            (*together.activations, *together.gradients), (*alone.activations, *alone.gradients), strict=True
        ):
            assert_close(mine[row : row + 1], other)


@pytest.mark.parametrize(("together", "passes"), [(True, 1), (False, 3), (None, 3)])
def test_pictures_share_a_pass_where_that_gains_something_and_the_numbers_are_the_same(
    together: bool | None, passes: int
) -> None:
    network = Counted()
    classifier = classifier_of(network.eval().requires_grad_(False), ["network.3"], 7)
    pictures = images(3, 3, 16, 16, dtype=torch.float64)
    recording = TorchEngine(classifier, together).run(pictures, ["network.3"], TARGETS)
    assert network.passes == passes
    for row, target in enumerate(TARGETS):
        alone = TorchEngine(classifier).run(pictures[row : row + 1], ["network.3"], [target])
        assert_close(recording.logits[row : row + 1], alone.logits, rtol=1e-5, atol=1e-9)
        assert_close(recording.gradients[0][row : row + 1], alone.gradients[0], rtol=1e-5, atol=1e-9)


def test_a_score_that_no_layer_reaches_gives_zeros_for_every_question() -> None:
    class Deaf(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layer = nn.Identity()

        def forward(self, inputs: Tensor) -> Tensor:
            self.layer(inputs)
            return torch.ones(len(inputs), 7)

    classifier = classifier_of(Deaf().eval(), ["layer"], 7)
    recording = TorchEngine(classifier).run(images(1, 3, 4, 4), ["layer"], TARGETS)
    assert recording.gradients[0].shape == (3, 3, 4, 4)
    assert not recording.gradients[0].any()


def test_an_unknown_layer_is_named() -> None:
    with pytest.raises(LayerError, match="'9'"):
        TorchEngine(classifier_of(small(), LAYERS, 7)).run(images(1, 3, 16, 16), ["9"], [None])


def test_passes_on_a_cpu_run_in_torchs_thread() -> None:
    threads = []

    class Noted(nn.Module):
        def forward(self, inputs: Tensor) -> Tensor:
            threads.append(threading.get_ident())
            return inputs

    network = nn.Sequential(Noted(), small()).eval().requires_grad_(False)
    TorchEngine(classifier_of(network, ["1.1"], 7)).run(images(1, 3, 16, 16), ["1.1"], [None])
    assert threads == [THREAD.run(threading.get_ident)]
