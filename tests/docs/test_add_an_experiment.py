"""docs/add-an-experiment.md, followed word by word in a copy of the project."""

import re

import pytest

from tests.docs.following import Copy
from tests.docs.reading import ROOT, blocks, text

GUIDE = text("docs/add-an-experiment.md")
# What looks at every experiment, every sentence and every import.
LOOKED_AT = (
    "tests/page/experiments/test_without_colour.py",
    "tests/page/experiments/test_experiment.py",
    "tests/page/test_words.py",
    "tests/page/test_translations.py",
    "tests/docs/test_api.py::test_every_experiment_is_listed_with_its_parameters",
    "tests/test_structure.py::test_imports_go_one_way",
    "tests/test_structure.py::test_every_module_and_package_says_what_it_is_for",
)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    made = Copy(tmp_path_factory.mktemp("copy"))
    code = [
        block for language in ("python", "text", "js", "css", "toml", "markdown") for block in blocks(GUIDE, language)
    ]
    assert made.follow(GUIDE) == len(code) == 14, "no block is left out"
    return made


def test_it_passes_the_tests_that_every_experiment_passes(copy: Copy) -> None:
    done = copy.run("pytest", "-q", "-p", "no:cacheprovider", *LOOKED_AT)
    assert done.returncode == 0, done.stdout


def test_its_code_has_the_style_of_the_others_and_its_types(copy: Copy) -> None:
    new = sorted(path for path in re.findall(r"^`([\w./]+\.py)`:$", GUIDE, re.MULTILINE))
    # With what mypy remembers of the packages, which takes minutes to read anew.
    types = ["mypy", "--cache-dir", str(ROOT / ".mypy_cache"), *(path for path in new if "tests/" not in path)]
    for command in (["ruff", "check", "page", *new], ["ruff", "format", "--check", "page", *new], types):
        done = copy.run(*command)
        assert done.returncode == 0, done.stdout + done.stderr


def test_its_script_asks_other_scripts_for_what_they_have() -> None:
    (script,) = blocks(GUIDE, "js")
    imports = re.findall(r'^import \{ (.+?) \} from "\.\./(\w+\.js)";$', script, re.MULTILINE)
    assert imports
    for names, module in imports:
        code = text(f"page/experiments/{module}")
        for name in names.split(", "):
            exported = rf"^export (async )?(function|const) {name}\b|^export const {{[^}}]*\b{name}\b"
            assert re.search(exported, code, re.MULTILINE), f"{module} has no {name}"


def test_the_page_offers_it(copy: Copy) -> None:
    """With its script, its look, and its sentences in every language."""
    code = """
from pathlib import Path
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient
from page.experiments import EXPERIMENTS
from page.experiments.files import Files
from page.words import load
names = [each.name for each in EXPERIMENTS if each.card]
assert names[-1] == "without_colour", names
client = TestClient(Starlette(routes=[Route("/parts/{name:path}", Files(load()).answer)]))
assert "card_title" in client.get("/parts/sentences").json()["without_colour"]
for end in ("js", "css"):
    assert client.get(f"/parts/without_colour/without_colour.{end}").status_code == 200
print("offered")
"""
    (copy.root / "offered.py").write_text(code)
    done = copy.run("offered")
    assert done.stdout == "offered\n", done.stderr
