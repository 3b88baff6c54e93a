"""What happens when: every event of the page and of the endpoints for programs, in one visible block."""

from collections.abc import Sequence
from typing import Any

from page.doors.lanes import AT_ONCE, SHORT
from page.examples import Example
from page.experiments import Experiments
from page.front.layout import Layout, Programs
from page.handlers import Handlers
from page.made import Made
from page.service import Service

# Requests that share the models wait in one line, out of which as many go at once as the models take together.
LANE: dict[str, Any] = {"concurrency_id": SHORT, "concurrency_limit": AT_ONCE[SHORT]}
# No Gradio spinner over our own, and of several requests of one kind the last one counts.
QUIET: dict[str, Any] = {"show_progress": "hidden", "trigger_mode": "always_last", "api_visibility": "private"}

STARTED = "(...values) => { seewhy.started(); return values; }"
ABOUT = "(...values) => { seewhy.started(); return [...values.slice(0, -1), seewhy.drawn()]; }"
QUESTIONED = "(...values) => { seewhy.questioned(); return [...values.slice(0, -1), seewhy.drawn()]; }"
FINISHED = "() => { seewhy.finished(); }"
WANTED = "(target) => { seewhy.wants(target); }"
OFFER = "(answer, target) => { seewhy.finished(); return seewhy.offer(answer, target); }"
UNANSWERED = "() => { seewhy.finished(); seewhy.unanswered(); }"
REFUSED = "(answered, asked) => seewhy.refused(answered, asked)"


def connect(
    layout: Layout,
    programs: Programs,
    service: Service,
    examples: Sequence[Example],
    experiments: Experiments,
    made: Made | None = None,
    ask_about: Sequence[str] = (),
) -> None:
    """Bind every event, inside the same `with gr.Blocks()` as the layout."""
    page = Handlers(service, examples, experiments, made, ask_about)
    on = layout
    result = [on.viewer, on.answer, on.notes, on.shown, on.example, on.target, on.answered]
    question = [on.shown, on.example, on.model, on.method, on.target, on.drawn]
    answered = [on.viewer, on.answer, on.notes, on.target, on.answered]

    # Given pictures move on at once, so that the door stands open for the next one.
    on.picture.change(None, [on.picture], [on.picture, on.pending], js="seewhy.take", queue=False)
    asked = [
        listen(handler, inputs, result, js=STARTED, **LANE, **QUIET)
        for listen, handler, inputs in (
            (on.pending.change, page.picture, [on.pending, on.model, on.method]),
            (on.examples.pick, page.example, [on.model, on.method]),
        )
    ]
    # A further question leaves the picture as it is. Its answer is ready to be sent: Gradio would look twice at each of
    # its parts, each time in a thread.
    asked += [
        listen(handler, question, answered, js=begin, postprocess=False, **LANE, **QUIET)
        for listen, handler, begin in (
            (on.answer.pick, page.pick, ABOUT),
            (on.model.input, page.question, QUESTIONED),
            (on.method.input, page.question, QUESTIONED),
            (on.status.repeat, page.question, ABOUT),
        )
    ]
    # Gradio tells of an input whenever the field is left, and twice where a word was chosen from its list.
    on.target.input(None, [on.target], None, js=WANTED, queue=False, api_visibility="private")
    for event in asked:
        event.then(None, [on.answer, on.target], [on.target, on.method], js=OFFER)
        # Gradio does not go on to `then` after a refusal. The model that answered last stays the one to ask, unless the
        # one that was chosen is on its way.
        event.failure(None, [on.answered, on.model], [on.model], js=REFUSED)
    tried = on.experiments.ask(
        page.experiment, [on.shown, on.example, on.answered], on.experiments, js=STARTED, **LANE, **QUIET
    )
    tried.then(None, js=FINISHED)
    tried.failure(None, js=UNANSWERED)
    asked.append(tried)
    on.again.click(None, None, [on.pending], js="seewhy.again")
    # The newest request wins. An event of its own, because Gradio would run a `cancels` beside a request only after it.
    on.status.outdate(None, cancels=asked)
    on.new_picture.click(None, js="seewhy.anew", cancels=asked)

    # The same for programs, through the same door.
    api: dict[str, Any] = {**LANE, "show_progress": "hidden"}
    parameters = [on.picture, programs.model, programs.target, programs.method, programs.layer]
    # The JSON is ready as it is: Gradio would write, read, check and copy its thousands of numbers once more.
    programs.explain.click(page.explain, parameters, programs.json, api_name="explain", postprocess=False, **api)
    programs.heatmap.click(page.heatmap, [*parameters, programs.opacity], programs.file, api_name="heatmap", **api)
    for experiment in experiments.all.values():
        programs.explain.click(
            experiments.endpoint(experiment),
            [programs.values(name, type_) for name, type_ in experiment.parameters().items()],
            programs.json,
            api_name=experiment.name,
            postprocess=False,
            **api,
        )
