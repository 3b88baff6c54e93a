"""What a visitor taught as a data set: the pictures with their names, what is painted, and a datasheet."""

import json
from collections.abc import Iterator
from datetime import date

import numpy as np

from explainer.experiments.memory import LICENCES
from explainer.experiments.memory_card import as_png
from explainer.experiments.memory_cards import region_of, zipped
from page.reply import Json
from page.teaching.picture import TaughtPicture
from page.teaching.square import pixels_of
from page.teaching.visit import NONE, Learned, TaughtVisit, Thing
from page.words import Words

LICENCE = LICENCES["private"]  # whoever taught may say otherwise


def data_set(visit: TaughtVisit, learned: Learned, words: Words, model: str, day: date) -> bytes:
    """Pack the taught pictures into a zip, in memory, as the memory cards are: see `as_zip` there.

    It holds `memories.jsonl`, one JSON object a line, for each picture `pictures/001.jpg`, what the model gets of it,
    for each that is painted `masks/001.png`, `DATASHEET.md` and `LICENCE.txt`. `words` of a line is the name of its
    thing, "none of these" included, `take` counts that thing's takes from 1; `mask` and `region` are null where nothing
    is painted. `answer` is what was learned: of the picture itself it tells nothing new.
    """
    with visit.lock:
        return zipped(list(_files(visit, learned, words, model, day)))


def _files(visit: TaughtVisit, learned: Learned, words: Words, model: str, day: date) -> Iterator[tuple[str, bytes]]:
    shown = [(thing, picture) for thing in (*visit.things, visit.none) for picture in thing.pictures]
    masks = visit.exams.masks
    lines = []
    for number, (thing, picture) in enumerate(shown, 1):
        lines.append({"id": f"{number:03}", **_record(visit, learned, thing, picture, number, day)})
        yield f"pictures/{number:03}.jpg", picture.square
        if picture.number in masks:
            yield f"masks/{number:03}.png", as_png(masks[picture.number].astype(np.uint8) * np.uint8(255))
    yield "memories.jsonl", "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in lines).encode()
    side = len(pixels_of(shown[0][1].square)) if shown else 0
    sheet = words("teaching.datasheet", count=len(shown), model=model, day=day.isoformat(), side=side)
    yield "DATASHEET.md", sheet.encode()
    yield "LICENCE.txt", f"{words('memory_card.licence_text')}\n\n{LICENCE.title}\n".encode()


def _record(visit: TaughtVisit, learned: Learned, thing: Thing, picture: TaughtPicture, number: int, day: date) -> Json:
    mask = visit.exams.masks.get(picture.number)
    takes = list(dict.fromkeys(each.take for each in thing.pictures))
    return {
        "picture": f"pictures/{number:03}.jpg",
        "mask": None if mask is None else f"masks/{number:03}.png",
        "words": learned.head.names[learned.row(thing.number)],
        "none": thing.number == NONE,
        "take": takes.index(picture.take) + 1,
        "region": None if mask is None else region_of(mask),
        "model": visit.backbone,
        "answer": _answer(learned, picture),
        "date": day.isoformat(),
        "licence": LICENCE.spdx,
    }


def _answer(learned: Learned, picture: TaughtPicture) -> Json:
    weight, bias = learned.head.scaled
    scores = weight.astype(np.float64) @ picture.vector + bias
    shares = np.exp(scores - scores.max())
    shares /= shares.sum()
    best = int(shares.argmax())
    return {"label": learned.head.names[best], "confidence": float(shares[best])}
