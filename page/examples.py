"""Pictures to begin with: real photographs from installed packages, or the host's own folder."""

import base64
import io
import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import Any

from models.problems import Problem
from page.pictures.picture import Limits, Picture, decode
from page.pictures.together import Given, decode_one, given
from page.words import Words

log = logging.getLogger("seewhy")

FOLDER = "examples"
SUFFIXES = {".jpg", ".jpeg", ".png", ".webp", ".avif", ".bmp", ".tif", ".tiff", ".gif", ".heic"}
MOST = 12
THUMBNAIL = 288  # dots; fine enough for a sharp screen, light enough to come with the page

# Each example is a photograph that a wheel ships: (word, package, path inside it).
PACKAGED = (
    ("cheetah", "gradio", "media_assets/images/cheetah1.jpg"),
    ("coffee", "skimage", "data/coffee.png"),
    ("lion", "gradio", "media_assets/images/lion.jpg"),
    ("cat", "skimage", "data/chelsea.png"),
    ("rocket", "skimage", "data/rocket.jpg"),
    ("person", "skimage", "data/astronaut.png"),
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

    def open(self) -> Picture:
        """The decoded picture. Raises the problems of `page.pictures.picture.decode`."""
        return decode(self.path)

    def thumbnail(self) -> str:
        """A small WebP as a `data:` address, so that the page asks for no further file."""
        return _thumbnail(self.path, self.path.stat().st_mtime_ns)


@lru_cache(MOST)
def _thumbnail(path: Path, changed: int) -> str:
    """As it was when the file was `changed`; the page wants the same ones in each language."""
    small = decode(path).rgb.copy()
    small.thumbnail((THUMBNAIL, THUMBNAIL))
    buffer = io.BytesIO()
    small.save(buffer, "WEBP", quality=62)
    return "data:image/webp;base64," + base64.b64encode(buffer.getvalue()).decode()


def find_examples(words: Words, folder: Path) -> tuple[Example, ...]:
    """The pictures in `folder` in the order of their names, numbers as numbers, or the packaged ones.

    Captions come from the file names: `02_old-town.jpg` becomes "Old town". What can't be shown is left out.
    """
    paths = sorted((path for path in folder.glob("*") if path.suffix.lower() in SUFFIXES), key=_numbers_as_numbers)
    own = (_own(path, words) for path in paths)
    return tuple(islice(filter(_opens, own), MOST)) or _packaged(words)


def open_example(examples: Sequence[Example], number: Any) -> Picture:
    """The picture that a browser names by its place on the page. Raises UnknownExample, or as `Example.open`."""
    return decode_one(_example(examples, number).path, Limits()).picture


def opening_of_example(examples: Sequence[Example], number: Any) -> Given:
    """The same as one of several. Raises UnknownExample, or OSError where its file is gone."""
    return given(_example(examples, number).path, Limits())


def _example(examples: Sequence[Example], number: Any) -> Example:
    if isinstance(number, bool) or number not in range(len(examples)):
        raise UnknownExample
    return examples[int(number)]


def _numbers_as_numbers(path: Path) -> list[str | int]:
    return [int(part) if part.isdecimal() else part.casefold() for part in re.split(r"(\d+)", path.name)]


def _opens(example: Example) -> bool:
    try:
        example.open()
    except (Problem, OSError) as error:
        log.warning("the example %s is left out: %s", example.path.name, error)
        return False
    return True


def _own(path: Path, words: Words) -> Example:
    caption = path.stem.lstrip("0123456789").replace("_", " ").replace("-", " ").strip() or path.stem
    caption = caption[:1].upper() + caption[1:]
    return Example(path, caption, words("examples.own_alt", caption=caption))


def _packaged(words: Words) -> tuple[Example, ...]:
    return tuple(
        Example(path, words(f"examples.{word}"), words(f"examples.{word}_alt"))
        for word, package, inside in PACKAGED
        for path in _inside(package, inside)
    )


def _inside(package: str, inside: str) -> Sequence[Path]:
    spec = find_spec(package)
    paths = [Path(place) / inside for place in (spec.submodule_search_locations or [])] if spec else []
    return [path for path in paths if path.is_file()]
