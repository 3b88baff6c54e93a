"""The handlers behind the events: from what a visitor or a program gave to what is shown or sent."""

from collections.abc import Sequence
from typing import Any

import gradio as gr
import orjson

from explainer.experiments.number import finite
from explainer.heatmap import DEFAULT_OPACITY
from page import request as requests
from page.doors.intake import Upload
from page.drawing import drawn_by, ways_of_drawing
from page.examples import Example, open_example
from page.experiments import Experiments
from page.front.layout import notes_html
from page.heatmap_file import write_heatmap
from page.made import Made
from page.pictures.picture import Picture
from page.question import DEFAULT_LAYER, OpacityOutOfRange, Question
from page.refusal import Refuse
from page.reply import Json, as_answer, as_json, as_piece, as_view
from page.room import Room
from page.service import Reply, Service
from page.vocabulary import vocabulary


class Handlers:
    """Each method answers one event, in a thread of its own, and keeps nothing."""

    def __init__(
        self,
        service: Service,
        examples: Sequence[Example],
        experiments: Experiments,
        made: Made | None = None,
        ask_about: Sequence[str] = (),
    ) -> None:
        """Ask `service`; `examples` are those of the page, in its order, and `made` keeps files for whoever asked.

        `ask_about` is what the host wants to be offered to ask about.
        """
        self.made = made or Made(Room())
        self.service = service
        self.examples = examples
        self.experiments = experiments
        self.ask_about = ask_about
        self.refuse = Refuse(service.words)

    def picture(self, pending: Upload | None, model: str, method: str) -> Any:
        """A picture was given, or is tried again."""
        if pending is None:
            return gr.skip()
        with self.refuse:
            reply = self.service.ask(pending.picture, self._chosen(model, None, method))
            return self._result(reply, pending.picture, pending, None)

    def example(self, model: str, method: str, event: gr.EventData) -> Any:
        """An example was tapped; the event carries its number."""
        with self.refuse:
            number = event._data.get("number")
            picture = open_example(self.examples, number)
            return self._result(self.service.ask(picture, self._chosen(model, None, method)), picture, None, number)

    def pick(
        self,
        shown: Upload | None,
        example: float | None,
        model: str,
        method: str,
        target: Any,
        drawn: str | None,
        event: gr.EventData,
    ) -> Any:
        """One of the five answers was tapped; the event carries its class index."""
        index = event._data.get("index")
        return self.question(shown, example, model, method, index if isinstance(index, int) else target, drawn)

    def question(
        self,
        shown: Upload | None,
        example: float | None,
        model: str,
        method: str,
        target: str | int | None,
        drawn: str | None,
    ) -> Any:
        """Another model, method or target for the picture on the page; `drawn` names the one that the viewer has."""
        if shown is None and example is None:  # a model was chosen before any picture: the next picture will use it
            return gr.skip()
        with self.refuse:
            picture = self._shown(shown, example)
            reply = self.service.ask(picture, self._chosen(model, target, method))
            view, answer, *rest = self._answer(reply, picture, drawn)
            return as_piece(view), as_piece(answer), *rest

    def experiment(self, shown: Upload | None, example: float | None, model: str, event: gr.EventData) -> Any:
        """A script of an experiment asks; the event carries its name, its values and a ticket."""
        with self.refuse:
            asked = event._data
            picture = None if shown is None and example is None else self._shown(shown, example)
            result = self.experiments.run(asked.get("name"), asked.get("values"), picture, model)
            return {"ticket": asked.get("ticket"), "result": result}

    def _chosen(self, model: str, target: str | int | None, method: str) -> Question:
        """What the drawer says, where the method may be that of the model that answered before."""
        return Question(model, target, drawn_by(self.service.store.catalogue.get(model), method))

    def _ask(self, upload: Upload | None, question: Question) -> Reply:
        return self.service.ask(upload.picture if upload else None, question)

    def _shown(self, shown: Upload | None, example: float | None) -> Picture:
        return shown.picture if shown else open_example(self.examples, example)

    def _result(self, reply: Reply, picture: Picture, shown: Upload | None, example: float | None) -> tuple[Any, ...]:
        view, answer, notes, asked, model = self._answer(reply, picture)
        return view, answer, notes, shown, example, asked, model

    def _answer(self, reply: Reply, picture: Picture, drawn: str | None = None) -> tuple[Json, Json, str, Any, str]:
        """What the page shows of a reply: the map, the answer, the notes, what was asked about, and the model."""
        target, words = reply.explanation.target, self.service.words
        asked = None if target.index == reply.explanation.answer.index else words.label(target.label)
        view = as_view(reply, picture, words, drawn)
        answer = {
            **as_answer(reply, words),
            "titles": self.experiments.titles(reply.explanation),
            "vocabulary": vocabulary(reply.explanation.classifier.labels, words, self.ask_about),
            "drawing": ways_of_drawing(reply.explanation.classifier.spec, words),
        }
        return view, answer, notes_html(reply.notes), asked, reply.explanation.classifier.spec.name

    def explain(
        self,
        picture: Upload,
        model: str | None = None,
        target: str | None = None,
        method: str | None = None,
        layer: str | None = None,
    ) -> orjson.Fragment:
        """The endpoint `/explain`; no layer asks for all of them."""
        with self.refuse:
            reply = self._ask(picture, Question(model, target, method, layer))
            return as_piece(as_json(reply, picture.milliseconds))

    def heatmap(
        self,
        picture: Upload,
        model: str | None = None,
        target: str | None = None,
        method: str | None = None,
        layer: str | None = None,
        opacity: float | None = None,
        request: gr.Request | None = None,
    ) -> str:
        """The endpoint `/heatmap`: the path of a PNG file, the only one that is kept for its session."""
        with self.refuse:
            number = finite(DEFAULT_OPACITY if opacity is None else opacity)
            if number is None or not 0 <= number <= 1:
                raise OpacityOutOfRange(opacity=opacity)
            explanation = self._ask(picture, Question(model, target, method, layer or DEFAULT_LAYER)).explanation
            path = write_heatmap(explanation, picture.picture, number)
            requests.made(path)
            self.made.keep(path, request)
            return str(path)
