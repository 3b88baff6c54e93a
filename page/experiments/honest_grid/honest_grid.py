"""A map as it is computed: cells, how strong they are, and the score as a sum over those of the last layer."""

from dataclasses import asdict

from explainer.experiments.honest_grid import NotASum, SeveralClasses, Sum, taken_apart
from explainer.experiments.squares import asked_alone, last_activations
from explainer.explain import Explanation, LayerMap, explain
from explainer.strength import WEAK, strength
from page.confidence import percent
from page.experiments.experiment import Experiment
from page.experiments.one_map import OneMap, one_map
from page.experiments.parameters import OnePicture, Text, Word
from page.reply import Json, as_map


class HonestGrid(Experiment):
    """Experiment 11."""

    name = "honest_grid"

    def run(
        self,
        picture: OnePicture,
        model: Text = None,
        target: Word = None,
        method: Text = None,
        layer: Text = None,
    ) -> Json:
        """Show a map's cells, and take the score apart.

        Args:
            picture: a decoded picture.
            model: as in `/explain`.
            target: as in `/explain`.
            method: as in `/explain`.
            layer: as in `/explain`, but None for the default layer. The sum is always over the last layer.

        Returns:
            `label`, `map`, `seen`; `strength`: the map's maximum as a multiple of what is usual for one word at that
            layer, None where that was not measured; `sum`: `bias`, `cells` row by row, `score` and `total`, which is
            the bias and all cells together, or None where the score is no such sum; `alone`: row by row the three
            surest words of each square of the last layer when it is asked alone, or None where that can't be; and the
            sentences.

        Raises:
            models.problems.Problem: as in `/explain`.
        """
        asked = one_map(self.service, picture, model=model, target=target, method=method, layer=layer)
        explanation = explain(
            asked.classifier,
            asked.picture,
            asked.target,
            asked.method,
            engine=asked.engine,
            layers=[asked.layer],
        )
        added = _sum(asked, explanation)
        (shown,) = explanation.layers
        relative = _strength(explanation, shown)
        return {
            "label": explanation.target.label,
            "map": as_map(shown),
            "seen": asdict(explanation.seen),
            "strength": relative,
            "sum": _numbers(added) if isinstance(added, Sum) else None,
            "alone": self._alone(asked),
            "added": self._added(added) if isinstance(added, Sum) else self.words.of(added),
            **self._sentences(shown, relative),
        }

    def _alone(self, asked: OneMap) -> list[list[list[str]]] | None:
        classifier, label = asked.classifier, self.words.label
        try:
            said = asked_alone(classifier, last_activations(classifier, asked.picture, asked.engine))
        except NotASum:
            return None
        return [[[label(word) for word in words] for words in row] for row in said]

    def _sentences(self, shown: LayerMap, relative: float | None) -> Json:
        height, width = shown.grid.shape
        return {
            "headline": self.words("honest_grid.cells", count=width * height),
            "numbers": self.words("honest_grid.numbers", width=width, height=height, count=width * height),
            "strong": self._strong(relative),
        }

    def _strong(self, relative: float | None) -> str:
        words = self.words
        if relative is None:
            return words("honest_grid.unmeasured")
        share = percent(relative, words)
        return words("honest_grid.weak", share=share) if relative < WEAK else words("honest_grid.strong", share=share)

    def _added(self, added: Sum) -> str:
        return self.words(
            "honest_grid.added",
            label=added.target.label,
            bias=self.words.number(added.bias, 2),
            cells=self.words.number(float(added.cells.sum()), 2),
            count=added.cells.size,
            total=self.words.number(added.total, 2),
            score=self.words.number(added.score, 2),
        )


def _sum(asked: OneMap, explanation: Explanation) -> Sum | NotASum | SeveralClasses:
    try:
        return taken_apart(asked.classifier, asked.picture, explanation.target, engine=asked.engine)
    except (NotASum, SeveralClasses) as why_not:
        return why_not


def _numbers(added: Sum) -> Json:
    return {"bias": added.bias, "cells": added.cells.tolist(), "score": added.score, "total": added.total}


def _strength(explanation: Explanation, shown: LayerMap) -> float | None:
    """Nothing was measured for groups, or for one thing rather than another."""
    if explanation.target.index is None:
        return None
    return strength(explanation.classifier.spec, explanation.method, shown.name, shown.maximum)
