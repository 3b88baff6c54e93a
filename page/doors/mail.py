"""Answers that wait to be fetched: bounded in bytes, and deleted when they are not fetched for a while."""

import asyncio
import json
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import orjson
from gradio.server_messages import EventMessage, ProcessCompletedMessage

MB = 1024 * 1024
EACH, ALL = 2 * MB, 64 * MB  # bytes of answers that wait, of one session and of all
KEPT = 60.0  # seconds that an answer waits where no stream is open
GRACE = 5.0  # seconds in which a larger answer may be fetched by who asks first and opens a stream then
AROUND = 512  # bytes that a message takes beside its answer
WRITTEN = orjson.OPT_NON_STR_KEYS | orjson.OPT_SERIALIZE_NUMPY


@dataclass(eq=False)
class Letter:
    """A message, and the bytes that its answer takes. One that is sent `by_name` is written by a JSON writer that can't
    take pieces that are JSON already."""

    message: EventMessage
    by_name: bool = False
    size: int = AROUND
    data: Sequence[bytes] = ()

    def close(self) -> "Letter":
        """Turn an answer into the JSON bytes that will be sent: they take less memory than lists of numbers."""
        if isinstance(self.message, ProcessCompletedMessage) and self.message.success:
            self.data = [_written(each) for each in self.message.output.get("data") or ()]
            self.size += sum(map(len, self.data))
            self.message.output = {**self.message.output, "data": [orjson.Fragment(each) for each in self.data]}
        return self

    def open(self) -> EventMessage:
        """The message as Gradio sends it."""
        if self.by_name and self.data and isinstance(self.message, ProcessCompletedMessage):
            self.message.output = {**self.message.output, "data": [orjson.loads(each) for each in self.data]}
        return self.message

    def empty(self, told: dict[str, Any]) -> int:
        """Replace the answer by `told`, the reason why it is gone; gives how many bytes that frees."""
        freed, self.size = self.size - AROUND, AROUND
        self.message = ProcessCompletedMessage(output=told, success=False, event_id=self.message.event_id)
        self.data = ()
        return freed


class Mailbox(asyncio.Queue[EventMessage]):
    """The messages of one session, in the place of Gradio's own queue."""

    def __init__(self, office: "Mailboxes") -> None:
        """An empty mailbox among those of `office`."""
        super().__init__()
        self.office = office
        self.readers = 0
        self.touched = office.now()
        self.bytes = 0  # of answers that wait

    def post(self, message: EventMessage, by_name: bool = False) -> None:
        """Put a message in."""
        self.put_nowait(Letter(message, by_name))  # type: ignore[arg-type]

    @property
    def awaited(self) -> bool:
        """Whether a stream waits for the next message at this moment."""
        return any(not each.done() for each in self._getters)  # type: ignore[attr-defined]

    def _init(self, maxsize: int) -> None:
        self.letters: deque[Letter] = deque()
        self._queue = self.letters

    def _put(self, item: Any) -> None:
        letter = (item if isinstance(item, Letter) else Letter(item)).close()
        self.letters.append(letter)
        if isinstance(letter.message, ProcessCompletedMessage):  # not a heartbeat
            self.touched = self.office.now()
        self.office.took(self, letter)

    def _get(self) -> EventMessage:
        letter = self.letters.popleft()
        self.touched = self.office.now()
        self.office.gave(self, letter)
        return letter.open()


class Mailboxes:
    """The mailboxes of all sessions, with the methods of a mapping that Gradio's queue calls.

    Where one session has more bytes of answers than it may, or all together have, the oldest answers are deleted and a
    sentence stays in their place. A mailbox that is not read for a while is deleted as a whole.
    """

    def __init__(
        self,
        most: int,
        told: Callable[[], dict[str, Any]],
        gone: Callable[[str], object] = lambda session: None,
        expected: Callable[[str], bool] = lambda session: False,
        spared: Callable[[str], bool] = lambda session: False,
        now: Callable[[], float] = time.monotonic,
        each: int = EACH,
        all_: int = ALL,
        kept: float = KEPT,
    ) -> None:
        """At most `most` mailboxes. `told` gives what stands in the place of a deleted answer, `gone` is called with
        the session of a deleted mailbox, `expected` tells whether an answer is still to come for a session, and
        `spared` whether Gradio must not delete its mailbox."""
        self.spared = spared
        self.most, self.told, self.gone, self.expected, self.now = most, told, gone, expected, now
        self.each, self.all, self.kept = each, all_, kept
        self._boxes: OrderedDict[str, Mailbox] = OrderedDict()
        self._letters: OrderedDict[Letter, Mailbox] = OrderedDict()  # with an answer inside, the oldest first
        self.bytes = 0

    @contextmanager
    def read(self, session: str) -> Iterator[None]:
        """Count a stream of a session as open, inside the `with`."""
        box = self._boxes[session]
        box.readers += 1
        try:
            yield
        finally:
            box.readers -= 1
            box.touched = self.now()

    def took(self, box: Mailbox, letter: Letter) -> None:
        """Note that a message has come."""
        held = letter.size - AROUND
        if not held:
            return
        self._letters[letter] = box
        box.bytes += held
        self.bytes += held
        # A message that a stream waits for is sent at once.
        spared = letter if box.awaited else None
        if not box.readers:
            self._lighten(box, spared=letter)
        while self.bytes > self.all and (old := next((each for each in self._letters if each is not spared), None)):
            self._empty(old)

    def gave(self, box: Mailbox, letter: Letter) -> None:
        """Note that a message was fetched."""
        if self._letters.pop(letter, None):
            self._less(box, letter.size - AROUND)

    def tidy(self) -> None:
        """Delete answers and mailboxes that were not fetched for a while."""
        now = self.now()
        for session, box in list(self._boxes.items()):
            unread = 0.0 if box.readers else now - box.touched
            if unread > GRACE:
                self._lighten(box)
            if unread > self.kept and not self.expected(session):
                self.drop(session)

    def get(self, session: str) -> Mailbox | None:
        """The mailbox of a session, if there is one."""
        return self._boxes.get(session)

    def __contains__(self, session: object) -> bool:
        return session in self._boxes

    def __getitem__(self, session: str) -> Mailbox:
        self._boxes.move_to_end(session)
        return self._boxes[session]

    def __setitem__(self, session: str, own: object) -> None:
        """Put a new mailbox here; the value that Gradio gives is not used."""
        self._boxes[session] = Mailbox(self)
        if len(self._boxes) > self.most:
            others = list(self._boxes)[:-1]
            idle = (each for each in others if not self._boxes[each].readers and not self.expected(each))
            self.drop(next(idle, others[0]))

    def __delitem__(self, session: str) -> None:
        """Gradio deletes a mailbox when a stream of its session ends; not one that is `spared`."""
        if not self.spared(session):
            self.drop(session)

    def drop(self, session: str) -> None:
        """Delete a mailbox with all that is in it."""
        box = self._boxes.pop(session, None)
        if box is None:
            return
        for letter in box.letters:
            self.gave(box, letter)
        self.gone(session)

    def __iter__(self) -> Iterator[str]:
        return iter(self._boxes)

    def __len__(self) -> int:
        return len(self._boxes)

    def _lighten(self, box: Mailbox, spared: Letter | None = None) -> None:
        """Delete the oldest answers of a session, until it has no more bytes than it may."""
        for letter in [each for each in box.letters if each in self._letters and each is not spared]:
            if box.bytes > self.each:
                self._empty(letter)

    def _empty(self, letter: Letter) -> None:
        box = self._letters.pop(letter)
        self._less(box, letter.empty(self.told()))

    def _less(self, box: Mailbox, freed: int) -> None:
        box.bytes -= freed
        self.bytes -= freed


def _written(value: Any) -> bytes:
    try:
        return orjson.dumps(value, default=str, option=WRITTEN)
    except orjson.JSONEncodeError:  # of whole numbers over 64 bits, which JSON has and it has not
        return json.dumps(value, default=str).encode()
