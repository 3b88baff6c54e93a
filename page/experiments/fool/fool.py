"""A picture before and after a noise made for it, with both maps and with random noise as a control."""

from dataclasses import asdict
from typing import Any

import numpy as np
from PIL import Image

from explainer.experiments.climb import Change
from explainer.experiments.fool import (
    ENOUGH,
    HALF,
    STRONGEST,
    WEAKEST,
    Aim,
    Fooling,
    Step,
    WrongStrength,
    fool,
    fool_further,
)
from explainer.experiments.two_heads import Agreement, agree
from explainer.explain import Explanation
from models.classifier import Classifier
from models.preprocess import Box
from page.confidence import percent
from page.experiments.experiment import Experiment
from page.experiments.parameters import MaskPicture, Number, OnePicture, Text, Word
from page.pictures.picture import Picture
from page.question import NoPicture, method_of, target_of
from page.reply import Json, as_map, as_png

ALL = Box(0, 0, 1, 1)
GREY = 128  # what no change is shown as
BRIGHT = 80  # how far from grey the strongest noise is shown
PATIENCE = 20  # seconds that a visitor waits at most
STEP = 2.5  # seconds by the clock for one step of the search, so that the visitor can stop between two


class Fool(Experiment):
    """Experiment 9."""

    name = "fool"
    least_words = 2
    long = True

    def constants(self) -> Json:
        """See Experiment."""
        return {"weakest": WEAKEST, "strongest": STRONGEST, "half": HALF, "enough": ENOUGH, "seconds": PATIENCE}

    def run(
        self,
        picture: OnePicture,
        word: Word = None,
        strength: Number = None,
        model: Text = None,
        method: Text = None,
        noise: MaskPicture = None,
    ) -> Json:
        """Make a noise for a picture, as weak as will do, so that the model answers something else.

        Args:
            picture: a decoded picture.
            word: what it shall say, one word of the model or its number; None for anything but its first answer.
            strength: how far each value of a colour may move, a whole number 1..8; None for the first with which the
                word has at least half of the share, or the strongest.
            model: as in `/explain`.
            method: as in `/explain`.
            noise: one that `/fool_step` gave; it is added, cut to the strength, and nothing is searched.

        Returns:
            `before` and `after`: the model's answer, its share 0..1 and its map at the default layer; `reached`,
            `strength`, `moved`: the furthest that a value moved; `share`: that of the word, or of all but the first
            answer; `stair`: for each strength that was tried, `strength`, `share`, which never falls, and the `label`
            that the model says; `faintest`: the first of them with which it says what was wanted, or None; `stopped`:
            whether time was up; `draws`: the answers with random noise just as strong, of which `unmoved` are as
            before; `shared` and `chance`: what the brightest fifths of both maps have in common, and what they would
            have by luck, None where a map is the same everywhere; `pictures`: PNGs as `data:` addresses, `before`,
            `noise` (shown `times` stronger) and `after`, which fools whoever asks about it; `seen`; and the sentences.

        Raises:
            explainer.experiments.fool.WrongStrength: the strength is something else.
            models.problems.Problem: as in `/explain`, and those of `explainer.experiments.fool.fool`.
        """
        if picture is None:
            raise NoPicture
        known = method_of(None if method is None else str(method))
        allowed = None if strength is None else whole(strength)

        asking = self.service.asking(model, known)
        aim = aim_at(word, asking.classifier)
        found = fool(asking, picture.rgb, aim, allowed, change=None if noise is None else change_of(noise))
        agreement, added = _agreement(found), found.noise
        return {
            "before": _answered(found.answers.before),
            "after": _answered(found.answers.after),
            "reached": found.reached,
            "strength": added.strength,
            "moved": int(np.abs(added.change).max()),
            "share": found.share,
            "stair": [_stair(step) for step in found.steps],
            "faintest": _stair(found.faintest) if found.faintest else None,
            "stopped": found.stopped,
            "draws": [asdict(draw) for draw in found.draws],
            "unmoved": found.unmoved,
            **asdict(agreement),
            "seen": asdict(found.answers.before.seen),
            "pictures": _pictures(asking.classifier, found, picture),
            "times": _times(added.strength),
            **self._sentences(found, agreement, noise is None and allowed is None),
        }

    def _sentences(self, found: Fooling, agreement: Agreement, searched: bool) -> Json:
        words = self.words
        shared, chance = agreement.shared, agreement.chance
        return {
            "headline": self._headline(found),
            "control": self._control(found),
            "bound": words("fool.bound", strength=found.noise.strength),
            "least": self._least(found) if searched else "",
            "no_proof": "" if found.reached else self._no_proof(found),
            "stopped_words": words("fool.stopped", seconds=PATIENCE) if found.stopped else "",
            "maps": ""
            if shared is None or chance is None
            else words("fool.maps", share=percent(shared, words), luck=percent(chance, words)),
        }

    def _headline(self, found: Fooling) -> str:
        words, before, after = self.words, found.answers.before.answer, found.answers.after.answer
        share = percent(after.confidence, words)
        if not found.reached:
            key = "fool.missed" if after.index == before.index else "fool.third"
            return words(key, after=after.label, after_share=share)
        key = "fool.reached" if after.confidence >= HALF else "fool.unsure"
        return words(key, before=before.label, after=after.label, after_share=share)

    def _least(self, found: Fooling) -> str:
        step = found.faintest
        if step is None:
            return ""
        said = {"label": step.answer.label, "percent": percent(step.answer.confidence, self.words)}
        return self.words("fool.least", strength=step.noise.strength, **said)

    def _no_proof(self, found: Fooling) -> str:
        if not found.aim.toward:
            return self.words("fool.none_found")
        label = found.answers.before.classifier.labels[found.aim.index]
        return self.words("fool.none_found_for", label=label)

    def _control(self, found: Fooling) -> str:
        words, count = self.words, len(found.draws)
        if found.unmoved < count:
            return words("fool.speckle_too", changed=count - found.unmoved, count=count)
        mean = sum(draw.confidence for draw in found.draws) / count
        label = found.answers.before.answer.label
        return words("fool.speckle_no", count=count, label=label, percent=percent(mean, words))


class FoolStep(Experiment):
    """One strength of the search of experiment 9, for whoever shows how it goes, and may stop."""

    name = "fool_step"
    card = False
    long = True

    def run(
        self,
        picture: OnePicture,
        word: Word = None,
        strength: Number = None,
        noise: MaskPicture = None,
        model: Text = None,
    ) -> Json:
        """Look for the best noise of one strength, for a few seconds at most.

        Args:
            picture: a decoded picture.
            word: as in `/fool`.
            strength: a whole number 1..8; None for the faintest.
            noise: what the step before gave, to go on from there.
            model: as in `/explain`.

        Returns:
            `strength`; `share`: that of the word, or of all but the first answer, 0..1; `kept`: that of the answer
            before; the `label` that the model says; `reached`: whether that is what was wanted; `noise`: a PNG as a
            `data:` address, grey where nothing is added, for the next step and for `/fool`; `passes`: how many pictures
            were tried.

        Raises:
            as `/fool`.
        """
        if picture is None:
            raise NoPicture
        allowed = WEAKEST if strength is None else whole(strength)
        asking = self.service.asking(model)
        change = None if noise is None else change_of(noise)
        aim = aim_at(word, asking.classifier)
        step = fool_further(asking, picture.rgb, aim, allowed, change=change, seconds=STEP)
        return {
            **_stair(step),
            "kept": step.kept,
            "noise": as_png(magnified(step.noise.change, 1)),
            "passes": step.noise.passes,
        }


def aim_at(word: str | int | None, classifier: Classifier) -> Aim | None:
    """Toward a word, None for no word. Raises what `target_of` and `Aim.at` raise."""
    target = target_of(word, classifier)
    return None if target is None else Aim.at(target)


def change_of(noise: Picture) -> Change:
    """What a picture of a noise adds to each value: (height, width, 3) int16."""
    return np.asarray(noise.rgb).astype(np.int16) - GREY


def _stair(step: Step) -> Json:
    label, share = step.answer.label, step.share
    return {"strength": step.noise.strength, "share": share, "label": label, "reached": step.reached}


def whole(strength: Any) -> int:
    """A strength that a program or a script sent. Raises WrongStrength for no number and for parts of one."""
    if isinstance(strength, bool) or strength not in range(WEAKEST, STRONGEST + 1):  # nothing else equals such a number
        raise WrongStrength(strength)
    return int(strength)


def _answered(explanation: Explanation) -> Json:
    (layer,) = explanation.layers
    return {"label": explanation.answer.label, "share": explanation.answer.confidence, "map": as_map(layer)}


def _agreement(found: Fooling) -> Agreement:
    """Of both maps: both cover the same part of the picture, so where that lies does not count."""
    (before,), (after,) = found.answers.before.layers, found.answers.after.layers
    return agree(before.grid, after.grid, (ALL, ALL), found.noise.before.shape[:2])


def _times(strength: int) -> int:
    return BRIGHT // strength


def magnified(change: Change, times: int) -> Image.Image:
    """A noise (side, side, 3), so many times stronger, around grey."""
    return Image.fromarray(np.clip(GREY + times * change, 0, 255).astype(np.uint8))


def _pictures(classifier: Classifier, found: Fooling, picture: Picture) -> dict[str, str]:
    """All three with the same frame, which the model does not get."""
    framed = classifier.preprocess.framed
    noise = magnified(found.noise.change, _times(found.noise.strength))
    return {
        "before": as_png(framed(found.noise.before, picture.rgb)),
        "noise": as_png(framed(np.asarray(noise), Image.new("RGB", noise.size, (GREY,) * 3))),
        "after": as_png(framed(found.noise.after, picture.rgb)),
    }
