"""What the page and the API ask for: a picture and a question in, a reply with its sentences out."""

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass

from PIL import Image

from explainer.asking import Asking
from explainer.engines.choice import Engines
from explainer.explain import Explanation, UnknownMethod, explain
from explainer.methods import DEFAULT_METHOD, METHODS
from explainer.outside.bounds import Bounds, Measured
from explainer.target import Target, parse_target
from models.catalogue import ClassifierSpec
from models.classifier import Classifier
from models.deliveries import Deliveries
from models.problems import Problem
from models.store import ClassifierStore
from models.weights import WeightsBroken, WeightsOffline
from page import metrics
from page.gpu import Gpu
from page.pictures.picture import Picture
from page.words import Words

log = logging.getLogger("seewhy")

FAIRLY_SURE, VERY_SURE = 0.4, 0.8
UNLIKELY = 0.02
DEFAULT_LAYER = "default"
AGAIN = 30  # seconds until a model that could not be made ready is tried anew
PASSES = 3  # of a blank picture, before the first visitor's; torch's second one is still slower than those after it
SMALL = 64  # pixels; below this a picture has less detail than any target layer could use


class UnknownLayer(Problem):
    """A target layer that the model does not list; `known` has those it does."""

    key = "layer.unknown"


class OpacityOutOfRange(Problem):
    """An opacity that is not a number from 0 to 1."""

    key = "opacity.range"


class NotHere(Problem):
    """A model that is not on this machine, on a page that brings none for visitors. Values: title."""

    key = "model.not_here"


class NoPicture(Problem):
    """A request without a picture."""

    key = "picture.none"


@dataclass(frozen=True)
class Question:
    """What to ask about a picture. None stands for the default model, the model's first answer, Grad-CAM, and all
    target layers; a layer is a module path, or DEFAULT_LAYER for the model's default."""

    model: str | None = None
    target: str | int | None = None
    method: str | None = None
    layer: str | None = None


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
    """The use case behind every door. It holds the store and nothing of any visitor.

    `status` is "starting", then "ok" once the default model is warm, or "failed" with the reason in `trouble`.
    `deliveries` has models brought that are not here; nobody waits for one in a line.
    """

    def __init__(
        self,
        store: ClassifierStore,
        engines: Engines,
        default_model: str,
        words: Words,
        gpu: Gpu | None = None,
        downloads: bool = True,
    ) -> None:
        """Answer with `default_model` when a question names none, on `gpu`.

        Without `downloads` a visitor's choice brings no model; the default one comes all the same.
        """
        self.store = store
        self.engines = engines
        self.bounds = Bounds()
        self.default_model = default_model
        self.words = words
        self.gpu = gpu or Gpu()
        self._asked = self.gpu.bring("ask", self._ask)
        self.status, self.device = "starting", ""
        self.trouble: str | None = None
        self.downloads = downloads
        self.deliveries = Deliveries(store.fetch)

    def keep_warm(self, every: float = AGAIN) -> None:
        """Warm the default model, and try anew every so many seconds until that works: files can come back."""
        self.warm()
        while self.status == "failed":
            time.sleep(every)
            self.warm()

    def warm(self) -> None:
        """Load the default model and run it, so that the first visitor does not wait for it."""
        try:
            self.deliveries.bring(self.default_model)
            if self.gpu.lent:  # nobody has asked yet in whose name it could be borrowed
                device = self.classifier(None).device
            else:
                for _ in range(PASSES):
                    device = self.ask(Picture(Image.new("RGB", (SMALL, SMALL))), Question()).explanation.device
            self.status, self.device, self.trouble = "ok", str(device), None
        except Problem as problem:
            self._fail(self.words.of(problem))
        except Exception as error:
            self._fail(self.words("server.failed"), error)

    def _fail(self, sentence: str, error: Exception | None = None) -> None:
        if sentence != self.trouble:  # once, and not with every try
            log.error("the default model could not be made ready: %s", sentence, exc_info=error)
        self.status, self.trouble = "failed", sentence

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
        self.prepare(question.model)
        return self._asked(picture, question)

    def prepare(self, *models: str | None) -> None:
        """See to it that models are here, None for the default one; before a GPU is borrowed, since a visitor's time
        on it is too short for a download.

        Raises OnItsWay for one that is being brought, NotHere where that is not to be, and UnknownModel.
        """
        for name in (model or self.default_model for model in models):
            if not self.store.has(name) and not self.store.offline:  # whose source says by itself what is missing
                self._bring(name)

    def offered(self) -> tuple[str, ...]:
        """The models that a visitor may choose: also the default one when it can't be had, so that they are told."""
        names = self.store.available() if self.downloads else self.store.here()
        return names if self.default_model in names else (self.default_model, *names)

    def _bring(self, name: str) -> None:
        title = self.store.title(name)
        if not self.downloads and name != self.default_model:
            raise NotHere(title=title)
        self.deliveries.order(name, title)

    def _ask(self, picture: Picture, question: Question) -> Reply:
        method = method_of(question.method)
        classifier = self.classifier(question.model)
        target = target_of(question.target, classifier)
        layers = layers_of(classifier, question.layer)

        engine = self.engines.of(classifier, method, layers)
        known = self.bounds.of(classifier)
        bound = known.bound if known else None

        began = time.perf_counter()
        explanation = explain(classifier, picture.rgb, target, method, engine=engine, layers=layers, bound=bound)
        elapsed = 1000 * (time.perf_counter() - began)
        metrics.SECONDS.labels("explain").observe(elapsed / 1000)
        metrics.EXPLANATIONS.labels(classifier.spec.name).inc()
        measured = known if explanation.outlook else None
        outside = self.words("outside.headline") if explanation.outside else ""
        titles = layer_titles(explanation.classifier.spec, self.words)
        return Reply(explanation, self._notes(explanation, picture), elapsed, titles, measured, outside)

    def asking(self, model: str | None, method: str = DEFAULT_METHOD) -> Asking:
        """How experiments ask a model, None for the default one: for the map of its default layer, and for confidences
        as cheaply as they come. Raises what `classifier` raises."""
        classifier = self.classifier(model)
        spec = classifier.spec
        mapped, last = ((name,) for name in (spec.default_layer, spec.layers[-1].name))
        engine, quick = self.engines.of(classifier, method, mapped), self.engines.of(classifier, DEFAULT_METHOD, last)
        return Asking(classifier, method, engine, quick, mapped)

    def classifier(self, model: str | None) -> Classifier:
        """A model by its name, None for the default one, in memory.

        Raises what `prepare` raises, and models.problems.Problem where its weights can't be had or are damaged.
        """
        name = str(model or self.default_model)
        self.prepare(name)
        try:
            return self.store.get_somewhere(name)
        except (WeightsBroken, WeightsOffline):
            if self.store.offline:
                raise
        self._bring(name)  # in place of a file that is damaged
        return self.store.get_somewhere(name)

    def _notes(self, explanation: Explanation, picture: Picture) -> tuple[str, ...]:
        words = self.words
        default = explanation.classifier.spec.default_layer
        nothing = any(layer.name == default and layer.maximum == 0 for layer in explanation.layers)
        notes = (
            (explanation.device != self.store.device, words("notes.cpu")),
            (
                explanation.answer.confidence < FAIRLY_SURE and not explanation.outside,
                words("notes.low", classes=words.number(len(explanation.classifier.labels))),
            ),
            (nothing, words("notes.nothing", label=explanation.target.label)),
            (
                explanation.target_confidence < UNLIKELY and not explanation.outside,
                words(
                    "notes.unlikely",
                    label=explanation.target.label,
                    percent=percent(explanation.target_confidence, words),
                ),
            ),
            (
                min(picture.width, picture.height) < SMALL,
                words("notes.small", width=picture.width, height=picture.height),
            ),
        )
        return tuple(sentence for applies, sentence in notes if applies)


def target_of(asked: str | int | None, classifier: Classifier) -> Target | None:
    """What a visitor or a program asks about, by a word, a number or a contrast; None or blank for the first answer.

    Raises the problems of `explainer.target.parse_target`.
    """
    text = "" if asked is None else str(asked).strip()
    return parse_target(text, classifier.labels) if text else None


def method_of(asked: str | None) -> str:
    """The key of a method, Grad-CAM's for None. Raises UnknownMethod."""
    method = asked or DEFAULT_METHOD
    if method not in METHODS:
        raise UnknownMethod(method=method, known=tuple(METHODS))
    return method


def layers_of(classifier: Classifier, asked: str | None) -> tuple[str, ...]:
    """The module paths to make maps of: all for None, one for a path or DEFAULT_LAYER. Raises UnknownLayer."""
    known = tuple(layer.name for layer in classifier.spec.layers)
    if not asked:
        return known
    name = classifier.spec.default_layer if asked == DEFAULT_LAYER else asked
    if name not in known:
        raise UnknownLayer(layer=asked, known=known)
    return (name,)


def sureness(confidence: float) -> str:
    """The key of the words for a confidence 0..1: "very_sure", "fairly_sure" or "not_sure"."""
    if confidence >= VERY_SURE:
        return "very_sure"
    return "fairly_sure" if confidence >= FAIRLY_SURE else "not_sure"


def percent(share: float, words: Words) -> str:
    """A share -> whole percent in words, halves up as the browser rounds.

    What is not nothing never becomes 0 %, and what is not all (but for the last digits of a sum) never 100 %.
    """
    if share < 0.005:
        return words("answer.under_one")
    if 0.995 <= share < 1 - 1e-6:
        return words("answer.over_99")
    return words("answer.percent", percent=int(100 * share + 0.5))


def layer_titles(spec: ClassifierSpec, words: Words) -> dict[str, str]:
    """What each target layer of a model tends to respond to, in plain words, by its path."""
    return {layer.name: words(f"layers.{layer.title.lower().replace(' ', '_')}") for layer in spec.layers}


def capital(label: str) -> str:
    """A label as it begins a sentence."""
    return label[:1].upper() + label[1:]
