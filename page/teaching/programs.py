"""Teaching in one question: what the endpoints `/teach` and `/teach_open` do, and `POST /api/teach`."""

import base64
from collections.abc import Sequence
from typing import Any

from models.problems import Problem
from models.taught.file import NotTaught
from models.taught.head import clean_name
from models.work import who
from page.pictures.together import Opening
from page.question import NoPicture
from page.reply import Json
from page.teaching.teaching import Teaching
from page.teaching.visit import Learned, TaughtVisit

TYPE = "application/octet-stream"
ONE_TAKE = "1"


class FieldsDiffer(Problem):
    """Not a name, and a take, for each picture."""

    key = "teaching.fields"


def teach(
    teaching: Teaching, token: str, pictures: Sequence[Opening], names: Any, takes: Any, model: str | None
) -> Json:
    """Teach things, and forget their pictures.

    Raises FieldsDiffer, NoPicture, NameTaken for what "none of these" is called, and what adding and learning raise.
    """
    if not isinstance(pictures, (list, tuple)) or not pictures:
        raise NoPicture
    called = texts_of(names, len(pictures))
    together = texts_of(takes, len(pictures)) if takes is not None else [ONE_TAKE] * len(pictures)
    visit = teaching.begin(token, who(), model, page=False)
    try:
        things: dict[str, int] = {}
        for name in called:  # all of them, before any picture costs something
            if name.casefold() not in things:
                things[name.casefold()] = visit.name_thing(None, name, teaching.naming.none).number
        for name, take, opening in zip(called, together, pictures, strict=True):
            teaching.add(visit, things[name.casefold()], opening(), take)
        learned = teaching.learned(visit)
        told = [_thing(visit, learned, number) for number in things.values()]
        file = teaching.file(visit)
        visit.take_over(learned.head)  # with its numbers alone, the name stays good
    except BaseException:
        teaching.visits.wipe(visit)
        raise
    return reply_of(visit, told, learned, file)


def open_file(teaching: Teaching, token: str, data: bytes | None) -> Json:
    """Open a file. Raises NotTaught without one, and what `Teaching.open` raises."""
    if not data:
        raise NotTaught
    visit = teaching.begin(token, who(), page=False)
    try:
        teaching.open(visit, data)
    except BaseException:
        teaching.visits.wipe(visit)
        raise
    learned = teaching.learned(visit)
    head = learned.head
    told = [
        {"name": name, "pictures": head.counts[row], "different": None, "takes": None}
        for row, name in enumerate(head.names)
        if row != head.none
    ]
    return reply_of(visit, told, learned, teaching.file(visit))


def reply_of(visit: TaughtVisit, things: list[Json], learned: Learned, file: bytes) -> Json:
    """`model`, the name to ask by; `things`, each `name`, `pictures`, `different` and `takes` (null out of a file);
    `unseen`: how many pictures of takes that were left out in turn were named right, `right` of `of`, or null; and the
    `file` as a `data:` address."""
    calibration = learned.lesson.calibration if learned.lesson else None
    return {
        "model": visit.name,
        "things": things,
        "unseen": {"right": calibration.right, "of": calibration.of} if calibration and calibration.of else None,
        "file": f"data:{TYPE};base64,{base64.b64encode(file).decode()}",
    }


def texts_of(given: Any, count: int) -> list[str]:
    """A list of so many names, cleaned. Raises FieldsDiffer."""
    if not isinstance(given, list) or len(given) != count:
        raise FieldsDiffer
    names = [clean_name(each) if isinstance(each, str) else "" for each in given]
    if not all(names):
        raise FieldsDiffer
    return names


def _thing(visit: TaughtVisit, learned: Learned, number: int) -> Json:
    thing, row = visit.thing(number), learned.row(number)
    lesson = learned.lesson
    kinds = {int(each) for each in lesson.kinds[lesson.things == row]} if lesson else set()
    return {
        "name": thing.name,
        "pictures": len(thing.pictures),
        "different": len(kinds),
        "takes": len({each.take for each in thing.pictures}),
    }
