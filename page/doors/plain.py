"""`POST /api/explain`: what `/explain` gives, over plain HTTP, for programs and for crowds."""

import asyncio
import threading
import time
from collections.abc import AsyncGenerator
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing, suppress
from contextvars import copy_context
from functools import partial

import orjson
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from models.device import cpu_threads
from models.download import DownloadFailed
from models.problems import Problem
from models.weights import WeightsBroken
from page import metrics
from page.doors.asked import UnknownParameter
from page.doors.line import Busy, Line, Stopping, TooLong, TooMany
from page.doors.turns import Visitor, address_of
from page.pictures.picture import BrokenPicture, Limits, TooManyBytes, decode
from page.refusal import sentence_of
from page.reply import as_json
from page.service import NoPicture, Question, Service

PATH = "/api/explain"
PARAMETERS = ("model", "target", "method", "layer")
PATIENCE = 60  # seconds for a body to arrive, since its sender holds a place


class NotPosted(Problem):
    """A request with another method than POST."""

    key = "api.post"


class SeveralPictures(Problem):
    """A form with more than one file."""

    key = "picture.several"


class TooSlow(Problem):
    """The body did not arrive in time."""

    key = "api.slow"


class Starting(Problem):
    """The default model is still on its way."""

    key = "api.starting"


# Everything else is the request's own fault.
STATUSES: dict[type[Problem], int] = {
    NotPosted: 405,
    TooSlow: 408,
    TooManyBytes: 413,
    TooMany: 429,
    Busy: 503,
    TooLong: 503,
    Stopping: 503,
    Starting: 503,
    DownloadFailed: 503,
    WeightsBroken: 503,
}
HEADERS = {405: {"allow": "POST"}, 429: {"retry-after": "1"}, 503: {"retry-after": "1"}}


class PlainDoor:
    """The route as an ASGI app. A failure that is no `Problem` is left to the guard in front of it."""

    def __init__(self, service: Service, limits: Limits, line: Line, seconds: float = 120) -> None:
        """Ask `service` about pictures within `limits`, as many at once as `line` lets through, each in `seconds`."""
        self.service = service
        self.limits = limits
        self.line = line
        self.seconds = seconds
        self._workers = ThreadPoolExecutor(line.at_once, thread_name_prefix="plain")
        # More at once would only take more memory.
        self._decoders = threading.Semaphore(max(2, cpu_threads()))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope, receive)
        with suppress(ClientDisconnect):
            response = await self._answer(request)
            await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        async with aclosing(request.stream()) as pieces:
            try:
                return Response(await self._explained(request, pieces), media_type="application/json")
            except Problem as problem:
                status = STATUSES.get(type(problem), 400)
                sentence = sentence_of(problem, self.service.words)
                await _to_the_end(pieces)
                return Response(orjson.dumps({"error": sentence}), status, HEADERS.get(status), "application/json")

    async def _explained(self, request: Request, pieces: AsyncGenerator[bytes, None]) -> bytes:
        asked = request.query_params
        for name in asked:
            # Names like this are not the page's: a private Space's platform adds one.
            if name not in PARAMETERS and not name.startswith("__"):
                raise UnknownParameter(name=name[:60], known=PARAMETERS)
        question = Question(asked.get("model"), asked.get("target"), asked.get("method"), asked.get("layer"))
        if request.method != "POST":
            raise NotPosted
        default = self.service.default_model
        if self.service.status == "starting" and (question.model or default) == default:
            raise Starting
        visitor = Visitor(address_of(request.scope))
        with self.line.place(visitor):
            data = await _body(request, pieces)
            came = time.perf_counter()
            async with self.line.turn(visitor) as turn:
                metrics.SECONDS.labels("wait").observe(time.perf_counter() - came)
                if await request.is_disconnected():
                    raise ClientDisconnect
                loop = asyncio.get_running_loop()
                work = partial(copy_context().run, self._work, data, question)  # with the request's number and language
                turn.work = loop.run_in_executor(self._workers, work)
                return await self._in_time(turn.work)

    async def _in_time(self, work: asyncio.Future[bytes]) -> bytes:
        """What the work gives. Raises TooLong when that takes too long, other than for a download."""
        done, _ = await asyncio.wait([work], timeout=self.seconds)
        while not done and self.service.fetching:
            done, _ = await asyncio.wait([work], timeout=1)
        if not done:
            raise TooLong
        return work.result()

    def _work(self, data: bytes, question: Question) -> bytes:
        began = time.perf_counter()
        with self._decoders:
            picture = decode(data, self.limits)
        elapsed = 1000 * (time.perf_counter() - began)
        metrics.SECONDS.labels("decode").observe(elapsed / 1000)
        return orjson.dumps(as_json(self.service.ask(picture, question), elapsed))


class _InMemory(MultiPartParser):
    """A form whose files are kept in memory, whatever their size: on disk nobody would sweep them."""

    spool_max_size = 0


async def _body(request: Request, pieces: AsyncGenerator[bytes, None]) -> bytes:
    """The picture's bytes. Raises the problems of a body that holds none, or several, or comes too slowly."""
    try:
        async with asyncio.timeout(PATIENCE):
            if request.headers.get("content-type", "").lower().startswith("multipart/"):
                return await _only_file(request, pieces)
            return b"".join([piece async for piece in pieces])
    except TimeoutError:
        raise TooSlow from None


async def _only_file(request: Request, pieces: AsyncGenerator[bytes, None]) -> bytes:
    try:
        form = await _InMemory(request.headers, pieces).parse()
    except MultiPartException as error:
        raise BrokenPicture from error
    files = [value for _, value in form.multi_items() if isinstance(value, UploadFile)]
    if len(files) > 1:
        raise SeveralPictures
    if not files:
        raise NoPicture
    return await files[0].read()


async def _to_the_end(pieces: AsyncGenerator[bytes, None]) -> None:
    """Let a body arrive that nobody wants any more: many a client hears no answer before it has sent everything."""
    with suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE):
            async for _ in pieces:
                pass
