"""Pictures to begin with: real photographs, our own copies and those of a package, or the host's own folder."""

import logging
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any, overload

from models.problems import Problem
from page.pictures.picture import Limits, Picture, decode
from page.pictures.together import Given, decode_one, given
from page.thumbnails import Thumbnails
from page.words import Words

log = logging.getLogger("seewhy")

FOLDER = "examples"
SUFFIXES = {".jpg", ".jpeg", ".png", ".webp", ".avif", ".bmp", ".tif", ".tiff", ".gif", ".heic"}
MOST = 12

# Each example is a photograph that lies in a package, this one or another: (word, package, path inside it). Where ours
# come from, and who made them: photographs/SOURCES.md.
PACKAGED = (
    ("cheetah", "gradio", "media_assets/images/cheetah1.jpg"),
    ("coffee", "page", "photographs/coffee.webp"),
    ("lion", "gradio", "media_assets/images/lion.jpg"),
    ("cat", "page", "photographs/cat.webp"),
    ("rocket", "page", "photographs/rocket.jpg"),
    ("person", "page", "photographs/person.webp"),
)


class UnknownExample(Problem):
    """The number of an example that is not on the page."""

    key = "example.unknown"


@dataclass(frozen=True)
class Example:
    """A picture to tap: where it lies, what stands below it, and what it shows in words."""

    path: Path
    caption: str
    alt: str
    thumbnails: Thumbnails = field(default_factory=Thumbnails, repr=False, compare=False)

    def open(self) -> Picture:
        """The decoded picture. Raises the problems of `page.pictures.picture.decode`."""
        return decode(self.path)

    def thumbnail(self) -> str:
        """A small WebP as a `data:` address. Raises as `page.thumbnails.Thumbnails.of`."""
        return self.thumbnails.of(self.path)


class Examples(Sequence[Example]):
    """The pictures of the page: the same ones, in the same order, for as long as it runs and in every language.

    Whatever happens to the folder meanwhile, a number stands for the same picture in all that know it by its number.
    """

    def __init__(self, tellers: Sequence[Callable[[], Example]]) -> None:
        """Each of `tellers` gives one example, in the language of the request that asks for it."""
        self._tellers = tuple(tellers)

    def __len__(self) -> int:
        return len(self._tellers)

    @overload
    def __getitem__(self, index: int) -> Example: ...
    @overload
    def __getitem__(self, index: slice) -> "Examples": ...
    def __getitem__(self, index: int | slice) -> "Example | Examples":
        return Examples(self._tellers[index]) if isinstance(index, slice) else self._tellers[index]()


def find_examples(words: Words, folder: Path, thumbnails: Thumbnails | None = None) -> Examples:
    """The pictures in `folder` in the order of their names, numbers as numbers, or the packaged ones.

    Captions come from the file names: `02_old-town.jpg` becomes "Old town". What can't be shown is left out. Each file
    is decoded once, for its thumbnail, which `thumbnails` keep.
    """
    kept = thumbnails or Thumbnails()
    paths = sorted((path for path in folder.glob("*") if path.suffix.lower() in SUFFIXES), key=_numbers_as_numbers)
    own = [partial(_own, path, words, kept) for path in _that_open(paths, kept)]
    return Examples(own or _packaged(words, kept))


def _that_open(paths: Sequence[Path], thumbnails: Thumbnails) -> list[Path]:
    """The first of them that can be shown."""
    found: list[Path] = []
    while paths and len(found) < MOST:
        some, paths = paths[: MOST - len(found)], paths[MOST - len(found) :]
        for path, error in zip(some, thumbnails.prepare(some), strict=True):
            if error:
                log.warning("the example %s is left out: %s", path.name, error)
            else:
                found.append(path)
    return found


def open_example(examples: Sequence[Example], number: Any) -> Picture:
    """The picture that a browser names by its place on the page. Raises UnknownExample, or as `Example.open`."""
    return decode_one(_example(examples, number).path, Limits())


def opening_of_example(examples: Sequence[Example], number: Any) -> Given:
    """The opening of an example, for an experiment that takes several pictures. Raises UnknownExample, or OSError where
    its file is gone."""
    return given(_example(examples, number).path, Limits())


def _example(examples: Sequence[Example], number: Any) -> Example:
    if isinstance(number, bool) or number not in range(len(examples)):
        raise UnknownExample
    return examples[int(number)]


def _numbers_as_numbers(path: Path) -> list[str | int]:
    return [int(part) if part.isdecimal() else part.casefold() for part in re.split(r"(\d+)", path.name)]


def _own(path: Path, words: Words, thumbnails: Thumbnails) -> Example:
    caption = path.stem.lstrip("0123456789").replace("_", " ").replace("-", " ").strip() or path.stem
    caption = caption[:1].upper() + caption[1:]
    return Example(path, caption, words("examples.own_alt", caption=caption), thumbnails)


def _packaged(words: Words, thumbnails: Thumbnails) -> list[Callable[[], Example]]:
    found = [(word, path) for word, package, inside in PACKAGED for path in _inside(package, inside)]
    thumbnails.prepare([path for _, path in found])
    return [partial(_photograph, word, path, words, thumbnails) for word, path in found]


def _photograph(word: str, path: Path, words: Words, thumbnails: Thumbnails) -> Example:
    return Example(path, words(f"examples.{word}"), words(f"examples.{word}_alt"), thumbnails)


def _inside(package: str, inside: str) -> Sequence[Path]:
    spec = find_spec(package)
    paths = [Path(place) / inside for place in (spec.submodule_search_locations or [])] if spec else []
    return [path for path in paths if path.is_file()]
