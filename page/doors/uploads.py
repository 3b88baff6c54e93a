"""`POST /gradio_api/upload`: what Gradio's own route does, with a bound on room and time, and no half files left.

How far an upload is, nobody is told.
"""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator
from pathlib import Path

from gradio.route_utils import GradioMultiPartParser, GradioUploadFile
from gradio_client.utils import strip_invalid_filename_characters
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import parse_options_header
from starlette.formparsers import MultiPartException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from models.problems import Problem
from page.doors.fair_turns import address_of
from page.doors.owners import token_of
from page.pictures.picture import TooManyBytes
from page.refusal import answer, quietly
from page.room import Arriving, NoRoom, Room
from page.words import Words

PATH = "/gradio_api/upload"
PROGRESS = "/gradio_api/upload_progress"
DONE = 'data: {"msg": "done"}\n\n'  # as an event that Gradio's script reads
PATIENCE = 60.0  # seconds for an upload to arrive
FIELD = "files"
LETTERS = 200  # bytes of a name, with its ending


class NoForm(Problem):
    """A body that is no form, or a form without a file, or one that is broken or cut off. Values: field, where a file
    belongs."""

    key = "api.form"


class SlowUpload(Problem):
    """An upload that did not arrive in time."""

    key = "api.slow"


STATUSES: dict[type[Problem], int] = {SlowUpload: 408, TooManyBytes: 413, NoRoom: 429}  # of all others 400
AGAIN = {"retry-after": "5"}


class UploadDoor:
    """The route as an ASGI app."""

    def __init__(
        self,
        folder: Path,
        room: Room,
        words: Words,
        most: int,
        shared: bool = False,
        patience: float = PATIENCE,
    ) -> None:
        """Write to `folder` what there is `room` for; a file may have `most` bytes. With `shared`, many visitors have
        one address, and a browser's cookie alone says whose room it takes."""
        self.folder = folder
        self.room = room
        self.words = words
        self.most = most
        self.shared = shared
        self.patience = patience

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        with contextlib.suppress(ClientDisconnect):
            response = await self._answer(Request(scope, receive))
            await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        try:
            async with asyncio.timeout(self.patience):
                return JSONResponse(await self._taken(request))
        except TimeoutError:
            problem: Problem = SlowUpload()
        except (NoForm, NoRoom, TooManyBytes) as error:
            problem = error
        return answer(STATUSES.get(type(problem), 400), quietly(problem, self.words), AGAIN)

    async def _taken(self, request: Request) -> list[str]:
        kind, options = parse_options_header(request.headers.get("content-type", ""))
        if kind != b"multipart/form-data" or not 0 < len(options.get(b"boundary", b"")) <= 200:
            raise NoForm(field=FIELD)
        self.folder.mkdir(parents=True, exist_ok=True)
        with self.room.arrive(holders_of(request.scope, self.shared)) as arriving:
            form = _Form(
                request.headers,
                _counted(request, arriving),  # type: ignore[arg-type]
                upload_dir=self.folder,
                max_file_size=self.most,
            )
            try:
                return [self._keep(file, arriving) for file in await form.files()]
            except MultiPartException as error:
                if error.message.startswith("File size"):
                    raise TooManyBytes(limit=self.most // 1024 // 1024) from error
                raise NoForm(field=FIELD) from error
            except (FormParserError, ValueError) as error:
                raise NoForm(field=FIELD) from error
            finally:
                form.clear()

    def _keep(self, file: GradioUploadFile, arriving: Arriving) -> str:
        """Move a complete file to where Gradio looks for it: a folder that is named by what it holds."""
        made = file.file.name
        name = _short(strip_invalid_filename_characters(Path(file.filename or "").name))
        name = name if name.strip(".") else "picture"
        place = self.folder / file.sha.hexdigest() / name
        place.parent.mkdir(exist_ok=True)
        size = file.size or 0
        file.file.close()
        os.replace(made, place)
        arriving.settle(place, size)
        return str(place)


async def told_done(request: Request) -> Response:
    """The route that Gradio's script asks how far an upload is, for a bar that this page does not show: it hears at
    once that there is nothing to wait for, and nothing is remembered of the names that anybody asks for."""
    return Response(DONE, media_type="text/event-stream", headers={"cache-control": "no-store"})


class _Form(GradioMultiPartParser):
    """Gradio's own parser of uploads, which takes no part without a file, and cleans up whatever happens."""

    whole = False

    def on_headers_finished(self) -> None:
        super().on_headers_finished()
        # A field without a file has no place here.
        if self._current_part.file is None or self._current_part.field_name != FIELD:
            raise MultiPartException("no file")

    def on_end(self) -> None:
        self.whole = True

    async def files(self) -> list[GradioUploadFile]:
        """The complete files. Raises MultiPartException or FormParserError."""
        form = await self.parse()
        files = [each for each in form.getlist(FIELD) if isinstance(each, GradioUploadFile)]
        if not self.whole or not files:
            raise MultiPartException("cut off")
        return files

    def clear(self) -> None:
        """Delete what was written and not moved away."""
        for file in self._files_to_close_on_error:
            file.close()
            Path(file.name).unlink(missing_ok=True)


def holders_of(scope: Scope, shared: bool = False) -> tuple[str, ...]:
    """Who holds what a request brings: a browser by its cookie, and its address where not many `shared` it."""
    token, address = token_of(scope), f"address {address_of(scope)}"
    if not token:
        return (address,)
    return (token,) if shared else (token, address)


def _short(name: str) -> str:
    """A name that every disk takes."""
    stem, ending = os.path.splitext(name)
    ending = ending.encode()[:20].decode(errors="ignore")
    return stem.encode()[: LETTERS - len(ending.encode())].decode(errors="ignore") + ending


async def _counted(request: Request, arriving: Arriving) -> AsyncIterator[bytes]:
    async for piece in request.stream():
        arriving.more(len(piece))
        yield piece
