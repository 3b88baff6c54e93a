"""A part is covered, and the model is asked again; and once more with as much covered elsewhere."""

from dataclasses import asdict

import numpy as np
from PIL import Image

from explainer.experiments.before_after import BeforeAfter
from explainer.experiments.cover import NOTICED, Cover, cover
from explainer.experiments.elsewhere import PLACES
from explainer.experiments.fill import DEFAULT_FILLING, FILLINGS, fill
from explainer.experiments.hiding import TENTH
from explainer.experiments.mask import Mask
from page.confidence import percent
from page.experiments.experiment import Experiment
from page.experiments.marked import LONGEST_NAME, cut_around, marked, name_of, place_of
from page.experiments.parameters import AnyText, MaskPicture, OnePicture, Text, Word
from page.pictures.picture import Picture
from page.question import NoPicture, target_of
from page.reply import Json, as_address, as_png, as_side
from page.titles import capital

SHOWN, THUMBNAIL, MARKS = 800, 240, 480  # pixels along the longer side of the pictures that are sent back
FAR = 0.25  # a share that falls by so much, or to a half, falls far


class CoverUp(Experiment):
    """Experiment 1."""

    name = "cover"

    def constants(self) -> Json:
        """See Experiment."""
        return {
            "brightest": TENTH,
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
        target: Word = None,
        model: Text = None,
    ) -> Json:
        """Cover a part and ask again.

        Args:
            picture: a decoded picture.
            mask: a picture of any size that is white where something is to be covered; None for the brightest tenth
                of the map.
            filling: a key of `explainer.experiments.fill.FILLINGS`; None for its default.
            part: what is covered, in a few words; None leaves it without a name.
            target: as in `/explain`.
            model: as in `/explain`.

        Returns:
            `label`: what was asked about; `before`, `after`: the first answer, its label, the share 0..1 of `label`,
            its map at the default layer, and the picture that was asked about after covering; `changed`: whether the
            first answer is another one now; `elsewhere`: the same shares with as much covered in up to five other
            places, their mean, their boxes, whether they are `dark` in the map, their `overlap` with the part, 0..0.5,
            and a picture of the first, or None where there is no such place; `marked`: the box of the marks, `marks` a
            picture of them, `thumbnail` what is around them; `covered`: how much of what the model saw was covered,
            0..1; `verdict`: of `explainer.experiments.cover.CoverVerdict`; `place`: where the marks lie, in words; and
            the sentences.

        Raises:
            explainer.experiments.mask.NothingMarked, NothingSeen, TooMuchMarked, BadMask: the marks can't be used.
            explainer.experiments.cover.NothingBright: no mask, and a map that is the same everywhere.
            page.experiments.marked.BadPartName: the part's name is no short text.
            explainer.experiments.fill.UnknownFilling: the filling is not in FILLINGS.
            models.problems.Problem: as in `/explain`.
        """
        if picture is None:
            raise NoPicture
        marks = None if mask is None else marked(mask, picture)
        named = name_of(part) or ("" if mask else self.words("cover.bright_part"))

        asking = self.service.asking(model)
        done = cover(asking, picture.rgb, marks, filling or DEFAULT_FILLING, target_of(target, asking.classifier))
        before, after = done.answers.before, done.answers.after
        return {
            "label": before.target.label,
            "before": as_side(before),
            "after": {**as_side(after), "picture": _sent(done.answers.picture)},
            "elsewhere": self._elsewhere(done, picture.rgb),
            "marked": _box(done.mask),
            "marks": as_png(_small(Image.fromarray(done.mask.marks), MARKS)),
            "thumbnail": as_address(Picture(cut_around(done.answers.picture, done.mask)), THUMBNAIL),
            "covered": done.share,
            "changed": done.answers.changed,
            "verdict": done.verdict,
            "seen": asdict(before.seen),
            "place": capital(place_of(done.mask, before.seen, self.words)),
            **self._sentences(done, named),
        }

    def _elsewhere(self, done: Cover, picture: Image.Image) -> Json | None:
        if done.control is None:
            return None
        first = Image.fromarray(fill(np.asarray(picture), done.elsewhere.places[0], done.filling))
        return {
            "share": done.control,
            "percent": percent(done.control, self.words),
            "shares": list(done.controls),
            "places": [_box(place) for place in done.elsewhere.places],
            "dark": done.elsewhere.dark,
            "overlap": done.elsewhere.overlap,
            "picture": _sent(first),
        }

    def _sentences(self, done: Cover, named: str) -> Json:
        words = self.words
        part = named or words("cover.that_part")
        answers = done.answers
        before, after = (percent(each.target_confidence, words) for each in (answers.before, answers.after))
        return {
            "about": words("cover.about", label=answers.before.target.label),
            "part": capital(part),
            "headline": words("cover.headline", part=part, before=before, after=after),
            "before_percent": before,
            "after_percent": after,
            "still": self._still(answers),
            "compared": words("cover.no_place")
            if done.control is None
            else words("cover.compared", percent=percent(done.control, words)),
            "elsewhere_note": self._note(done),
            "verdict_words": words(f"cover.verdict_{done.verdict}", part=part),
        }

    def _still(self, answers: BeforeAfter) -> str:
        """Whether the first answer is the same, and how sure it is beside before."""
        words, first, now = self.words, answers.before.answer, answers.after.answer
        if answers.changed:
            return words("cover.new_answer", label=now.label, percent=percent(now.confidence, words))
        if answers.before.target.index != first.index:  # the shares are another word's
            return words("cover.still", label=first.label)
        return words(f"cover.still_{_change(first.confidence, now.confidence)}", label=first.label)

    def _note(self, done: Cover) -> str:
        """What is not as it should be about the places that it is compared with."""
        if done.control is None:
            return ""
        places = len(done.elsewhere.places)
        fewer = self.words.counted("cover.fewer", places) if places < PLACES else ""
        return " ".join(filter(None, (fewer, self._bright(done))))

    def _bright(self, done: Cover) -> str:
        """Whether the places cover what glows, too, or some of the part itself."""
        if done.elsewhere.dark:
            return ""
        if done.elsewhere.overlap < NOTICED:
            return self.words("cover.glowing")
        return self.words("cover.overlap", percent=percent(done.elsewhere.overlap, self.words))


def _change(before: float, after: float) -> str:
    """How far a share 0..1 has moved, as a key of the words."""
    if abs(after - before) < NOTICED:
        return "same"
    if after > before:
        return "surer"
    return "far_less" if before - after >= FAR or after <= before / 2 else "less"


def _sent(picture: Image.Image) -> str:
    return as_address(Picture(picture), SHOWN)


def _small(picture: Image.Image, longest: int) -> Image.Image:
    """A copy of a picture of marks, as grey levels, its longer side at most `longest`."""
    small = picture.convert("L")
    small.thumbnail((longest, longest), Image.Resampling.BILINEAR)
    return small


def _box(mask: Mask) -> list[float]:
    height, width = mask.marks.shape
    left, top, right, bottom = mask.extent
    return [left / width, top / height, (right - left) / width, (bottom - top) / height]
