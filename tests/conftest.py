"""What tests share: one running page for all that only look at it."""

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

import benchmarks.server
from tests import forked, graphs
from tests.server import Server, running

BUILDER = pytest.StashKey[subprocess.Popen[bytes]]()


def pytest_configure() -> None:
    """All servers that tests start share the graph of the bundled model, and none is left in anybody's home.

    torch computes with one thread here, and in what tests start: helpers of several processes that wait for work keep
    the cores from those that have some.
    """
    os.environ.setdefault("SEEWHY_CACHE", str(graphs.shared_cache()))
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    benchmarks.server.begin = forked.begin if sys.platform == "linux" else benchmarks.server.begin


def pytest_sessionstart(session: pytest.Session) -> None:
    """Build the bundled model's graph while several workers gather their tests, or each one's first server would."""
    if session.config.getoption("numprocesses", None) and not graphs.there():
        session.config.stash[BUILDER] = graphs.begin()


def pytest_unconfigure(config: pytest.Config) -> None:
    """A run that is over before the graph is built needs none."""
    if builder := config.stash.get(BUILDER, None):
        builder.terminate()
        builder.wait()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests come last: Playwright's event loop runs in this thread from the first of them on."""
    items.sort(key=lambda item: "browser" in item.path.parts)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The real page with its default settings and the real bundled model, once one engine is there to stay."""
    with running(tmp_path_factory.mktemp("server")) as started:
        started.wait_until_settled()
        yield started
