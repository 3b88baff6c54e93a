"""The fast engine says what torch says: on the bundled model and real photographs, for every kind of target."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torchvision.models import SwinTransformer, VisionTransformer
from torchvision.models.convnext import CNBlockConfig, ConvNeXt
from torchvision.models.densenet import DenseNet

from benchmarks.networks import seeded
from explainer.engines.compiled import CompiledGraph
from explainer.engines.joint_graph import build_graph
from explainer.engines.linear_head import find_head
from explainer.engines.openvino import OpenvinoEngine
from explainer.engines.torch import TorchEngine
from explainer.explain import scale
from explainer.methods import METHODS, positive
from explainer.tape import LayerError, Recording
from explainer.target import Target
from models.catalogue import TargetLayer
from models.classifier import Classifier
from models.ways import FEATURE_MAPS, ChannelsLast, Tokens, Way
from models.weights import frozen
from models.work import Work, working
from tests.explainer.networks import classifier_of, images, small
from tests.graphs import bundled_graph
from tests.photographs import photographs

TARGETS = [
    None,
    Target("class 2", (2,)),
    Target("some", (0, 3, 4)),
    Target("some rather than others", (1, 5), (0, 2)),
]
LAYERS = ("1", "3")


def engine_of(classifier: Classifier, graph: Any = None) -> OpenvinoEngine:
    layers = [layer.name for layer in classifier.spec.layers]
    graph = graph or build_graph(classifier.module, layers, classifier.preprocess.crop_side)
    return OpenvinoEngine(graph, layers, find_head(classifier.module, layers[-1]), threads=2)


@pytest.fixture(scope="module")
def tiny() -> Classifier:
    return classifier_of(small().requires_grad_(False), LAYERS, 7)


@pytest.fixture(scope="module")
def fast(tiny: Classifier) -> OpenvinoEngine:
    return engine_of(tiny)


@pytest.fixture(scope="module")
def bundled_engine(bundled: Classifier) -> OpenvinoEngine:
    return engine_of(bundled, bundled_graph(bundled))


def tensors(recording: Recording) -> Iterator[Tensor]:
    yield from (recording.logits, *recording.activations, *recording.gradients, *recording.also)


def assert_same(ours: Recording, theirs: Recording, bound: float = 1e-5) -> None:
    for mine, other in zip(tensors(ours), tensors(theirs), strict=True):
        assert mine.shape == other.shape
        assert float((mine - other).abs().max()) <= bound * float(other.abs().max())


@pytest.mark.parametrize("layers", [LAYERS, LAYERS[-1:], LAYERS[:1], LAYERS[::-1]], ids=str)
@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.label if target else "own answer")
def test_every_kind_of_target_is_explained_as_by_torch(
    tiny: Classifier, fast: OpenvinoEngine, target: Target | None, layers: tuple[str, ...]
) -> None:
    picture = images(1, 3, 16, 16, seed=3)
    assert_same(fast.run(picture, layers, [target]), TorchEngine(tiny).run(picture, layers, [target]))


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("layers", [LAYERS, LAYERS[-1:]], ids=str)
def test_what_is_wanted_without_gradients_is_what_torch_sees_there(
    tiny: Classifier, fast: OpenvinoEngine, layers: tuple[str, ...], count: int
) -> None:
    pictures, targets = images(count, 3, 16, 16, seed=3), TARGETS[:count]
    theirs = TorchEngine(tiny).run(pictures, LAYERS, targets)
    for also in (LAYERS[:1], LAYERS[::-1]):
        expected = [theirs.activations[LAYERS.index(name)] for name in also]
        for engine in (fast, TorchEngine(tiny)):
            seen = engine.run(pictures, layers, targets, also).also
            assert all(torch.allclose(mine, other, atol=1e-5) for mine, other in zip(seen, expected, strict=True))


@pytest.mark.parametrize("layers", [LAYERS, LAYERS[-1:]], ids=str)
def test_several_questions_about_one_picture_have_a_row_each(
    tiny: Classifier, fast: OpenvinoEngine, layers: tuple[str, ...]
) -> None:
    picture = images(1, 3, 16, 16, seed=4)
    ours = fast.run(picture, layers, TARGETS)
    assert len(ours.logits) == len(TARGETS)
    assert_same(ours, TorchEngine(tiny).run(picture, layers, TARGETS))


@pytest.mark.parametrize("layers", [LAYERS, LAYERS[-1:]], ids=str)
def test_eight_pictures_together_are_to_the_last_bit_what_they_are_alone(
    fast: OpenvinoEngine, layers: tuple[str, ...]
) -> None:
    pictures, targets = images(8, 3, 16, 16, seed=5), [*TARGETS, *TARGETS]
    together = fast.run(pictures, layers, targets)
    for row, target in enumerate(targets):
        alone = fast.run(pictures[row : row + 1], layers, [target])
        for mine, other in zip(tensors(together), tensors(alone), strict=True):
            assert torch.equal(mine[row], other[0])


def test_a_layer_that_is_not_in_the_graph_is_named(fast: OpenvinoEngine) -> None:
    with pytest.raises(LayerError, match="'9'"):
        fast.run(images(1, 3, 16, 16), ["9"], [None])


def test_without_a_linear_head_the_last_layer_is_explained_as_well() -> None:
    network = small()
    deeper = nn.Sequential(*network[:6], nn.ReLU(), network[6]).eval().requires_grad_(False)
    classifier = classifier_of(deeper, LAYERS, 7)
    assert find_head(deeper, "3") is not None  # what is pooled there is never negative, so the ReLU changes nothing
    curved = nn.Sequential(*network[:6], nn.Hardswish(), network[6]).eval().requires_grad_(False)
    classifier = classifier_of(curved, LAYERS, 7)
    assert find_head(curved, "3") is None
    picture = images(1, 3, 16, 16, seed=6)
    ours = engine_of(classifier).run(picture, LAYERS[-1:], TARGETS)
    assert_same(ours, TorchEngine(classifier).run(picture, LAYERS[-1:], TARGETS))


def test_questions_share_the_pass_forward_where_more_than_a_linear_layer_follows() -> None:
    network = small()
    curved = nn.Sequential(*network[:6], nn.Hardswish(), network[6]).eval().requires_grad_(False)
    classifier = classifier_of(curved, LAYERS, 7)
    engine, reference = engine_of(classifier), TorchEngine(classifier)
    runs: list[int] = []
    forward = engine._there.run
    engine._there.run = lambda rows: runs.append(len(rows)) or forward(rows)  # type: ignore[method-assign, func-returns-value]
    for pictures in (images(1, 3, 16, 16, seed=6), images(4, 3, 16, 16, seed=7)):
        ours = engine.run(pictures, LAYERS[-1:], TARGETS)
        assert_same(ours, reference.run(pictures, LAYERS[-1:], TARGETS))
    assert runs == [1, 4]


def test_a_compiled_graph_runs_many_rows_as_it_runs_one(tmp_path: Path, fast: OpenvinoEngine) -> None:
    one = CompiledGraph(fast._graph, threads=1)
    rows = [
        [images(1, 3, 16, 16, seed=seed).numpy(), *(np.zeros((1, count), np.float32) for count in (7, 7, 3))]
        for seed in range(3)
    ]
    alone = [one.run([row]) for row in rows]
    for port, together in enumerate(one.run(rows)):
        assert np.array_equal(together, np.concatenate([each[port] for each in alone]))


def test_work_that_is_content_with_one_core_has_the_same_numbers(fast: OpenvinoEngine) -> None:
    graph = CompiledGraph(fast._graph, threads=2)
    row = [images(1, 3, 16, 16, seed=2).numpy(), *(np.zeros((1, count), np.float32) for count in (7, 7, 3))]
    usual = graph.run([row])
    assert "_by_cores" not in vars(graph)
    with working(Work(one_core=True)):
        alone = graph.run([row])
    assert "_by_cores" in vars(graph), "whose rows have a thread each"
    assert all(map(np.array_equal, usual, alone))


@pytest.fixture(scope="module")
def pairs(bundled: Classifier, bundled_engine: OpenvinoEngine) -> list[tuple[Recording, Recording]]:
    """Ours and torch's, for 50 photographs and every listed layer of the bundled model."""
    layers, reference = [layer.name for layer in bundled.spec.layers], TorchEngine(bundled)
    inputs = [bundled.preprocess(picture).unsqueeze(0) for picture in photographs(50)]
    assert len(inputs) == 50
    return [(bundled_engine.run(each, layers, [None]), reference.run(each, layers, [None])) for each in inputs]


def test_activations_of_the_bundled_model_agree_on_real_photographs(
    pairs: list[tuple[Recording, Recording]],
) -> None:
    for ours, theirs in pairs:
        for mine, other in zip(ours.activations, theirs.activations, strict=True):
            assert float((mine - other).abs().max()) <= 2e-5 * float(other.abs().max())


def grids_apart(pairs: list[tuple[Recording, Recording]], method: str, layer: int) -> list[float]:
    function = METHODS[method].function
    found = []
    for each in pairs:
        one, other = (scale(positive(function(side.activations[layer], side.gradients[layer]))[0])[0] for side in each)
        found.append(float(np.abs(one - other).max()))
    return found


@pytest.mark.parametrize("method", METHODS)
def test_every_map_of_the_last_stage_agrees_on_real_photographs(
    pairs: list[tuple[Recording, Recording]], method: str
) -> None:
    assert max(grids_apart(pairs, method, -1)) <= 1e-4


@pytest.mark.parametrize("layer", range(4))
@pytest.mark.parametrize("method", [name for name, method in METHODS.items() if not method.delicate])
def test_maps_of_early_stages_agree_but_for_roundings_that_flip_an_activation(
    pairs: list[tuple[Recording, Recording]], method: str, layer: int
) -> None:
    apart = grids_apart(pairs, method, layer)
    assert float(np.median(apart)) <= 1e-4
    assert sum(difference <= 0.02 for difference in apart) >= 0.95 * len(apart)


def test_five_classes_of_the_bundled_model_need_no_pass_backward(
    bundled: Classifier, bundled_engine: OpenvinoEngine
) -> None:
    picture = bundled.preprocess(photographs(1)[0]).unsqueeze(0)
    targets = [Target(str(index), (index,)) for index in (1, 281, 293, 500, 999)]
    ours = bundled_engine.run(picture, ["bn2"], targets)
    assert_same(ours, TorchEngine(bundled).run(picture, ["bn2"], targets), 2e-5)


def networks() -> dict[str, nn.Module]:
    """Small ones of what each family is made of; each ends in the layers named by `ENDS`."""
    convnext = ConvNeXt([CNBlockConfig(8, 16, 1), CNBlockConfig(16, None, 1)], num_classes=7)
    pools = nn.Sequential(
        *(nn.Conv2d(3, 6, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 8, 3, padding=1), nn.ReLU()),
        *(nn.MaxPool2d(3, 2, 1), nn.AdaptiveAvgPool2d(3), nn.Flatten(), nn.Linear(72, 9), nn.ReLU(), nn.Linear(9, 7)),
    )
    dense = DenseNet(growth_rate=4, block_config=(2, 2), num_init_features=8, num_classes=7)
    vit = VisionTransformer(32, 8, 2, 2, 16, 32, num_classes=7)
    swin = SwinTransformer([4, 4], 8, [2, 2], [2, 4], [4, 4], num_classes=7)
    return {"convnext": convnext, "vgg": pools, "densenet": dense, "vit": vit, "swin": swin}


WAYS: dict[str, Way] = {"vit": Tokens(), "swin": ChannelsLast()}
ENDS = {
    "vit": ("encoder.layers.encoder_layer_0.ln_1", "encoder.layers.encoder_layer_1.ln_1"),
    "swin": ("features.1.1.norm1", "features.3.1.norm1"),
    "convnext": ("features.0", "features.1", "features.3"),
    "vgg": ("1", "4"),
    "densenet": ("features.pool0", "features.denseblock1", "features.norm5"),
}


@pytest.mark.parametrize("name", ENDS)
def test_each_family_has_a_graph_that_says_what_torch_says(name: str) -> None:
    network, layers = seeded(networks()[name]).requires_grad_(False), ENDS[name]
    classifier = classifier_of(frozen(network), layers, 7, side=32)
    places = tuple(TargetLayer(layer, layer, WAYS.get(name, FEATURE_MAPS)) for layer in layers)
    classifier = replace(classifier, spec=replace(classifier.spec, layers=places))
    engine = OpenvinoEngine(build_graph(network, layers, 32, classifier.spec.ways), layers, None, threads=2)
    for pictures, targets in ((images(1, 3, 32, 32, seed=8), TARGETS), (images(2, 3, 32, 32, seed=9), TARGETS[:2])):
        for asked in (layers, layers[-1:]):
            ours, theirs = (each.run(pictures, asked, targets) for each in (engine, TorchEngine(classifier)))
            assert_same(ours, theirs)
