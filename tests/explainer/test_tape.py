from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.testing import assert_close

from benchmarks.networks import seeded
from explainer.tape import LayerError, Recording, record
from tests.explainer.networks import ACTIVATIONS, GRADIENTS, LOGITS, PICTURE, first, hand_made, images, small

LAYERS = ("0", "1", "2", "3")


def assert_hand_computed(recording: Recording, layers: Sequence[str] = LAYERS) -> None:
    assert_close(recording.logits, LOGITS)
    for name, activations, gradients in zip(layers, recording.activations, recording.gradients, strict=True):
        assert_close(activations, ACTIVATIONS[name], msg=lambda text, name=name: f"activations of {name}: {text}")
        assert_close(gradients, GRADIENTS[name], msg=lambda text, name=name: f"gradients of {name}: {text}")


def hooks(module: nn.Module) -> int:
    return sum(
        len(part._forward_hooks) + len(part._forward_pre_hooks) + len(part._backward_hooks) for part in module.modules()
    )


@pytest.mark.parametrize("inplace", [False, True], ids=["copying ReLU", "in-place ReLU"])
@pytest.mark.parametrize("frozen", [False, True], ids=["unfrozen", "frozen"])
def test_activations_and_gradients_are_those_computed_by_hand(inplace: bool, frozen: bool) -> None:
    network = hand_made(inplace).requires_grad_(not frozen)
    assert_hand_computed(record(network, PICTURE, LAYERS, first))


@pytest.mark.parametrize("name", LAYERS)
def test_one_layer_alone_gives_the_same_as_among_others(name: str) -> None:
    assert_hand_computed(record(hand_made(inplace=True), PICTURE, [name], first), [name])


def test_results_come_in_the_order_asked_for_and_a_layer_may_be_asked_for_twice() -> None:
    layers = ("3", "0", "2", "0")
    assert_hand_computed(record(hand_made(), PICTURE, layers, first), layers)


def test_a_layer_that_is_only_looked_at_has_its_activations_and_changes_nothing() -> None:
    network, pictures = small(), images(2, 3, 12, 12)
    whole, last = (record(network, pictures, layers, first) for layers in (["1", "3"], ["3"]))
    seen = record(network, pictures, ["3"], first, also=["1", "3"])
    assert torch.equal(seen.also[0], whole.activations[0])
    assert torch.equal(seen.also[1], whole.activations[1])
    assert not any(each.requires_grad for each in seen.also)
    assert torch.equal(seen.gradients[0], last.gradients[0])


def test_the_results_are_free_of_the_graph() -> None:
    recording = record(hand_made().requires_grad_(), PICTURE, LAYERS, first)
    tensors = (recording.logits, *recording.activations, *recording.gradients)
    assert not any(tensor.requires_grad or tensor.grad_fn for tensor in tensors)


@pytest.mark.parametrize("size", [(6, 6), (5, 9)], ids=["square", "wide"])
def test_gradients_agree_with_finite_differences(size: tuple[int, int]) -> None:
    network = nn.Sequential(
        nn.Conv2d(3, 4, 3, stride=2, padding=1),
        nn.SiLU(),
        nn.Conv2d(4, 3, 3, padding=1),
        nn.BatchNorm2d(3),
        nn.SiLU(),
        nn.AdaptiveAvgPool2d((2, 1)),
        nn.Flatten(),
        nn.Linear(6, 5),
    )
    seeded(network).double()

    def score(logits: Tensor) -> Tensor:
        return logits[:, [1, 3]].logsumexp(dim=1) - logits[:, 2]

    layers = ("0", "1", "3", "4")
    recording = record(network, images(1, 3, *size, dtype=torch.float64), layers, score)
    step = 1e-5
    for name, activations, gradients in zip(layers, recording.activations, recording.gradients, strict=True):
        rest = network[int(name) + 1 :]
        nudges = step * torch.eye(activations.numel(), dtype=torch.float64).reshape(-1, *activations.shape[1:])
        with torch.no_grad():
            slopes = (score(rest(activations + nudges)) - score(rest(activations - nudges))) / (2 * step)
        assert_close(gradients, slopes.reshape(activations.shape), rtol=1e-6, atol=1e-9)


def test_in_a_batch_each_picture_has_its_own_gradients() -> None:
    network, batch = small().double(), images(3, 3, 12, 12, dtype=torch.float64)
    together = record(network, batch, ("1", "3"), first)
    for index in range(3):
        alone = record(network, batch[index : index + 1], ("1", "3"), first)
        for whole, part in zip(
            (*together.activations, *together.gradients), (*alone.activations, *alone.gradients), strict=True
        ):
            assert_close(whole[index : index + 1], part, rtol=1e-5, atol=1e-7)


class FunctionalReLU(nn.Module):
    """Like torchvision's DenseNet: a functional ReLU overwrites the output of the last normalisation."""

    def __init__(self) -> None:
        super().__init__()
        self.body = hand_made()[:3]
        self.head = hand_made()[4:]

    def forward(self, inputs: Tensor) -> Tensor:
        return self.head(F.relu(self.body(inputs), inplace=True))


@pytest.mark.parametrize("frozen", [False, True], ids=["unfrozen", "frozen"])
def test_a_functional_in_place_relu_does_not_overwrite_what_was_kept(frozen: bool) -> None:
    network = FunctionalReLU().eval().requires_grad_(not frozen)
    recording = record(network, PICTURE, ["body", "body.2"], first)
    assert_hand_computed(recording, ["2", "2"])


@pytest.mark.parametrize("mode", [nullcontext, torch.no_grad, torch.inference_mode])
@pytest.mark.parametrize("made_in", [nullcontext, torch.inference_mode], ids=["plain input", "inference input"])
@pytest.mark.parametrize("frozen", [False, True], ids=["unfrozen", "frozen"])
def test_the_callers_grad_mode_does_not_matter_and_comes_back(
    mode: Callable[[], AbstractContextManager[object]],
    made_in: Callable[[], AbstractContextManager[object]],
    frozen: bool,
) -> None:
    network = hand_made(inplace=True).requires_grad_(not frozen)
    with made_in():
        picture = PICTURE.clone()
    with mode():
        before = torch.is_grad_enabled(), torch.is_inference_mode_enabled()
        recording = record(network, picture, LAYERS, first)
        assert (torch.is_grad_enabled(), torch.is_inference_mode_enabled()) == before
    assert_hand_computed(recording)
    assert not recording.activations[0].is_inference()


def test_the_callers_input_stays_as_it_was() -> None:
    network = nn.Sequential(nn.Identity(), nn.ReLU(inplace=True), nn.AdaptiveAvgPool2d(1), nn.Flatten())
    picture = PICTURE.clone()
    record(network, picture, ["0"], first)
    assert_close(picture, PICTURE, rtol=0, atol=0)
    assert not picture.requires_grad
    assert picture.grad is None


def test_an_input_that_wants_gradients_gets_none() -> None:
    picture = PICTURE.clone().requires_grad_()
    assert_hand_computed(record(hand_made(), picture, LAYERS, first))
    assert picture.requires_grad
    assert picture.grad is None


def test_parameters_get_no_gradients_and_keep_their_flags_and_values() -> None:
    network = small()
    network[0].requires_grad_(False)
    network[2].weight.grad = torch.ones_like(network[2].weight)
    flags = [parameter.requires_grad for parameter in network.parameters()]
    values = [parameter.detach().clone() for parameter in network.parameters()]
    record(network, images(1, 3, 8, 8), ("1", "3"), first)
    assert [parameter.requires_grad for parameter in network.parameters()] == flags
    assert_close([parameter.detach() for parameter in network.parameters()], values, rtol=0, atol=0)
    gradients = {name: parameter.grad for name, parameter in network.named_parameters()}
    assert_close(gradients.pop("2.weight"), torch.ones_like(network[2].weight), rtol=0, atol=0)
    assert set(gradients.values()) == {None}


def noisy() -> nn.Sequential:
    """A network with everything that works differently while training, partly set to evaluate."""
    network = nn.Sequential(
        nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.Dropout2d(0.5), nn.Conv2d(4, 4, 3), nn.BatchNorm2d(4), nn.Flatten()
    )
    seeded(network).train()
    network[4].eval()
    network[2].eval()
    return network


def test_modes_come_back_to_each_part_and_batch_statistics_stay() -> None:
    network = noisy()
    modes = [part.training for part in network.modules()]
    state = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    record(network, images(2, 3, 8, 8), ["0", "3"], first)
    assert [part.training for part in network.modules()] == modes
    assert_close(dict(network.state_dict()), state, rtol=0, atol=0)


def test_a_network_in_training_is_recorded_as_if_it_were_not() -> None:
    network, batch = noisy(), images(2, 3, 8, 8)
    network.train()
    recording = record(network, batch, ["0", "3"], first)
    expected = record(network.eval(), batch, ["0", "3"], first)
    assert_close(recording.logits, expected.logits, rtol=0, atol=0)
    assert_close(recording.gradients, expected.gradients, rtol=0, atol=0)


def test_hooks_are_gone_afterwards_and_those_of_others_stay() -> None:
    network = hand_made()
    heard: list[Tensor] = []
    network[2].register_forward_hook(lambda module, given, output: heard.append(output.detach().clone()))
    record(network, PICTURE, LAYERS, first)
    assert hooks(network) == 1
    network(PICTURE)
    assert_close(heard, [ACTIVATIONS["2"], ACTIVATIONS["2"]])


class Fails(nn.Module):
    def forward(self, inputs: Tensor) -> Tensor:
        raise ArithmeticError("on purpose")


class Pair(nn.Module):
    def forward(self, inputs: Tensor) -> Tensor:
        return self.join(self.pair(inputs))

    def __init__(self, flat: bool = False) -> None:
        super().__init__()
        self.pair = nn.Flatten() if flat else Twice()
        self.join = nn.Identity() if flat else Join()


class Twice(nn.Module):
    def forward(self, inputs: Tensor) -> tuple[Tensor, Tensor]:
        return inputs, inputs


class Join(nn.Module):
    def forward(self, pair: tuple[Tensor, Tensor]) -> Tensor:
        return pair[0].flatten(1)


def fail_in_score(logits: Tensor) -> Tensor:
    raise ArithmeticError("on purpose")


@pytest.mark.parametrize(
    ("network", "layer", "score", "error"),
    [
        (nn.Sequential(nn.Conv2d(1, 2, 1), nn.Dropout(), Fails()), "0", first, ArithmeticError),
        (nn.Sequential(nn.Conv2d(1, 2, 1), nn.Dropout(), nn.Flatten()), "0", fail_in_score, ArithmeticError),
        (Pair(), "pair", first, LayerError),
    ],
    ids=["in the forward pass", "in the score", "in a hook"],
)
def test_after_an_exception_the_network_is_as_it_was(
    network: nn.Module, layer: str, score: Callable[[Tensor], Tensor], error: type[Exception]
) -> None:
    network.train()
    with torch.no_grad(), pytest.raises(error):
        record(network, PICTURE, [layer], score)
    assert hooks(network) == 0
    assert all(part.training for part in network.modules())
    assert all(parameter.requires_grad and parameter.grad is None for parameter in network.parameters())
    assert torch.is_grad_enabled()


@pytest.mark.parametrize("name", ["nonsense", "7", "0.weight", ""])
def test_an_unknown_layer_is_refused_before_anything_runs(name: str) -> None:
    network = nn.Sequential(Fails())
    with pytest.raises(LayerError, match=repr(name)):
        record(network, PICTURE, ["0", name], first)


def test_a_layer_that_did_not_run_is_refused_by_name() -> None:
    network = FunctionalReLU()
    network.spare = nn.Conv2d(1, 1, 1)
    with pytest.raises(LayerError, match="'spare'"):
        record(network, PICTURE, ["body", "spare"], first)


@pytest.mark.parametrize(
    ("network", "layer"), [(Pair(), "pair"), (Pair(flat=True), "pair"), (hand_made(), "6")], ids=["pair", "flat", "2-D"]
)
def test_a_layer_without_feature_maps_is_refused_by_name(network: nn.Module, layer: str) -> None:
    with pytest.raises(LayerError, match=repr(layer)):
        record(network, PICTURE, [layer], first)


class Detour(nn.Module):
    """A layer that runs without any influence on the answer, beside one that has it or not."""

    def __init__(self, influence: bool) -> None:
        super().__init__()
        self.unused = nn.Conv2d(1, 3, 1)
        self.used = nn.Conv2d(1, 2, 1)
        self.influence = influence
        self.requires_grad_(False)

    def forward(self, inputs: Tensor) -> Tensor:
        self.unused(inputs)
        used = self.used(inputs).mean(dim=(2, 3))
        return used if self.influence else used.detach()


@pytest.mark.parametrize("influence", [True, False], ids=["another has influence", "none has influence"])
def test_a_layer_without_influence_on_the_score_gets_zeros(influence: bool) -> None:
    recording = record(Detour(influence), PICTURE, ["unused", "used"], first)
    assert_close(recording.gradients[0], torch.zeros(1, 3, 2, 3), rtol=0, atol=0)
    used = torch.tensor([1 / 6, 0.0]).reshape(1, 2, 1, 1).expand(1, 2, 2, 3) if influence else torch.zeros(1, 2, 2, 3)
    assert_close(recording.gradients[1], used)


class Repeated(nn.Module):
    """Runs one layer twice: x -> 3x -> 9x."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Conv2d(1, 1, 1, bias=False)
        nn.init.constant_(self.layer.weight, 3)

    def forward(self, inputs: Tensor) -> Tensor:
        return self.layer(self.layer(inputs)).square().sum(dim=(2, 3))


def test_a_layer_that_runs_twice_counts_with_its_last_run() -> None:
    recording = record(Repeated(), PICTURE, ["layer"], first)
    assert_close(recording.activations[0], 9 * PICTURE)
    assert_close(recording.gradients[0], 18 * PICTURE)


class Count(torch.autograd.Function):
    passes = 0

    @staticmethod
    def forward(context: object, inputs: Tensor) -> Tensor:
        return inputs.clone()

    @staticmethod
    def backward(context: object, gradient: Tensor) -> Tensor:
        Count.passes += 1
        return gradient


class Counted(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.network = hand_made()
        self.forwards = 0

    def forward(self, inputs: Tensor) -> Tensor:
        self.forwards += 1
        return Count.apply(self.network(inputs))


def test_all_layers_share_one_forward_and_one_backward_pass() -> None:
    network = Counted()
    before = Count.passes
    assert_hand_computed(record(network, PICTURE, [f"network.{name}" for name in LAYERS], first))
    assert network.forwards == 1
    assert Count.passes - before == 1
