"""What the host of a page is told about it, and that no visitor is in it."""

import json
import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from prometheus_client.parser import text_string_to_metric_families
from starlette.requests import Request

from models.download import Progress
from page import disk
from page.health import Health
from page.pictures.picture import Picture
from page.question import NoPicture, Question
from page.refusal import sentence_of
from page.service import Service
from page.version import version
from page.words import Words
from tests.page import fakes

ASKED = Request({"type": "http"})


@pytest.fixture
def service(words: Words) -> Service:
    made = fakes.service(words)
    made.readiness.reach()
    return made


def told(service: Service, uploads: Path) -> tuple[int, dict[str, object]]:
    response = Health(service, uploads, int).healthz(ASKED)
    return response.status_code, json.loads(response.body)


def test_healthz_tells_what_runs(service: Service, tmp_path: Path) -> None:
    status, body = told(service, tmp_path)
    assert status == 200
    assert (body["status"], body["ready"], body["trouble"]) == ("ok", True, None)
    assert (body["model"], body["device"], body["version"]) == ("colours", "cpu", version())


def test_disk_that_is_full_is_told(
    service: Service, words: Words, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(disk, "ROOM", 2**63)
    status, body = told(service, tmp_path)
    assert (status, body["ready"], body["trouble"]) == (503, False, words("server.disk_full"))


@pytest.mark.parametrize("there", [True, False])
def test_folder_that_may_not_be_written_to_is_told(
    service: Service, words: Words, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, there: bool
) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: False)  # root may write anywhere
    status, body = told(service, tmp_path if there else tmp_path / "not" / "yet")
    assert (status, body["ready"], body["trouble"]) == (503, False, words("server.read_only"))


def test_health_is_503_until_the_default_model_is_warm(words: Words, tmp_path: Path) -> None:
    service = fakes.service(words)
    status, body = told(service, tmp_path)
    assert (status, body["status"], body["model"]) == (503, "starting", "colours")
    service.readiness.reach()
    status, body = told(service, tmp_path)
    assert (status, body["status"], body["device"]) == (200, "ok", "cpu")
    assert service.store.loaded() == ("colours",)


def test_health_stays_503_when_the_default_model_fails(
    words: Words, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(progress: Progress | None) -> None:
        raise OSError("disk full")

    service = fakes.service(words, fakes.spec("broken", fakes.Source(fetching=fail)), model="broken")
    with caplog.at_level(logging.ERROR, "seewhy"):
        service.readiness.reach()
    status, body = told(service, tmp_path)
    assert (status, body["status"]) == (503, "failed")
    assert "disk full" in caplog.text


def test_model_that_comes_back_is_warmed_again(words: Words, tmp_path: Path) -> None:
    tries: list[None] = []

    def fetch(progress: Progress | None) -> None:
        tries.append(None)
        if len(tries) < 3:
            raise OSError("not here")

    service = fakes.service(words, fakes.spec(source=fakes.Source(fetching=fetch)))
    service.readiness.reach()
    assert told(service, tmp_path)[1]["trouble"] == words("server.failed")
    service.readiness.keep(every=0)
    assert (len(tries), told(service, tmp_path)[0]) == (4, 200)  # the one that came is looked at when it is loaded


# --- metrics ---


def samples(service: Service, waiting: int = 0) -> dict[tuple[str, ...], float]:
    """Name and label values -> value."""
    text = Health(service, Path("unused"), lambda: waiting).metrics(ASKED).body.decode()
    return dict(_samples(text))


def _samples(text: str) -> Iterator[tuple[tuple[str, ...], float]]:
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            yield (sample.name, *sample.labels.values()), sample.value


def test_metrics_count_what_happened(service: Service, words: Words) -> None:
    before = samples(service)
    for _ in range(2):
        service.ask(Picture(Image.new("RGB", (64, 64), "red")), Question())
    sentence_of(NoPicture(), words)
    after = samples(service, waiting=7)

    def grown(*key: str) -> float:
        return after[key] - before.get(key, 0)

    assert grown("seewhy_explanations_total", "colours") == 2
    assert grown("seewhy_seconds_count", "explain") == 2
    assert grown("seewhy_refusals_total", "picture.none") == 1
    assert after["seewhy_waiting",] == 7
    assert after["seewhy_model_loads_total", "colours"] == 1
    assert 10e6 < after["seewhy_memory_bytes",] < 100e9


def test_no_label_describes_a_visitor(service: Service) -> None:
    text = Health(service, Path("unused"), int).metrics(ASKED).body.decode()
    labels = {
        name for family in text_string_to_metric_families(text) for each in family.samples for name in each.labels
    }
    assert labels <= {"model", "stage", "reason", "le"}
