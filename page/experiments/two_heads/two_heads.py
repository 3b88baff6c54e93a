"""One picture, several maps: by two models, by two methods, or at every layer, and how far they agree."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from types import MappingProxyType
from typing import Any

from PIL import Image

from explainer.experiments.two_heads import COLOURS, Agreement, agree, where
from explainer.methods import titles
from models.problems import Problem
from page.confidence import percent
from page.experiments.experiment import Experiment
from page.experiments.parameters import OnePicture, Text, Word
from page.pictures.picture import Picture
from page.question import DEFAULT_LAYER, Question
from page.reply import Json, as_address, as_map
from page.service import Reply

SAME, PARTLY = 0.65, 0.35  # of the brightest fifth in common
OTHER_METHOD = "layercam"  # HiResCAM equals Grad-CAM in the last layer of most models


class UnknownComparison(Problem):
    """What is to be compared is none of the three."""

    key = "two_heads.unknown"


class OneHead(Problem):
    """There is no second model here, or the second is the first."""

    key = "two_heads.one"


class TwoHeads(Experiment):
    """Experiment 10."""

    name = "two_heads"
    asks_only = True
    long = True

    def run(
        self,
        picture: OnePicture,
        by: Text = None,
        second: Text = None,
        target: Word = None,
        model: Text = None,
    ) -> Json:
        """Make several maps of one picture, and compare the first with the last.

        Args:
            picture: a decoded picture.
            by: "methods", "layers" or "models"; None for methods.
            second: the other method or model; None for one that is here.
            target: as in `/explain`; two models are each asked for their own first answer.
            model: as in `/explain`.

        Returns:
            `sides`: for each map its title, the model's first answer, its share 0..1, the map and what the model saw;
            `shared`: how much of the brightest fifths the first and the last have in common, 0..1, and `chance`, what
            luck would give, both None where a map is empty; `where`: a picture of these parts as a `data:` address, or
            None, in `colours` for what is bright in both, only in the first and only in the last; `models`: the other
            models that are here; and the sentences.

        Raises:
            UnknownComparison: `by` is something else.
            OneHead: no second model.
            models.problems.Problem: as in `/explain`.
        """
        kind = str(by or "methods")
        if kind not in _SIDES:
            raise UnknownComparison(by=kind, known=tuple(_SIDES))
        sides = _SIDES[kind](self, picture, str(second) if second else None, target, model)
        (one, seen), (other, also) = (
            (reply.explanation.layers[at].grid, reply.explanation.seen) for _, reply, at in (sides[0], sides[-1])
        )
        found = agree(one, other, (seen, also), picture.size)
        drawn = where(picture.rgb, one, other, (seen, also))
        return {
            "sides": [_side(title, reply, at) for title, reply, at in sides],
            "shared": found.shared,
            "chance": found.chance,
            "where": None if drawn is None else as_address(Picture(Image.fromarray(drawn))),
            "colours": [list(colour) for colour in COLOURS],
            "models": [{"name": name, "title": self.service.store.spec(name).title} for name in self._others(model)],
            **self._sentences(sides, found, kind == "models"),
        }

    def models(self, model: object = None, **values: Any) -> Sequence[str | None]:
        """The second one as well, where a program names it."""
        second = values.get("second") if values.get("by") == "models" else None
        return (*super().models(model), *([str(second)] if second else []))

    def _others(self, model: str | None) -> list[str]:
        """The other models on this machine: a tap downloads no model that was not chosen."""
        return [name for name in self.service.store.here() if name != (model or self.service.default_model)]

    def _layers(self, picture: Picture, second: str | None, target: str | int | None, model: str | None) -> "Sides":
        reply = self.service.ask(picture, Question(model, target))
        return [(reply.titles[layer.name], reply, at) for at, layer in enumerate(reply.explanation.layers)]

    def _methods(self, picture: Picture, second: str | None, target: str | int | None, model: str | None) -> "Sides":
        replies = [
            self.service.ask(picture, Question(model, target, method, DEFAULT_LAYER))
            for method in (None, second or OTHER_METHOD)
        ]
        return [(titles()[reply.explanation.method], reply, 0) for reply in replies]

    def _models(self, picture: Picture, second: str | None, target: str | int | None, model: str | None) -> "Sides":
        others = self._others(model)
        name = second or next(iter(others), None)
        if name is None or name == (model or self.service.default_model):
            raise OneHead
        replies = [self.service.ask(picture, Question(each, None, None, DEFAULT_LAYER)) for each in (model, name)]
        return [(reply.explanation.classifier.spec.title, reply, 0) for reply in replies]

    def _sentences(self, sides: "Sides", found: Agreement, models: bool) -> Json:
        words = self.words
        one, other = (reply.explanation.answer for _, reply, _ in (sides[0], sides[-1]))
        named = {"first": sides[0][0], "second": sides[-1][0]}
        if models and one.label.casefold() != other.label.casefold():  # each model numbers its own words
            names = words("two_heads.names_differ", one=one.label, other=other.label)
        else:
            names = words("two_heads.names_same", label=one.label) if models else ""
        return {
            "headline": _headline(found, words, named),
            "names": names,
            "percents": [percent(reply.explanation.answer.confidence, words) for _, reply, _ in sides],
        }


def _headline(found: Agreement, words: Callable[..., str], named: Mapping[str, str]) -> str:
    if found.shared is None or found.chance is None:
        return words("two_heads.empty", **named)
    counted = {"shared": _tenths(found.shared), "chance": _tenths(found.chance), **named}
    if found.shared >= SAME:
        return words("two_heads.same", **counted)
    return words("two_heads.partly", **counted) if found.shared >= PARTLY else words("two_heads.apart", **counted)


def _tenths(share: float) -> int:
    return int(10 * share + 0.5)


def _side(title: str, reply: Reply, at: int) -> Json:
    explanation = reply.explanation
    return {
        "title": title,
        "answer": explanation.answer.label,
        "share": explanation.answer.confidence,
        "label": explanation.target.label,
        "map": as_map(explanation.layers[at]),
        "seen": asdict(explanation.seen),
    }


Sides = list[tuple[str, Reply, int]]  # a title, who answers, and which of its maps
_SIDES: Mapping[str, Callable[[TwoHeads, Picture, str | None, str | int | None, str | None], Sides]] = MappingProxyType(
    {"layers": TwoHeads._layers, "methods": TwoHeads._methods, "models": TwoHeads._models}
)
