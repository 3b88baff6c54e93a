"""What others said: of the page's own examples, how many believed the answer before the tests and after them, and what
covering did. Counters in one SQLite file: no text, no address, no time but the day."""

import hashlib
import logging
import sqlite3
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import astuple, dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from page.doors.owners import token_of
from page.doors.presence import own_page
from page.examples import Example
from page.reply import Json

log = logging.getLogger("seewhy")

PATH = "/tally"
LONGEST = 256  # bytes of a message; a real one has about 60
FEWEST = 5  # people from whom on anything is told: of fewer, one could guess who they were
REMEMBERED = 10_000  # browsers whose last answer can still be changed
PATIENCE = 5.0  # seconds for another page that writes into the same file
TABLE = """CREATE TABLE IF NOT EXISTS counts (
    day TEXT NOT NULL, example TEXT NOT NULL, people INTEGER NOT NULL, before INTEGER NOT NULL,
    after INTEGER NOT NULL, covered INTEGER NOT NULL, less INTEGER NOT NULL, PRIMARY KEY (day, example))"""
COLUMNS = ("people", "before", "after", "covered", "less")
ADD = f"""INSERT INTO counts (day, example, {", ".join(COLUMNS)}) VALUES (?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET {", ".join(f"{name} = {name} + excluded.{name}" for name in COLUMNS)}"""


class Said(BaseModel):
    """What one visitor said about an example, by its number: whether they believed the answer `before` the tests and
    `after` them, and whether the model was `less` sure with a part covered, None where they did not cover one."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    example: Annotated[int, Field(ge=0, lt=1000)]
    before: bool
    after: bool
    less: bool | None = None


@dataclass(frozen=True)
class Counts:
    """How many people there were, and how many of them said or saw what."""

    people: int
    before: int
    after: int
    covered: int
    less: int

    @classmethod
    def of(cls, said: Said) -> "Counts":
        """Those of one visitor."""
        return cls(1, said.before, said.after, said.less is not None, bool(said.less))

    def minus(self, other: "Counts") -> "Counts":
        """What has to be added to `other`."""
        return Counts(*(mine - theirs for mine, theirs in zip(astuple(self), astuple(other), strict=True)))


class Tally:
    """Counts into a file, which several pages may share. Where it can't be written, nothing is told, and the log says
    why."""

    def __init__(
        self,
        file: Path,
        examples: Sequence[Example],
        days: int = 0,
        today: Callable[[], date] = date.today,
    ) -> None:
        """Count what is said about `examples` into a file; counts older than so many `days` are wiped, with 1 each
        night, and with 0 never."""
        self.file = file
        self.days = days
        self.today = today
        # The same pictures on another page, whatever their order there.
        self._examples = [hashlib.sha256(example.path.read_bytes()).hexdigest()[:16] for example in examples]
        # Of each browser, the latest first, what was counted last: an answer may be changed until one leaves.
        self._counted: OrderedDict[tuple[str, str], tuple[str, Counts]] = OrderedDict()
        self._lock = threading.Lock()
        self._wiped: date | None = None

    def add(self, token: str, said: Said) -> Counts | None:
        """Count what the browser of a cookie said, in the place of what it said before, and give what all people said
        about that example; None where they are too few, or where the file is gone. Raises IndexError for an example
        that is not there."""
        example = self._examples[said.example]
        with self._lock:
            day, before = self._counted.pop((token, example), (self.today().isoformat(), Counts(0, 0, 0, 0, 0)))
            counts = Counts.of(said)
            try:
                with closing(self._open()) as file:
                    with file:
                        file.execute(ADD, (day, example, *astuple(counts.minus(before))))
                    told = self._told(file, example)
            except (sqlite3.Error, OSError) as error:
                log.warning("what others said can't be counted in %s: %s", self.file, error)
                return None
            self._counted[token, example] = day, counts
            if len(self._counted) > REMEMBERED:
                self._counted.popitem(last=False)
        return told if told and told.people >= FEWEST else None

    def forget(self, token: str) -> None:
        """A browser has left: what it said can't be changed any more."""
        with self._lock:
            for key in [key for key in self._counted if key[0] == token]:
                del self._counted[key]

    def sweep(self) -> None:
        """Wipe what is too old, once a day."""
        with self._lock:
            if self.days and self._wiped != self.today():
                try:
                    self._open().close()
                except (sqlite3.Error, OSError) as error:
                    log.warning("what others said can't be wiped in %s: %s", self.file, error)

    async def answer(self, request: Request) -> Response:
        """The route: takes what a visitor of this site's own pages said, and tells what others did."""
        token = token_of(request.scope)
        if not own_page(request.headers) or not token:
            return Response(status_code=403)
        body = b""
        try:
            async for piece in request.stream():
                body += piece
                if len(body) > LONGEST:
                    return Response(status_code=413)
            counts = await run_in_threadpool(self.add, token, Said.model_validate_json(body))
        except (ClientDisconnect, ValidationError, IndexError):
            return Response(status_code=400)
        told: Json = dict(zip(COLUMNS, astuple(counts), strict=True)) if counts else {}
        return JSONResponse(told, headers={"cache-control": "no-store"})

    def _open(self) -> sqlite3.Connection:
        """The file, without what is too old."""
        file = sqlite3.connect(self.file, timeout=PATIENCE)
        with file:
            file.execute(TABLE)
            if self.days and self._wiped != (today := self.today()):
                file.execute("DELETE FROM counts WHERE day <= ?", ((today - timedelta(self.days)).isoformat(),))
                self._wiped = today
        return file

    def _told(self, file: sqlite3.Connection, example: str) -> Counts | None:
        sums = ", ".join(f"sum({name})" for name in COLUMNS)
        row = file.execute(f"SELECT {sums} FROM counts WHERE example = ?", (example,)).fetchone()
        return Counts(*row) if row and row[0] is not None else None
