"""`POST /api/teach`: what `/teach` does, over plain HTTP, as a form."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass

import orjson
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException
from starlette.requests import Request

from models.work import own_time
from page.doors.asked import UnknownParameter
from page.doors.budget import Budget
from page.doors.line import Line
from page.doors.owners import token_of
from page.doors.plain import InMemory, NotPosted, PlainDoor, is_form, taken
from page.doors.uploads import NoForm
from page.pictures.picture import Limits
from page.pictures.together import count_all, given
from page.teaching.programs import teach
from page.teaching.teaching import Teaching
from page.texts import check_text

PATH = "/api/teach"
PICTURES = "pictures"
FIELDS = (PICTURES, "names", "takes", "model")


@dataclass(frozen=True, eq=False)
class Form:
    """The fields of a form. `takes` is None where there are none."""

    pictures: tuple[bytes, ...]
    names: list[str]
    takes: list[str] | None
    model: str | None
    token: str


class PlainTeachDoor(PlainDoor):
    """The route as an ASGI app."""

    def __init__(
        self, teaching: Teaching, limits: Limits, line: Line, seconds: float = 120, budget: Budget | None = None
    ) -> None:
        """Teach in the turns of `line`, each in so many `seconds`; what it costs is charged to `budget`."""
        super().__init__(teaching.service, limits, line, seconds, budget)
        self.teaching = teaching

    async def _explained(self, request: Request, pieces: AsyncGenerator[bytes, None]) -> bytes:
        if request.method != "POST":
            raise NotPosted
        for name in request.query_params:
            if not name.startswith("__"):
                raise UnknownParameter(name=name[:60], known=FIELDS)
        form = await _read(request, pieces)
        self._check_started(form.model)
        return await self._in_its_turn(request, b"", form)

    def _line_for(self, question: Form) -> Line:
        return self.line

    def _work(self, data: bytes, question: Form) -> bytes:
        with own_time():
            openings = [given(each, self.limits) for each in question.pictures]
            count_all([*openings], self.limits)
            told = teach(self.teaching, question.token, openings, question.names, question.takes, question.model)
            return orjson.dumps(told)


async def _read(request: Request, pieces: AsyncGenerator[bytes, None]) -> Form:
    """The form in a body. Raises NoForm, UnknownParameter, and TooLong for a long text."""
    if not is_form(request):
        raise NoForm(field=PICTURES)
    try:
        form = await InMemory(request.headers, pieces).parse()
    except MultiPartException as error:
        raise NoForm(field=PICTURES) from error
    texts: dict[str, list[str]] = {name: [] for name in FIELDS}
    pictures = []
    for name, value in form.multi_items():
        if name not in FIELDS:
            raise UnknownParameter(name=name[:60], known=FIELDS)
        if isinstance(value, UploadFile) != (name == PICTURES):
            raise NoForm(field=PICTURES)
        if isinstance(value, UploadFile):
            pictures.append(taken(value))
        else:
            check_text(name, value)
            texts[name].append(value)
    model = texts["model"][-1] if texts["model"] else None
    return Form(tuple(pictures), texts["names"], texts["takes"] or None, model or None, token_of(request.scope))
