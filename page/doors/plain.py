"""`POST /api/explain`: what `/explain` gives, over plain HTTP, for programs and for crowds."""

import asyncio
import re
import time
from collections.abc import AsyncGenerator, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing, suppress
from contextvars import copy_context
from functools import partial
from typing import Any

import orjson
from python_multipart.multipart import parse_options_header
from starlette.datastructures import Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from models.deliveries import OnItsWay
from models.download import DownloadFailed
from models.problems import Problem
from models.weights import WeightsBroken
from models.work import Work, own_time, working
from page import metrics
from page.doors.asked import UnknownParameter
from page.doors.budget import Budget, TooFast
from page.doors.burden import Burden, burden_of
from page.doors.fair_turns import Visitor, address_of
from page.doors.line import Busy, Line, Stopping, TooLong, TooMany
from page.pictures.helpers import decode_apart
from page.pictures.passing import PassingPicture
from page.pictures.picture import BrokenPicture, Limits, TooManyBytes
from page.place import Away
from page.question import NoPicture, Question
from page.refusal import sentence_of
from page.reply import as_json
from page.service import Service
from page.teaching.problems import FullPage
from page.texts import check_text

PATH = "/api/explain"
PARAMETERS = ("model", "target", "method", "layer")


BOUNDARY = re.compile(rb"[0-9A-Za-z'()+_,./:=? -]{1,70}")  # the signs that RFC 2046 allows


class NotPosted(Problem):
    """A request with another method than POST."""

    key = "api.post"


class SeveralPictures(Problem):
    """A form with more than one file."""

    key = "picture.several"


class Starting(Problem):
    """The default model is still on its way."""

    key = "api.starting"


# Everything else is the request's own fault.
STATUSES: dict[type[Problem], int] = {
    NotPosted: 405,
    TooManyBytes: 413,
    TooMany: 429,
    TooFast: 429,
    Busy: 503,
    TooLong: 503,
    Stopping: 503,
    Starting: 503,
    Away: 503,
    OnItsWay: 503,
    DownloadFailed: 503,
    WeightsBroken: 503,
    FullPage: 503,
}
HEADERS = {405: {"allow": "POST"}, 429: {"retry-after": "1"}, 503: {"retry-after": "1"}}


class PlainDoor:
    """The route as an ASGI app. A failure that is no `Problem` is left to the guard in front of it."""

    one_core = False  # whether what it asks for is content with one core

    def __init__(
        self,
        service: Service,
        limits: Limits,
        line: Line,
        seconds: float = 120,
        budget: Budget | None = None,
        slow: Line | None = None,
    ) -> None:
        """Ask `service` about pictures within `limits`, as many at once as `line` lets through, each in `seconds`.

        What it costs is charged to `budget`. Whoever asks a model that is not in memory goes through `slow`, so that
        others need not wait until it is.
        """
        self.service = service
        self.limits = limits
        self.line = line
        self.seconds = seconds
        self.budget = budget
        self.slow = slow or line
        self.statuses = STATUSES
        at_once = line.at_once + (slow.at_once if slow else 0)
        self._workers = ThreadPoolExecutor(at_once, thread_name_prefix="plain")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope, receive)
        with suppress(ClientDisconnect):
            response = await self._answer(request)
            await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        async with aclosing(request.stream()) as pieces:
            try:
                answered = await self._explained(request, pieces)
                kind, headers = self._kind(request)
                return Response(answered, media_type=kind, headers=headers)
            except Problem as problem:
                status = self.statuses.get(type(problem), 400)
                sentence = sentence_of(problem, self.service.words)
                await _to_the_end(pieces)
                return Response(orjson.dumps({"error": sentence}), status, HEADERS.get(status), "application/json")

    async def _explained(self, request: Request, pieces: AsyncGenerator[bytes, None]) -> bytes:
        # Names like this are not the page's: a private Space's platform adds one.
        asked = _checked((name, value) for name, value in request.query_params.multi_items() if name[:2] != "__")
        if request.method != "POST":
            raise NotPosted
        self._check_started(asked.get("model"))
        data, fields = await sent_in(request, pieces)
        asked |= _checked(fields)
        self._check_started(asked.get("model"))
        question = Question(asked.get("model"), asked.get("target"), asked.get("method"), asked.get("layer"))
        return await self._in_its_turn(request, data, question)

    def _check_started(self, model: str | None) -> None:
        """Raises Starting for a model that is still on its way with the page's start."""
        default = self.service.default_model
        if self.service.readiness.status == "starting" and (model or default) == default:
            raise Starting

    def _kind(self, request: Request) -> tuple[str, Mapping[str, str]]:
        """The media type of an answer, and what else is said of it."""
        return "application/json", {}

    async def _in_its_turn(self, request: Request, data: bytes, question: Any) -> bytes:
        """What `_work` gives for a body and a question, once it is the visitor's turn."""
        visitor = self._visitor(request.scope)
        work = Work(who=visitor.address, one_core=self.one_core)
        gone = asyncio.create_task(_disconnected(request))
        asking = asyncio.create_task(self._in_turn(visitor, burden_of(request.scope), work, data, question, gone))
        try:
            await asyncio.wait([asking, gone], return_when=asyncio.FIRST_COMPLETED)
            if not asking.done():
                raise ClientDisconnect
            return asking.result()
        finally:
            work.wanted = False  # it was answered, or the client has gone
            gone.cancel()
            asking.cancel()

    def _visitor(self, scope: Scope) -> Visitor:
        return Visitor(address_of(scope))

    async def _in_turn(
        self,
        visitor: Visitor,
        burden: Burden | None,
        work: Work,
        data: bytes,
        question: Any,
        gone: asyncio.Future[None],
    ) -> bytes:
        came = time.perf_counter()
        async with self._line_for(question).turn(visitor, burden) as turn:
            metrics.SECONDS.labels("wait").observe(time.perf_counter() - came)
            await self._before_work(came)
            if gone.done():
                raise ClientDisconnect
            if self.budget and self.budget.wait(visitor.address):
                raise TooFast
            loop = asyncio.get_running_loop()
            with working(work):
                call = partial(copy_context().run, self._work, data, question)  # with the request's number and language
            turn.work = loop.run_in_executor(self._workers, call)
            turn.work.add_done_callback(lambda done: self._charge(visitor, work, done))
            return await self._in_time(turn.work, turn.ends)

    async def _before_work(self, came: float) -> None:
        """What is waited for at one's turn, of a request that came then, by `time.perf_counter`."""
        await asyncio.sleep(0)  # lets the loop note a client that has gone before

    def _line_for(self, question: Any) -> Line:
        return self.line if self.service.supply.loaded(question.model) else self.slow

    def _charge(self, visitor: Visitor, work: Work, done: asyncio.Future[bytes]) -> None:
        done.exception()  # read it, or asyncio logs it as never retrieved
        if self.budget:
            self.budget.charge(visitor.address, work.seconds)

    async def _in_time(self, work: asyncio.Future[bytes], ends: asyncio.Future[None]) -> bytes:
        """The result of the work. Raises TooLong when it takes too long, and Stopping where the page ends before."""
        either: list[asyncio.Future[Any]] = [work, ends]
        await asyncio.wait(either, timeout=self.seconds, return_when=asyncio.FIRST_COMPLETED)
        if not work.done():
            raise Stopping if ends.done() else TooLong
        return work.result()

    def _work(self, data: bytes, question: Any) -> bytes:
        with own_time():
            began = time.perf_counter()
            picture = PassingPicture.of(decode_apart(data, self.limits))
            elapsed = 1000 * (time.perf_counter() - began)
            return orjson.dumps(as_json(self.service.ask(picture, question), elapsed))


class InMemory(MultiPartParser):
    """A form whose files are kept in memory, whatever their size: on disk they would not be swept.

    Its texts are read as UTF-8, whatever it says itself: Starlette would take any codec that Python knows, of which one
    takes time with the square of a text.
    """

    spool_max_size = 0

    def __init__(self, headers: Headers, pieces: AsyncGenerator[bytes, None]) -> None:
        """Raises MultiPartException without a boundary of plain signs."""
        boundary = parse_options_header(headers.get("content-type", ""))[1].get(b"boundary", b"")
        if not BOUNDARY.fullmatch(boundary):
            raise MultiPartException("no boundary")
        told = Headers({"content-type": f'multipart/form-data; boundary="{boundary.decode()}"'})
        super().__init__(told, pieces)


def _checked(given: Iterable[tuple[str, str]]) -> dict[str, str]:
    """What is asked by name, in the address or in a form. Raises UnknownParameter, or what `check_text` raises."""
    asked = dict(given)
    for name, value in asked.items():
        if name not in PARAMETERS:
            raise UnknownParameter(name=name[:60], known=PARAMETERS)
        check_text(name, value)
    return asked


def is_form(request: Request) -> bool:
    """Whether a body says that it is a form, which may hold files."""
    return request.headers.get("content-type", "").lower().startswith("multipart/")


async def sent_in(request: Request, pieces: AsyncGenerator[bytes, None]) -> tuple[bytes, list[tuple[str, str]]]:
    """The picture's bytes, and the fields of a form beside it. Raises the problems of a body that holds none, or
    several."""
    if is_form(request):
        return await _form(request, pieces)
    return b"".join([piece async for piece in pieces]), []


async def body_of(request: Request, pieces: AsyncGenerator[bytes, None]) -> bytes:
    """As `sent_in`, where a form may hold nothing but a picture. Raises UnknownParameter for a field."""
    data, fields = await sent_in(request, pieces)
    for name, _ in fields:
        raise UnknownParameter(name=name[:60], known=())
    return data


async def _form(request: Request, pieces: AsyncGenerator[bytes, None]) -> tuple[bytes, list[tuple[str, str]]]:
    try:
        form = await InMemory(request.headers, pieces).parse()
    except MultiPartException as error:
        raise BrokenPicture from error
    files = [value for _, value in form.multi_items() if isinstance(value, UploadFile)]
    if len(files) > 1:
        raise SeveralPictures
    if not files:
        raise NoPicture
    return taken(files[0]), [(name, value) for name, value in form.multi_items() if isinstance(value, str)]


def taken(file: UploadFile) -> bytes:
    """What a file of a form holds; the form holds it no longer."""
    with file.file:
        return file.file.read()


async def _to_the_end(pieces: AsyncGenerator[bytes, None]) -> None:
    """Read the rest of a body that is not used: many clients read no answer before they have sent all of it."""
    async for _ in pieces:
        pass


async def _disconnected(request: Request) -> None:
    """Wait until the client has closed its connection; its body has been read."""
    while (await request.receive())["type"] != "http.disconnect":
        pass
