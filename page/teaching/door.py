"""`/api/teach/…`: the page's own requests while a visitor teaches, as `page.teaching` lists them."""

from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import orjson
from starlette.requests import Request
from starlette.types import Scope

from explainer.teach.latched import Next
from models.problems import Problem
from models.work import own_time
from page.doors.asked import UnknownParameter
from page.doors.budget import Budget
from page.doors.fair_turns import Visitor, address_of
from page.doors.line import Line
from page.doors.owners import token_of
from page.doors.plain import NotPosted, PlainDoor, body_of
from page.doors.presence import own_page
from page.pictures.helpers import decode_apart
from page.pictures.picture import Limits, Picture
from page.question import NoPicture
from page.reply import Json
from page.teaching.problems import NoSuchPicture, NoThing
from page.teaching.square import jpeg_of
from page.teaching.teaching import Teaching
from page.teaching.visit import TaughtVisit
from page.texts import check_text

PATH = "/api/teach/{what}"
AT_ONCE = 2  # requests that are worked on together; the models take turns anyway
SECONDS = 30.0  # for one, from its turn on
JPEG = "image/jpeg"
FILE = "application/octet-stream"
ZIP = "application/zip"
KEPT = {JPEG: {"cache-control": "private, no-store"}}


class UnknownAction(Problem):
    """An address below this one that is none."""

    key = "api.unknown"


@dataclass(frozen=True, eq=False)
class TeachRequest:
    """What a request brought, and whose it is: `values` by the names of parameters, `data` its body."""

    door: "TeachDoor"
    action: "Action"
    values: Mapping[str, str]
    token: str
    address: str
    data: bytes = b""

    @property
    def teaching(self) -> Teaching:
        """The use case."""
        return self.door.teaching

    def visit(self) -> TaughtVisit:
        """The visit, begun where there is none. Raises NoThing for a name that is none of this visitor's."""
        name = self.values.get("model", "")
        found = self.teaching.visit(self.token, name)
        if found is None and name:
            raise NoThing
        return found or self.teaching.begin(self.token, self.address)

    def number(self, name: str) -> int | None:
        """A number among the values, None where it is not there. Raises NoThing."""
        said = self.values.get(name, "")
        if not said:
            return None
        if not (said.isascii() and said.isdigit() and len(said) < 10):
            raise NoThing
        return int(said)

    def thing(self) -> int:
        """The thing that is asked about. Raises NoThing."""
        number = self.number("thing")
        if number is None:
            raise NoThing
        return number

    def picture(self) -> Picture | None:
        """The picture in the body, None without one. Raises what decoding raises."""
        return decode_apart(self.data, self.door.limits) if self.data else None

    def needed_picture(self) -> Picture:
        """The same. Raises NoPicture."""
        picture = self.picture()
        if picture is None:
            raise NoPicture
        return picture


@dataclass(frozen=True)
class Action:
    """One address: what it does, its parameters, and whether it is read."""

    run: Callable[[TeachRequest], Json | bytes]
    parameters: tuple[str, ...] = ()
    read: bool = False
    kind: str = "application/json"


def _state(given: TeachRequest) -> Json:
    visit = given.visit()
    return given.teaching.state(visit, learn=True)


def _begin(given: TeachRequest) -> Json:
    visit = given.teaching.begin(given.token, given.address, given.values.get("backbone"))
    return given.teaching.state(visit)


def _thing(given: TeachRequest) -> Json:
    visit = given.visit()
    none = given.teaching.naming.none
    thing = visit.name_thing(given.number("thing"), given.values.get("name", ""), none)
    return {"thing": thing.number, **given.teaching.state(visit)}


def _drop(given: TeachRequest) -> Json:
    visit = given.visit()
    visit.drop_thing(given.thing())
    return given.teaching.state(visit)


def _picture(given: TeachRequest) -> Json:
    visit, thing = given.visit(), given.thing()
    visit.thing(thing)  # before anything is computed for nothing
    added = given.teaching.add(visit, thing, given.needed_picture(), given.values.get("take", ""))
    return {"picture": added.number, **given.teaching.state(visit)}


def _remove(given: TeachRequest) -> Json:
    visit, number = given.visit(), given.number("picture")
    if number is not None:
        visit.remove([number])
    else:
        take = given.values.get("take")
        visit.remove([each.number for each in visit.thing(given.thing()).pictures if each.take == take])
    return given.teaching.state(visit)


def _back(given: TeachRequest) -> Json:
    visit = given.visit()
    visit.put_back()
    return given.teaching.state(visit)


def _open(given: TeachRequest) -> Json:
    return given.teaching.state(given.teaching.open(given.visit(), given.data), learn=True)


def _forget(given: TeachRequest) -> Json:
    visit = given.teaching.visit(given.token, given.values.get("model", ""))
    if visit:
        given.teaching.visits.wipe(visit)
    return {"forgotten": True}


def _square(given: TeachRequest) -> bytes:
    return given.teaching.square(given.visit(), given.values.get("picture", ""))


def _seen(given: TeachRequest) -> bytes:
    return jpeg_of(given.teaching.pixels(given.visit(), given.needed_picture()))


def _file(given: TeachRequest) -> bytes:
    return given.teaching.file(given.visit(), bool(given.values.get("pictures")))


def _data_set(given: TeachRequest) -> bytes:
    return given.teaching.data_set(given.visit())


def _ask(given: TeachRequest) -> Json:
    visit, number, thing = given.visit(), given.number("picture"), given.number("thing")
    if number is not None:
        return given.teaching.ask_again(visit, number, thing)
    return given.teaching.ask(visit, given.needed_picture(), thing)


def _empty(given: TeachRequest) -> Json:
    visit, thing = given.visit(), given.thing()
    given.teaching.set_empty(visit, thing, given.picture())
    return given.teaching.exam(visit, thing)


def _unseen(given: TeachRequest) -> Json:
    visit, thing = given.visit(), given.thing()
    if given.values.get("again"):
        given.teaching.forget_unseen(visit)
    given.teaching.add_unseen(visit, thing, given.needed_picture())
    return given.teaching.exam(visit, thing)


def _mask(given: TeachRequest) -> Json:
    visit, number = given.visit(), given.number("picture")
    if number is None:
        raise NoSuchPicture
    thing = given.teaching.set_mask(visit, number, given.picture())
    return given.teaching.exam(visit, thing)


def _latched(given: TeachRequest) -> Json:
    return given.teaching.exam(given.visit(), given.thing())


def _added(given: TeachRequest) -> Json:
    visit, thing, what = given.visit(), given.thing(), given.values.get("kind", "")
    if what not in set(Next):
        raise NoThing
    given.teaching.note_added(visit, thing, Next(what), given.teaching.exam(visit, thing))
    return given.teaching.exam(visit, thing)


ACTIONS: Mapping[str, Action] = MappingProxyType(
    {
        "state": Action(_state, read=True),
        "begin": Action(_begin, ("backbone",)),
        "thing": Action(_thing, ("thing", "name")),
        "drop": Action(_drop, ("thing",)),
        "picture": Action(_picture, ("thing", "take")),
        "remove": Action(_remove, ("picture", "thing", "take")),
        "back": Action(_back),
        "open": Action(_open),
        "forget": Action(_forget),
        "square": Action(_square, ("picture",), read=True, kind=JPEG),
        "seen": Action(_seen, kind=JPEG),
        "file": Action(_file, ("pictures",), read=True, kind=FILE),
        "data_set": Action(_data_set, read=True, kind=ZIP),
        "ask": Action(_ask, ("thing", "picture")),
        "empty": Action(_empty, ("thing",)),
        "unseen": Action(_unseen, ("thing", "again")),
        "mask": Action(_mask, ("picture",)),
        "latched": Action(_latched, ("thing",)),
        "added": Action(_added, ("thing", "kind")),
    }
)


class TeachDoor(PlainDoor):
    """The routes as one ASGI app. Requests of one browser wait behind each other, and browsers take turns."""

    def __init__(self, teaching: Teaching, limits: Limits, waiting: int, each: int, budget: Budget | None) -> None:
        """Let `waiting` requests wait, `each` of one address; what they cost is charged to `budget`."""
        super().__init__(teaching.service, limits, Line(AT_ONCE, waiting, each, AT_ONCE), SECONDS, budget)
        self.teaching = teaching
        self.statuses = {**self.statuses, UnknownAction: 404}

    async def _explained(self, request: Request, pieces: AsyncGenerator[bytes, None]) -> bytes:
        action = ACTIONS.get(request.path_params["what"])
        if action is None:
            raise UnknownAction
        known = (*action.parameters, "model")
        asked = request.query_params
        for name, value in asked.multi_items():
            if name not in known and not name.startswith("__"):
                raise UnknownParameter(name=name[:60], known=known)
            check_text(name, value)
        if not action.read and request.method != "POST":
            raise NotPosted
        self._check_started(None)
        token = token_of(request.scope) if own_page(request.headers) else ""
        data = await body_of(request, pieces)
        given = TeachRequest(self, action, dict(asked), token, address_of(request.scope), data)
        return await self._in_its_turn(request, data, given)

    def _kind(self, request: Request) -> tuple[str, Mapping[str, str]]:
        action = ACTIONS[request.path_params["what"]]
        return action.kind, KEPT.get(action.kind, {"cache-control": "no-store"})

    def _visitor(self, scope: Scope) -> Visitor:
        return Visitor(address_of(scope), token_of(scope))

    def _line_for(self, question: TeachRequest) -> Line:
        return self.line

    def _work(self, data: bytes, question: TeachRequest) -> bytes:
        with own_time():
            told = question.action.run(question)
            return told if isinstance(told, bytes) else orjson.dumps(told)
