"""Programs teach in one question; the name that they get is good for every endpoint, for whoever may use it."""

import asyncio
import base64
from typing import Any

import httpx
import pytest
from starlette.routing import Route, Router

from models.problems import Problem
from models.store import UnknownModel
from models.taught.file import NotTaught
from page import request
from page.doors.line import Line
from page.experiments.honest_grid import HonestGrid
from page.pictures.picture import Limits, Picture, decode
from page.question import NoPicture, Question
from page.service import Service
from page.teaching import programs
from page.teaching.latched import ExamPictures, NothingTaught, latched
from page.teaching.of import teaching_of
from page.teaching.plain import PATH, PlainTeachDoor
from page.teaching.problems import FullVisit, NameTaken, TooFewUnseen, UnknownThing
from page.teaching.programs import FieldsDiffer
from page.words import Words
from tests.page import fakes
from tests.page.teaching.talk import BLUE, GREEN, RED, png, spot

TOKEN = "a" * 32


@pytest.fixture
def service(words: Words) -> Service:
    made = fakes.service(words)
    made.readiness.status = "ok"
    return made


def opening(colour: tuple[int, int, int], seed: int) -> Any:
    return lambda: picture(colour, seed)


def picture(colour: tuple[int, int, int] = RED, seed: int = 50) -> Picture:
    return decode(png(colour, seed))


def taught(service: Service, token: str = "", each: int = 3) -> Any:
    pictures = [opening(colour, seed) for colour in (RED, GREEN) for seed in range(2 * each)]
    names = ["Red"] * 2 * each + ["Green"] * 2 * each
    takes = ([*["one"] * each, *["two"] * each]) * 2
    return programs.teach(teaching_of(service), token, pictures, names, takes, None)


def test_what_was_taught_is_told_with_its_file(service: Service) -> None:
    told = taught(service)
    assert set(told) == {"model", "things", "unseen", "file"}
    assert told["model"].startswith("taught:")
    assert told["things"] == [
        {"name": "Red", "pictures": 6, "different": 1, "takes": 2},
        {"name": "Green", "pictures": 6, "different": 1, "takes": 2},
    ]
    assert told["unseen"] == {"right": 12, "of": 12}
    data = base64.b64decode(told["file"].partition("base64,")[2])
    again = programs.open_file(teaching_of(service), "", data)
    assert [each["name"] for each in again["things"]] == ["Red", "Green"]
    first, second = (service.ask(picture(), Question(each["model"])).explanation for each in (told, again))
    assert [each.confidence for each in first.top] == pytest.approx([each.confidence for each in second.top])


def test_a_taught_model_is_asked_as_any_other(service: Service, words: Words) -> None:
    name = taught(service)["model"]
    for colour, label in ((RED, "Red"), (GREEN, "Green")):
        reply = service.ask(picture(colour), Question(name))
        assert (reply.explanation.answer.label, reply.explanation.classifier.spec.name) == (label, name)
        assert [layer.name for layer in reply.explanation.layers] == ["early", "late"]
    for method in ("gradcam", "hirescam", "layercam", "gradcampp", "xgradcam"):
        reply = service.ask(picture(), Question(name, "Red rather than Green", method, "default"))
        assert reply.explanation.target.label == "Red rather than Green"
    with pytest.raises(Problem):
        service.ask(picture(), Question(name, "tabby"))
    grid = HonestGrid(service).run(picture(), name)
    assert grid["sum"]["total"] == pytest.approx(grid["sum"]["score"], abs=1e-5)
    assert service.store.loads == {"colours": 1}, "the network is loaded once"


def test_of_another_visitor_it_is_an_unknown_model(service: Service) -> None:
    name = taught(service, TOKEN)["model"]
    scope: Any = {}
    request.of(scope, TOKEN)
    assert service.ask(picture(), Question(name)).explanation.answer.label == "Red"
    refusals = []
    for asked in (name, "taught:nothing"):
        request.of(scope, "b" * 32)
        with pytest.raises(UnknownModel) as found:
            service.ask(picture(), Question(asked))
        refusals.append(found.value.values["known"])
    assert refusals[0] == refusals[1] == ("colours",)
    request.of(scope, "")
    teaching_of(service).visits.forget(TOKEN)
    request.of(scope, TOKEN)
    with pytest.raises(UnknownModel):
        service.ask(picture(), Question(name))
    request.of(scope, "")


@pytest.mark.parametrize(
    ("names", "takes"),
    [
        (None, None),
        (["Red"], None),
        (["Red", 7], None),
        (["Red", " "], None),
        (["Red", "Green"], ["one"]),
        ("Red", None),
    ],
)
def test_fields_that_do_not_fit_the_pictures_are_refused(service: Service, names: Any, takes: Any) -> None:
    with pytest.raises(FieldsDiffer):
        programs.teach(teaching_of(service), "", [opening(RED, 0), opening(GREEN, 0)], names, takes, None)
    with pytest.raises(NoPicture):
        programs.teach(teaching_of(service), "", [], [], None, None)
    with pytest.raises(NotTaught):
        programs.open_file(teaching_of(service), "", b"Dear page")
    assert len(teaching_of(service).visits) == 0, "nothing is left of what was refused"


def test_no_thing_of_a_program_has_the_name_of_none_of_these(service: Service, words: Words) -> None:
    """Two rows of one name would make a file that no page opens."""
    teaching, opened = teaching_of(service), []

    def opening_once() -> Picture:
        opened.append(1)
        return picture()

    for name in (words("teaching.none"), words("teaching.none").upper()):
        with pytest.raises(NameTaken, match=name):
            programs.teach(teaching, "", [opening_once, opening_once], ["Red", name], None, None)
    assert (len(teaching.visits), opened) == (0, [])


def test_the_exam_of_a_program(service: Service) -> None:
    teaching, name = teaching_of(service), taught(service)["model"]
    middle, black = (lambda: decode(spot(24))), (lambda: decode(png((0, 0, 0))))
    given = ExamPictures(
        pictures=[opening(RED, 3), opening(GREEN, 3), opening(RED, 4)],
        names=["Red", "Green", "Red"],
        masks=[middle, black],
        empty=picture(BLUE),
        unseen=[opening(RED, 70 + seed) for seed in range(3)] + [opening(GREEN, 80 + seed) for seed in range(3)],
        unseen_names=["Red"] * 3 + ["Green"] * 3,
        thing=None,
    )
    told = latched(teaching, "", name, given)
    assert told["name"] == "Red"
    assert (told["unseen"]["right"], told["unseen"]["of"]) == (6, 6)
    assert [(each["place"], each["name"], each["says"]["name"]) for each in told["unseen"]["pictures"]] == [
        (place, name, name) for place, name in enumerate(["Red"] * 3 + ["Green"] * 3)
    ]
    assert told["painted"]["rough"] is None
    assert told["painted"]["pictures"] == [{"place": 0, "share": told["painted"]["share"], "rough": None}]
    assert told["painted"]["share"] > 0.5
    assert told["empty"]["elsewhere"] is True
    assert told["swapped"]["right"] == (told["swapped"]["says"]["name"] == "Red")
    assert told["verdict"] in ("thing", "more")
    nothing = latched(teaching, "", name, ExamPictures([], None, [], None, [], None, None))
    assert [nothing[each] for each in ("empty", "unseen", "painted", "swapped", "usually")] == [None] * 5
    assert (nothing["verdict"], nothing["next"]["kind"]) == ("unknown", "test")
    with pytest.raises(NothingTaught):
        latched(teaching, "", "taught:nothing", given)
    assert len(teaching.visits) == 1


def test_every_unseen_picture_of_a_program_is_asked_about_and_four_are_too_few(service: Service) -> None:
    name = taught(service)["model"]

    def unseen(count: int) -> ExamPictures:
        return ExamPictures([], None, [], None, [opening(RED, seed) for seed in range(count)], ["Red"] * count, None)

    told = latched(teaching_of(service), "", name, unseen(14))
    assert sorted(each["place"] for each in told["unseen"]["pictures"]) == list(range(14))
    with pytest.raises(TooFewUnseen):
        latched(teaching_of(service), "", name, unseen(4))


def test_an_exam_takes_no_picture_before_it_is_known_that_all_of_it_can_be(service: Service) -> None:
    name, opened = taught(service)["model"], []

    def opening_once() -> Picture:
        opened.append(1)
        return picture(RED)

    for count in (61, 600):
        with pytest.raises(FullVisit, match="60"):
            latched(
                teaching_of(service), "", name, ExamPictures([], None, [], None, [opening_once] * count, None, None)
            )
    with pytest.raises(UnknownThing) as refused:
        latched(teaching_of(service), "", name, ExamPictures([], None, [], None, [], None, "Blue"))
    assert refused.value.values == {"name": "Blue", "known": ("red", "green")}
    assert opened == []


def test_a_form_over_plain_http(service: Service, words: Words) -> None:
    app = Router([Route(PATH, PlainTeachDoor(teaching_of(service), Limits(), Line(4, 4, 4)))])

    async def post(**form: Any) -> httpx.Response:
        transport = httpx.ASGITransport(app, client=("10.0.0.1", 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://page") as http:
            return await http.post(PATH, **form)

    files = [("pictures", ("a.png", png(colour, seed))) for colour in (RED, GREEN) for seed in range(2)]
    names = ["Red", "Red", "Green", "Green"]
    told = asyncio.run(post(files=files, data={"names": names, "takes": ["1", "2", "1", "2"]}))
    assert told.status_code == 200, told.text
    assert [each["takes"] for each in told.json()["things"]] == [2, 2]
    assert asyncio.run(post(files=files, data={"names": names[:3]})).json() == {"error": words("teaching.fields")}
    assert asyncio.run(post(content=b"x")).json() == {"error": words("api.form", field="pictures")}
    refused = asyncio.run(post(files=files, data={"names": names, "colours": "red"}))
    assert refused.status_code == 400
    assert "colours" in refused.json()["error"]
