"""What was taught, and what is said of a picture, as JSON for the page's script: see `page.teaching`."""

from collections.abc import Sequence
from dataclasses import asdict

import numpy as np
from numpy.typing import NDArray

from explainer.teach.different import first_of_each, kinds_of, varied
from explainer.teach.evidence import Score, score_of
from explainer.teach.pooled import Features
from models.preprocess import Box
from page.reply import Json
from page.teaching.visit import MOST_ALL, Learned, Naming, TaughtVisit, Thing
from page.words import Words

FEW = 3  # different pictures, below which many look alike
UNEVEN = 2  # by which one thing has more pictures than another, to be told
ALIKE = 0.6  # of pictures of left-out takes right, for two things; below it they look the same
SIMILAR = 3


def as_state(visit: TaughtVisit, given: int, learned: Learned | None, naming: Naming) -> Json:
    """The state of a visit; `given` strangers are in "none of these" already, `learned` is None before it can."""
    with visit.lock:
        things = [_thing(visit, each, naming) for each in visit.things]
        counts = {each.number: len(each.pictures) for each in visit.things}
        return {
            "model": visit.name,
            "things": things,
            "none": {**_thing(visit, visit.none, naming), "given": given},
            "ready": visit.opened is not None or (len(counts) > 1 and all(counts.values())),
            "missing": [number for number, count in counts.items() if not count],
            "balance": _balance(counts),
            "alike": _alike(learned),
            "guess": learned is None or learned.head.guess,
            "back": visit.can_put_back,
            "room": MOST_ALL - sum(counts.values()) - len(visit.none.pictures),
            "opened": visit.opened is not None,
        }


def _thing(visit: TaughtVisit, thing: Thing, naming: Naming) -> Json:
    kinds = kinds_of(thing.vectors).tolist() if thing.pictures else []
    takes = len({each.take for each in thing.pictures})
    different = max(kinds, default=-1) + 1
    alike = len(kinds) >= FEW and different < FEW
    return {
        "id": thing.number,
        "name": thing.name,
        "called": visit.name_of(thing, naming),
        "count": len(thing.pictures),
        "small": len(thing.small),
        "different": different,
        "takes": takes,
        "hint": "alike" if alike else "one_take" if takes == 1 and thing is not visit.none else None,
        "pictures": [
            {"id": each.number, "take": each.take, "kind": kind, "painted": each.number in visit.exams.masks}
            for each, kind in zip(thing.pictures, kinds, strict=True)
        ],
    }


def _balance(counts: dict[int, int]) -> Json | None:
    filled = {number: count for number, count in counts.items() if count}
    if len(filled) < 2:
        return None
    more, fewer = max(filled, key=filled.__getitem__), min(filled, key=filled.__getitem__)
    return {"more": more, "fewer": fewer} if filled[more] > UNEVEN * filled[fewer] else None


def _alike(learned: Learned | None) -> list[int] | None:
    """The two things that are taken for each other, where takes that it did not learn from say so."""
    if learned is None or learned.lesson is None or learned.lesson.calibration.guess or len(learned.things) != 3:
        return None
    calibration = learned.lesson.calibration
    return list(learned.things[:2]) if calibration.right < ALIKE * calibration.of else None


def as_answer(
    visit: TaughtVisit,
    learned: Learned,
    features: Features,
    seen: Box,
    thing: int | None,
    words: Words,
) -> Json:
    """What it says of a picture, with the map of `thing`, or of what it says."""
    head = learned.head
    scores = [score_of(head, features.maps, row) for row in range(len(head.names))]
    confidences = confidences_of(scores)
    unlike = head.none is not None and head.nearness(features.vector) < head.novelty
    order = sorted(range(len(scores)), key=lambda row: -confidences[row])
    said = head.none if unlike and head.none is not None else order[0]
    shown = said if thing is None else learned.row(thing)
    score = scores[shown]
    height, width = score.cells.shape
    top = head.full or max(float(score.cells.max()), 1e-9)
    return {
        "model": visit.name,
        "says": {**_row(learned, said), "confidence": None if unlike else confidences[said]},
        "unlike": unlike,
        "bars": [{**_row(learned, row), "confidence": confidences[row]} for row in order],
        "guess": head.guess,
        "target": {**_row(learned, shown), "confidence": confidences[shown]},
        "map": {
            "width": width,
            "height": height,
            "grid": np.clip(score.cells / top, 0, 1).round(5).ravel().tolist(),
            "cells": score.cells.round(6).ravel().tolist(),
            "maximum": float(score.cells.max()),
        },
        "score": {"bias": score.bias, "added": score.added, "taken": score.taken, "total": score.total},
        "line": line_of(score, words),
        "seen": asdict(seen),
        "similar": similar(visit, learned, features.vector, said, order),
    }


def confidences_of(scores: Sequence[Score]) -> list[float]:
    """The softmax of scores, 0..1."""
    totals = np.array([each.total for each in scores])
    shares = np.exp(totals - totals.max())
    return [float(each) for each in shares / shares.sum()]


def line_of(score: Score, words: Words) -> Json:
    """The sum of a score with one decimal each, so rounded that it adds up as printed."""
    start, add, take = (round(10 * each) for each in (score.bias, score.added, score.taken))
    return {
        "start": words.number(start / 10, 1),
        "add": words.number(add / 10, 1),
        "take": words.number(take / 10, 1) if take else None,
        "score": words.number((start + add - take) / 10, 1),
        "count": score.cells.size,
    }


def similar(visit: TaughtVisit, learned: Learned, vector: NDArray[np.float32], said: int, order: Sequence[int]) -> Json:
    """The taught pictures most like one: of what it said, and of the next thing."""
    others = [row for row in order if row not in (said, learned.head.none)]
    return {
        "said": _most_like(visit, learned, vector, said),
        "next": _most_like(visit, learned, vector, others[0]) if others else None,
    }


def _most_like(visit: TaughtVisit, learned: Learned, vector: NDArray[np.float32], row: int) -> Json | None:
    with visit.lock:
        thing = visit.thing(learned.things[row])
        if not thing.pictures:
            return None
        vectors = thing.vectors
        order = np.argsort(-(vectors @ vector), kind="stable").tolist()
        chosen = varied(order, kinds_of(vectors), SIMILAR)
        return {**_row(learned, row), "pictures": [thing.pictures[place].number for place in chosen]}


def to_paint(thing: Thing, count: int = SIMILAR) -> list[int]:
    """The pictures of a thing to paint: one of each kind, the kinds with most pictures first."""
    if not thing.pictures:
        return []
    kinds = kinds_of(thing.vectors)
    sizes = np.bincount(kinds)
    first = sorted(first_of_each(kinds), key=lambda place: -int(sizes[kinds[place]]))
    return [thing.pictures[place].number for place in first[:count]]


def _row(learned: Learned, row: int) -> Json:
    return {"thing": learned.things[row], "name": learned.head.names[row]}
