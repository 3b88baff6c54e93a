"""A map on trial: parts of the picture are hidden, and the model is asked again."""

from dataclasses import asdict

from PIL import Image

from explainer.experiments.curves import Curves, curves_of
from explainer.experiments.hiding import REPLACEMENTS, hide
from explainer.experiments.try_map import Hidden, Trial, try_each_method, try_map
from explainer.methods import titles
from models.problems import Problem
from page.confidence import percent
from page.experiments.experiment import Experiment
from page.experiments.one_map import OneMap, one_map
from page.experiments.parameters import AnyJson, OnePicture, Text, Word
from page.pictures.picture import Picture
from page.reply import Json, as_address, as_map


class NotYesOrNo(Problem):
    """Whether curves or all methods are wanted is neither true nor false."""

    key = "try_map.not_yes_or_no"


class TryMap(Experiment):
    """Experiment 6."""

    name = "try_map"
    long = True

    def run(
        self,
        picture: OnePicture,
        model: Text = None,
        target: Word = None,
        method: Text = None,
        layer: Text = None,
        curves: AnyJson = None,
        methods: AnyJson = None,
    ) -> Json:
        """Put one map on trial.

        Args:
            picture: a decoded picture.
            model: as in `/explain`.
            target: as in `/explain`.
            method: as in `/explain`.
            layer: as in `/explain`, but None for the default layer.
            curves: true for the curves of deletion and insertion as well, which takes some 30 passes more.
            methods: true for the verdict on the map of each method besides, which takes a dozen passes for each.

        Returns:
            `verdict` (see `explainer.experiments.try_map.Trial`), `label`, `map`, `seen`, and confidences 0..1:
            `before`; `hottest`, `random` (the mean of `draws`), `coldest` and `middle`, each after a fifth was hidden;
            `pictures`: what the model got, without the hottest, a random and the coldest fifth, and without the
            middle; `curves`, or None; `methods`: for each method of the model its `method`, `title`, `verdict` and the
            verdict's short `word`, or None; and the sentences, of which `proof` is empty where nothing was measured
            for that model, method and layer.

        Raises:
            NotYesOrNo: `curves` or `methods` is something else.
            models.problems.Problem: as in `/explain`.
        """
        if any(each not in (None, True, False) for each in (curves, methods)):
            raise NotYesOrNo
        asked = one_map(self.service, picture, model=model, target=target, method=method, layer=layer)
        trial = try_map(asked.classifier, asked.picture, asked.target, asked.layer, asked.method, engine=asked.engine)
        more = (
            curves_of(asked.classifier, trial.explanation, asked.picture, trial.layer, engine=asked.engine)
            if curves
            else None
        )
        return {
            "verdict": trial.verdict,
            "label": trial.explanation.target.label,
            "before": trial.before,
            "hottest": trial.hottest.confidence,
            "random": trial.random,
            "coldest": trial.coldest.confidence,
            "middle": trial.middle.confidence,
            "draws": [draw.confidence for draw in trial.draws],
            "map": as_map(trial.layer),
            "seen": asdict(trial.explanation.seen),
            "pictures": _pictures(trial, picture),
            "curves": more and _areas(more),
            "methods": self._each_method(asked) if methods else None,
            **self._sentences(trial),
        }

    def _each_method(self, asked: OneMap) -> list[Json]:
        engines, classifier = self.service.engines, asked.classifier
        trials = try_each_method(
            classifier,
            asked.picture,
            asked.target,
            asked.layer,
            engine_of=lambda method: engines.of(classifier, method, [asked.layer]),
        )
        return [
            {
                "method": method,
                "title": titles()[method],
                "verdict": trial.verdict,
                "word": self.words(f"try_map.word_{trial.verdict}"),
            }
            for method, trial in trials.items()
        ]

    def _sentences(self, trial: Trial) -> Json:
        words = self.words
        shares = {
            "before": percent(trial.before, words),
            "hottest": percent(trial.hottest.confidence, words),
            "middle": percent(trial.middle.confidence, words),
        }
        passed = trial.passed
        return {
            "headline": words(f"try_map.{trial.verdict}"),
            "numbers": words("try_map.numbers", label=trial.explanation.target.label, **shares),
            "proof": words("try_map.proof", own=passed.own, other=passed.another, of=passed.of) if passed else "",
        }


def _areas(curves: Curves) -> Json:
    lines = {name: list(values) for name, values in asdict(curves).items()}
    return {**lines, "deletion_area": curves.deletion_area, "insertion_area": curves.insertion_area}


def _pictures(trial: Trial, picture: Picture) -> list[str]:
    preprocess = trial.explanation.classifier.preprocess
    inputs = preprocess.array(picture.rgb)
    filled = REPLACEMENTS[trial.replacement](inputs)

    def shown(hidden: Hidden) -> str:
        return as_address(Picture(Image.fromarray(preprocess.pixels(hide(inputs, hidden.region, filled)))))

    return [shown(hidden) for hidden in (trial.hottest, trial.draws[0], trial.coldest, trial.middle)]
