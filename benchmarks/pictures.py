"""Picture files to measure with, made of the photographs that the page comes with."""

import struct
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageOps

from page.examples import SUFFIXES, Example, find_examples
from page.words import load

# What people bring: a photograph of a phone, a small picture of the web, a screenshot.
TYPICAL = {
    "12-megapixel JPEG": (4000, 3000, "JPEG"),
    "VGA JPEG": (640, 480, "JPEG"),
    "1080p PNG": (1920, 1080, "PNG"),
}


def photographs() -> tuple[Example, ...]:
    """The photographs that come with the packages."""
    return tuple(find_examples(load(), Path("no folder of the host's own")))


def cat() -> Image.Image:
    """One of them, upright RGB."""
    (found,) = [example for example in photographs() if example.caption == "Cat"]
    return found.open().rgb


def typical(folder: Path) -> dict[str, Path]:
    """A file of each kind in TYPICAL, written into `folder`."""
    files = {}
    for number, (name, (width, height, kind)) in enumerate(TYPICAL.items()):
        files[name] = folder / f"typical{number}.{kind.lower()}"
        ImageOps.fit(cat(), (width, height)).save(files[name], kind, quality=90)
    return files


def for_crowds(folder: Path, own: Path | None = None) -> list[Path]:
    """What sessions send: the pictures in the folder `own`, or each packaged photograph as it is and in VGA size."""
    if own is not None:
        return sorted(path for path in own.iterdir() if path.suffix.lower() in SUFFIXES)
    files = []
    for number, example in enumerate(photographs()):
        small = folder / f"small{number}.jpg"
        ImageOps.fit(example.open().rgb, (640, 480)).save(small, "JPEG", quality=88)
        files += [example.path, small]
    return files


def of_many_sizes(folder: Path, sizes: Sequence[tuple[int, int]]) -> list[Path]:
    """A JPEG of each size (width, height), from the photographs in turn."""
    pictures = [example.open().rgb for example in photographs()]
    files = []
    for number, size in enumerate(sizes):
        files.append(folder / f"size{number}.jpg")
        ImageOps.fit(pictures[number % len(pictures)], size).save(files[-1], "JPEG", quality=85)
    return files


def made_unique(data: bytes, number: int) -> bytes:
    """The same JPEG with a comment that holds `number`, so that no server takes it for one that it knows."""
    comment = str(number).encode()
    return data[:2] + b"\xff\xfe" + struct.pack(">H", len(comment) + 2) + comment + data[2:]
