"""Several memory cards as a small data set that programs can read."""

import json
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from typing import Any

import numpy as np

from explainer.experiments.mask import Marks
from explainer.experiments.memory import LICENCES, Memory
from explainer.experiments.memory_card import as_png
from models.problems import Problem

MOST_CARDS = 12
BEGINNING = (1980, 1, 1, 0, 0, 0)  # the earliest time of a zip: the real one would tell when a visitor was here


class TooManyCards(Problem):
    """More cards than MOST_CARDS. Values: limit."""

    key = "memory_card.many"


class NoCards(Problem):
    """A data set without a card."""

    key = "memory_card.none"


def as_zip(memories: Sequence[Memory], datasheet: str, licence: str) -> bytes:
    """Pack memories into a zip, in memory.

    It holds `memories.jsonl` (one JSON object a line, UTF-8), for each memory `pictures/001.png` (RGB) and
    `masks/001.png` (8-bit grey of the same size, 255 where the part is), `DATASHEET.md` and `LICENCE.txt`.

    Args:
        memories: in the order of their numbers.
        datasheet: answers to the questions of Gebru et al., "Datasheets for Datasets" (2021).
        licence: what stands above the list of licences.

    Raises:
        NoCards: there is none.
        TooManyCards: more than MOST_CARDS.
    """
    if not memories:
        raise NoCards
    if len(memories) > MOST_CARDS:
        raise TooManyCards(limit=MOST_CARDS)
    return zipped(_files(memories, datasheet, licence))


def zipped(files: Iterable[tuple[str, bytes]]) -> bytes:
    """Names with their contents as a zip that tells no time."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files:
            archive.writestr(zipfile.ZipInfo(name, BEGINNING), data, zipfile.ZIP_DEFLATED)
    return file.getvalue()


def as_record(memory: Memory, number: int) -> dict[str, Any]:
    """One line of `memories.jsonl`. `region` is the box around the part, in fractions of the picture."""
    explanation = memory.explanation
    return {
        "id": f"{number:03}",
        "picture": f"pictures/{number:03}.png",
        "mask": f"masks/{number:03}.png",
        "words": memory.words,
        "region": region_of(memory.mask),
        "model": explanation.classifier.spec.name,
        "method": explanation.method,
        "answer": {"label": explanation.answer.label, "confidence": explanation.answer.confidence},
        "target": {"label": explanation.target.label, "confidence": explanation.target_confidence},
        "seen": vars(explanation.seen),
        "map": {"layer": memory.map.name, "grid": memory.map.grid.astype(np.float64).round(5).tolist()},
        "date": memory.day.isoformat(),
        "licence": LICENCES[memory.licence].spdx,
    }


def _files(memories: Sequence[Memory], datasheet: str, licence: str) -> Iterator[tuple[str, bytes]]:
    records = [as_record(memory, number) for number, memory in enumerate(memories, 1)]
    yield "memories.jsonl", "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in records).encode()
    for record, memory in zip(records, memories, strict=True):
        yield record["picture"], as_png(np.asarray(memory.picture))
        yield record["mask"], as_png(memory.mask.astype(np.uint8) * np.uint8(255))
    yield "DATASHEET.md", datasheet.encode()
    yield "LICENCE.txt", f"{licence}\n\n{_licences(memories)}".encode()


def _licences(memories: Sequence[Memory]) -> str:
    lines = []
    for number, memory in enumerate(memories, 1):
        licence = LICENCES[memory.licence]
        lines.append(f"{number:03}: {licence.title} {licence.address}".rstrip() + "\n")
    return "".join(lines)


def region_of(mask: Marks) -> dict[str, float]:
    """The box around what is marked, in fractions of the picture."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    height, width = mask.shape
    return {
        "x": columns[0] / width,
        "y": rows[0] / height,
        "width": (columns[-1] + 1 - columns[0]) / width,
        "height": (rows[-1] + 1 - rows[0]) / height,
    }
