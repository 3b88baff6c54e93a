"""The figures of an exam as JSON: what is said of the kept test pictures by what is learned now."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from explainer.experiments.mask import Mask
from explainer.teach.evidence import Score, coverage, rough_of, score_of, share_on, usually
from explainer.teach.fit import Vectors
from explainer.teach.latched import Empty, Exam, Swapped, Unseen, next_of
from explainer.teach.novelty import is_elsewhere
from explainer.teach.swap import swapped
from page.reply import Json
from page.teaching.exam import LEAST_UNSEEN, ThingExam
from page.teaching.picture import LookedAt, TaughtPicture
from page.teaching.replies import confidences_of, to_paint
from page.teaching.square import pixels_of
from page.teaching.visit import Learned, TaughtVisit

Look = Callable[[Sequence[NDArray[np.uint8]]], Sequence[LookedAt]]


class Examiner:
    """Asks about the test pictures of one visit; `look` gives the features of pixels, and `strangers` are those of
    pictures of other things."""

    def __init__(self, visit: TaughtVisit, learned: Learned, look: Look, strangers: Vectors) -> None:
        """Examine what is `learned` of a `visit`."""
        self.visit, self.learned, self.look, self.strangers = visit, learned, look, strangers
        self.head = learned.head

    def exam(self, thing: int) -> tuple[Exam, Json]:
        """The exam of a thing, and its JSON as `page.teaching` describes it. Raises NoThing."""
        row, kept = self.learned.row(thing), self.visit.exams.of(thing)
        empty, empty_json = self._empty(row, kept)
        unseen, unseen_json = self._unseen()
        painted, painted_json = self._painted(thing, row)
        swap, swapped_json = self._swapped(thing, row, kept)
        exam = Exam(empty, unseen, painted, swap)
        wanted = next_of(exam, kept.added)
        told: Json = {
            "model": self.visit.name,
            "thing": thing,
            "name": self.head.names[row],
            "empty": empty_json,
            "unseen": unseen_json,
            "painted": painted_json,
            "usually": self._usually(thing, row) if painted_json is None else None,
            "swapped": swapped_json,
            "swap": self._swap_of(thing),
            "verdict": exam.verdict.value,
            "disagree": exam.disagree,
            "around": exam.around,
            "next": {"kind": wanted.value, "other": self._other(thing)},
            "paint": to_paint(self.visit.thing(thing)),
            "added": [each.value for each in kept.added],
            "before": kept.before,
        }
        return exam, told

    def _says(self, picture: TaughtPicture) -> tuple[int, list[float], bool, list[Score]]:
        maps = self._maps(picture)
        scores = [score_of(self.head, maps, row) for row in range(len(self.head.names))]
        confidences = confidences_of(scores)
        unlike = self.head.none is not None and self.head.nearness(picture.vector) < self.head.novelty
        said = self.head.none if unlike and self.head.none is not None else int(np.argmax(confidences))
        return said, confidences, unlike, scores

    def _maps(self, picture: TaughtPicture) -> NDArray[np.floating]:
        if picture.maps is not None:
            return picture.maps
        return self.look([pixels_of(picture.square)])[0].features.maps

    def _told(self, picture: TaughtPicture, row: int) -> tuple[int, list[float], bool, Json]:
        said, confidences, unlike, scores = self._says(picture)
        cells = scores[row].cells
        height, width = cells.shape
        top = self.head.full or max(float(cells.max()), 1e-9)
        grid = np.clip(cells / top, 0, 1).round(4).ravel().tolist()
        told = {
            "picture": picture.number,
            "says": {"thing": self.learned.things[said], "name": self.head.names[said]},
            "share": confidences[row],
            "unlike": unlike,
            "map": {"width": width, "height": height, "grid": grid},
        }
        return said, confidences, unlike, told

    def _empty(self, row: int, kept: ThingExam) -> tuple[Empty | None, Json | None]:
        if kept.empty is None:
            return None, None
        said, confidences, unlike, told = self._told(kept.empty, row)
        found, elsewhere = Empty(confidences[row], said, unlike), self._is_elsewhere(kept.empty)
        # Another place says nothing about this one, so that it decides nothing.
        return None if elsewhere else found, {**told, "suspicious": found.suspicious, "elsewhere": elsewhere}

    def _is_elsewhere(self, picture: TaughtPicture) -> bool:
        examples = self.head.examples
        return examples is not None and is_elsewhere(picture.vector, examples, self.strangers)

    def _unseen(self) -> tuple[Unseen | None, Json | None]:
        asked = [(thing, each) for thing, each in self.visit.exams.asked_unseen() if thing in self.learned.things]
        if len(asked) < LEAST_UNSEEN:
            return None, None
        pictures = []
        for thing, picture in asked:
            own = self.learned.row(thing)
            said, confidences, unlike, _ = self._told(picture, own)
            pictures.append(
                {
                    "picture": picture.number,
                    "thing": thing,
                    "says": {"thing": self.learned.things[said], "name": self.head.names[said]},
                    "share": confidences[said],
                    "unlike": unlike,
                    "right": said == own,
                }
            )
        right = sum(bool(each["right"]) for each in pictures)
        luck = len(asked) / len(self.head.names)
        found = Unseen(right, len(asked), luck)
        ordered = sorted(pictures, key=lambda each: bool(each["right"]))
        told = {"right": right, "of": len(asked), "luck": round(luck), "pictures": ordered}
        return found, {**told, "suspicious": found.suspicious}

    def _painted(self, thing: int, row: int) -> tuple[float | None, Json | None]:
        """The share of the evidence on the painted thing, over all of its painted pictures."""
        painted = [each for each in self.visit.thing(thing).pictures if each.number in self.visit.exams.masks]
        if not painted:
            return None, None
        masks = self.visit.exams.masks
        scores = [score_of(self.head, self._maps(each), row) for each in painted]
        rough = [rough_of(masks[each.number], score.cells.size) for each, score in zip(painted, scores, strict=True)]
        covered = [
            coverage(masks[each.number], *score.cells.shape) for each, score in zip(painted, scores, strict=True)
        ]
        # What is too rough tells nothing as long as there is something better.
        good = [place for place, why in enumerate(rough) if why is None]
        counted = good or list(range(len(painted)))
        share = share_on([scores[place] for place in counted], [covered[place] for place in counted])
        each = [
            {"picture": picture.number, "share": share_on([score], [part]), "rough": why}
            for picture, score, part, why in zip(painted, scores, covered, rough, strict=True)
        ]
        _, _, _, told = self._told(painted[counted[0]], row)
        parts = None if share is None else round(10 * share)
        why = None if good else rough[0]
        return share if good else None, {**told, "share": share, "parts": parts, "rough": why, "pictures": each}

    def _usually(self, thing: int, row: int) -> Json | None:
        own = [each for each in self.visit.thing(thing).pictures if each.maps is not None]
        found = usually([score_of(self.head, self._maps(each), row) for each in own]) if own else None
        if found is None:
            return None
        height, width = found.grid.shape
        shape = {"width": width, "height": height, "grid": found.grid.round(5).ravel().tolist()}
        return {"place": found.place, "of": found.of, "count": found.count, "map": shape}

    def _swapped(self, thing: int, row: int, kept: ThingExam) -> tuple[Swapped | None, Json | None]:
        with self.visit.lock:
            made = kept.swapped or self._swap(thing, kept)
        if made is None:
            return None, None
        picture, _, other = made
        said, confidences, unlike, told = self._told(picture, row)
        found = Swapped(said, confidences[said], said == row, unlike)
        return found, {
            **told,
            "share": confidences[said],
            "own": confidences[row],
            "other": other,
            "right": found.right,
        }

    def _swap(self, thing: int, kept: ThingExam) -> tuple[TaughtPicture, tuple[int, int], int] | None:
        """The painted thing where another one stood, once it is painted; the other's place, where that is painted."""
        pair, masks = self._pair(thing), self.visit.exams.masks
        if pair is None:
            return None
        own, ground, other = pair
        place = Mask(masks[ground.number]) if self._is_cut_out(ground) else None
        pixels = swapped(pixels_of(own.square), Mask(masks[own.number]), pixels_of(ground.square), place)
        kept.swapped = self.visit.for_test(self.look([pixels])[0]), (own.number, ground.number), other
        return kept.swapped

    def _pair(self, thing: int) -> tuple[TaughtPicture, TaughtPicture, int] | None:
        """The picture with the painted thing, the one that it is put on, and of which thing that is. Of paint that is
        too rough, no thing can be cut out."""
        other = self._other(thing)
        own = next((each for each in self.visit.thing(thing).pictures if self._is_cut_out(each)), None)
        if own is None or other is None:
            return None
        others = self.visit.thing(other).pictures
        ground = next((each for each in others if self._is_cut_out(each)), others[0] if others else None)
        return None if ground is None else (own, ground, other)

    def _is_cut_out(self, picture: TaughtPicture) -> bool:
        marks = self.visit.exams.masks.get(picture.number)
        return marks is not None and rough_of(marks, self._maps(picture)[0].size) is None

    def _swap_of(self, thing: int) -> Json | None:
        """Of what the swapped picture is made."""
        pair = self._pair(thing)
        return pair and {"picture": pair[0].number, "ground": pair[1].number, "other": pair[2]}

    def _other(self, thing: int) -> int | None:
        """The thing whose place is taken: the first other one."""
        return next((each.number for each in self.visit.things if each.number != thing), None)
