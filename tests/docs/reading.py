"""How the tests read the documentation: its sections, its tables, its blocks of code."""

import re
from collections.abc import Iterator
from pathlib import Path

from page.examples import find_examples
from page.words import load

ROOT = Path(__file__).parents[2]
# All that a reader may open, the guides beside what they are about included.
DOCUMENTS = (
    *sorted(ROOT.glob("*.md")),
    *sorted((ROOT / "docs").glob("*.md")),
    ROOT / "deploy" / "space" / "README.md",
    ROOT / "deploy" / "ray" / "README.md",
    ROOT / "page" / "photographs" / "SOURCES.md",
)


def text(path: str) -> str:
    """A document, by its path from the root."""
    return (ROOT / path).read_text(encoding="utf-8")


def section(document: str, title: str) -> str:
    """The text below a heading of any rank, up to the next of the same rank or a higher one."""
    found = re.search(rf"^(#+) {re.escape(title)}\n", document, re.MULTILINE)
    assert found, f"there is no section {title!r}"
    rest = document[found.end() :]
    return re.split(rf"^#{{1,{len(found[1])}}} ", rest, maxsplit=1, flags=re.MULTILINE)[0]


def blocks(document: str, language: str) -> list[str]:
    """Every block of code in a language."""
    return re.findall(rf"^```{language}\n(.*?)^```", document, re.MULTILINE | re.DOTALL)


def prose(document: str) -> str:
    """A document without its blocks of code."""
    return "".join(re.split(r"^```\w*\n.*?^```", document, flags=re.MULTILINE | re.DOTALL))


def table(document: str, header: str) -> list[list[str]]:
    """The rows below a header such as "Package | Why", without backticks."""
    rows = document.partition(f"| {header} |\n")[2].splitlines()
    assert rows, f"there is no table {header!r}"
    cells = [re.split(r"(?<!\\)\|", row)[1:-1] for row in rows[1 : next(_ends(rows))]]
    return [[cell.strip().strip("`") for cell in row] for row in cells]


def _ends(rows: list[str]) -> Iterator[int]:
    yield from (number for number, row in enumerate(rows) if not row.startswith("|"))
    yield len(rows)


def headings(document: str) -> set[str]:
    """What a link may name after its "#": the headings, as GitHub writes them."""
    found = re.findall(r"^#+ (.+)$", prose(document), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in found}


def photo(folder: Path) -> Path:
    """A photograph of a cat named photo.jpg."""
    (cat,) = [example for example in find_examples(load(), Path("nowhere")) if example.caption == "Cat"]
    path = folder / "photo.jpg"
    cat.open().rgb.save(path, quality=92)
    return path
