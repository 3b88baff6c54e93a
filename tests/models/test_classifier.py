"""A pass has the model to itself, and a GPU that runs out of memory gives one more try on the CPU."""

import threading
import weakref
from collections.abc import Callable

import pytest
import torch
from PIL import Image
from torch import Tensor, nn

from explainer.experiments.unlearned import UnlearnedNetworks
from explainer.explain import Explanation, explain
from explainer.target import Target
from models.classifier import Classifier
from models.download import Progress
from models.store import ClassifierStore
from models.weights import Network
from tests.explainer.networks import CPU, shrunk_to, small, spec_of, words

# Takes every step of a GPU on a machine that has none.
GPU = torch.device("meta")
PICTURE = Image.effect_noise((16, 16), 60).convert("RGB")
TARGET = Target("class 4", (4,))


def failing(**errors: Exception) -> Callable[[str], None]:
    """Raises the error given for a device."""

    def visit(device: str) -> None:
        if device in errors:
            raise errors[device]

    return visit


class Watched(nn.Module):
    """Notes on which device it is asked to run, and then does as the test says."""

    def __init__(self, visit: Callable[[str], None]) -> None:
        super().__init__()
        self.network = small()
        self.visit = visit
        self.asked: list[str] = []

    def forward(self, inputs: Tensor) -> Tensor:
        self.asked.append(inputs.device.type)
        self.visit(inputs.device.type)
        return self.network(inputs)


class Source:
    """Builds the networks of a store and keeps them."""

    def __init__(self, visit: Callable[[str], None] = lambda device: None) -> None:
        self.visit = visit
        self.built: list[Watched] = []

    def available(self) -> bool:
        return True

    def fetch(self, progress: Progress | None = None, offline: bool = False) -> None:
        pass

    def build(self) -> Network:
        module = Watched(self.visit)
        self.built.append(module)
        return Network(module.eval().requires_grad_(False), shrunk_to(16), words(7))

    @property
    def asked(self) -> list[str]:
        return [device for module in self.built for device in module.asked]


def ask(source: Source, device: torch.device) -> tuple[Classifier, Explanation]:
    spec = spec_of(["network.1", "network.3"])
    spec = type(spec)(spec.name, spec.title, source, spec.layers, spec.default_layer)
    store = ClassifierStore(device, catalogue={spec.name: spec})
    classifier = store.get(spec.name)
    return classifier, explain(classifier, PICTURE, TARGET, "layercam")


@pytest.mark.parametrize(
    "error",
    [
        torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB."),
        RuntimeError("MPS backend out of memory (MPS allocated: 8.00 GB). Tried to allocate 2.00 GB."),
    ],
    ids=["CUDA", "MPS"],
)
def test_a_gpu_without_memory_gives_one_retry_on_the_cpu(error: Exception) -> None:
    source = Source(failing(meta=error))
    asked, explanation = ask(source, GPU)
    assert source.asked == ["meta", "cpu"]
    assert asked.device == GPU
    assert explanation.device == str(CPU)
    transform = asked.preprocess
    twin = Classifier(asked.spec, source.built[1], transform, asked.labels, CPU, threading.Lock())
    expected = explain(twin, PICTURE, TARGET, "layercam")
    assert explanation.target == TARGET
    assert explanation.method == "layercam"
    assert explanation.top == expected.top
    for ours, theirs in zip(explanation.layers, expected.layers, strict=True):
        assert ours.maximum == theirs.maximum
        assert (ours.grid == theirs.grid).all()


def test_a_device_with_memory_is_not_left() -> None:
    source = Source()
    asked, explanation = ask(source, CPU)
    assert explanation.device == str(asked.device) == str(CPU)
    assert source.asked == ["cpu"]


@pytest.mark.parametrize("name", ["cpu", "cpu:0"])
def test_no_memory_on_the_cpu_is_raised_without_a_retry(name: str) -> None:
    source = Source(failing(cpu=torch.OutOfMemoryError("out of memory")))
    with pytest.raises(torch.OutOfMemoryError):
        ask(source, torch.device(name))
    assert source.asked == ["cpu"]


def test_no_memory_on_both_is_raised_after_one_retry() -> None:
    source = Source(failing(meta=torch.OutOfMemoryError("GPU"), cpu=torch.OutOfMemoryError("CPU")))
    with pytest.raises(torch.OutOfMemoryError, match="CPU"):
        ask(source, GPU)
    assert source.asked == ["meta", "cpu"]


@pytest.mark.parametrize("error", [RuntimeError("a kernel failed"), ValueError("out of memory")])
def test_any_other_error_passes(error: Exception) -> None:
    source = Source(failing(meta=error))
    with pytest.raises(type(error)) as caught:
        ask(source, GPU)
    assert caught.value is error
    assert source.asked == ["meta"]


def test_the_failed_attempt_is_let_go_before_the_retry() -> None:
    class Ballast:
        """Stands for the tensors of the pass."""

    held: list[weakref.ref[Ballast]] = []
    free_before_retry: list[bool] = []

    def visit(device: str) -> None:
        ballast = Ballast()
        if device == "cpu":
            free_before_retry.append(held[0]() is None)
        else:
            held.append(weakref.ref(ballast))
            raise torch.OutOfMemoryError("GPU")

    ask(Source(visit), GPU)
    assert free_before_retry == [True]


@pytest.mark.parametrize("full", ["for a pass", "for the weights"])
def test_a_network_that_learned_nothing_leaves_a_full_gpu_as_well(full: str) -> None:
    source = Source(failing(meta=torch.OutOfMemoryError("GPU")))
    asked, _ = ask(source, GPU)
    made: list[Watched] = []

    def untrained() -> nn.Module:
        module = Watched(source.visit).eval().requires_grad_(False)
        made.append(module)
        if full == "for the weights":
            module.to = refusing(module.to, torch.OutOfMemoryError("GPU"))
        return module

    source.untrained = untrained  # type: ignore[attr-defined]
    explanation = explain(UnlearnedNetworks().of(asked, 0), PICTURE, TARGET)
    assert explanation.device == str(CPU)
    assert len(made) == 2
    assert made[-1].asked == ["cpu"]


def refusing(move: Callable[..., nn.Module], error: Exception) -> Callable[..., nn.Module]:
    """A module's `to` on a machine whose GPU has no room for it."""

    def to(*wanted: torch.device, **layout: torch.memory_format) -> nn.Module:
        if GPU in wanted:
            raise error
        return move(*wanted, **layout)

    return to


def crowded(error: Exception) -> ClassifierStore:
    """A store whose GPU has no room for a model."""

    class Crowded(Source):
        def build(self) -> Network:
            network = super().build()
            network.module.to = refusing(network.module.to, error)
            return network

    spec = spec_of(["network.1", "network.3"])
    spec = type(spec)("small", spec.title, Crowded(), spec.layers, spec.default_layer)
    return ClassifierStore(GPU, catalogue={"small": spec})


def test_a_model_that_a_gpu_has_no_room_for_comes_to_life_on_the_cpu() -> None:
    store = crowded(torch.OutOfMemoryError("CUDA out of memory"))
    assert store.get_somewhere("small").device == CPU


def test_any_other_error_while_loading_passes() -> None:
    with pytest.raises(RuntimeError, match="a driver failed"):
        crowded(RuntimeError("a driver failed")).get_somewhere("small")
