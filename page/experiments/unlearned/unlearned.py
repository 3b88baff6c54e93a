"""The same map, of the same network before it learned anything."""

from dataclasses import asdict

from explainer.experiments import unlearned
from explainer.experiments.unlearned import ALIKE, Likeness, likeness
from page.experiments.experiment import Experiment
from page.experiments.one_map import one_map
from page.experiments.parameters import OnePicture, Text, Word
from page.reply import Json, as_map
from page.service import Service


class Unlearned(Experiment):
    """Experiment 7."""

    name = "unlearned"
    long = True

    def __init__(self, service: Service) -> None:
        """Keep the random networks, which are the same for all visitors."""
        super().__init__(service)
        self._networks = unlearned.UnlearnedNetworks()

    def run(
        self,
        picture: OnePicture,
        model: Text = None,
        target: Word = None,
        method: Text = None,
        layer: Text = None,
    ) -> Json:
        """Compare one map with those of five random networks.

        Args:
            picture: a decoded picture.
            model: as in `/explain`.
            target: as in `/explain`.
            method: as in `/explain`.
            layer: as in `/explain`, but None for the default layer.

        Returns:
            `label`, `map`, `seen`; `others`: the maps of the random networks; `correlations`: rank correlations -1..1
            with each, None where there is nothing to rank; their `median`, where such a one counts zero; `alike`,
            whether it is at least `bound`, and `like`, how many are; and the sentences.

        Raises:
            models.problems.Problem: as in `/explain`.
        """
        asked = one_map(self.service, picture, model=model, target=target, method=method, layer=layer)
        found = likeness(
            asked.classifier,
            asked.picture,
            asked.target,
            asked.layer,
            asked.method,
            unlearned=self._networks,
            engine=asked.engine,
        )
        return {
            "label": found.explanation.target.label,
            "map": as_map(found.real),
            "seen": asdict(found.explanation.seen),
            "others": [as_map(each) for each in found.others],
            "correlations": list(found.correlations),
            "median": found.median,
            "alike": found.alike,
            "like": found.like,
            "bound": ALIKE,
            **self._sentences(found),
        }

    def _sentences(self, found: Likeness) -> Json:
        words, count = self.words, len(found.others)
        empty = found.empty if found.comparable else 0
        median, bound = words.number(found.median, 2), words.number(ALIKE, 2)
        return {
            "headline": self._headline(found),
            "numbers": words("unlearned.numbers", median=median, count=count, bound=bound),
            "empty": words("unlearned.empty", empty=empty, count=count) if empty else "",
            "tries": [words("unlearned.one_try", number=number, count=count) for number in range(1, count + 1)],
            "each": [
                words("unlearned.none", number=number, count=count)
                if value is None
                else words("unlearned.each", number=number, count=count, likeness=words.number(value, 2))
                for number, value in enumerate(found.correlations, 1)
            ],
        }

    def _headline(self, found: Likeness) -> str:
        words = self.words
        if not found.comparable:
            return words("unlearned.nothing")
        counted = {"like": found.like, "count": len(found.others)}
        return words("unlearned.alike", **counted) if found.alike else words("unlearned.different", **counted)
