"""Doing what a guide says, word by word, in a copy of the project."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.docs.reading import ROOT

WITHOUT = shutil.ignore_patterns(".git", ".venv", "__pycache__", ".*_cache", "results", "*.tmp")

FILE = re.compile(r"^`([\w./]+)`:\n\n```\w+\n(.*?)^```", re.MULTILINE | re.DOTALL)
AFTER = re.compile(
    r"^In `([\w./]+)`, after (?:the row that begins with `` *(.+?) *``|`(.+?)`), add:\n\n```\w+\n(.*?)^```",
    re.MULTILINE | re.DOTALL,
)
END = re.compile(r"^Add to the end of `([\w./]+)`:\n\n```\w+\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINES = re.compile(r"^In `([\w./]+)`, change the lines of `(.+?)`:\n\n```\w+\n(.*?)^```", re.MULTILINE | re.DOTALL)


class Copy:
    """The project in another folder, which uses the packages that are here."""

    def __init__(self, folder: Path) -> None:
        """Copy what is tracked, and what is there besides."""
        self.root = folder / "seewhy"
        shutil.copytree(ROOT, self.root, ignore=WITHOUT, symlinks=True)

    def follow(self, guide: str) -> int:
        """Make the files of a guide, and its additions to others; gives how many steps that were."""
        for path, content in FILE.findall(guide):
            (self.root / path).parent.mkdir(parents=True, exist_ok=True)
            assert not (self.root / path).exists(), f"{path} is there already"
            (self.root / path).write_text(content, encoding="utf-8")
        for path, begins, whole, addition in AFTER.findall(guide):
            self._after(path, begins, whole, addition)
        for path, addition in END.findall(guide):
            self._write(path, (self.root / path).read_text(encoding="utf-8") + addition)
        for path, table, lines in LINES.findall(guide):
            self._change(path, table, lines)
        return sum(len(each.findall(guide)) for each in (FILE, AFTER, END, LINES))

    def _after(self, path: str, begins: str, whole: str, addition: str) -> None:
        lines = (self.root / path).read_text(encoding="utf-8").splitlines(keepends=True)
        places = [
            at for at, line in enumerate(lines) if (line.startswith(begins) if begins else line.rstrip("\n") == whole)
        ]
        assert len(places) == 1, f"{path} has {len(places)} places for {addition!r}"
        lines.insert(places[0] + 1, addition)
        self._write(path, "".join(lines))

    def _change(self, path: str, table: str, lines: str) -> None:
        text = (self.root / path).read_text(encoding="utf-8")
        before, head, rest = text.partition(f"{table}\n")
        inside, blank, others = rest.partition("\n\n")
        for line in lines.splitlines():
            key = line.partition(" = ")[0]
            inside, changed = re.subn(rf"^{key} = .*$", line.replace("\\", r"\\"), inside, flags=re.MULTILINE)
            assert changed == 1, f"{path} has no {key}"
        self._write(path, before + head + inside + blank + others)

    def _write(self, path: str, text: str) -> None:
        (self.root / path).write_text(text, encoding="utf-8")

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """A module of Python's, started there."""
        return subprocess.run([sys.executable, "-m", *command], cwd=self.root, capture_output=True, text=True)
