"""What the page's tests share."""

import pytest

from page.words import Words, load
from tests.page.talk import Program
from tests.server import Server


@pytest.fixture(scope="session")
def words() -> Words:
    return load()


@pytest.fixture(scope="session")
def program(server: Server) -> Program:
    """A program that talks to the running page."""
    return Program(server.url)
