"""docs/dependencies.md gives each package's reason."""

import re

import pytest

from tests.docs.reading import table, text


def requirements(name: str) -> list[str]:
    lines = (line.split("#")[0].strip() for line in text(name).splitlines())
    return [line for line in lines if line]


def package(requirement: str) -> str:
    return re.split(r"[<>=!~;\[ ]", requirement)[0]


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("requirements.txt", "Package | Why"),
        ("requirements-cluster.txt", "Package for a cluster | Why"),
        ("requirements-dev.txt", "Package for tests | Why"),
    ],
)
def test_every_dependency_has_its_reason(name: str, header: str) -> None:
    rows = table(text("docs/dependencies.md"), header)
    assert [each for each, _ in rows] == [package(requirement) for requirement in requirements(name)]
    assert all(len(reason.split()) >= 3 for _, reason in rows)
