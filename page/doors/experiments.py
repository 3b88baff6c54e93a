"""`POST /api/NAME`: each test of the page over plain HTTP, with the parameters and the answer of its endpoint."""

from collections.abc import AsyncGenerator, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from starlette.formparsers import MultiPartException
from starlette.requests import Request

from explainer.experiments.number import written
from models.work import own_time
from page.doors.asked import Misunderstood, UnknownParameter, parsed
from page.doors.budget import Budget
from page.doors.line import Line
from page.doors.mail import WRITTEN
from page.doors.plain import InMemory, NotPosted, PlainDoor, SeveralPictures, is_form, taken
from page.doors.uploads import NoForm
from page.experiments import Experiments, ParameterType
from page.pictures.picture import Limits
from page.pictures.together import given
from page.texts import check_text, check_texts

FILES = (ParameterType.PICTURE, ParameterType.PICTURES, ParameterType.FILE)
Types = Mapping[str, ParameterType]


@dataclass(frozen=True, eq=False)
class ExperimentQuestion:
    """What is asked of the test of a name: the files of each parameter that takes some, and all other values."""

    name: str
    model: str | None
    files: Mapping[str, tuple[bytes, ...]]
    values: Mapping[str, Any]


class ExperimentsDoor(PlainDoor):
    """The routes of all `experiments` as one ASGI app; the last part of a path is the test's name."""

    def __init__(
        self,
        experiments: Experiments,
        limits: Limits,
        short: Line,
        long: Line,
        seconds: float = 120,
        budget: Budget | None = None,
    ) -> None:
        """Tests that keep a model for seconds wait in `long`, others in `short`; what they cost is charged to
        `budget`."""
        super().__init__(experiments.service, limits, short, seconds, budget, long)
        self.experiments = experiments

    async def _explained(self, request: Request, pieces: AsyncGenerator[bytes, None]) -> bytes:
        name = request.url.path.rpartition("/")[2]
        types = self.experiments.all[name].parameters()
        asked = _values(types, (each for each in request.query_params.multi_items() if each[0][:2] != "__"))
        if request.method != "POST":
            raise NotPosted
        files, fields = await _sent(request, pieces, types)
        asked |= _values(types, fields)
        model = asked.get("model")
        self._check_started(model)
        question = ExperimentQuestion(name, model, files, asked)
        return await self._in_its_turn(request, b"", question)

    def _line_for(self, question: ExperimentQuestion) -> Line:
        return self.slow if self.experiments.all[question.name].long else super()._line_for(question)

    def _work(self, data: bytes, question: ExperimentQuestion) -> bytes:
        with own_time():
            opened = {key: self._opened(question.name, key, files) for key, files in question.files.items()}
            told = self.experiments.answer(question.name, {**question.values, **opened})
            return orjson.dumps(told, option=WRITTEN)

    def _opened(self, name: str, key: str, files: tuple[bytes, ...]) -> Any:
        type_ = self.experiments.all[name].parameters()[key]
        if type_ is ParameterType.PICTURES:
            return [given(each, self.limits) for each in files]
        return files[0] if type_ is ParameterType.FILE else given(files[0], self.limits)()


def _values(types: Types, sent: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """What stands in the address, or in the fields of a form. An empty value is one that was left out.

    Raises UnknownParameter, Misunderstood for what is no number or no JSON, or stands there twice, and what
    `check_text` raises.
    """
    values: dict[str, Any] = {}
    for name, text in sent:
        if name not in types or types[name] in FILES:
            raise UnknownParameter(name=name[:60], known=tuple(types))
        if name in values:  # each would be read, and one of them counted
            raise Misunderstood
        if text:
            values[name] = _value(name, types[name], text)
    return values


def _value(name: str, type_: ParameterType, text: str) -> Any:
    if type_ is ParameterType.JSON:
        value = parsed(text.encode())
        check_texts(name, value)
        return value
    check_text(name, text)
    if type_ is not ParameterType.NUMBER:
        return text
    number = written(text)
    if number is None:
        raise Misunderstood
    return int(number) if number.is_integer() else number


async def _sent(
    request: Request, pieces: AsyncGenerator[bytes, None], types: Types
) -> tuple[dict[str, tuple[bytes, ...]], list[tuple[str, str]]]:
    """The files by the names of their parameters, and the other fields of a form. A body that is no form is the file
    of the first parameter that takes one.

    Raises NoForm, or Misunderstood where no file belongs; UnknownParameter; SeveralPictures where one is taken.
    """
    takes = [name for name, type_ in types.items() if type_ in FILES]
    if not is_form(request):
        data = b"".join([piece async for piece in pieces])
        return ({takes[0]: (data,)} if data and takes else {}), []
    try:
        form = await InMemory(request.headers, pieces).parse()
    except MultiPartException as error:
        raise NoForm(field=takes[0]) if takes else Misunderstood from error
    files: dict[str, tuple[bytes, ...]] = {}
    fields = []
    for name, value in form.multi_items():
        if isinstance(value, str):
            fields.append((name, value))
            continue
        if name not in takes:
            raise UnknownParameter(name=name[:60], known=tuple(types))
        if name in files and types[name] is not ParameterType.PICTURES:
            raise SeveralPictures
        files[name] = (*files.get(name, ()), taken(value))
    return files, fields
