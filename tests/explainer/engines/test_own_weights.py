"""The way back through a convolution with a stride is right, also where forward and backward have the same weights."""

from pathlib import Path

import pytest
from torch import nn

from benchmarks.networks import seeded
from explainer.engines.graph_store import GraphStore
from explainer.engines.joint_graph import build_graph
from explainer.engines.openvino import OpenvinoEngine
from explainer.engines.own_weights import BACKWARD, keep_apart
from explainer.engines.torch import TorchEngine
from tests.explainer.networks import classifier_of, images

LAYERS = ("1", "3")
SIDE = 16


def strided(channels: int, groups: int = 1) -> nn.Module:
    """As many channels in as out, so that the weights have one shape in both directions."""
    return seeded(
        nn.Sequential(
            nn.Conv2d(3, channels, 3, padding=1),
            nn.ReLU(),
            nn.Conv2d(channels, channels, 3, stride=2, padding=1, bias=False, groups=groups),
            nn.ReLU(),
            nn.AdaptiveAvgPool2d(1),
            nn.Flatten(),
            nn.Linear(channels, 5),
        )
    ).requires_grad_(False)


@pytest.mark.parametrize(("channels", "groups"), [(16, 1), (64, 1), (16, 16), (32, 4)])
def test_gradients_are_torchs_at_once_and_after_the_graph_was_on_disk(
    tmp_path: Path, channels: int, groups: int
) -> None:
    network = strided(channels, groups)
    classifier = classifier_of(network, LAYERS, 5, SIDE)
    store = GraphStore(tmp_path)
    store.save("tiny-0", build_graph(network, LAYERS, SIDE))
    picture = images(1, 3, SIDE, SIDE)
    expected = TorchEngine(classifier).run(picture, LAYERS, [None]).gradients
    for graph in (build_graph(network, LAYERS, SIDE), store.load("tiny-0")):
        found = OpenvinoEngine(graph, LAYERS, None, threads=1).run(picture, LAYERS, [None]).gradients
        for one, other in zip(found, expected, strict=True):
            assert float((one - other).norm()) <= 1e-5 * float(other.norm())


def test_nothing_else_has_the_weights_of_a_way_back(tmp_path: Path) -> None:
    store = GraphStore(tmp_path)
    store.save("tiny-0", build_graph(strided(16), LAYERS, SIDE))
    graph = store.load("tiny-0")
    places: dict[bool, set[int]] = {False: set(), True: set()}
    for node in graph.get_ordered_ops():
        if "Convolution" in node.get_type_name():
            weights = node.input(1).get_source_output().get_node()
            places[node.get_type_name() in BACKWARD].add(weights.data.ctypes.data)
    assert places[True]
    assert places[True].isdisjoint(places[False])
    assert len(keep_apart(graph).get_ordered_ops()) == len(graph.get_ordered_ops())
