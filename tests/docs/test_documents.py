"""What any document says is so: its links lead somewhere, and what it names is there."""

import re
import subprocess
from pathlib import Path

import pytest

from page.settings import Settings
from tests.docs.reading import DOCUMENTS, ROOT, headings, prose, text

NONE = "packages.txt"  # the guide for a Space says that there is none
EVERY = [pytest.param(path, id=path.relative_to(ROOT).as_posix()) for path in DOCUMENTS]
# What these tell to make, so that it is not there yet.
MADE = {
    "docs/add-an-experiment.md": "without_colour",
    "docs/add-a-language.md": "page/words/it.toml",
    "docs/own-model.md": "dogcat.",
}


def test_every_document_is_looked_at() -> None:
    tracked = subprocess.run(["git", "ls-files", "*.md"], cwd=ROOT, capture_output=True, text=True).stdout.split()
    results = {name for name in tracked if name.startswith("benchmarks/results/")}
    if tracked:  # a copy without its history has none
        assert set(tracked) - results <= {path.relative_to(ROOT).as_posix() for path in DOCUMENTS}


@pytest.mark.parametrize("path", EVERY)
def test_every_link_and_picture_leads_somewhere(path: Path) -> None:
    document = path.read_text(encoding="utf-8")
    targets = re.findall(r"\]\(([^)\s]+)\)", prose(document)) + re.findall(r'(?:src|href)="([^"]+)"', prose(document))
    for target in targets:
        if re.match(r"\w+:", target):
            continue
        name, _, heading = target.partition("#")
        there = (path.parent / name).resolve() if name else path
        assert there.exists(), target
        if heading:
            assert heading in headings(there.read_text(encoding="utf-8")), target


@pytest.mark.parametrize("path", EVERY)
def test_every_file_that_is_named_exists(path: Path) -> None:
    """From the root, or beside the document; but for a host's own."""
    named = re.findall(
        r"`((?:app|explainer|models|page|scripts|tests|docs|deploy|benchmarks)/[\w./-]*|[\w-]+\.(?:txt|toml|md|py))`",
        prose(path.read_text(encoding="utf-8")),
    )
    hosts_own = {str(field.default) for field in Settings.model_fields.values()}
    made = MADE.get(path.relative_to(ROOT).as_posix(), "\0")
    everywhere = {each.name for each in ROOT.glob("tests/**/test_*.py")} | {NONE}
    missing = [
        name
        for name in named
        if not any((folder / name).exists() for folder in (ROOT, path.parent))
        and name not in hosts_own | everywhere
        and made not in name
    ]
    assert missing == []


def test_every_module_that_is_started_exists() -> None:
    modules = [
        (before, module)
        for path in DOCUMENTS
        for before, module in re.findall(r"(\S*)python -m ([\w.]+)", path.read_text(encoding="utf-8"))
        if module != "pip"
    ]
    assert {module for _, module in modules} >= {"models", "benchmarks", "explainer.engines.build"}
    for before, module in modules:
        assert before.strip("`") == ".venv/bin/", "the packages are there, and many a machine has no `python`"
        place = ROOT.joinpath(*module.split("."))
        assert module == "pytest" or (place / "__main__.py").is_file() or place.with_suffix(".py").is_file()


# Flags of other programs than ours.
OTHERS = {"--build-arg", "--flavor", "--index-url"}


@pytest.mark.parametrize("path", EVERY)
def test_every_flag_that_is_named_is_a_setting_or_a_commands_own(path: Path) -> None:
    flags = {f"--{name.replace('_', '-')}" for name in Settings.model_fields} | {"--help"} | OTHERS
    for commands in ("benchmarks/__main__.py", "cluster/__main__.py", "models/__main__.py"):
        flags |= set(re.findall(r'"(--[a-z-]+)"', text(commands)))
    flags |= set(re.findall(r"(--[a-z-]+)\)", text("deploy/kiosk/install.sh")))
    assert set(re.findall(r"`(--[a-z-]+)", prose(path.read_text(encoding="utf-8")))) <= flags
