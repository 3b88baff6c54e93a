"""What the page counts of itself. No label describes a visitor, a picture or an answer."""

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)

REGISTRY = CollectorRegistry()
EXPLANATIONS = Counter("seewhy_explanations", "explanations that were made", ["model"], registry=REGISTRY)
SECONDS = Histogram("seewhy_seconds", "seconds by stage", ["stage"], buckets=BUCKETS, registry=REGISTRY)
REFUSALS = Counter("seewhy_refusals", "refusals by the key of their sentence", ["reason"], registry=REGISTRY)
FAILURES = Counter("seewhy_failures", "requests that failed for no reason of their own", registry=REGISTRY)


class Looked(Collector):
    """Values that are not counted but read whenever the metrics are asked for."""

    def __init__(self, waiting: Callable[[], int], loads: Callable[[], Mapping[str, int]]) -> None:
        """`waiting` gives how many requests wait, `loads` how often each model was loaded."""
        self.waiting = waiting
        self.loads = loads

    def collect(self) -> Iterator[Metric]:
        """The queue's length, the memory of this process, and the loads of models."""
        yield GaugeMetricFamily("seewhy_waiting", "requests that wait", value=self.waiting())
        yield GaugeMetricFamily("seewhy_memory_bytes", "resident memory of the process", value=resident())
        loads = CounterMetricFamily("seewhy_model_loads", "how often a model was loaded", labels=["model"])
        for model, count in self.loads().items():
            loads.add_metric([model], count)
        yield loads


def resident() -> int:
    """Bytes of memory that this process holds; 0 where the system does not say."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


def written(looked: Looked) -> bytes:
    """All metrics, in the text format of Prometheus."""
    # A registry of its own for what belongs to one page: a process may build several.
    own = CollectorRegistry()
    own.register(looked)
    return generate_latest(REGISTRY) + generate_latest(own)
