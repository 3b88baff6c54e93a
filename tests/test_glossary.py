"""The glossary's words mean one thing each, and the code has them where it says."""

import ast
import importlib
import re
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROW = re.compile(r"^\| ([^|]+) \| ([^|]+) \| `([\w.]+)` \|$", re.MULTILINE)
ROWS = ROW.findall((ROOT / "docs" / "glossary.md").read_text(encoding="utf-8"))


def holds(place: str) -> bool:
    """Whether a module, a class or a field of that dotted name is there."""
    parts = place.split(".")
    for count in range(len(parts), 0, -1):
        if (ROOT / "/".join(parts[:count])).with_suffix(".py").is_file():
            found = importlib.import_module(".".join(parts[:count]))
            for name in parts[count:]:
                fields = getattr(found, "__annotations__", {})
                if not hasattr(found, name) and name not in fields:
                    return False
                found = getattr(found, name, None)
            return True
    return False


def test_every_line_of_a_table_is_read() -> None:
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line.startswith("| ") and not line.startswith("| Term")]
    assert len(lines) == len(ROWS) > 40


def test_no_word_has_two_senses() -> None:
    assert [word for word, count in Counter(word for word, _, _ in ROWS).items() if count > 1] == []


@pytest.mark.parametrize("place", sorted({place for _, _, place in ROWS}))
def test_code_has_it_where_the_glossary_says(place: str) -> None:
    assert holds(place)


def test_name_that_is_nowhere_is_noticed() -> None:
    assert not holds("explainer.target.Goal")
    assert not holds("explainer.nowhere.Target")
    assert not holds("explainer.explain.LayerMap.dots")


# Names that had two senses, or said nothing, and where they may still stand: nowhere, or in the module of their sense.
RESERVED = {
    "judge": {"explainer/outside/outside.py"},
    "Mask": {"explainer/experiments/mask.py"},
    "FILLINGS": {"explainer/experiments/fill.py"},
    "Line": {"page/doors/line.py"},
    "BLUR": set(),
    "Ending": set(),
    "Turns": set(),
    "Speech": set(),
    "alone": set(),
    "accent": set(),
    "blended": {"page/heatmap_file.py"},
}


def defined(path: Path) -> set[str]:
    """The names of functions, classes and assignments in a module."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
    return found


@pytest.mark.parametrize("name", RESERVED)
def test_word_is_defined_in_one_place(name: str) -> None:
    modules = [path for folder in ("explainer", "models", "page") for path in (ROOT / folder).rglob("*.py")]
    places = {path.relative_to(ROOT).as_posix() for path in modules if name in defined(path)}
    assert places == RESERVED[name]


# Class names that stand in several modules, and why.
SHARED = {
    "Way": "the tape knows nothing of the models, and says by itself what it takes of `models.ways`",
    "Box": "a box of a picture, and a box of a picture's file, which formats call so",
    "TooLong": "a text, and an answer; each is imported where the other never is, or by its module",
}


def test_class_of_one_name_is_in_one_module() -> None:
    places: dict[str, set[str]] = {}
    for folder in ("explainer", "models", "page"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.parse(path.read_text(encoding="utf-8")).body:
                if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                    places.setdefault(node.name, set()).add(path.relative_to(ROOT).as_posix())
    assert {name for name, modules in places.items() if len(modules) > 1} == set(SHARED)


@pytest.mark.parametrize("folder", ["explainer", "models"])
def test_points_of_a_picture_are_pixels(folder: str) -> None:
    said = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in sorted((ROOT / folder).rglob("*.py"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if re.search(r"\bdots?\b", line) and "dot product" not in line and "names could hold dots" not in line
    ]
    assert said == []
