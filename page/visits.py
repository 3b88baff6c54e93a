"""What Gradio keeps of each visit in memory, the last picture among it, goes when the visit is over."""

import asyncio
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


def forget_answers(queue: Queue, session: str) -> None:
    """Drop what waits for one session: events that have not begun, and answers that it has not fetched.

    What it is fetching just now stays. Called in the event loop that serves the page.
    """
    task = asyncio.get_running_loop().create_task(queue.clean_events(session_hash=session))
    _cleaning.add(task)
    task.add_done_callback(_cleaning.discard)
    messages = queue.pending_messages_per_session.get(session)
    if messages is None or not getattr(messages, "_getters", ()):  # nobody listens
        queue.pending_messages_per_session.pop(session, None)
        queue.pending_event_ids_session.pop(session, None)
