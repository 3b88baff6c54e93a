"""What Gradio keeps of each visit in memory, the last picture among it, goes when the visit is over."""

import asyncio
import os
from collections.abc import Iterable
from datetime import datetime, timedelta

from gradio.queueing import Queue
from gradio.state_holder import StateHolder

_cleaning: set[asyncio.Task[None]] = set()  # the loop itself would let go of what still runs


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
