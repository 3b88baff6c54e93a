"""`POST /api/mirror`: one frame of a film, and what the model makes of it."""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import replace
from io import BytesIO

import orjson
from PIL import Image
from starlette.types import Scope

from models.device import give_back_memory
from models.problems import Problem
from models.work import Work, own_time, working
from page.doors.burden import Burden
from page.doors.fair_turns import Visitor, address_of
from page.doors.line import Line
from page.doors.mirrors import FrameTooSoon, Mirrors, MirrorsTaken
from page.doors.owners import token_of
from page.doors.plain import PlainDoor
from page.mirrored import as_frame
from page.pictures.claims import claimed
from page.pictures.helpers import decode_apart
from page.pictures.picture import Limits
from page.question import DEFAULT_LAYER, Question
from page.service import Service

PATH = "/api/mirror"
AT_ONCE = 2  # frames that are looked at together
LONGEST = 512  # pixels; more than any model sees
BYTES = 200_000
PATIENCE = 0.5  # seconds for which pictures and tests go before a frame; then the film moves on, if slowly
LOOK = 0.005  # seconds between two looks whether they are done
SECONDS = 10.0  # for one frame, from its turn on
JPEG = b"\xff\xd8\xff"


def _grey() -> bytes:
    file = BytesIO()
    Image.new("RGB", (LONGEST // 2, LONGEST // 2), "grey").save(file, "JPEG")
    return file.getvalue()


GREY = _grey()


class NotAFrame(Problem):
    """A body that is no square JPEG, or a large one."""

    key = "mirror.frame"


class NoMirror(Problem):
    """This page has no mirror: its models work on a GPU that is lent for single questions."""

    key = "mirror.none"


class MirrorDoor(PlainDoor):
    """The route as an ASGI app. Frames never touch a disk, and nothing of them is left when they are answered."""

    one_core = True

    def __init__(self, service: Service, limits: Limits, mirrors: Mirrors, busy: Callable[[], bool]) -> None:
        """Ask `service` about frames of those who have one of the `mirrors`; while anything else is `busy`, it goes
        first."""
        frames = replace(limits, bytes=BYTES, pixels=LONGEST * LONGEST)
        super().__init__(service, frames, Line(AT_ONCE, mirrors.most, mirrors.most, AT_ONCE), SECONDS)
        self.mirrors = mirrors
        self.busy = busy
        self.statuses = {**self.statuses, MirrorsTaken: 429, FrameTooSoon: 429, NoMirror: 503}
        self.wiped: Future[None] | None = None  # what was begun when the last mirror had ended
        self._asked: dict[tuple[str | None, ...], Question] = {}  # by what computes the answer
        self._waits = False  # for the end of the last mirror

    def _visitor(self, scope: Scope) -> Visitor:
        """A browser, by its cookie; a program without one, by its address."""
        return Visitor(address_of(scope), token_of(scope))

    async def _in_turn(
        self,
        visitor: Visitor,
        burden: Burden | None,
        work: Work,
        data: bytes,
        question: Question,
        gone: "asyncio.Future[None]",
    ) -> bytes:
        if self.service.place.lent:
            raise NoMirror
        check_frame(data)
        with self.mirrors.frame(visitor):
            question = replace(question, layer=question.layer or DEFAULT_LAYER)
            self._asked[question.model, question.method, question.layer] = replace(question, target=None)
            self._wait_for_the_end()
            return await super()._in_turn(visitor, burden, work, data, question, gone)

    async def _before_work(self, came: float) -> None:
        """Let others go first. Only now: of those that had looked before they waited in the line, each would go before
        whoever has come meanwhile."""
        await super()._before_work(came)
        while self.busy() and time.perf_counter() < came + PATIENCE:
            await asyncio.sleep(LOOK)

    def _wait_for_the_end(self) -> None:
        if not self._waits:
            self._waits = True
            asyncio.get_running_loop().call_later(self.mirrors.idle, self._look_for_the_end)

    def _look_for_the_end(self) -> None:
        self._waits = False
        if self.mirrors.taken:
            self._wait_for_the_end()
            return
        asked, self._asked = tuple(self._asked.values()), {}
        self.wiped = self._workers.submit(self._wipe, asked)

    def _wipe(self, asked: tuple[Question, ...]) -> None:
        """Look at a grey frame, which takes the place of the last one wherever that was worked at, and give back the
        memory that others were in."""
        for question in asked:
            if self.service.supply.loaded(question.model):
                with suppress(Problem), working(Work(one_core=self.one_core)):  # as the frames were worked at
                    self._work(GREY, question)
        give_back_memory()

    def _work(self, data: bytes, question: Question) -> bytes:
        with own_time():
            picture = decode_apart(data, self.limits)
            return orjson.dumps(as_frame(self.service.ask(picture, question)))


def check_frame(data: bytes) -> None:
    """Raises NotAFrame for what is no JPEG, or none that is square and small, by what its head says."""
    size = claimed(data) if data.startswith(JPEG) and len(data) <= BYTES else None
    if size is None or size[0] != size[1] or size[0] > LONGEST:
        raise NotAFrame(limit=LONGEST)
