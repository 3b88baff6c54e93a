"""What is on the page and where. Reads as a table of contents; nothing happens here."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Literal

import gradio as gr
from gradio.components import Component

from explainer.methods import DEFAULT_METHOD, titles
from models.catalogue import ClassifierSpec
from page.curator import Curator
from page.doors.intake import FileInput, PictureInput, PicturesInput
from page.drawing import ways_of_drawing
from page.examples import Example
from page.experiments import Experiments, ParameterType
from page.experiments.frame import build_frame
from page.front.answer import build_answer
from page.front.mirror import build_mirror
from page.front.teach import build_teach
from page.front.viewer import build_viewer
from page.gpu import gpu_is_lent
from page.pictures.picture import Limits
from page.refusal import Refuse
from page.settings import Settings
from page.vocabulary import asks, asks_help
from page.words import Words

HERE = Path(__file__).parent
PIECES = HERE / "pieces"
MANY = "many"  # the test that is about no picture in particular


@dataclass(frozen=True)
class Layout:
    """The components that events connect. `pending` holds a picture that was given and is not answered yet; `shown`
    and `example` name the one on the page: an upload, or the number of an example; `answered` names its model. `drawn`
    is what the viewer calls the picture that it has when something is asked about it."""

    status: gr.HTML
    new_picture: gr.Button
    again: gr.Button
    picture: PictureInput
    pending: PictureInput
    shown: PictureInput
    example: gr.Number
    answered: gr.Textbox
    drawn: gr.Textbox
    examples: gr.HTML
    viewer: gr.HTML
    answer: gr.HTML
    notes: gr.HTML
    model: gr.Radio
    method: gr.Radio
    target: gr.Dropdown
    experiments: gr.HTML


@dataclass(frozen=True)
class Programs:
    """Components without a place on the page: the parameters and results of the endpoints for programs.

    `values` makes a further parameter of an experiment's endpoint, which bears the parameter's name.
    """

    explain: gr.Button
    heatmap: gr.Button
    model: gr.Textbox
    target: gr.Textbox
    method: gr.Textbox
    layer: gr.Textbox
    opacity: gr.Number
    json: gr.JSON
    file: gr.File
    values: Callable[[str, ParameterType], Component]


@dataclass(frozen=True)
class Contents:
    """What the page is made of. `offered` are the models to choose from."""

    settings: Settings
    words: Words
    examples: Sequence[Example]
    offered: Sequence[ClassifierSpec]
    experiments: Experiments
    curator: Curator


def build_layout(contents: Contents) -> Layout:
    """The page, from its top to its end, inside a `with gr.Blocks()`."""
    words, settings, curator = contents.words, contents.settings, contents.curator
    door = _Door(words, contents.experiments.limits)

    with gr.Row(elem_id="top"):
        new_picture = _top(words, curator)
    status, again = _waiting(words)
    with gr.Column(elem_id="start"):
        picture, gallery = _start(contents, door)
    with gr.Row(elem_id="result"):
        with gr.Column(elem_id="look", scale=7):
            viewer = build_viewer(words, saving=not settings.kiosk, elem_id="viewer")
        with gr.Column(elem_id="read", scale=5):
            tests = curator.experiments is None or bool(curator.experiments)
            answer = build_answer(words, tests, elem_id="answer")
            notes = gr.HTML("", elem_id="notes", apply_default_css=False)
            with gr.Accordion(words("more.title"), open=False, elem_id="more"):
                target = _target(contents)
                model = _model(settings, contents.offered, words)
                method = _method(contents)
    if contents.settings.mirrors and not gpu_is_lent():
        build_mirror(words, contents.offered, contents.settings.kiosk, elem_id="mirror")
    if _teaches(contents):
        build_teach(words, settings.kiosk, elem_id="teach")
    experiments = build_frame(words, contents.experiments, curator.experiments, elem_id="experiments")

    return Layout(
        status=status,
        new_picture=new_picture,
        again=again,
        picture=picture,
        # Not `visible=False`: Gradio does not mount such a component, and its change would go unnoticed.
        pending=door("pending", visible="hidden"),
        shown=door("shown", visible=False),
        example=gr.Number(visible=False),
        answered=gr.Textbox(settings.model, visible=False),
        drawn=gr.Textbox(visible=False),
        examples=gallery,
        viewer=viewer,
        answer=answer,
        notes=notes,
        model=model,
        method=method,
        target=target,
        experiments=experiments,
    )


def build_programs(words: Words, limits: Limits) -> Programs:
    """The components behind the endpoints, none of them visible."""
    door = _Door(words, limits)
    return Programs(
        explain=gr.Button(visible=False),
        heatmap=gr.Button(visible=False),
        model=gr.Textbox(visible=False, label="model"),
        target=gr.Textbox(visible=False, label="target"),
        method=gr.Textbox(visible=False, label="method"),
        layer=gr.Textbox(visible=False, label="layer"),
        opacity=gr.Number(visible=False, label="opacity"),
        json=gr.JSON(visible=False, label="explanation"),
        file=gr.File(visible=False),
        values=lambda name, kind: _PARAMETERS[kind](door, name),
    )


def notes_html(notes: Sequence[str]) -> str:
    """Sentences -> the markup of the notes' block, escaped; no sentences give nothing."""
    return "".join(f"<p>{escape(note)}</p>" for note in notes)


class _Door:
    """Makes the doors for pictures, all with the same limits."""

    def __init__(self, words: Words, limits: Limits) -> None:
        self.words = words
        self.limits = limits

    def __call__(self, elem_id: str, visible: bool | Literal["hidden"] = True) -> PictureInput:
        return PictureInput(
            self.limits,
            Refuse(self.words),
            label=self.words("start.picture"),
            show_label=False,
            sources=["upload", "webcam"],
            webcam_options=gr.WebcamOptions(mirror=False),
            container=False,
            buttons=[],
            placeholder=" ",
            elem_id=elem_id,
            visible=visible,
        )


def _top(words: Words, curator: Curator) -> gr.Button:
    """Whose page it is, its languages, and the way back to its start."""
    gr.HTML(_brand(curator, words), elem_id="brand", apply_default_css=False)
    gr.HTML(_languages(words), elem_id="languages", apply_default_css=False)
    return gr.Button(words("page.new_picture"), elem_id="new-picture")


def _waiting(words: Words) -> tuple[gr.HTML, gr.Button]:
    """What moves while one waits, and what asks once more."""
    status = gr.HTML(
        _piece("status", looking=words("page.looking")),
        js_on_load=(PIECES / "status.js").read_text(encoding="utf-8"),
        elem_id="status",
        apply_default_css=False,
    )
    return status, gr.Button(words("server.again"), elem_id="again")


def _start(contents: Contents, door: _Door) -> tuple[PictureInput, gr.HTML]:
    """What one meets first: a sentence, a place for a picture, and examples."""
    words = contents.words
    gr.HTML(_hero(words), elem_id="hero", apply_default_css=False)
    with gr.Column(elem_id="stage"):
        picture = door("picture")
        said = words.section("start") | {"take_photo": words("story.take_photo")}
        said |= {"deleted": words("kiosk.deleted")} if contents.settings.kiosk else {}
        gr.HTML(_piece("choose", **said), elem_id="choose", apply_default_css=False)
    gallery = _gallery(contents.examples, words)
    gr.HTML(_doors(contents), elem_id="doors", apply_default_css=False)
    return picture, gallery


def _doors(contents: Contents) -> str:
    """Where else one can go from the start: to many pictures, and to teaching, where these are offered."""
    words, offered = contents.words, contents.curator.experiments
    doors = _piece("door_many", many=words("start.many")) if offered is None or MANY in offered else ""
    doors += _piece("door_teach", door=words("teach.door")) if _teaches(contents) else ""
    return f'<div class="doors">{doors}</div>' if doors else ""


def _teaches(contents: Contents) -> bool:
    """Whether visitors can teach here. At a kiosk it is the curator who offers it."""
    return not gpu_is_lent() and (contents.curator.teach or not contents.settings.kiosk)


def _target(contents: Contents) -> gr.Dropdown:
    """What the model that answers first has words for; any other word can be typed. See `seewhy.offer`."""
    (labels,) = (spec.labels for spec in contents.offered if spec.name == contents.settings.model)
    return gr.Dropdown(
        asks(labels, contents.words, contents.curator.ask_about),
        value=None,
        allow_custom_value=True,
        label=contents.words("more.target"),
        info=asks_help(labels, contents.words),
        elem_id="target",
    )


def _model(settings: Settings, offered: Sequence[ClassifierSpec], words: Words) -> gr.Radio:
    alike = all(spec.labels.imagenets for spec in offered)
    said = words("more.model_help") if alike else words("more.model_help_own")
    return gr.Radio(
        [(spec.title, spec.name) for spec in offered],
        value=settings.model,
        label=words("more.model"),
        info=words("notes.offline") if settings.offline else said,
        elem_id="model",
    )


def _method(contents: Contents) -> gr.Radio:
    """All ways of drawing, since Gradio takes no other; those that a model has not are hidden: see `seewhy.offer`."""
    (spec,) = (spec for spec in contents.offered if spec.name == contents.settings.model)
    ways = ways_of_drawing(spec, contents.words)
    return gr.Radio(
        [(title, name) for name, title in titles().items()],
        value=DEFAULT_METHOD,
        label=contents.words("more.method"),
        info=ways["help"],
        elem_id="method",
    )


def _gallery(examples: Sequence[Example], words: Words) -> gr.HTML:
    return gr.HTML(
        _examples(examples, words),
        js_on_load=(PIECES / "examples.js").read_text(encoding="utf-8"),
        elem_id="examples",
        apply_default_css=False,
    )


def _brand(curator: Curator, words: Words) -> str:
    """The mark and the name of the page, or those of its host."""
    if not (curator.logo or curator.title):
        return _piece("brand", title=words("page.brand"))
    logo = f'<img src="{curator.logo_address()}" alt="">' if curator.logo else ""
    return f'<div class="brand">{logo}<span>{escape(words("page.brand"))}</span></div>'


def _languages(words: Words) -> str:
    """What visitors choose a language with, each by its own name; nothing where there is only one."""
    options = "".join(
        f'<option value="{code}" lang="{code}"{" selected" * (code == words.language)}>{escape(name)}</option>'
        for code, name in words.languages.items()
    )
    piece = _piece("language", choose=words("language.choose")).replace("</select>", f"{options}</select>")
    return piece if len(words.languages) > 1 else ""


def _hero(words: Words) -> str:
    lines = words("page.hero").replace(". ", ".\n").splitlines()
    return f"<h1>{'<br>'.join(map(escape, lines))}</h1><p>{escape(words('page.lead'))}</p>"


def _examples(examples: Sequence[Example], words: Words) -> str:
    buttons = "".join(
        f'<li><button type="button" data-number="{number}">'
        f'<img src="{example.thumbnail()}" alt="{escape(example.alt)}"><span>{escape(example.caption)}</span>'
        "</button></li>"
        for number, example in enumerate(examples)
    )
    return f"<h2>{escape(words('start.examples'))}</h2><ul>{buttons}</ul>"


def _piece(name: str, **values: str) -> str:
    """A fragment of markup with its placeholders filled, escaped."""
    text = (PIECES / f"{name}.html").read_text(encoding="utf-8")
    for key, value in values.items():
        text = text.replace(f"{{{key}}}", escape(value))
    return text


# What a program fills in, by what it holds.
_PARAMETERS: Mapping[ParameterType, Callable[[_Door, str], Component]] = {
    ParameterType.PICTURE: lambda door, name: door(f"given-{name}", visible=False),
    ParameterType.PICTURES: lambda door, name: PicturesInput(door.limits, visible=False, label=name),
    ParameterType.TEXT: lambda door, name: gr.Textbox(visible=False, label=name),
    ParameterType.NUMBER: lambda door, name: gr.Number(visible=False, label=name),
    ParameterType.JSON: lambda door, name: gr.JSON(visible=False, label=name),
    ParameterType.FILE: lambda door, name: FileInput(Refuse(door.words), visible=False, label=name),
}
