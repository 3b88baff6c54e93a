"""What tests share: one running page for all that only look at it."""

from collections.abc import Iterator

import pytest

from tests.server import Server, running


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The real page with its default settings and the real bundled model."""
    with running(tmp_path_factory.mktemp("server")) as started:
        yield started
