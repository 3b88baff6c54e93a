"""What the page and the API ask for: a picture and a question in, a reply with its sentences out."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from explainer.asking import Asking
from explainer.explain import Explanation, explain_pixels
from explainer.methods import DEFAULT_METHOD
from explainer.outside.bounds import Bounds, Measured
from explainer.target import Target
from models.facts import ClassifierFacts
from models.preprocess import Box
from models.store import ClassifierStore
from models.taught.model import labels_of, taught_spec
from page import metrics
from page.known import KnownModel
from page.notes import SMALL, notes_of
from page.pictures.picture import Picture
from page.place import Here, Place
from page.question import NoPicture, Question, layers_of, method_of, target_of
from page.readiness import Readiness
from page.supply import TAUGHT, Supply
from page.titles import layer_titles
from page.words import Words

if TYPE_CHECKING:  # teaching asks for this module, and engines for torch
    from explainer.engines.choice import Engines
    from page.teaching.teaching import Teaching

PASSES = 3  # of a blank picture, before the first visitor's; torch's second one is still slower than those after it


@dataclass(frozen=True, eq=False)
class Reply:
    """An explanation, sentences to read with it, and the time that it took in milliseconds.

    `titles` says what visitors call each target layer.
    `measured` is the bound that the picture was judged by, None where it was not. `outside` is the sentence for a
    picture beyond it, "" for any other.
    """

    explanation: Explanation
    notes: tuple[str, ...]
    milliseconds: float
    titles: Mapping[str, str]
    measured: Measured | None = None
    outside: str = ""


class Service:
    """The use case behind every door. It holds the models and nothing of any visitor."""

    def __init__(
        self,
        store: ClassifierStore,
        engines: "Engines | None",
        default_model: str,
        words: Words,
        place: Place | None = None,
        downloads: bool = True,
    ) -> None:
        """Answer with `default_model` when a question names none, by models that work at `place`, None for here.

        `downloads` as in `page.supply.Supply`. Without `engines` nothing can be computed in this process.
        """
        self.store = store
        self._engines = engines
        self.bounds = Bounds()
        self.words = words
        self.place = place or Here()
        self.supply = Supply(store, default_model, downloads)
        self.readiness = Readiness(self._warm, words)
        self.teaching: Teaching | None = None  # what visitors taught: see `page.teaching.of`
        self._asked = self.place.bring("ask", self._ask, asks_only=True)
        self._known_there = self.place.bring("known", self._known, lasting=True)
        self._explained_there = self.place.bring("explain", self._explained)

    @property
    def default_model(self) -> str:
        """The model that answers when none is named."""
        return self.supply.default

    @property
    def engines(self) -> "Engines":
        """What computes in this process. Raises RuntimeError where nothing does."""
        if self._engines is None:
            raise RuntimeError("nothing is computed in this process")
        return self._engines

    def known(self, model: str | None) -> KnownModel:
        """What is known of a model, None for the default one. Raises what `Supply.classifier` raises."""
        name = model or self.default_model
        if not name.startswith(TAUGHT):
            return self._known_there(name)
        taught = self.supply.taught_model(name)
        head, backbone = taught.head, self._known_there(taught.backbone).facts
        spec = taught_spec(backbone.spec, head, taught.name, taught.title)
        return KnownModel(ClassifierFacts(spec, backbone.preprocess, labels_of(head), head))

    def ask(self, picture: Picture | None, question: Question) -> Reply:
        """Explain a picture.

        Args:
            picture: a decoded picture.
            question: model, target and method.

        Raises:
            models.problems.Problem: one of its kinds, each with a sentence in `page/words`.
        """
        if picture is None:
            raise NoPicture
        method_of(question.method)  # before a model is brought for nothing
        self.supply.prepare(question.model)
        return self._asked(picture, question)

    def asking(self, model: str | None, method: str = DEFAULT_METHOD) -> Asking:
        """How experiments ask a model, None for the default one: for the map of its default layer, and for confidences
        as cheaply as they come. Raises what `Supply.classifier` raises."""
        classifier = self.supply.classifier(model)
        spec = classifier.spec
        mapped, last = ((name,) for name in (spec.default_layer, spec.layers[-1].name))
        engine, quick = self.engines.of(classifier, method, mapped), self.engines.of(classifier, DEFAULT_METHOD, last)
        return Asking(classifier, method, engine, quick, mapped)

    def _ask(self, picture: Picture, question: Question) -> Reply:
        model = question.model or self.default_model
        known = self.known(model)
        facts = known.facts
        method = method_of(question.method, facts.spec)
        target = target_of(question.target, facts)
        layers = layers_of(facts, question.layer)
        pixels, seen = picture.seen_by(facts.preprocess), facts.preprocess.seen(*picture.size)

        began = time.perf_counter()
        explanation = self._explained_there(model, pixels, seen, target, method, layers)
        elapsed = 1000 * (time.perf_counter() - began)
        metrics.SECONDS.labels("explain").observe(elapsed / 1000)
        metrics.EXPLANATIONS.labels(counted_as(model)).inc()
        measured = known.measured if explanation.outlook else None
        outside = self._headline(facts) if explanation.outside else ""
        titles = layer_titles(facts.spec, self.words)
        notes = notes_of(explanation, picture, explanation.device != self.store.usual_device, self.words)
        return Reply(explanation, notes, elapsed, titles, measured, outside)

    def _headline(self, facts: ClassifierFacts) -> str:
        return self.words("teaching.unlike") if facts.head else self.words("outside.headline")

    def _known(self, model: str) -> KnownModel:
        classifier = self.supply.classifier(model)
        return KnownModel(classifier.facts, self.bounds.of(classifier))

    def _explained(
        self,
        model: str,
        pixels: NDArray[np.uint8],
        seen: Box,
        target: Target | None,
        method: str,
        layers: tuple[str, ...],
    ) -> Explanation:
        classifier = self.supply.classifier(model)
        engine = self.engines.of(classifier, method, layers)
        known = self.bounds.of(classifier)
        bound = known.bound if known else None
        return explain_pixels(classifier, pixels, seen, [target], method, engine=engine, layers=layers, bound=bound)[0]

    def _warm(self) -> str:
        """Load the default model and run it; the device that it works on."""
        default = self.supply.default
        self.supply.deliveries.bring(default)
        if self.place.lent:  # nobody has asked yet in whose name it could be borrowed
            return str(self.supply.classifier(default).device)
        for _ in range(PASSES):
            reply = self.ask(Picture(Image.new("RGB", (SMALL, SMALL))), Question())
        return str(reply.explanation.device)


def counted_as(model: str) -> str:
    """The name that a model is counted by: one for all that visitors taught."""
    return TAUGHT.removesuffix(":") if model.startswith(TAUGHT) else model
