"""A picture of nothing, changed until the model is sure that it shows a chosen thing."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from types import MappingProxyType

from PIL import Image

from explainer.experiments.climb import Pixels
from explainer.experiments.from_nothing import STRENGTHS, from_nothing, grey, speckle
from explainer.experiments.noise import Noise
from explainer.explain import Explanation
from models.classifier import Classifier
from models.problems import Problem
from page.confidence import percent
from page.experiments.experiment import Experiment
from page.experiments.fool.fool import PATIENCE, change_of, magnified
from page.experiments.parameters import MaskPicture, Number, Text, Word
from page.question import target_of
from page.reply import Json, as_map, as_png

# Seconds by the clock for one strength: a search that is cut short and goes on begins with large steps again, so each
# gets its time. Who waits can stop at any moment.
SECONDS = 7
NOTHINGS: Mapping[str, Callable[[int], Pixels]] = MappingProxyType({"grey": grey, "speckle": speckle})


class NoWord(Problem):
    """The question does not say what the picture shall become."""

    key = "from_nothing.no_word"


class UnknownNothing(Problem):
    """A start that is none of NOTHINGS. Values: start, known."""

    key = "from_nothing.start"


class UnknownStrength(Problem):
    """A strength that is none of those tried. Values: strength, known."""

    key = "from_nothing.strength"


class FromNothing(Experiment):
    """What follows from experiment 9."""

    name = "from_nothing"
    least_words = 2
    long = True

    def constants(self) -> Json:
        """See Experiment. The faintest strength is hardly ever enough, and whoever waits is spared it."""
        return {"starts": list(NOTHINGS), "strengths": list(STRENGTHS[1:]), "seconds": PATIENCE}

    def run(
        self,
        word: Word = None,
        start: Text = None,
        strength: Number = None,
        noise: MaskPicture = None,
        model: Text = None,
    ) -> Json:
        """Make a picture of nothing that the model is 99 % sure about.

        Args:
            word: what the model shall say, one word of it or its number.
            start: "grey" or "speckle"; None for grey.
            strength: 4, 8, 16, 32 or 64: how far each value of a colour may move. Only that is tried, for a few
                seconds at most, for whoever shows how it goes, and may stop. None for the first that is enough.
            noise: what another strength gave, to go on from there.
            model: as in `/explain`.

        Returns:
            `before` and `after`: the model's answer, its share 0..1, the share of the chosen word as `chosen`, and its
            map at the default layer; `label`, `reached`, `strength`: how far a value of a colour moved at most;
            `pictures`: PNGs as `data:` addresses, `before` and `after`; `noise`: another one, grey where nothing was
            added; `seen`; and the sentences.

        Raises:
            NoWord: there is no word.
            UnknownNothing: the start is something else.
            UnknownStrength: the strength is something else.
            explainer.experiments.fool.OtherSize: the noise is not of the model's size.
            explainer.experiments.one_word.NotOneWord: the word is a group or a contrast.
            models.problems.Problem: as in `/explain`.
        """
        begin = "grey" if start is None else str(start)
        if begin not in NOTHINGS:
            raise UnknownNothing(start=begin, known=", ".join(NOTHINGS))

        asking = self.service.asking(model)
        target = target_of(word, asking.classifier)
        if target is None:
            raise NoWord
        nothing = NOTHINGS[begin](asking.classifier.preprocess.crop_side)
        change = None if noise is None else change_of(noise)
        if strength is None:
            found = from_nothing(asking, target, nothing, change=change)
        else:
            found = from_nothing(asking, target, nothing, (_known(strength),), change=change, seconds=SECONDS)
        before, after = found.answers.before, found.answers.after
        label, words, strength = after.target.label, self.words, found.noise.strength
        share = percent(after.target_confidence, words)
        return {
            "label": label,
            "before": _answered(before),
            "after": _answered(after),
            "reached": found.reached,
            "strength": strength,
            "pictures": _pictures(asking.classifier, found.noise),
            "noise": as_png(magnified(found.noise.change, 1)),
            "seen": asdict(after.seen),
            "headline": words("from_nothing.reached", label=label, percent=share)
            if found.reached
            else words("from_nothing.missed", label=label, percent=share),
            "bound": words("from_nothing.bound", strength=strength),
        }


def _known(strength: object) -> int:
    """Raises UnknownStrength."""
    if isinstance(strength, bool) or strength not in STRENGTHS:
        raise UnknownStrength(strength=strength, known=", ".join(map(str, STRENGTHS)))
    return int(strength)


def _answered(explanation: Explanation) -> Json:
    (layer,) = explanation.layers
    answer = explanation.answer
    return {
        "label": answer.label,
        "share": answer.confidence,
        "chosen": explanation.target_confidence,
        "map": as_map(layer),
    }


def _pictures(classifier: Classifier, noise: Noise) -> dict[str, str]:
    framed, around = classifier.preprocess.framed, Image.fromarray(noise.before)
    return {"before": as_png(framed(noise.before, around)), "after": as_png(framed(noise.after, around))}
