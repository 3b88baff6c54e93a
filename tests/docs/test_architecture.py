"""The drawing of the README is the code's: every folder, and what imports what."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.reading import ROOT, blocks, text

PARTS = ("app", "benchmarks", "cluster", "page", "explainer", "models")


def drawing() -> str:
    (found,) = blocks(text("README.md"), "mermaid")
    return found


def modules(part: str) -> Iterator[Path]:
    yield from [ROOT / f"{part}.py"] if (ROOT / f"{part}.py").is_file() else (ROOT / part).rglob("*.py")


def imports(paths: Iterator[Path]) -> set[str]:
    """The modules that these import, by their whole names."""
    found = set()
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                found.add(node.module)
    return found


def solid(drawn: str) -> set[tuple[str, str]]:
    return set(re.findall(r"^ *(\w+) --> (\w+)$", drawn, re.MULTILINE))


def test_solid_lines_are_the_imports_between_parts() -> None:
    known = {
        (part, other)
        for part in PARTS
        for other in {name.split(".")[0] for name in imports(modules(part))} & set(PARTS)
        if other != part
    }
    assert solid(drawing()) == known


@pytest.mark.parametrize("part", ["page", "explainer", "models"])
def test_every_folder_of_a_part_is_in_its_box(part: str) -> None:
    box = re.search(rf'subgraph {part}\["(.*?)"\]\n(.*?)^    end$', drawing(), re.MULTILINE | re.DOTALL)
    assert box
    assert box[1].startswith(f"{part}/: ")
    drawn = re.findall(r'\["<b>(\w+)/</b><br>[\w .,?]+"\]$', box[2], re.MULTILINE)
    folders = [path.name for path in (ROOT / part).iterdir() if path.is_dir() and not path.name.startswith("__")]
    assert sorted(drawn) == sorted(folders)


def test_a_picture_goes_the_way_that_is_drawn() -> None:
    """Whoever is drawn before somebody else knows it: a door opens pictures, an experiment asks for them."""
    dotted = re.findall(r"^ *(\w+)(?:\(\[.*?\]\))? -\. \w+ \.-> (\w+)$", drawing(), re.MULTILINE)
    assert {("doors", "pictures"), ("pictures", "experiments"), ("pictures", "explainer")} <= set(dotted)
    doors, experiments = (imports((ROOT / "page" / name).rglob("*.py")) for name in ("doors", "experiments"))
    assert any(name.startswith("page.pictures.") for name in doors)
    assert any(name.startswith("page.pictures.") for name in experiments)
    assert any(name.startswith("explainer.") for name in experiments)
