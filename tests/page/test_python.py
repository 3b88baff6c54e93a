"""The lowest safe Python, as the README and the start say it."""

from pathlib import Path

import pytest

from page.python import LOWEST, safe

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("version", "good"),
    [
        ((3, 11, 0), False),
        ((3, 11, 9), False),
        ((3, 11, 10), True),
        ((3, 12, 5), False),
        ((3, 12, 6), True),
        ((3, 13, 0), True),
        ((4, 0, 0), True),
    ],
)
def test_first_versions_of_two_pythons_are_not_safe(version: tuple[int, int, int], good: bool) -> None:
    assert safe((*version, 0)) is good


def test_readme_says_the_lowest() -> None:
    assert LOWEST == "3.11.10 or 3.12.6"
    assert LOWEST in (ROOT / "README.md").read_text(encoding="utf-8")
