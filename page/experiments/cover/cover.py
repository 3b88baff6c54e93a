"""A part is covered, and the model is asked again; and once more with as much covered where little matters."""

from dataclasses import asdict

import numpy as np
from PIL import Image

from explainer.experiments.cover import Cover, cover
from explainer.experiments.fill import DEFAULT_FILLING, FILLINGS, fill
from explainer.experiments.hiding import FIFTH
from explainer.experiments.mask import Mask
from explainer.explain import Explanation
from page.confidence import percent
from page.experiments.experiment import Experiment
from page.experiments.marked import LONGEST_NAME, marked, name_of
from page.experiments.parameters import AnyText, MaskPicture, OnePicture, Text
from page.pictures.picture import Picture
from page.question import target_of
from page.reply import Json, as_address, as_map
from page.titles import capital

SHOWN = 800  # pixels along the longer side of the pictures that are sent back


class CoverUp(Experiment):
    """Experiment 1."""

    name = "cover"

    def constants(self) -> Json:
        """See Experiment."""
        return {
            "brightest": FIFTH,
            "longest_name": LONGEST_NAME,
            "fillings": list(FILLINGS),
            "filling": DEFAULT_FILLING,
        }

    def run(
        self,
        picture: OnePicture,
        mask: MaskPicture = None,
        filling: Text = None,
        part: AnyText = None,
        target: Text = None,
        model: Text = None,
    ) -> Json:
        """Cover a part and ask again.

        Args:
            picture: a decoded picture.
            mask: a picture of any size that is white where something is to be covered.
            filling: a key of `explainer.experiments.fill.FILLINGS`; None for its default.
            part: what is covered, in a few words; None leaves it without a name.
            target: as in `/explain`.
            model: as in `/explain`.

        Returns:
            `label`: what was asked about; `before`, `after`: the first answer, its label, whether it is another one
            now, the share 0..1 of `label`, its map at the default layer, and the picture that was asked about after
            covering; `elsewhere`: the same shares with as much covered in up to five places that the map calls
            unimportant, their mean, their boxes and a picture of the first, or None where there is no such place;
            `marked`: the box of the marks; `covered`: how much of what the model saw was covered, 0..1; `verdict`: of
            `explainer.experiments.cover.CoverVerdict`; and the sentences.

        Raises:
            explainer.experiments.mask.NothingMarked, NothingSeen, TooMuchMarked, BadMask: the marks can't be used.
            page.experiments.marked.BadPartName: the part's name is no short text.
            explainer.experiments.fill.UnknownFilling: the filling is not in FILLINGS.
            models.problems.Problem: as in `/explain`.
        """
        marks, named, way = marked(mask, picture), name_of(part), filling or DEFAULT_FILLING

        asking = self.service.asking(model)
        done = cover(asking, picture.rgb, marks, way, target_of(target, asking.classifier))
        before, after = done.answers.before, done.answers.after
        return {
            "label": before.target.label,
            "before": _side(before),
            "after": {**_side(after), "picture": _sent(done.answers.picture)},
            "elsewhere": self._elsewhere(done, picture.rgb),
            "marked": _box(marks.within(before.seen)),
            "covered": done.share,
            "changed": done.answers.changed,
            "verdict": done.verdict,
            "seen": asdict(before.seen),
            **self._sentences(done, named),
        }

    def _elsewhere(self, done: Cover, picture: Image.Image) -> Json | None:
        if done.control is None:
            return None
        first = Image.fromarray(fill(np.asarray(picture), done.places[0], done.filling))
        return {
            "share": done.control,
            "percent": percent(done.control, self.words),
            "shares": list(done.controls),
            "places": [_box(place) for place in done.places],
            "picture": _sent(first),
        }

    def _sentences(self, done: Cover, named: str) -> Json:
        words = self.words
        part = named or words("cover.that_part")
        answers = done.answers
        before, after = (percent(each.target_confidence, words) for each in (answers.before, answers.after))
        answer = answers.after.answer
        return {
            "about": words("cover.about", label=answers.before.target.label),
            "part": capital(part),
            "headline": words("cover.headline", part=part, before=before, after=after),
            "before_percent": before,
            "after_percent": after,
            "compared": words("cover.no_place")
            if done.control is None
            else words("cover.compared", percent=percent(done.control, words), places=len(done.places)),
            "verdict_words": words(f"cover.verdict_{done.verdict}", part=part, capital=capital(part)),
            "new_answer": words("cover.new_answer", label=answer.label, percent=percent(answer.confidence, words))
            if answers.changed
            else "",
        }


def _side(explanation: Explanation) -> Json:
    (layer,) = explanation.layers
    return {
        "answer": explanation.answer.label,
        "confidence": explanation.answer.confidence,
        "share": explanation.target_confidence,
        "map": as_map(layer),
    }


def _sent(picture: Image.Image) -> str:
    return as_address(Picture(picture), SHOWN)


def _box(mask: Mask) -> list[float]:
    height, width = mask.marks.shape
    left, top, right, bottom = mask.extent
    return [left / width, top / height, (right - left) / width, (bottom - top) / height]
