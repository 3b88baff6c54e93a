"""What the page and the API ask for: a picture and a question in, a reply with its sentences out."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PIL import Image

from explainer.asking import Asking
from explainer.engines.choice import Engines
from explainer.explain import Explanation, explain
from explainer.methods import DEFAULT_METHOD
from explainer.outside.bounds import Bounds, Measured
from models.store import ClassifierStore
from models.taught.network import TaughtClassifier
from page import metrics
from page.gpu import Gpu
from page.notes import SMALL, notes_of
from page.pictures.picture import Picture
from page.question import NoPicture, Question, layers_of, method_of, target_of
from page.readiness import Readiness
from page.supply import Supply
from page.titles import layer_titles
from page.words import Words

if TYPE_CHECKING:  # which asks for it
    from page.teaching.teaching import Teaching

PASSES = 3  # of a blank picture, before the first visitor's; torch's second one is still slower than those after it

TAUGHT = "taught"  # what all taught networks together are counted as


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
        engines: Engines,
        default_model: str,
        words: Words,
        gpu: Gpu | None = None,
        downloads: bool = True,
    ) -> None:
        """Answer with `default_model` when a question names none, on `gpu`; `downloads` as in `page.supply.Supply`."""
        self.store = store
        self.engines = engines
        self.bounds = Bounds()
        self.words = words
        self.gpu = gpu or Gpu()
        self.supply = Supply(store, default_model, downloads)
        self.readiness = Readiness(self._warm, words)
        self.teaching: Teaching | None = None  # what visitors taught: see `page.teaching.of`
        self._asked = self.gpu.bring("ask", self._ask)

    @property
    def default_model(self) -> str:
        """The model that answers when none is named."""
        return self.supply.default

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
        classifier = self.supply.classifier(question.model)
        method = method_of(question.method, classifier.spec)
        target = target_of(question.target, classifier)
        layers = layers_of(classifier, question.layer)
        engine = self.engines.of(classifier, method, layers)
        known = self.bounds.of(classifier)
        bound = known.bound if known else None
        pixels = picture.seen_by(classifier.preprocess)

        began = time.perf_counter()
        explanation = explain(
            classifier, picture.rgb, target, method, engine=engine, layers=layers, bound=bound, pixels=pixels
        )
        elapsed = 1000 * (time.perf_counter() - began)
        metrics.SECONDS.labels("explain").observe(elapsed / 1000)
        taught = isinstance(explanation.classifier, TaughtClassifier)
        metrics.EXPLANATIONS.labels(TAUGHT if taught else classifier.spec.name).inc()
        measured = known if explanation.outlook else None
        headline = self.words("teaching.unlike") if taught else self.words("outside.headline")
        outside = headline if explanation.outside else ""
        titles = layer_titles(explanation.classifier.spec, self.words)
        notes = notes_of(explanation, picture, explanation.device != self.store.device, self.words)
        return Reply(explanation, notes, elapsed, titles, measured, outside)

    def _warm(self) -> str:
        """Load the default model and run it; the device that it works on."""
        default = self.supply.default
        self.supply.deliveries.bring(default)
        if self.gpu.lent:  # nobody has asked yet in whose name it could be borrowed
            return str(self.supply.classifier(default).device)
        for _ in range(PASSES):
            reply = self.ask(Picture(Image.new("RGB", (SMALL, SMALL))), Question())
        return str(reply.explanation.device)
