import dataclasses
import gc
import threading
import time
import weakref
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch
from PIL import Image
from torch import nn

from models.catalogue import DEFAULT, ClassifierSpec, TargetLayer, built_in
from models.download import DownloadFailed, Progress, Reason
from models.labels import Labels
from models.preprocess import Preprocess
from models.store import RESTS, ClassifierStore, UnknownModel
from models.weights import Network, WeightsOffline

CPU = torch.device("cpu")
# Takes every step of a second device on a machine that has none.
OTHER_DEVICE = torch.device("meta")


class FakeSource:
    """Weights that count how often they are fetched and built, and do as the test says on the way."""

    def __init__(self, here: bool = True, on_fetch: Callable[[int], None] = lambda count: None) -> None:
        self.here = here
        self.on_fetch = on_fetch
        self.fetched = 0
        self.built = 0
        self.asked_offline: list[bool] = []

    def available(self) -> bool:
        return self.here

    def fetch(self, progress: Progress | None = None, offline: bool = False) -> None:
        self.fetched += 1
        self.asked_offline.append(offline)
        self.on_fetch(self.fetched)
        if progress:
            progress(5, 10)

    def build(self) -> Network:
        self.built += 1
        module = nn.Sequential(nn.Conv2d(3, 2, 1), nn.AdaptiveAvgPool2d(1), nn.Flatten()).eval().requires_grad_(False)
        labels = Labels(("one", "two"), ((), ()))
        preprocess = Preprocess(8, 8, (0.5,) * 3, (0.5,) * 3, Image.Resampling.BILINEAR)
        return Network(module, preprocess, labels)


def catalogue(**sources: FakeSource) -> dict[str, ClassifierSpec]:
    layers = (TargetLayer("0", "Edges"),)
    return {name: ClassifierSpec(name, name.title(), source, layers, "0") for name, source in sources.items()}


def test_a_classifier_is_loaded_once_and_handed_out_again() -> None:
    source = FakeSource()
    store = ClassifierStore(CPU, catalogue=catalogue(a=source))
    first = store.get("a")
    assert store.get("a") is first
    assert source.built == 1
    assert first.spec.title == "A"
    assert first.labels[1] == "two"
    assert first.device == CPU
    assert not first.lock.locked()


def test_weights_on_a_cpu_lie_channels_last() -> None:
    class Wide(FakeSource):
        def build(self) -> Network:
            return dataclasses.replace(super().build(), module=nn.Sequential(nn.Conv2d(3, 2, 3, bias=False)))

    (weight,) = ClassifierStore(CPU, catalogue=catalogue(a=Wide())).get("a").module.parameters()
    assert weight.is_contiguous(memory_format=torch.channels_last)
    assert not weight.is_contiguous()


def test_making_a_store_loads_nothing() -> None:
    source = FakeSource()
    store = ClassifierStore(CPU, catalogue=catalogue(a=source))
    assert store.loaded() == ()
    assert source.fetched == 0


def test_concurrent_first_requests_load_once() -> None:
    everyone = threading.Barrier(9)
    release = threading.Event()
    source = FakeSource(on_fetch=lambda count: (release.wait(), None)[1])
    store = ClassifierStore(CPU, catalogue=catalogue(a=source))

    def ask() -> object:
        everyone.wait()
        return store.get("a")

    with ThreadPoolExecutor(8) as pool:
        answers = [pool.submit(ask) for _ in range(8)]
        everyone.wait()
        release.set()
        classifiers = {answer.result() for answer in answers}
    assert len(classifiers) == 1
    assert (source.fetched, source.built) == (1, 1)


def test_different_models_load_side_by_side() -> None:
    both = threading.Barrier(2, timeout=60)  # breaks unless both loads are under way at once
    sources = {name: FakeSource(on_fetch=lambda count: (both.wait(), None)[1]) for name in ("a", "b")}
    store = ClassifierStore(CPU, catalogue=catalogue(**sources))
    with ThreadPoolExecutor(2) as pool:
        assert [classifier.spec.name for classifier in pool.map(store.get, ("a", "b"))] == ["a", "b"]


def test_a_model_that_is_loaded_can_be_had_while_another_loads() -> None:
    release = threading.Event()
    slow = FakeSource(on_fetch=lambda count: (release.wait(), None)[1])
    store = ClassifierStore(CPU, catalogue=catalogue(a=FakeSource(), slow=slow))
    ready = store.get("a")
    with ThreadPoolExecutor(1) as pool:
        loading = pool.submit(store.get, "slow")
        assert store.get("a") is ready
        assert not loading.done()
        release.set()
        assert loading.result().spec.name == "slow"


def fail_first(count: int) -> None:
    if count == 1:
        raise WeightsOffline("A")


def test_after_a_failed_load_the_next_request_tries_again() -> None:
    source = FakeSource(on_fetch=fail_first)
    store = ClassifierStore(CPU, catalogue=catalogue(a=source))
    with pytest.raises(WeightsOffline):
        store.get("a")
    assert store.loaded() == ()
    assert store.get("a").spec.name == "a"
    assert source.fetched == 2


def test_a_failed_load_lets_everyone_go_who_waited() -> None:
    everyone = threading.Barrier(5)
    release = threading.Event()

    def wait_then_fail(count: int) -> None:
        release.wait()
        raise WeightsOffline("A")

    store = ClassifierStore(CPU, catalogue=catalogue(a=FakeSource(on_fetch=wait_then_fail)))

    def ask() -> object:
        everyone.wait()
        return store.get("a")

    with ThreadPoolExecutor(4) as pool:
        answers = [pool.submit(ask) for _ in range(4)]
        everyone.wait()
        release.set()
        assert all(isinstance(answer.exception(), WeightsOffline) for answer in answers)


def test_the_least_recently_used_goes_first() -> None:
    sources = {name: FakeSource() for name in "abc"}
    store = ClassifierStore(CPU, capacity=2, catalogue=catalogue(**sources))
    for name in ("a", "b", "a", "c"):
        store.get(name)
    assert store.loaded() == ("a", "c")
    store.get("b")
    assert (sources["a"].built, sources["b"].built, sources["c"].built) == (1, 2, 1)
    assert store.loaded() == ("c", "b")


def test_what_is_evicted_is_freed_unless_someone_holds_it() -> None:
    store = ClassifierStore(CPU, capacity=1, catalogue=catalogue(a=FakeSource(), b=FakeSource(), c=FakeSource()))
    gone = weakref.ref(store.get("a").module)
    held = store.get("b")
    assert gone() is None
    store.get("c")
    with torch.no_grad():
        assert held.module(torch.ones(1, 3, 8, 8)).shape == (1, 2)
    still = weakref.ref(held.module)
    del held
    gc.collect()
    assert still() is None


def test_a_copy_on_another_device_is_kept_beside_the_first() -> None:
    source = FakeSource()
    store = ClassifierStore(OTHER_DEVICE, catalogue=catalogue(a=source))
    usual, retry = store.get("a"), store.get("a", device=CPU)
    assert next(usual.module.parameters()).device == usual.device == OTHER_DEVICE
    assert next(retry.module.parameters()).device == retry.device == CPU
    assert store.get("a") is usual
    assert store.get("a", device=CPU) is retry
    assert source.built == 2
    assert store.loaded() == ("a",)


def test_an_unknown_model_is_refused_with_the_known_ones() -> None:
    store = ClassifierStore(CPU, catalogue=catalogue(a=FakeSource(), b=FakeSource()))
    with pytest.raises(UnknownModel) as caught:
        store.get("nonsense")
    assert caught.value.values == {"model": "nonsense", "known": ("a", "b")}


def test_offline_only_what_is_here_is_offered() -> None:
    models = catalogue(a=FakeSource(here=True), b=FakeSource(here=False))
    assert ClassifierStore(CPU, offline=True, catalogue=models).available() == ("a",)
    assert ClassifierStore(CPU, offline=False, catalogue=models).available() == ("a", "b")
    assert ClassifierStore(CPU, offline=False, catalogue=models).here() == ("a",)


@pytest.mark.parametrize(
    ("reason", "rests"), [("refused", True), ("timeout", True), ("hash", False), ("status", False)]
)
def test_without_a_network_only_what_is_here_is_offered_for_some_minutes(
    monkeypatch: pytest.MonkeyPatch, reason: Reason, rests: bool
) -> None:
    def fail(count: int) -> None:
        raise DownloadFailed("B", reason)

    now = 1000.0
    monkeypatch.setattr("models.store.time.monotonic", lambda: now)
    store = ClassifierStore(CPU, catalogue=catalogue(a=FakeSource(), b=FakeSource(here=False, on_fetch=fail)))
    for ask in (store.get, store.fetch):
        with pytest.raises(DownloadFailed):
            ask("b")
        assert store.available() == (("a",) if rests else ("a", "b"))
        now += RESTS
        assert store.available() == ("a", "b")


def test_the_source_is_told_whether_the_network_may_be_used() -> None:
    source = FakeSource()
    ClassifierStore(CPU, offline=True, catalogue=catalogue(a=source)).get("a")
    ClassifierStore(CPU, offline=False, catalogue=catalogue(a=source)).get("a")
    assert source.asked_offline == [True, False]


def test_progress_reaches_whoever_asked() -> None:
    heard: list[tuple[int, int]] = []
    store = ClassifierStore(CPU, catalogue=catalogue(a=FakeSource()))
    store.fetch("a", lambda done, total: heard.append((done, total)))
    assert heard == [(5, 10)]


def test_without_a_download_only_this_machine_is_asked() -> None:
    source = FakeSource()
    ClassifierStore(CPU, catalogue=catalogue(a=source)).get("a", download=False)
    assert source.asked_offline == [True]


def test_what_is_here_or_in_memory_is_there() -> None:
    far = FakeSource(here=False)
    store = ClassifierStore(CPU, catalogue=catalogue(a=FakeSource(), b=far))
    assert [store.has(name) for name in ("a", "b")] == [True, False]
    store.get("b")
    assert store.has("b")
    with pytest.raises(UnknownModel):
        store.has("c")


def test_networks_are_built_one_at_a_time_so_that_memory_holds_one_more_than_are_kept() -> None:
    building: list[int] = []
    most: list[int] = []

    class Slow(FakeSource):
        def build(self) -> Network:
            building.append(1)
            most.append(len(building))
            time.sleep(0.02)
            building.pop()
            return super().build()

    store = ClassifierStore(CPU, catalogue=catalogue(**{name: Slow() for name in "abcdef"}))
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(store.get, "abcdef"))
    assert max(most) == 1


def test_the_real_default_comes_to_life_without_a_network(no_network: None, cache: object) -> None:
    store = ClassifierStore(CPU, offline=True)
    assert store.available() == (DEFAULT, "efficientnet_lite2")
    classifier = store.get(DEFAULT)
    assert classifier.spec is built_in()[DEFAULT]
    assert classifier.labels[281] == "tabby cat"
    with pytest.raises(WeightsOffline) as caught:
        store.get("vgg16")
    assert caught.value.values == {"title": "VGG-16"}


def test_a_classifier_cannot_be_changed() -> None:
    classifier = ClassifierStore(CPU, catalogue=catalogue(a=FakeSource())).get("a")
    with pytest.raises(dataclasses.FrozenInstanceError):
        classifier.device = OTHER_DEVICE  # type: ignore[misc]


def test_weights_are_fetched_without_loading_anything() -> None:
    source = FakeSource()
    store = ClassifierStore(CPU, offline=True, catalogue=catalogue(a=source))
    heard: list[tuple[int, int]] = []
    store.fetch("a", lambda done, total: heard.append((done, total)))
    assert (source.fetched, source.built, source.asked_offline, heard) == (1, 0, [True], [(5, 10)])
    with pytest.raises(UnknownModel):
        store.fetch("b")
