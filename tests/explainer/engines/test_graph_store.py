"""Graphs on disk: whole ones are run, and everything else is not."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from explainer.engines.graph_store import GRAPH, SEAL, WEIGHTS, GraphStore, graph_key
from explainer.engines.joint_graph import build_graph
from tests.explainer.engines.test_openvino import LAYERS
from tests.explainer.networks import classifier_of, small

KEY = "tiny-0123456789abcdef"


@pytest.fixture(scope="module")
def graph() -> Any:
    return build_graph(small().requires_grad_(False), LAYERS, 16)


@pytest.fixture
def graphs(tmp_path: Path, graph: Any) -> GraphStore:
    store = GraphStore(tmp_path / "new" / "graphs")
    store.save(KEY, graph)
    return store


def test_what_was_saved_is_loaded_with_its_inputs_and_outputs(graphs: GraphStore) -> None:
    loaded = graphs.load(KEY)
    assert [list(port.shape) for port in loaded.inputs] == [[1, 3, 16, 16], [1, 7], [1, 7], [1, 3]]
    ends = [(port.shape[0], port.shape[-1]) for port in loaded.outputs]  # channels come last
    assert ends == [(1, 7), (1, 6), (1, 8), (1, 6), (1, 8)]
    assert {path.name for path in graphs.folder.iterdir()} == {KEY}


def test_nothing_is_loaded_where_nothing_is(tmp_path: Path) -> None:
    assert GraphStore(tmp_path / "none").load(KEY) is None


def cut(place: Path) -> None:
    data = (place / WEIGHTS).read_bytes()
    (place / WEIGHTS).write_bytes(data[: len(data) // 2])


def changed(place: Path) -> None:
    (place / GRAPH).write_text((place / GRAPH).read_text().replace("strides", "Strides", 1))


def foreign(place: Path) -> None:
    seal = json.loads((place / SEAL).read_text())
    (place / SEAL).write_text(json.dumps({**seal, "key": "other-0123456789abcdef"}))


def no_seal(place: Path) -> None:
    (place / SEAL).unlink()


def seal_of_nonsense(place: Path) -> None:
    (place / SEAL).write_text("[1]")


def seal_of_too_few(place: Path) -> None:
    seal = json.loads((place / SEAL).read_text())
    (place / SEAL).write_text(json.dumps({**seal, "files": {GRAPH: seal["files"][GRAPH]}}))


def missing(place: Path) -> None:
    (place / WEIGHTS).unlink()


def open_to_all(place: Path) -> None:
    place.chmod(0o777)


@pytest.mark.parametrize(
    "harm", [cut, changed, foreign, no_seal, seal_of_nonsense, seal_of_too_few, missing, open_to_all]
)
def test_a_graph_that_is_not_whole_or_not_ours_is_never_loaded(
    graphs: GraphStore, harm: Callable[[Path], None]
) -> None:
    harm(graphs.folder / KEY)
    assert graphs.load(KEY) is None


def test_a_new_version_takes_the_place_of_the_old_one_and_leaves_other_models(graphs: GraphStore, graph: Any) -> None:
    graphs.save("other-1", graph)
    graphs.save("tiny-fedcba", graph)
    assert {path.name for path in graphs.folder.iterdir()} == {"other-1", "tiny-fedcba"}


def test_a_graph_can_be_saved_again(graphs: GraphStore, graph: Any) -> None:
    cut(graphs.folder / KEY)
    graphs.save(KEY, graph)
    assert graphs.load(KEY) is not None


def test_a_refusal_is_remembered_and_is_no_graph(graphs: GraphStore) -> None:
    assert not graphs.refused(KEY)
    graphs.refuse("odd-1", "it was odd")
    assert graphs.refused("odd-1") == "it was odd"
    assert graphs.load("odd-1") is None


def test_a_refusal_takes_the_place_of_the_graph_and_a_graph_that_of_a_refusal(graphs: GraphStore, graph: Any) -> None:
    graphs.refuse(KEY, "it was odd")
    assert (graphs.refused(KEY), graphs.load(KEY)) == ("it was odd", None)
    assert {path.name for path in (graphs.folder / KEY).iterdir()} == {SEAL}
    graphs.save(KEY, graph)
    assert not graphs.refused(KEY)
    assert graphs.load(KEY) is not None


def test_a_refusal_holds_for_this_processor_only(graphs: GraphStore, monkeypatch: pytest.MonkeyPatch) -> None:
    graphs.refuse(KEY, "it was odd")
    monkeypatch.setattr("explainer.engines.graph_store.processor", lambda: "another one")
    assert not graphs.refused(KEY)


def test_what_a_killed_builder_left_goes_once_it_is_old(graphs: GraphStore, graph: Any) -> None:
    old, new = graphs.folder / ".new-old", graphs.folder / ".new-new"
    for each in (old, new):
        each.mkdir()
    os.utime(old, (0, 0))
    graphs.save(KEY, graph)
    assert (old.exists(), new.exists()) == (False, True)


def test_it_tells_whether_there_is_room(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert GraphStore(tmp_path / "new").takes(1)
    assert not GraphStore(tmp_path / "new").takes(1 << 60)
    assert not GraphStore(tmp_path / "file").takes(1)


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() == 0, reason="root may write anywhere")
def test_a_folder_that_can_not_be_written_to_is_told(tmp_path: Path, graph: Any) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(OSError, match="ermission"):
        GraphStore(tmp_path / "graphs").save(KEY, graph)


def test_the_key_changes_with_weights_and_layers_and_with_nothing_else() -> None:
    network = small()
    key = graph_key(classifier_of(network, LAYERS, 7))
    assert key == graph_key(classifier_of(small(), LAYERS, 7))
    assert key.startswith("tiny-")
    assert key != graph_key(classifier_of(network, LAYERS[:1], 7))
    assert key != graph_key(classifier_of(network, LAYERS, 7, side=32))
    network[0].weight.data[0, 0, 0, 0] += 1e-3
    assert key != graph_key(classifier_of(network, LAYERS, 7))


def test_the_key_changes_with_the_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    classifier = classifier_of(small(), LAYERS, 7)
    key = graph_key(classifier)
    monkeypatch.setattr("explainer.engines.graph_store.version", lambda package: "0.0")
    assert graph_key(classifier) != key
