"""What a page knows of its cluster, and what it makes of a silent one."""

import time
from typing import Any

import pytest

from cluster import wire
from cluster.front import FarStore, Front
from cluster.greeting import Greeting
from cluster.link import Address
from models.catalogue import DEFAULT, built_in
from models.store import UnknownModel
from models.weights import WeightsOffline
from page.place import Away, OtherVersion
from page.settings import read_settings
from page.supply import NotHere
from page.version import version
from page.words import load

HELLO = Greeting(version(), wire.SPOKEN, "cuda:0", (DEFAULT, "resnet50"), (DEFAULT,))


@pytest.fixture
def front() -> Front:
    return Front((Address("127.0.0.1", 9),), built_in(), read_settings([]), load())


def answering(front: Front, monkeypatch: pytest.MonkeyPatch, answer: Greeting | Exception) -> None:
    def ask(*_: Any, **__: Any) -> bytes:
        if isinstance(answer, Exception):
            raise answer
        front.link.heard = time.monotonic()
        return answer.encode()

    monkeypatch.setattr(front.link, "ask", ask)


def test_before_a_greeting_those_models_are_offered_that_need_no_download() -> None:
    store = FarStore(built_in())
    assert store.here() == (DEFAULT, "efficientnet_lite2")
    assert (store.loaded(), store.usual_device) == ((), "")


def test_greeting_says_what_is_there(front: Front, monkeypatch: pytest.MonkeyPatch) -> None:
    answering(front, monkeypatch, HELLO)
    assert front.greet() == "cuda:0"
    assert front.store.here() == (DEFAULT, "resnet50")
    assert (front.store.loaded(), front.store.usual_device) == ((DEFAULT,), "cuda:0")
    assert not front.link.away
    front.service.supply.prepare("resnet50")


def test_model_that_the_cluster_lacks_is_not_brought(front: Front, monkeypatch: pytest.MonkeyPatch) -> None:
    answering(front, monkeypatch, HELLO)
    front.greet()
    with pytest.raises(NotHere):
        front.service.supply.prepare("vgg16")
    with pytest.raises(UnknownModel):
        front.service.supply.prepare("unheard")
    with pytest.raises(WeightsOffline):
        front.store.fetch("vgg16")


def test_silent_cluster_is_away(front: Front, monkeypatch: pytest.MonkeyPatch) -> None:
    answering(front, monkeypatch, Away())
    with pytest.raises(Away):
        front.greet()
    assert front.link.away
    front.service.readiness.reach()
    assert (front.service.readiness.status, front.service.readiness.trouble) == ("failed", load()("cluster.away"))


def test_cluster_that_answers_others_is_only_busy(front: Front, monkeypatch: pytest.MonkeyPatch) -> None:
    answering(front, monkeypatch, HELLO)
    front.greet()
    answering(front, monkeypatch, Away())
    assert front.greet() == "cuda:0"
    assert not front.link.away


@pytest.mark.parametrize("told", [{"version": "99.0"}, {"spoken": wire.SPOKEN + 1}])
def test_other_version_is_refused_at_the_start(
    front: Front, monkeypatch: pytest.MonkeyPatch, told: dict[str, Any]
) -> None:
    answering(front, monkeypatch, Greeting(**{**vars(HELLO), **told}))
    with pytest.raises(OtherVersion):
        front.greet()
    assert front.link.away


def test_replicas_that_speak_otherwise_are_refused_at_any_time(front: Front, monkeypatch: pytest.MonkeyPatch) -> None:
    answering(front, monkeypatch, HELLO)
    front.greet()
    answering(front, monkeypatch, Greeting(**{**vars(HELLO), "version": "99.0"}))
    front.greet()
    answering(front, monkeypatch, Greeting(**{**vars(HELLO), "spoken": 2}))
    with pytest.raises(OtherVersion):
        front.greet()


def test_nothing_is_computed_in_a_page(front: Front) -> None:
    with pytest.raises(RuntimeError, match="nothing is computed"):
        _ = front.service.engines


@pytest.mark.parametrize("data", [b"", wire.encode({"version": "1"}), wire.encode([1]), b"<html>"])
def test_whoever_greets_otherwise_is_no_cluster(data: bytes) -> None:
    with pytest.raises(wire.Malformed):
        Greeting.decode(data)
