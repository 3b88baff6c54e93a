"""The exam for programs: all of its pictures come with the question, and none is kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from explainer.experiments.mask import Mask
from models.problems import Problem
from page.pictures.picture import Picture
from page.pictures.together import Opening
from page.reply import Json
from page.teaching.exam import LEAST_UNSEEN, MOST_UNSEEN
from page.teaching.examined import Examiner
from page.teaching.problems import FullVisit, TooFewUnseen, UnknownThing
from page.teaching.programs import texts_of
from page.teaching.square import pixels_of
from page.teaching.teaching import Teaching
from page.teaching.visit import NONE, Learned, TaughtVisit, Thing

KEPT_OUT = ("paint", "swap", "before", "added")  # of the page's exam, what is about a visit
WHITE = 128


class NothingTaught(Problem):
    """A question about a model that nobody taught, or not this visitor."""

    key = "teaching.no_thing"


@dataclass(frozen=True, eq=False)
class ExamPictures:
    """What a program gives for an exam; names that are left out are None."""

    pictures: Sequence[Opening]
    names: Any
    masks: Sequence[Opening]
    empty: Picture | None
    unseen: Sequence[Opening]
    unseen_names: Any
    thing: str | None


def latched(teaching: Teaching, token: str, model: str | None, given: ExamPictures) -> Json:
    """Examine a taught model with these pictures.

    Gives the exam as `page.teaching` describes it, and of each of `unseen` and of the painted pictures what came of it.

    Raises NothingTaught, UnknownThing, FieldsDiffer, TooFewUnseen, FullVisit for too many, and what decoding raises.
    """
    visit = teaching.visits.named(model or "", token)
    if visit is None:
        raise NothingTaught
    if max(len(given.unseen), len(given.pictures), len(given.masks)) > MOST_UNSEEN:
        raise FullVisit(limit=MOST_UNSEEN)
    if 0 < len(given.unseen) < LEAST_UNSEEN:
        raise TooFewUnseen(least=LEAST_UNSEEN, count=len(given.unseen))
    learned = teaching.learned(visit)
    names = texts_of(given.names, len(given.pictures)) if given.pictures else []
    unseen_names = texts_of(given.unseen_names, len(given.unseen)) if given.unseen else []
    things = _numbers(learned)
    rows = {name.casefold(): things[row] for row, name in enumerate(learned.head.names) if things[row] != NONE}
    wanted = given.thing or (names[0] if names else next(iter(rows)))
    own_exam = _own_exam(visit, learned)
    own_exam.exams.shown = len(given.unseen)
    examined = Learned(learned.head, things)
    thing = _row(rows, wanted)
    places: dict[int, int] = {}  # by its id, the place of a picture among those that were given
    for name, picture in zip(names, given.pictures, strict=True):
        kept = own_exam.for_test(teaching.look_at(visit, picture()))
        places[kept.number] = len(places)
        own_exam.thing(_row(rows, name)).pictures.append(kept)
        if len(own_exam.pictures()) <= len(given.masks):
            marks = np.asarray(given.masks[len(own_exam.pictures()) - 1]().rgb.convert("L"))
            if (marks >= WHITE).any():
                height, width = pixels_of(kept.square).shape[:2]
                own_exam.exams.masks[kept.number] = Mask.fitted(marks, width, height).marks
    for place, (name, picture) in enumerate(zip(unseen_names, given.unseen, strict=True)):
        kept = own_exam.for_test(teaching.look_at(visit, picture()))
        places[kept.number] = place
        own_exam.exams.unseen.append((_row(rows, name), kept))
    if given.empty is not None:
        own_exam.exams.of(thing).empty = own_exam.for_test(teaching.look_at(visit, given.empty))
    strangers = teaching.strangers(visit).vectors
    told = Examiner(own_exam, examined, lambda pixels: teaching.look(visit, pixels), strangers).exam(thing)[1]
    named = {number: learned.head.names[row] for row, number in enumerate(things)}
    kept_in = {key: each for key, each in told.items() if key not in (*KEPT_OUT, "model")}
    return {"model": visit.name, **_bare(kept_in, places, named)}


def _own_exam(visit: TaughtVisit, learned: Learned) -> TaughtVisit:
    """A visit for this one question."""
    own_exam = TaughtVisit("", "", visit.backbone)
    named = zip(_numbers(learned), learned.head.names, strict=True)
    own_exam.things = [Thing(number, name) for number, name in named if number != NONE]
    return own_exam


def _numbers(learned: Learned) -> tuple[int, ...]:
    """A number for the thing of each row, from 1."""
    return tuple(NONE if row == learned.head.none else row + 1 for row in range(len(learned.head.names)))


def _row(rows: dict[str, int], name: str) -> int:
    if name.casefold() not in rows:
        raise UnknownThing(name=name, known=tuple(rows))
    return rows[name.casefold()]


def _bare(told: Any, places: Mapping[int, int], named: Mapping[int, str]) -> Any:
    """Without ids, which mean nothing outside a visit: things by their names, and of several pictures each by its place
    among those that were given, from 0."""
    if isinstance(told, list):
        return [
            {"place": places[each["picture"]], **_bare(each, places, named)} if isinstance(each, dict) else each
            for each in told
        ]
    if not isinstance(told, dict):
        return told
    bare = {key: _bare(each, places, named) for key, each in told.items() if key not in ("picture", "thing", "other")}
    return {"name": named[told["thing"]], **bare} if "thing" in told else bare
