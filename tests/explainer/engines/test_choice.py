"""torch answers until the fast engine is there, and wherever that one can't."""

import logging
import signal
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import torch

from explainer.engines import choice as module
from explainer.engines.batched import Batched
from explainer.engines.build import BuildFailed, CantConvert, build, build_apart
from explainer.engines.choice import Engines
from explainer.engines.graph_store import GraphStore, graph_key
from explainer.engines.joint_graph import build_graph
from models.catalogue import DEFAULT, ClassifierSpec, built_in
from models.classifier import Classifier
from tests.explainer.engines.test_batched import Echo
from tests.explainer.engines.test_openvino import LAYERS
from tests.explainer.networks import classifier_of, images, small

PATIENCE = 120  # seconds, before a test that hangs fails


@pytest.fixture
def tiny() -> Classifier:
    return classifier_of(small().requires_grad_(False), LAYERS, 7)


def builder(classifier: Classifier) -> Callable[[ClassifierSpec, Path], None]:
    """Builds what the catalogue does not have, in this process."""

    def save(spec: ClassifierSpec, folder: Path) -> None:
        graph = build_graph(classifier.module, LAYERS, classifier.preprocess.crop_side)
        GraphStore(folder).save(graph_key(classifier), graph)

    return save


def said(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What the page's own log says; torch's tracer has one too."""
    return [record.getMessage() for record in caplog.records if record.name == "seewhy"]


def settled(engines: Engines, classifier: Classifier) -> None:
    """Wait for the graph of a classifier that was asked about."""
    deadline = time.monotonic() + PATIENCE
    while engines.of(classifier, "gradcam", LAYERS).name != "openvino":
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_torch_answers_until_the_graph_is_built_and_the_graph_from_then_on(
    tiny: Classifier, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "build_apart", builder(tiny))
    engines = Engines("auto", tmp_path, threads=1)
    early = engines.of(tiny, "gradcam", LAYERS)
    assert early.name == "torch"
    settled(engines, tiny)
    picture = images(1, 3, 16, 16)
    one, other = (each.run(picture, LAYERS, [None]) for each in (early, engines.of(tiny, "gradcam", LAYERS)))
    assert torch.allclose(one.gradients[0], other.gradients[0], rtol=1e-4, atol=1e-7)


def test_a_graph_on_disk_answers_from_the_first_question_on(
    tiny: Classifier, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    builder(tiny)("tiny", tmp_path)
    monkeypatch.setattr(module, "build_apart", lambda spec, folder: pytest.fail("built again"))
    assert Engines("auto", tmp_path, threads=1).of(tiny, "gradcam", LAYERS).name == "openvino"


@pytest.mark.parametrize(
    ("method", "layers", "name"),
    [
        ("gradcam", LAYERS, "openvino"),
        ("hirescam", LAYERS, "openvino"),
        ("layercam", LAYERS[:1], "openvino"),
        ("gradcampp", LAYERS, "torch"),
        ("xgradcam", LAYERS[:1], "torch"),
        ("gradcampp", LAYERS[-1:], "openvino"),
        ("xgradcam", LAYERS[-1:], "openvino"),
    ],
)
def test_methods_that_divide_by_small_sums_stay_with_torch_before_the_last_layer(
    tiny: Classifier, tmp_path: Path, method: str, layers: tuple[str, ...], name: str
) -> None:
    builder(tiny)("tiny", tmp_path)
    assert Engines("auto", tmp_path, threads=1).of(tiny, method, layers).name == name


def test_attention_is_looked_at_by_torch_however_fast_a_graph_is(tiny: Classifier, tmp_path: Path) -> None:
    builder(tiny)("tiny", tmp_path)
    engines = Engines("auto", tmp_path, threads=1)
    assert engines.of(tiny, "gradcam", LAYERS).name == "openvino"
    assert engines.of(tiny, "attention", LAYERS).name == "torch"


def test_nothing_is_built_when_torch_was_chosen_or_the_model_is_elsewhere(
    tiny: Classifier, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    builder(tiny)("tiny", tmp_path)
    monkeypatch.setattr(module, "build_apart", lambda spec, folder: pytest.fail("built"))
    assert Engines("torch", tmp_path, threads=1).of(tiny, "gradcam", LAYERS).name == "torch"
    elsewhere = classifier_of(tiny.module, LAYERS, 7, device=torch.device("meta"))
    assert Engines("openvino", tmp_path, threads=1).of(elsewhere, "gradcam", LAYERS).name == "torch"


def test_without_openvino_torch_answers_after_one_line_in_the_log(
    tiny: Classifier, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    builder(tiny)("tiny", tmp_path)
    monkeypatch.setitem(sys.modules, "openvino", None)
    engines = Engines("auto", tmp_path, threads=1)
    with caplog.at_level(logging.INFO, "seewhy"):
        assert [engines.of(tiny, "gradcam", LAYERS).name for _ in range(3)] == ["torch"] * 3
    assert [line.partition(" (")[0] for line in said(caplog)] == ["tiny: OpenVINO can't run it"]


def test_a_builder_that_fails_leaves_torch_and_one_line(
    tiny: Classifier, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(name: str, folder: Path) -> None:
        raise BuildFailed(-9)

    monkeypatch.setattr(module, "build_apart", fail)
    engines = Engines("auto", tmp_path, threads=1)
    with caplog.at_level(logging.INFO, "seewhy"):
        engines.of(tiny, "gradcam", LAYERS)
        deadline = time.monotonic() + PATIENCE
        while not said(caplog):
            assert time.monotonic() < deadline
            time.sleep(0.01)
        assert engines.of(tiny, "gradcam", LAYERS).name == "torch"
    assert said(caplog) == ["tiny: OpenVINO can't run it (its builder ended with -9), so torch explains"]
    assert "Traceback" not in caplog.text


def test_a_graph_of_other_weights_is_not_trusted_and_built_again(
    tiny: Classifier, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stranger = classifier_of(small().requires_grad_(False), LAYERS, 7)
    stranger.module[2].weight.data *= -1
    wrong = build_graph(stranger.module, LAYERS, 16)
    GraphStore(tmp_path).save(graph_key(tiny), wrong)  # whole and sealed, but it says something else
    monkeypatch.setattr(module, "build_apart", builder(tiny))
    engines = Engines("auto", tmp_path, threads=1)
    assert engines.of(tiny, "gradcam", LAYERS).name == "torch"
    settled(engines, tiny)


def test_a_refusal_on_disk_is_not_tried_again(
    tiny: Classifier, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    GraphStore(tmp_path).refuse(graph_key(tiny), "it was odd")
    monkeypatch.setattr(module, "build_apart", lambda spec, folder: pytest.fail("built"))
    assert Engines("auto", tmp_path, threads=1).of(tiny, "gradcam", LAYERS).name == "torch"


def finished(caplog: pytest.LogCaptureFixture) -> None:
    """Wait until the log says what became of a graph."""
    deadline = time.monotonic() + PATIENCE
    while not said(caplog):
        assert time.monotonic() < deadline
        time.sleep(0.01)


def wrong(classifier: Classifier) -> Callable[[ClassifierSpec, Path], None]:
    """Builds a graph that is whole and says something else, each time."""
    stranger = classifier_of(small().requires_grad_(False), LAYERS, 7)
    stranger.module[2].weight.data *= -1

    def save(spec: ClassifierSpec, folder: Path) -> None:
        GraphStore(folder).save(graph_key(classifier), build_graph(stranger.module, LAYERS, 16))

    return save


def cant_be_compiled(classifier: Classifier) -> Callable[[ClassifierSpec, Path], None]:
    def save(spec: ClassifierSpec, folder: Path) -> None:
        graph = build_graph(classifier.module, LAYERS[:1], 16)  # too few outputs for its layers
        GraphStore(folder).save(graph_key(classifier), graph)

    return save


def crashes(classifier: Classifier) -> Callable[[ClassifierSpec, Path], None]:
    def fail(name: str, folder: Path) -> None:
        raise BuildFailed(-signal.SIGSEGV)

    return fail


@pytest.mark.parametrize("building", [wrong, cant_be_compiled, crashes])
def test_a_graph_that_comes_out_wrong_is_built_once_and_not_at_every_start(
    tiny: Classifier,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    building: Callable[[Classifier], Callable[[ClassifierSpec, Path], None]],
) -> None:
    monkeypatch.setattr(module, "build_apart", building(tiny))
    with caplog.at_level(logging.INFO, "seewhy"):
        Engines("auto", tmp_path, threads=1).of(tiny, "gradcam", LAYERS)
        finished(caplog)
    assert "so torch explains" in said(caplog)[0]
    assert GraphStore(tmp_path).refused(graph_key(tiny))
    assert GraphStore(tmp_path).load(graph_key(tiny)) is None

    monkeypatch.setattr(module, "build_apart", lambda spec, folder: pytest.fail("built again"))
    monkeypatch.setattr(module, "DELAY", 0)
    with caplog.at_level(logging.INFO, "seewhy"):
        assert Engines("auto", tmp_path, threads=1).of(tiny, "gradcam", LAYERS).name == "torch"
    assert len(set(said(caplog))) == 1  # the same line as the first time


def test_a_builder_that_somebody_else_ended_is_tried_again(
    tiny: Classifier, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def ended(name: str, folder: Path) -> None:
        raise BuildFailed(-signal.SIGKILL)

    monkeypatch.setattr(module, "build_apart", ended)
    with caplog.at_level(logging.INFO, "seewhy"):
        Engines("auto", tmp_path, threads=1).of(tiny, "gradcam", LAYERS)
        finished(caplog)
    assert not GraphStore(tmp_path).refused(graph_key(tiny))


@pytest.mark.parametrize("error", [MemoryError("none left"), OSError("disk full")])
def test_what_may_work_another_time_is_not_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr("explainer.engines.build.build_graph", fail)
    threads = torch.get_num_threads()
    try:
        with pytest.raises(type(error)):
            build(built_in()[DEFAULT], tmp_path)
    finally:
        torch.set_num_threads(threads)
    assert list(tmp_path.iterdir()) == []


def test_what_can_not_be_kept_is_not_built(
    tiny: Classifier, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(module, "build_apart", lambda spec, folder: pytest.fail("built for nothing"))
    monkeypatch.setattr(module, "DELAY", 0)
    (tmp_path / "file").write_text("in the way")
    with caplog.at_level(logging.INFO, "seewhy"):
        assert Engines("auto", tmp_path / "file", threads=1).of(tiny, "gradcam", LAYERS).name == "torch"
    assert said(caplog) == ["tiny: OpenVINO can't run it (there is no place to keep its graph), so torch explains"]


@pytest.mark.parametrize(("device", "together"), [("cpu", 1), ("meta", 4)])
def test_torch_takes_a_crowd_together_on_a_graphics_card_only(
    tiny: Classifier, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, device: str, together: int
) -> None:
    torch_s = Echo()
    monkeypatch.setattr(module, "TorchEngine", lambda classifier, attention=False: torch_s)
    classifier = classifier_of(tiny.module, LAYERS, 7, device=torch.device(device))
    engine = Engines("torch", tmp_path, threads=1).of(classifier, "gradcam", LAYERS)
    assert isinstance(engine, Batched)
    with ThreadPoolExecutor(5) as pool:
        asked = []
        for index in range(5):
            asked.append(pool.submit(engine.run, images(1, 3, 16, 16), LAYERS, [None]))
            assert torch_s.started.wait(PATIENCE)
            while len(engine._waiting) < index:
                time.sleep(0.001)
        torch_s.go.set()
        for each in asked:
            each.result(PATIENCE)
    assert max(map(len, torch_s.batches)) == together


def test_only_the_engines_of_the_last_classifiers_are_kept(tiny: Classifier, tmp_path: Path) -> None:
    engines = Engines("torch", tmp_path, threads=1, capacity=2)
    others = [classifier_of(small().requires_grad_(False), LAYERS, 7) for _ in range(2)]
    first = engines.of(tiny, "gradcam", LAYERS)
    engines.of(others[0], "gradcam", LAYERS)
    assert engines.of(tiny, "gradcam", LAYERS) is first
    engines.of(others[1], "gradcam", LAYERS)
    assert engines.of(tiny, "gradcam", LAYERS) is first
    engines.of(others[0], "gradcam", LAYERS)
    engines.of(others[1], "gradcam", LAYERS)
    assert engines.of(tiny, "gradcam", LAYERS) is not first


# That the bundled model's graph is built in a process of its own, and then explains, tests/test_app.py sees.


def test_a_builder_without_a_model_or_a_folder_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))  # where no weights are
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(BuildFailed, match="ended with 1"):
        build_apart(built_in()["resnet18"], tmp_path)


def test_a_model_that_can_not_be_converted_is_remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("Check failed.\nNo conversion rule found for operations: aten.odd.default, aten.sly.out\n")

    monkeypatch.setattr("explainer.engines.build.build_graph", fail)
    threads = torch.get_num_threads()
    try:
        with pytest.raises(CantConvert):
            build(built_in()[DEFAULT], tmp_path)
    finally:
        torch.set_num_threads(threads)
    (place,) = tmp_path.iterdir()
    why = "OpenVINO has no counterpart of aten.odd.default, aten.sly.out"
    assert GraphStore(tmp_path).refused(place.name) == why


def test_a_line_says_which_operator_has_no_counterpart(
    tiny: Classifier, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def odd(name: str, folder: Path) -> None:
        GraphStore(folder).refuse(graph_key(tiny), "OpenVINO has no counterpart of aten.odd.default")
        raise BuildFailed(1)

    monkeypatch.setattr(module, "build_apart", odd)
    with caplog.at_level(logging.INFO, "seewhy"):
        Engines("auto", tmp_path, threads=1).of(tiny, "gradcam", LAYERS)
        finished(caplog)
    (line,) = said(caplog)
    assert line == "tiny: OpenVINO can't run it (OpenVINO has no counterpart of aten.odd.default), so torch explains"
