"""docs/dependencies.md gives each package's reason."""

import re

from tests.docs.reading import table, text

REQUIREMENTS = [
    line.split("#")[0].strip() for line in text("requirements.txt").splitlines() if line.split("#")[0].strip()
]


def package(requirement: str) -> str:
    return re.split(r"[<>=!~;\[ ]", requirement)[0]


def test_every_dependency_has_its_reason() -> None:
    rows = table(text("docs/dependencies.md"), "Package | Why")
    assert [name for name, _ in rows] == [package(requirement) for requirement in REQUIREMENTS]
    assert all(len(reason.split()) >= 3 for _, reason in rows)
