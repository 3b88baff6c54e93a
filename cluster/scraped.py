"""`/metrics` of a replica, at a port of its own: through the cluster's door one of many would answer."""

import logging
import os
from collections.abc import Callable, Mapping

from prometheus_client import CollectorRegistry, start_http_server

from page import metrics

PORTS = 64  # replicas on one machine at the most
FIRST = "SEEWHY_METRICS_PORT"  # the variable with the first of these ports; without it none is opened
HOST = "SEEWHY_METRICS_HOST"
LOOPBACK = "127.0.0.1"

log = logging.getLogger("seewhy")


def serve_metrics(waiting: Callable[[], int], loads: Callable[[], Mapping[str, int]]) -> int:
    """Tell Prometheus what this replica counts, under the names that pages have; the port, 0 where none was opened.

    Each replica of a machine takes the first port that is free. `waiting` and `loads` as in `page.metrics.Looked`.
    """
    first = int(os.environ.get(FIRST) or 0)
    both = CollectorRegistry()
    both.register(metrics.REGISTRY)
    both.register(metrics.Looked(waiting, loads))
    for port in range(first, first + PORTS) if first else ():
        try:
            start_http_server(port, os.environ.get(HOST) or LOOPBACK, both)
        except OSError:  # another replica's
            continue
        return port
    if first:
        log.error("no port from %d to %d is free for this replica's metrics", first, first + PORTS - 1)
    return 0
