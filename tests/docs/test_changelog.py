"""CHANGELOG.md begins with the version that is in the making, which is said in one place."""

import re
import tomllib

from tests.docs.reading import ROOT, text

VERSION: str = tomllib.loads(text("pyproject.toml"))["project"]["version"]


def test_the_newest_version_is_the_projects() -> None:
    versions = re.findall(r"^## (\d+\.\d+\.\d+)\b", text("CHANGELOG.md"), re.MULTILINE)
    assert versions[0] == VERSION
    assert versions == sorted(versions, key=lambda each: [int(part) for part in each.split(".")], reverse=True)


def test_the_version_is_written_in_one_place() -> None:
    """But for what tells of it: the list of changes, and the example of an answer in the guide for hosts."""
    told = {"pyproject.toml", "CHANGELOG.md", "docs/host.md"}
    pattern = rf'["\']{re.escape(VERSION)}["\']'
    sources = [
        *ROOT.glob("*.py"),
        *(path for part in ("page", "explainer", "models") for path in (ROOT / part).rglob("*")),
    ]
    written = [path for path in sources if path.suffix in (".py", ".js", ".html", ".toml") and path.name not in told]
    assert [path for path in written if re.search(pattern, path.read_text(encoding="utf-8"))] == []


def test_the_example_for_hosts_shows_it() -> None:
    assert f'"version": "{VERSION}"' in text("docs/host.md")
