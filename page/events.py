"""What happens when: every event of the page and of the endpoints for programs, in one visible block."""

from collections.abc import Sequence
from typing import Any

import gradio as gr

from explainer.heatmap import DEFAULT_OPACITY
from models.problems import Problem
from page.blended import write_blended
from page.examples import Example
from page.intake import Upload
from page.layout import Layout, Programs, notes_html
from page.picture import Picture
from page.refusal import Refuse
from page.reply import Json, as_answer, as_json, as_view
from page.service import OpacityOutOfRange, Question, Reply, Service, UnknownLayer

# Requests that share the models wait in one line; a download must not hold up the others.
LANE: dict[str, Any] = {"concurrency_id": "explain", "concurrency_limit": 4}
# `queue` shows no Gradio spinner over our own; the newest request wins.
QUIET: dict[str, Any] = {"show_progress": "hidden", "trigger_mode": "always_last", "api_visibility": "private"}

STARTED = "(...values) => { seewhy.started(); return values; }"
FINISHED = "() => { seewhy.finished(); }"
REFUSED = "(answered) => { seewhy.finished(); return answered; }"


class UnknownExample(Problem):
    """The number of an example that is not on the page."""

    key = "example.unknown"


def connect(layout: Layout, programs: Programs, service: Service, examples: Sequence[Example]) -> None:
    """Bind every event, inside the same `with gr.Blocks()` as the layout."""
    page = _Page(service, examples)
    on = layout
    result = [on.viewer, on.answer, on.notes, on.shown, on.example, on.target, on.answered]
    question = [on.shown, on.example, on.model, on.method, on.target]

    # Given pictures move on at once, so that the door stands open for the next one.
    on.picture.change(None, [on.picture], [on.picture, on.pending], js="seewhy.take", queue=False)
    given = [on.pending, on.model, on.method]
    asked = {
        listen: listen(handler, inputs, result, js=STARTED, **LANE, **QUIET)
        for listen, handler, inputs in (
            (on.pending.change, page.picture, given),
            (on.again.click, page.picture, given),
            (on.examples.pick, page.example, [on.model, on.method]),
            (on.answer.pick, page.pick, question),
            (on.model.input, page.question, question),
            (on.method.input, page.question, question),
            (on.target.input, page.question, question),
        )
    }
    for listen, event in asked.items():
        event.then(None, js=FINISHED)
        # Gradio does not go on to `then` after a refusal. The model that answered last stays the one to ask.
        event.failure(None, [on.answered], [on.model], js=REFUSED)
        # The newest request wins: an older one of another kind must not arrive after it.
        listen(None, cancels=[other for other in asked.values() if other is not event])
    on.new_picture.click(None, js="seewhy.anew", cancels=list(asked.values()))

    # The same for programs, through the same door.
    api: dict[str, Any] = {**LANE, "show_progress": "hidden"}
    parameters = [on.picture, programs.model, programs.target, programs.method]
    programs.explain.click(page.explain, parameters, programs.json, api_name="explain", **api)
    programs.heatmap.click(
        page.heatmap, [*parameters, programs.layer, programs.opacity], programs.file, api_name="heatmap", **api
    )


class _Page:
    """The handlers. Each runs in a thread of its own and keeps nothing."""

    def __init__(self, service: Service, examples: Sequence[Example]) -> None:
        self.service = service
        self.examples = examples
        self.refuse = Refuse(service.words)

    def picture(self, pending: Upload | None, model: str, method: str) -> Any:
        if pending is None:
            return gr.skip()
        with self.refuse:
            reply = self.service.ask(pending.picture, Question(model, None, method))
            return self._result(reply, pending.picture, pending, None)

    def example(self, model: str, method: str, event: gr.EventData) -> Any:
        with self.refuse:
            number = event._data.get("number")
            picture = self._example(number)
            return self._result(self.service.ask(picture, Question(model, None, method)), picture, None, number)

    def pick(
        self, shown: Upload | None, example: float | None, model: str, method: str, target: Any, event: gr.EventData
    ) -> Any:
        index = event._data.get("index")
        return self.question(shown, example, model, method, str(index) if isinstance(index, int) else target)

    def question(self, shown: Upload | None, example: float | None, model: str, method: str, target: str | None) -> Any:
        if shown is None and example is None:  # a model was chosen before any picture: the next picture will use it
            return gr.skip()
        with self.refuse:
            picture = shown.picture if shown else self._example(example)
            return self._result(self.service.ask(picture, Question(model, target, method)), picture, shown, example)

    def _ask(self, upload: Upload | None, question: Question) -> Reply:
        return self.service.ask(upload.picture if upload else None, question)

    def _example(self, number: Any) -> Picture:
        if not isinstance(number, (int, float)) or int(number) not in range(len(self.examples)):
            raise UnknownExample
        return self.examples[int(number)].open()

    def _result(self, reply: Reply, picture: Picture, shown: Upload | None, example: float | None) -> tuple[Any, ...]:
        target = reply.explanation.target
        asked = None if target.index == reply.explanation.answer.index else target.label
        answer = as_answer(reply, self.service.words)
        model = reply.explanation.classifier.spec.name
        return as_view(reply, picture), answer, notes_html(reply.notes), shown, example, asked, model

    def explain(
        self, picture: Upload, model: str | None = None, target: str | None = None, method: str | None = None
    ) -> Json:
        with self.refuse:
            reply = self._ask(picture, Question(model, target, method))
            return as_json(reply, picture.milliseconds)

    def heatmap(
        self,
        picture: Upload,
        model: str | None = None,
        target: str | None = None,
        method: str | None = None,
        layer: str | None = None,
        opacity: float | None = None,
    ) -> str:
        with self.refuse:
            opacity = DEFAULT_OPACITY if opacity is None else opacity
            if not 0 <= opacity <= 1:
                raise OpacityOutOfRange(opacity=opacity)
            explanation = self._ask(picture, Question(model, target, method)).explanation
            known = tuple(each.name for each in explanation.layers)
            name = layer or explanation.classifier.spec.default_layer
            if name not in known:
                raise UnknownLayer(layer=name, known=known)
            return str(write_blended(explanation, picture.picture, name, opacity))
