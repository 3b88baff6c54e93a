"""A picture of nothing, changed until the model is sure that it shows a chosen thing."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from types import MappingProxyType

from PIL import Image

from explainer.experiments.climb import Pixels
from explainer.experiments.fool import Conjured, from_nothing, grey, single, speckle
from explainer.explain import Explanation
from explainer.methods import DEFAULT_METHOD
from models.classifier import Classifier
from models.problems import Problem
from page.confidence import percent
from page.experiments.experiment import Experiment, Kind
from page.question import DEFAULT_LAYER, layers_of, target_of
from page.reply import Json, as_map, as_png

NOTHINGS: Mapping[str, Callable[[int], Pixels]] = MappingProxyType({"grey": grey, "speckle": speckle})


class NoWord(Problem):
    """The question does not say what the picture shall become."""

    key = "from_nothing.no_word"


class UnknownNothing(Problem):
    """A start that is none of NOTHINGS. Values: start, known."""

    key = "from_nothing.start"


class FromNothing(Experiment):
    """What follows from experiment 9."""

    name = "from_nothing"
    long = True
    kinds = (Kind.TEXT, Kind.TEXT, Kind.TEXT)

    def constants(self) -> Json:
        """See Experiment."""
        return {"starts": list(NOTHINGS)}

    card = False

    def run(self, word: str | int | None = None, start: str | None = None, model: str | None = None) -> Json:
        """Make a picture of nothing that the model is 99 % sure about.

        Args:
            word: what the model shall say, one word of it or its number.
            start: "grey" or "speckle"; None for grey.
            model: as in `/explain`.

        Returns:
            `before` and `after`: the model's answer, its share 0..1, the share of the chosen word as `chosen`, and its
            map at the default layer; `label`, `reached`, `strength`: how far a value of a colour moved at most;
            `pictures`: PNGs as `data:` addresses, `before` and `after`; `seen`; and the sentences.

        Raises:
            NoWord: there is no word.
            UnknownNothing: the start is something else.
            explainer.experiments.fool.NotOneWord: the word is a group or a contrast.
            models.problems.Problem: as in `/explain`.
        """
        begin = "grey" if start is None else str(start)
        if begin not in NOTHINGS:
            raise UnknownNothing(start=begin, known=", ".join(NOTHINGS))

        def made(classifier: Classifier) -> tuple[Conjured, dict[str, str]]:
            target = target_of(word, classifier)
            if target is None:
                raise NoWord
            single(target)
            nothing = NOTHINGS[begin](classifier.preprocess.crop_side)
            engine = self.service.engines.of(classifier, DEFAULT_METHOD, layers_of(classifier, DEFAULT_LAYER))
            found = from_nothing(classifier, target, nothing, engine=engine)
            return found, _pictures(classifier, found)

        found, shown = self.service.on(None if model is None else str(model), made)
        label, words = found.last.target.label, self.words
        share = percent(found.last.target_confidence, words)
        return {
            "label": label,
            "before": _answered(found.first),
            "after": _answered(found.last),
            "reached": found.reached,
            "strength": found.strength,
            "pictures": shown,
            "seen": asdict(found.last.seen),
            "headline": words("from_nothing.reached", label=label, percent=share)
            if found.reached
            else words("from_nothing.missed", label=label, percent=share),
            "bound": words("from_nothing.bound", strength=found.strength),
        }


def _answered(explanation: Explanation) -> Json:
    (layer,) = explanation.layers
    answer = explanation.answer
    return {
        "label": answer.label,
        "share": answer.confidence,
        "chosen": explanation.target_confidence,
        "map": as_map(layer),
    }


def _pictures(classifier: Classifier, found: Conjured) -> dict[str, str]:
    framed, around = classifier.preprocess.framed, Image.fromarray(found.before)
    return {"before": as_png(framed(found.before, around)), "after": as_png(framed(found.after, around))}
