"""When a visit is over, all of it goes: its uploads, its answers, and what Gradio keeps of it in memory."""

import asyncio
import os
from collections.abc import Iterable
from datetime import datetime, timedelta

from gradio.queueing import Queue
from gradio.state_holder import StateHolder

from page.doors.owners import Owners
from page.doors.queue import FairQueue
from page.tally import Tally
from page.teaching.visits import TaughtVisits
from page.translated import Site

_cleaning: set[asyncio.Task[None]] = set()  # the loop itself would let go of what still runs


class Visits:
    """Ends visits: those that were told to be over, and those of which nothing was heard for so many `seconds`."""

    def __init__(
        self, site: Site, queue: FairQueue, owners: Owners, seconds: float, taught: TaughtVisits | None = None
    ) -> None:
        """Of a `site` with its `queue`; `owners` know whose an upload is, and `taught` what each visitor taught."""
        self.taught = taught or TaughtVisits()
        self.tally: Tally | None = None
        self.site = site
        self.queue = queue
        self.owners = owners
        self.seconds = seconds

    def close(self, token: str, session: str) -> None:
        """A page was closed: what its session waits for is let go, where the browser with this token may speak of it;
        anybody may name a session."""
        if self.queue.sessions.may_use(session, token):
            let_go(self.queue, session)
            self.queue.leave(session)

    def left(self, token: str) -> None:
        """A browser has left: its uploads go, and what it taught."""
        self.owners.leave(token)
        self.taught.forget(token)
        if self.tally:
            self.tally.forget(token)

    def leave(self, token: str, session: str) -> None:
        """A visitor has left: all of theirs goes."""
        self.left(token)
        self.close(token, session)

    def sweep(self) -> None:
        """Forget what has gone or grown old meanwhile."""
        self.owners.forget_gone()
        self.site.room.forget_gone()
        self.taught.sweep(self.seconds)
        if self.tally:
            self.tally.sweep()
        forget_visits(self.site.state_holder, self.seconds)
        forget_files(self.site.temp_file_sets)


def forget_visit(holder: StateHolder, session: str) -> None:
    """Drop what is kept of one session. Gradio itself would keep it until many more have come."""
    with holder.lock:
        holder.session_data.pop(session, None)
        holder.time_last_used.pop(session, None)


def forget_visits(holder: StateHolder, seconds: float) -> None:
    """Drop the sessions of which nothing was heard for so long: a page that is still open goes on without."""
    before = datetime.now() - timedelta(seconds=seconds)
    for session, used in list(holder.time_last_used.items()):
        if used < before:
            forget_visit(holder, session)


def forget_files(sets: Iterable[set[str]]) -> None:
    """Drop the names of files that are gone from what Gradio keeps to delete them: it does so only for those that are
    still there."""
    for names in sets:
        names -= {each for each in list(names) if not os.path.exists(each)}


def let_go(queue: Queue, session: str) -> None:
    """Drop what of a session has not begun. Called in the event loop that serves the page."""
    task = asyncio.get_running_loop().create_task(queue.clean_events(session_hash=session))
    _cleaning.add(task)
    task.add_done_callback(_cleaning.discard)
