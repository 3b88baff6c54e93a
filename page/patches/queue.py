"""What the page's own queue (`page.doors.queue`) and its mailboxes (`page.doors.mail`) override of Gradio's."""

from page.patches.facts import Takes, Uses
from page.patches.patch import Patch

QUEUE = "gradio.queueing:Queue"
EVENT = "gradio.queueing:Event.__init__"
SOURCE = "gradio/queueing.py"

PATCHES = (
    Patch(
        "another queue in the place of Gradio's",
        "Who asks a thousand times has a thousand turns, since Gradio hands out events as they come, and its one bound "
        "is for all visitors together.",
        "gradio/blocks.py",
        (
            Takes(
                f"{QUEUE}.__init__",
                "self, live_updates, concurrency_count, update_intervals, max_size, blocks, default_concurrency_limit",
            ),
            Uses("gradio.blocks:Blocks.queue", ("_queue",)),
            Uses("gradio.blocks:Blocks.run_startup_events", ("_queue", "start")),
            Uses("gradio.routes:App.create_app", ("_queue", "push", "clean_events")),
            Uses(f"{QUEUE}.__init__", ("event_ids_to_events", "max_thread_count", "default_concurrency_limit")),
        ),
    ),
    Patch(
        "the beginning of the queue",
        "Nobody would look for answers that wait for ever, nor tell the queue to end in the loop that it runs in; a "
        "thousand looks a second for events take a twelfth of a core all day.",
        SOURCE,
        (
            Takes(f"{QUEUE}.start", "self"),
            Uses(f"{QUEUE}.start_processing", ("sleep_when_free", "stopped")),
        ),
    ),
    Patch(
        "the turns in the queue",
        "One visitor's many questions go before all that come after them, and one address takes every place.",
        SOURCE,
        (
            Takes(f"{QUEUE}.create_event_queue_for_fn", "self, block_fn"),
            Takes(f"{QUEUE}.get_events", "self"),
            Takes("gradio.queueing:EventQueue.__init__", "self, concurrency_id, concurrency_limit"),
            Uses("gradio.queueing:EventQueue.__init__", ("queue", "current_concurrency")),
            Uses(f"{QUEUE}.create_event_queue_for_fn", ("event_queue_per_concurrency_id", "concurrency_id")),
            Uses(f"{QUEUE}.start_processing", ("get_events", "delete_lock", "process_events", "active_jobs")),
            Uses(f"{QUEUE}.__len__", ("event_queue_per_concurrency_id", "queue")),
            Uses(f"{QUEUE}.remove_from_queue", ("event_queue_per_concurrency_id", "remove")),
        ),
    ),
    Patch(
        "the door of the queue",
        "A full line is told in Gradio's words, whoever has most in it stays, and a long question keeps the place of "
        "short ones.",
        SOURCE,
        (
            Takes(f"{QUEUE}.push", "self, body, request, username", awaited=True),
            Uses(f"{QUEUE}.push", ("create_event_queue_for_fn", "event_ids_to_events", "queue_full", "append")),
            Uses(EVENT, ("_id", "session_hash", "fn", "request", "data", "alive", "concurrency_id", "enqueue_time")),
        ),
    ),
    Patch(
        "the answering of an event",
        "Nothing ends a question that takes too long, its costs are charged to nobody, and a question that was let go "
        "before it began loses its place for good.",
        SOURCE,
        (
            Takes(f"{QUEUE}.process_events", "self, events, batch, begin_time, fn", awaited=True),
            Uses(f"{QUEUE}.start_processing", ("process_events", "run_coro_in_background")),
            Uses(f"{QUEUE}.process_events", ("alive", "send_message", "active_jobs", "current_concurrency")),
        ),
    ),
    Patch(
        "the leaving of the queue",
        "The end of an older stream takes questions along that were asked after it, and what runs goes on for a "
        "visitor who has gone.",
        SOURCE,
        (
            Takes(f"{QUEUE}.clean_events", "self, *, session_hash, event_id", awaited=True),
            Uses(f"{QUEUE}.clean_events", ("event_queue_per_concurrency_id", "pending_event_ids_session", "alive")),
        ),
    ),
    Patch(
        "the messages of the queue",
        "Answers that nobody fetches stay in memory, each with its picture, and Gradio fails where a session's "
        "messages have gone meanwhile.",
        SOURCE,
        (
            Takes(f"{QUEUE}.send_message", "self, event, event_message"),
            Uses(f"{QUEUE}.send_message", ("pending_messages_per_session", "put_nowait", "event_id")),
            Uses(f"{QUEUE}.push", ("pending_messages_per_session", "pending_event_ids_session")),
            Uses("gradio.routes:App.create_app", ("pending_messages_per_session",)),
            Uses(f"{QUEUE}.process_events", ("ProcessCompletedMessage", "output", "success")),
            Takes("gradio.utils:error_payload", "error, show_error"),
        ),
    ),
    Patch(
        "the mailboxes",
        "An answer waits as lists of numbers, which take some times the memory of the bytes that are sent, and how "
        "much waits is not known.",
        "asyncio/queues.py",
        (
            Uses("asyncio:Queue.__init__", ("_init", "_getters")),
            Takes("asyncio:Queue._init", "self, maxsize"),
            Takes("asyncio:Queue._put", "self, item"),
            Takes("asyncio:Queue._get", "self"),
            Uses("asyncio:Queue.qsize", ("_queue",)),
            Uses("asyncio:Queue.get", ("_getters",)),
        ),
        package="python",
    ),
    Patch(
        "the statistics of the queue",
        "Gradio makes a table of thousands of events after each one that fails, for a page that is shut here.",
        SOURCE,
        (
            Takes(f"{QUEUE}.compute_analytics_summary", "self, records"),
            Uses(f"{QUEUE}.compute_analytics_summary", ("cached_event_analytics_summary",)),
            Uses(f"{QUEUE}.push", ("event_analytics", "ANALYTICS_MAX_EVENTS")),
        ),
    ),
)
