"""A page in front of a real cluster of two replicas answers as a page does that computes by itself."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import gradio
import numpy as np
import pytest
from PIL import Image

from benchmarks.behind import replicas_of
from cluster import front as fronts
from cluster.front import Front, service_in_front
from cluster.link import Address
from models.catalogue import DEFAULT, ClassifierSpec, built_in, with_own
from models.own.folder import read_folder
from models.work import Work, working
from page import request
from page.alone import service_alone
from page.experiments import EXPERIMENTS, Experiments
from page.pictures.picture import Limits, Picture, decode
from page.place import Away, Here
from page.question import Question
from page.service import Service
from page.settings import Settings
from page.teaching.of import teaching_of
from page.teaching.visit import TaughtVisit
from page.words import Words, load
from tests.cluster.running import ROOT, Gate, Running, free_port, running
from tests.pets import cat_or_dog

IMAGES = Path(gradio.__file__).parent / "media_assets" / "images"
TOKEN = "t" * 32
MOST_ANONYMOUS = 400  # MB of a page's own memory
PATIENCE = 180.0  # seconds until something must have happened


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a host's own networks, which pages and replicas read."""
    folder = tmp_path_factory.mktemp("host")
    cat_or_dog(folder)
    return folder / "own"


@pytest.fixture(scope="module")
def catalogue(own: Path) -> dict[str, ClassifierSpec]:
    return dict(with_own(read_folder(own, built_in()).specs))


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory, own: Path) -> Iterator[Running]:
    cache = tmp_path_factory.mktemp("cache")
    variables = {"SEEWHY_ENGINE": "torch", "SEEWHY_MODELS": str(own)}
    with running(cache, "--cpus", "1", "--least", "2", "--most", "2", **variables) as found:
        yield found


@pytest.fixture(scope="module")
def words() -> Words:
    return load()


@pytest.fixture(scope="module")
def far(cluster: Running, words: Words, catalogue: dict[str, ClassifierSpec]) -> Service:
    """The service of a page in front of the cluster."""
    return service_in_front(Settings(cluster=cluster.address), catalogue, words)


@pytest.fixture(scope="module")
def near(words: Words, tmp_path_factory: pytest.TempPathFactory, catalogue: dict[str, ClassifierSpec]) -> Service:
    """The service of a page that computes by itself."""
    settings = Settings(engine="torch", device="cpu", cache=tmp_path_factory.mktemp("near"), threads=1)
    return service_alone(settings, catalogue, words, Here())


@pytest.fixture(scope="module")
def lion() -> Picture:
    return decode(IMAGES / "lion.jpg")


def wait_for(happened: Callable[[], Any]) -> Any:
    until = time.monotonic() + PATIENCE
    while not (found := happened()):
        assert time.monotonic() < until
        time.sleep(0.1)
    return found


def same(one: Service, other: Service, picture: Picture, question: Question) -> None:
    first, second = (each.ask(picture, question) for each in (one, other))
    assert first.explanation.top[0].label == second.explanation.top[0].label
    for mine, theirs in zip(first.explanation.layers, second.explanation.layers, strict=True):
        assert np.abs(mine.grid - theirs.grid).max() <= 1e-5
        assert mine.maximum == pytest.approx(theirs.maximum, rel=1e-4)
    assert first.explanation.target_confidence == pytest.approx(second.explanation.target_confidence, abs=1e-5)
    assert (first.notes, first.outside, first.titles) == (second.notes, second.outside, second.titles)
    assert bool(first.measured) == bool(second.measured)


@pytest.mark.parametrize(
    "question",
    [
        Question(),
        Question(target="dog rather than cat"),
        Question(method="layercam", layer="default"),
        Question("efficientnet_lite2"),
        Question("pets"),
        Question("pets", "hound"),
    ],
)
def test_explanation_is_the_one_of_a_single_machine(
    far: Service, near: Service, lion: Picture, question: Question
) -> None:
    same(far, near, lion, question)


def test_problem_is_the_one_of_a_single_machine(far: Service, near: Service, lion: Picture) -> None:
    problems = []
    for service in (far, near):
        run = Experiments(EXPERIMENTS, service, Limits()).run
        with pytest.raises(Exception, match="filling") as raised:
            run("cover", {"mask": None, "filling": "glue"}, lion, DEFAULT)
        problems.append((type(raised.value), raised.value.values))
    assert problems[0] == problems[1]


def test_own_model_is_offered_as_on_a_single_machine(far: Service, near: Service) -> None:
    assert "pets" in far.supply.offered()
    assert far.supply.offered() == near.supply.store.here()


@pytest.mark.parametrize("model", [DEFAULT, "pets"])
def test_test_of_the_page_is_the_one_of_a_single_machine(
    far: Service, near: Service, lion: Picture, model: str
) -> None:
    mine, theirs = (Experiments(EXPERIMENTS, each, Limits()).run("cover", {}, lion, model) for each in (far, near))
    assert mine["headline"] == theirs["headline"]
    assert mine["after"]["confidence"] == pytest.approx(theirs["after"]["confidence"], abs=1e-5)
    assert mine["elsewhere"]["places"] == theirs["elsewhere"]["places"]
    assert mine["marked"] == theirs["marked"]


def test_what_is_taught_is_taught_by_the_page_and_sent_along(far: Service, near: Service) -> None:
    said = []
    for service in (far, near):
        teaching = teaching_of(service)
        visit = teaching.begin(TOKEN, "")
        for name in ("cheetah1", "tower"):
            thing = visit.name_thing(None, name).number
            teaching.add(visit, thing, decode(IMAGES / f"{name}.jpg"), "1")
        request._visitor.set(TOKEN)
        reply = service.ask(decode(IMAGES / "cheetah1.jpg"), Question(visit.name, "cheetah1"))
        assert reply.explanation.classifier.head is not None
        said.append((reply.explanation, teaching.file(visit)))
    (mine, file), (theirs, other) = said
    assert mine.answer.label == theirs.answer.label == "cheetah1"
    assert mine.answer.confidence == pytest.approx(theirs.answer.confidence, abs=1e-5)
    assert all(np.abs(a.grid - b.grid).max() <= 1e-5 for a, b in zip(mine.layers, theirs.layers, strict=True))
    assert len(file) == len(other)
    assert isinstance(teaching_of(far).visit(TOKEN), TaughtVisit)


def test_work_of_replicas_is_charged_to_whoever_asked(far: Service, lion: Picture) -> None:
    with working(Work()) as work:
        far.ask(lion, Question())
    assert work.seconds > 0


@dataclass(frozen=True)
class Page:
    """A page in a process of its own."""

    process: subprocess.Popen[bytes]
    port: int

    def get(self, path: str, data: bytes | None = None) -> Any:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", data, timeout=PATIENCE) as answer:
            return json.load(answer)

    def ready(self) -> bool:
        try:
            return bool(self.get("/healthz")["ready"])
        except OSError:
            return False


@contextmanager
def page_before(cluster: str, folder: Path, **variables: str) -> Iterator[Page]:
    """A page in front of `cluster`, once it is ready; it is ended afterwards."""
    port = free_port()
    environment = {"SEEWHY_CACHE": str(folder), "GRADIO_TEMP_DIR": str(folder / "gradio"), **variables}
    command = [sys.executable, "app.py", "--port", str(port), "--cluster", cluster]
    with (folder / "said").open("w") as said:
        process = subprocess.Popen(
            command, cwd=ROOT, env=os.environ | environment, stdout=subprocess.DEVNULL, stderr=said
        )
    page = Page(process, port)
    try:
        wait_for(page.ready)
        yield page
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE)


def jpeg(picture: Image.Image) -> bytes:
    file = BytesIO()
    picture.save(file, "JPEG", quality=95)
    return file.getvalue()


def test_page_has_no_torch_and_little_memory(cluster: Running, tmp_path: Path, lion: Picture) -> None:
    """All that a visitor asks over HTTP: a still, a frame of the mirror, the plain route."""
    with page_before(cluster.address, tmp_path) as page:
        assert page.get("/api/explain", jpeg(lion.rgb))["label"] == "lion"
        frame = lion.rgb.crop((0, 0, 300, 300)).resize((256, 256))
        assert page.get("/api/mirror", jpeg(frame))["layer"]["grid"]
        told = dict(line.split(":", 1) for line in Path(f"/proc/{page.process.pid}/status").read_text().splitlines())
        assert int(told["RssAnon"].split()[0]) <= MOST_ANONYMOUS * 1024
        maps = Path(f"/proc/{page.process.pid}/maps").read_text()
        assert "libtorch" not in maps
        assert "/ray/" not in maps


def test_page_that_is_told_auto_starts_a_cluster_and_ends_it(tmp_path: Path, lion: Picture) -> None:
    with page_before("auto", tmp_path, SEEWHY_ENGINE="torch", SEEWHY_THREADS="1") as page:
        assert page.get("/api/explain", jpeg(lion.rgb))["label"] == "lion"
        (replica,) = wait_for(lambda: replicas_of(page.process.pid))
    wait_for(lambda: not Path(f"/proc/{replica}").exists())


def test_replica_that_is_killed_loses_no_answer(cluster: Running, far: Service, lion: Picture) -> None:
    before = wait_for(lambda: found if len(found := cluster.replicas()) == 2 else None)
    usual = far.ask(lion, Question()).explanation
    killed = threading.Event()
    wrong: list[object] = []
    after = [0]

    def ask() -> None:
        while after[0] < 20:
            try:
                explanation = far.ask(lion, Question()).explanation
                if explanation.top != usual.top:
                    wrong.append(explanation.top)
            except Exception as error:
                wrong.append(error)
            after[0] += killed.is_set()

    asking = [threading.Thread(target=ask) for _ in range(6)]
    for each in asking:
        each.start()
    time.sleep(0.5)
    os.kill(before[0], signal.SIGKILL)
    killed.set()
    for each in asking:
        each.join(PATIENCE)
    assert wrong == []
    wait_for(lambda: set(cluster.replicas()) - set(before))  # and another comes in its place


def test_cluster_that_goes_and_comes_back(cluster: Running, words: Words, lion: Picture) -> None:
    gate = Gate(cluster.port)
    service = service_in_front(Settings(cluster=f"http://127.0.0.1:{gate.port}"), built_in(), words)
    readiness = service.readiness
    threading.Thread(target=readiness.keep, args=(0.2,), daemon=True).start()
    assert service.ask(lion, Question()).explanation.answer.label == "lion"
    gate.shut()
    with pytest.raises(Away):
        service.ask(lion, Question())
    wait_for(lambda: readiness.status == "failed")
    assert readiness.trouble == words("cluster.away")
    gate.open()
    wait_for(lambda: readiness.status == "ok")
    assert service.ask(lion, Question()).explanation.answer.label == "lion"
    gate.shut()


def test_page_of_another_version_is_refused_at_its_start(
    cluster: Running, words: Words, lion: Picture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fronts, "version", lambda: "99.0")
    service = service_in_front(Settings(cluster=cluster.address), built_in(), words)
    assert service.readiness.status == "failed"
    assert "99.0" in str(service.readiness.trouble)
    with pytest.raises(Away):
        service.ask(lion, Question())


def test_page_that_runs_goes_on_while_replicas_are_renewed(
    cluster: Running, words: Words, monkeypatch: pytest.MonkeyPatch
) -> None:
    front = Front((Address("127.0.0.1", cluster.port),), built_in(), Settings(), words)
    front.greet()
    monkeypatch.setattr(fronts, "version", lambda: "0.0.9")
    assert front.greet() == "cpu"


def test_own_square_is_what_travels(far: Service, lion: Picture, monkeypatch: pytest.MonkeyPatch) -> None:
    link = far.place.link  # type: ignore[attr-defined]
    sizes = []
    ask = link.ask

    def counted(path: str, body: bytes, *rest: Any, **named: Any) -> bytes:
        answer: bytes = ask(path, body, *rest, **named)
        sizes.append((len(body), len(answer)))
        return answer

    monkeypatch.setattr(link, "ask", counted)
    far.ask(lion, Question())
    ((up, down),) = sizes
    assert up <= 160_000
    assert down <= 60_000
