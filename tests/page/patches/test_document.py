"""The document says what the table says."""

from pathlib import Path

from page.patches.document import table

DOCUMENT = Path(__file__).parents[3] / "docs" / "patches.md"


def test_document_ends_with_the_table() -> None:
    written = DOCUMENT.read_text(encoding="utf-8").partition("## The table\n\n")[2]
    assert written == f"{table()}\n"


def test_what_the_document_names_is_there() -> None:
    root = DOCUMENT.parents[1]
    for path in (
        "page/patches/patch.py", "page/patches/selectors.py", "page/doors/queue.py", "page/doors/sharing.py",
        "tests/browser/test_selectors.py",
    ):  # fmt: skip
        assert (root / path).is_file(), path
