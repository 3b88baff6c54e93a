"""A picture before and after a noise made for it, with both maps and with random noise as a control."""

from dataclasses import asdict
from typing import Any

import numpy as np
from PIL import Image

from explainer.experiments.climb import Change
from explainer.experiments.fool import STRONGEST, WEAKEST, Aim, Fooling, WrongStrength, fool
from explainer.experiments.two_heads import Agreement, agree
from explainer.explain import Explanation
from models.classifier import Classifier
from models.preprocess import Box
from page.confidence import percent
from page.experiments.experiment import Experiment
from page.experiments.parameters import Number, OnePicture, Text, Word
from page.pictures.picture import Picture
from page.question import NoPicture, method_of, target_of
from page.reply import Json, as_map, as_png

ALL = Box(0, 0, 1, 1)
GREY = 128  # what no change is shown as
BRIGHT = 80  # how far from grey the strongest noise is shown


class Fool(Experiment):
    """Experiment 9."""

    name = "fool"
    least_words = 2
    long = True

    def constants(self) -> Json:
        """See Experiment."""
        return {"weakest": WEAKEST, "strongest": STRONGEST}

    def run(
        self,
        picture: OnePicture,
        word: Word = None,
        strength: Number = None,
        model: Text = None,
        method: Text = None,
    ) -> Json:
        """Make a noise for a picture, as weak as will do, so that the model answers something else.

        Args:
            picture: a decoded picture.
            word: what it shall say, one word of the model or its number; None for anything but its first answer.
            strength: how far each value of a colour may move, a whole number 1..8; None for the smallest that is found.
            model: as in `/explain`.
            method: as in `/explain`.

        Returns:
            `before` and `after`: the model's answer, its share 0..1 and its map at the default layer; `reached`,
            `strength`, `moved`: the furthest that a value moved; `draws`: the answers with random noise just as
            strong, of which `unmoved` are as before; `shared` and `chance`: what the brightest fifths of both maps
            have in common, and what they would have by luck, None where a map is the same everywhere; `pictures`: PNGs
            as `data:` addresses, `before`, `noise` (shown `times` stronger) and `after`, which fools whoever asks
            about it; `seen`; and the sentences.

        Raises:
            explainer.experiments.fool.WrongStrength: the strength is something else.
            models.problems.Problem: as in `/explain`, and those of `explainer.experiments.fool.fool`.
        """
        if picture is None:
            raise NoPicture
        known = method_of(None if method is None else str(method))
        allowed = None if strength is None else _whole(strength)

        asking = self.service.asking(model, known)
        target = target_of(word, asking.classifier)
        found = fool(asking, picture.rgb, None if target is None else Aim.at(target), allowed)
        agreement, noise = _agreement(found), found.noise
        return {
            "before": _answered(found.answers.before),
            "after": _answered(found.answers.after),
            "reached": found.reached,
            "strength": noise.strength,
            "moved": int(np.abs(noise.change).max()),
            "draws": [asdict(draw) for draw in found.draws],
            "unmoved": found.unmoved,
            **asdict(agreement),
            "seen": asdict(found.answers.before.seen),
            "pictures": _pictures(asking.classifier, found, picture),
            "times": _times(noise.strength),
            **self._sentences(found, agreement, allowed is None),
        }

    def _sentences(self, found: Fooling, agreement: Agreement, searched: bool) -> Json:
        words = self.words
        shared, chance = agreement.shared, agreement.chance
        return {
            "headline": self._headline(found),
            "control": self._control(found),
            "bound": words("fool.bound", strength=found.noise.strength),
            "least": words("fool.least", strength=found.noise.strength) if searched and found.reached else "",
            "maps": ""
            if shared is None or chance is None
            else words("fool.maps", share=percent(shared, words), luck=percent(chance, words)),
        }

    def _headline(self, found: Fooling) -> str:
        words, before, after = self.words, found.answers.before.answer, found.answers.after.answer
        now = {"after": after.label, "after_share": percent(after.confidence, words)}
        if not found.reached:
            return words("fool.missed", **now)
        return words("fool.reached", before=before.label, before_share=percent(before.confidence, words), **now)

    def _control(self, found: Fooling) -> str:
        words, count = self.words, len(found.draws)
        if found.unmoved < count:
            return words("fool.speckle_too", changed=count - found.unmoved, count=count)
        mean = sum(draw.confidence for draw in found.draws) / count
        label = found.answers.before.answer.label
        return words("fool.speckle_no", count=count, label=label, percent=percent(mean, words))


def _whole(strength: Any) -> int:
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
