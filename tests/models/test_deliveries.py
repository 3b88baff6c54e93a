"""A model that is not here is brought beside everything else: once for all who ask, and nobody waits for it."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor, wait

import pytest

from models.deliveries import Deliveries, OnItsWay
from models.download import DownloadFailed, Progress


class Depot:
    """Sends what is asked for once `go` is set, or fails with `failure`; before that half of it is there."""

    def __init__(self, failure: Exception | None = None) -> None:
        self.failure = failure
        self.go = threading.Event()
        self.asked: Counter[str] = Counter()
        self.now, self.most = 0, 0
        self.lock = threading.Lock()

    def fetch(self, name: str, progress: Progress) -> None:
        with self.lock:
            self.asked[name] += 1
            self.now += 1
            self.most = max(self.most, self.now)
        progress(50, 100)
        assert self.go.wait(60)
        with self.lock:
            self.now -= 1
        if self.failure:
            raise self.failure


def settled(deliveries: Deliveries) -> None:
    """Wait until nothing is on its way."""
    wait([each.done for each in deliveries._under_way.values()], 60)


def test_who_asks_is_told_how_far_it_is_and_does_not_wait() -> None:
    depot = Depot()
    deliveries = Deliveries(depot.fetch)
    with pytest.raises(OnItsWay) as told:
        deliveries.order("a", "Model A")
    assert told.value.values == {"title": "Model A", "percent": 50}
    assert deliveries.shares == {"a": 0.5}
    depot.go.set()
    settled(deliveries)
    assert deliveries.shares == {}


def test_what_is_here_at_once_is_no_delivery() -> None:
    depot = Depot()
    depot.go.set()
    Deliveries(depot.fetch).order("a", "Model A")
    assert depot.asked == {"a": 1}


def test_all_who_ask_share_one_download() -> None:
    depot = Depot()
    deliveries = Deliveries(depot.fetch)

    def ask(number: int) -> str:
        try:
            deliveries.order("a", "Model A")
        except OnItsWay:
            return "on its way"
        return "here"

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(ask, range(8))) == {"on its way"}
    assert depot.asked == {"a": 1}
    depot.go.set()
    settled(deliveries)


def test_however_many_are_chosen_only_so_many_come_at_once() -> None:
    depot = Depot()
    deliveries = Deliveries(depot.fetch, at_once=2)
    for name in "abcde":
        with pytest.raises(OnItsWay):
            deliveries.order(name, name)
    assert sum(depot.asked.values()) == 2
    assert deliveries.shares == {"a": 0.5, "b": 0.5, "c": 0, "d": 0, "e": 0}
    depot.go.set()
    settled(deliveries)
    assert (depot.most, sum(depot.asked.values())) == (2, 5)


def test_failure_is_told_to_all_who_asked_and_then_it_is_tried_again() -> None:
    depot = Depot(DownloadFailed("Model A", "status"))
    deliveries = Deliveries(depot.fetch, told=float("inf"))
    with pytest.raises(OnItsWay):
        deliveries.order("a", "Model A")
    depot.go.set()
    settled(deliveries)
    told = []
    for _ in range(3):
        with pytest.raises(DownloadFailed) as failed:
            deliveries.order("a", "Model A")
        assert failed.value.values == {"title": "Model A", "reason": "status"}
        told.append(failed.value)
    assert len(set(map(id, told))) == 3
    assert depot.asked == {"a": 1}
    assert deliveries.shares == {}

    deliveries._told, depot.failure = 0, None
    deliveries.order("a", "Model A")
    assert depot.asked == {"a": 2}


def test_who_has_the_time_waits_and_tries_anew_after_a_failure() -> None:
    depot = Depot(DownloadFailed("Model A", "status"))
    depot.go.set()
    deliveries = Deliveries(depot.fetch, told=float("inf"))
    with pytest.raises(DownloadFailed):
        deliveries.bring("a")
    depot.failure = None
    deliveries.bring("a")
    assert depot.asked == {"a": 2}


def test_what_has_gone_again_is_brought_again() -> None:
    depot = Depot()
    depot.go.set()
    deliveries = Deliveries(depot.fetch)
    deliveries.order("a", "Model A")
    deliveries.order("a", "Model A")
    assert depot.asked == {"a": 2}


def test_a_server_that_tells_no_size_gives_at_most_all() -> None:
    go = threading.Event()

    def fetch(name: str, progress: Progress) -> None:
        progress(7_000_000, 0)
        go.wait(60)

    with pytest.raises(OnItsWay) as told:
        Deliveries(fetch).order("a", "Model A")
    assert told.value.values["percent"] <= 100
    go.set()
