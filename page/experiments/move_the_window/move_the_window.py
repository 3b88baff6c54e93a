"""The part of a picture that the model gets to see, somewhere else: how sure it is then, and what it says."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from explainer.experiments.before_after import BeforeAfter
from explainer.experiments.move_the_window import SMALLEST, BadWindow, kept, move, window_at
from models.preprocess import Box
from page.confidence import percent
from page.experiments.experiment import Experiment
from page.experiments.parameters import AnyJson, OnePicture, Text, Word
from page.question import NoPicture, target_of
from page.reply import Json, as_answered

SAME = 0.03  # a share that moves by less has hardly moved
SIDES = ("x", "y", "width", "height")


class MoveTheWindow(Experiment):
    """Experiment 14."""

    name = "move_the_window"

    def run(self, picture: OnePicture, window: AnyJson = None, target: Word = None, model: Text = None) -> Json:
        """Ask about the usual square from the centre of a picture, and about another part of it.

        Args:
            picture: a decoded picture.
            window: {"x", "y", "width", "height"} in fractions of the picture, as
                `explainer.experiments.move_the_window.window_at` takes them; what is not square in the picture is
                squeezed.
            target: what both shares and maps are for; None for the model's first answer before.
            model: as in `/explain`.

        Returns:
            `label`: the target's; `before` and `after`: its share 0..1, its map at the default layer, the part that
            was `seen`, and the model's first answer; `changed`: whether that is another one; `kept`: how much of what
            glowed before is in the window, 0..1, None where nothing did; and the sentences.

        Raises:
            explainer.experiments.move_the_window.BadWindow: the window is none.
            models.problems.Problem: those of `Service.ask`.
        """
        if picture is None:
            raise NoPicture
        upright, box = picture.rgb, _box(window)

        asking = self.service.asking(model)
        moved = move(asking, upright, box, target_of(target, asking.classifier))
        held = kept(moved.before, moved.after.seen)
        return {
            "label": moved.before.target.label,
            "before": {**as_answered(moved.before), "seen": asdict(moved.before.seen)},
            "after": {**as_answered(moved.after), "seen": asdict(moved.after.seen)},
            "changed": moved.changed,
            "kept": held,
            **self._sentences(moved, held),
        }

    def _sentences(self, moved: BeforeAfter, held: float | None) -> Json:
        words = self.words
        before, after = moved.before.target_confidence, moved.after.target_confidence
        if moved.changed:
            verdict = words("move_the_window.other", answer=moved.after.answer.label, before=moved.before.answer.label)
        elif abs(after - before) < SAME:
            verdict = words("move_the_window.same")
        else:
            verdict = words("move_the_window.less") if after < before else words("move_the_window.more")
        label, shares = moved.before.target.label, {"before": percent(before, words), "after": percent(after, words)}
        if after < before:
            headline = words("move_the_window.falls", label=label, **shares)
        else:
            headline = words("move_the_window.rises", label=label, **shares)
        holds = "" if held is None else words("move_the_window.holds", percent=percent(held, words))
        return {"headline": headline, "verdict": verdict, "holds": holds}


def _box(window: Any) -> Box:
    """Raises BadWindow for anything but four numbers by their names."""
    if not isinstance(window, Mapping) or set(window) != set(SIDES):
        raise BadWindow(least=round(100 * SMALLEST))
    return window_at(*(window[side] for side in SIDES))
