"""The version of the project, from the one place where it is written."""

import tomllib
from functools import cache
from pathlib import Path

PROJECT = Path(__file__).parents[1] / "pyproject.toml"


@cache
def version() -> str:
    """Such as "1.2.3". Raises FileNotFoundError where the project's file is missing."""
    with PROJECT.open("rb") as file:
        return str(tomllib.load(file)["project"]["version"])
