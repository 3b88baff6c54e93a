"""Each replica of a machine tells what it counts at a port of its own."""

import urllib.request
from typing import Any

import pytest

from cluster import scraped
from cluster.scraped import FIRST, serve_metrics
from page import metrics
from tests.cluster.running import free_port


def read(port: int) -> str:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
        text: str = answer.read().decode()
    return text


def test_without_a_port_none_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(FIRST, raising=False)
    assert serve_metrics(lambda: 0, dict) == 0


def test_replicas_take_one_port_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(FIRST, str(free_port()))
    first, second = (serve_metrics(lambda: 3, lambda: {"colours": 2}) for _ in range(2))
    assert 0 < first < second
    metrics.EXPLANATIONS.labels("scraped").inc()
    for port in (first, second):
        text = read(port)
        assert "seewhy_waiting 3.0" in text
        assert 'seewhy_model_loads_total{model="colours"} 2.0' in text
        assert 'seewhy_explanations_total{model="scraped"}' in text


def test_where_no_port_is_free_none_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    def taken(*_: Any) -> None:
        raise OSError

    monkeypatch.setenv(FIRST, "9200")
    monkeypatch.setattr(scraped, "start_http_server", taken)
    assert serve_metrics(lambda: 0, dict) == 0
