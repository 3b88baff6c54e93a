"""Few squares of the map are covered, so few that the answer just changes; and as many elsewhere."""

from dataclasses import asdict

from PIL import Image

from explainer.experiments.smallest_cover import SmallestCover, smallest_cover
from page.confidence import percent
from page.experiments.experiment import Experiment
from page.experiments.fool.fool import aim_at
from page.experiments.parameters import OnePicture, Text, Word
from page.pictures.picture import Picture
from page.question import NoPicture
from page.reply import Json, as_address, as_side

SURE_ENOUGH = 0.5  # below it, the new answer is called unsure


class SmallestCoverUp(Experiment):
    """A part of experiment 1."""

    name = "smallest_cover"
    card = False
    long = True
    least_words = 2

    def run(self, picture: OnePicture, word: Word = None, model: Text = None) -> Json:
        """Look for the fewest squares of the map that, covered in grey, change the first answer.

        Args:
            picture: a decoded picture.
            word: what it shall say then, one word of the model or its number; None for anything but its first answer.
            model: as in `/explain`.

        Returns:
            `reached`: whether a cover was found; `squares`: the row and column, from 0, of each one that is covered, of
            `rows` and `columns`; `count` and `of`; `label`: the first answer; `before` and `after`: the first answer
            then, its confidence 0..1, the share of `label`, its map, and what is `seen` of the `picture` after;
            `steps`: the share of `label` with none of the squares covered, with the first, and so on; `elsewhere`: its
            shares with as many squares of the same shape covered in other places, their mean, how many are `unmoved`,
            and a picture of the first, or None; `verdict`: of
            `explainer.experiments.smallest_cover.SmallestVerdict`, or None; `stopped`: whether time was up; and the
            sentences.

        Raises:
            explainer.experiments.fool.AlreadySo: it says the word already.
            models.problems.Problem: as in `/explain`.
        """
        if picture is None:
            raise NoPicture
        asking = self.service.asking(model)
        found = smallest_cover(asking, picture.rgb, aim_at(word, asking.classifier))
        before, after = found.answers.before, found.answers.after
        return {
            "reached": found.reached,
            "squares": [list(square) for square in found.squares],
            "rows": found.rows,
            "columns": found.columns,
            "count": len(found.squares),
            "of": found.rows * found.columns,
            "label": before.target.label,
            "before": as_side(before),
            "after": {**as_side(after), "picture": _sent(found.answers.picture), "seen": asdict(after.seen)},
            "steps": list(found.shares),
            "elsewhere": self._elsewhere(found),
            "verdict": found.verdict,
            "stopped": found.stopped,
            **self._sentences(found),
        }

    def _elsewhere(self, found: SmallestCover) -> Json | None:
        if found.control is None or found.elsewhere is None:
            return None
        return {
            "share": found.control,
            "percent": percent(found.control, self.words),
            "shares": list(found.controls),
            "unmoved": found.unmoved,
            "picture": _sent(found.elsewhere),
        }

    def _sentences(self, found: SmallestCover) -> Json:
        words, before, after = self.words, found.answers.before.answer, found.answers.after.answer
        counted = {"count": len(found.squares), "of": found.rows * found.columns}
        sure = after.confidence >= SURE_ENOUGH
        return {
            "headline": words("cover.small_headline", label=after.label, **counted)
            if found.reached
            else words("cover.small_none", **counted),
            "before_percent": percent(before.confidence, words),
            "after_percent": percent(after.confidence, words),
            "after_words": words("cover.small_sure" if sure else "cover.small_unsure", label=after.label),
            "verdict_words": words(f"cover.small_{found.verdict}") if found.verdict else "",
            "limits": words("cover.small_limits"),
        }


def _sent(picture: Image.Image) -> str:
    return as_address(Picture(picture))
