"""The server that the page runs on.

Gradio's own start asks itself over HTTP whether it has started, by a name, through the proxies of the environment, and
gives up after some seconds: it fails on a busy machine, and on one that does not know its own name. Here nothing is
asked and nothing timed: the port is taken first, and the server tells when it serves.
"""

import asyncio
import logging
import socket
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import gradio as gr
import uvicorn
from gradio.routes import App
from gradio.utils import colab_check
from starlette.types import ASGIApp

from page.doors.connections import LONGEST_HEAD, PIECE, Connections, Overheard, counted
from page.doors.sharing import Unshared

WAITING = 512  # connections that the system keeps for us until they are taken; asyncio takes as many in one go
LOOPBACK = "127.0.0.1"
GOODBYE = 5.0  # seconds for what is open when the server ends


class Served(uvicorn.Server):
    """A server in a thread of its own, on a socket that listens already; Gradio ends it by `close`."""

    def __init__(self, app: ASGIApp, listening: socket.socket, connections: Connections) -> None:
        """For `app`, among so many `connections`; what arrives before `begin` waits."""
        super().__init__(_config(app, connections))
        self.listening = listening
        self._told = threading.Event()
        self._thread = threading.Thread(target=self._serve_all, daemon=True)

    def begin(self) -> None:
        """Serve, and return once that is so, however long it takes. Raises RuntimeError when it can't."""
        self._thread.start()
        self._told.wait()
        if not self.started:
            raise RuntimeError("the page's server ended before it had started")

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """As uvicorn does, and tell; what the loop has to say goes to the log."""
        asyncio.get_running_loop().set_exception_handler(Overheard())
        await super().startup(sockets=sockets)
        self._told.set()

    def close(self) -> None:
        """End, within some seconds."""
        self.should_exit = True
        self._thread.join(GOODBYE)

    def _serve_all(self) -> None:
        try:
            self.run(sockets=[self.listening])
        except SystemExit:  # uvicorn has said why, and `begin` raises
            pass
        finally:
            self._told.set()


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens there. Raises OSError when the port is taken, or the host is none of this machine's."""
    address = host.removeprefix("[").removesuffix("]")
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    # What the name stands for, whether or not this machine knows it.
    here = LOOPBACK if address == "localhost" else address
    listening = socket.create_server((here, port), family=family, backlog=WAITING)
    # What it accepts inherits that. asyncio sets it only on sockets that name TCP, which Python's own do not; without
    # it, the body of each answer waits for the browser to have confirmed its head, up to 40 ms.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening


def launch(
    site: gr.Blocks, host: str, port: int, connections: Connections, app_kwargs: dict[str, Any], **options: Any
) -> None:
    """Serve a site among so many `connections`, with `app_kwargs` and `options` as Gradio's own `launch` takes them.

    Raises OSError as `listen`.
    """
    listening = listen(host, port)
    try:
        _as_if_it_ran(site, host, listening.getsockname()[1])
        # It finds the page running, and starts no server.
        site.launch(app_kwargs={**app_kwargs, "lifespan": _begun}, prevent_thread_lock=True, _frontend=False, **options)
        site._queue.set_server_app(site.server_app)
        served = Served(Unshared(site.server_app), listening, connections)
        site.server = served  # type: ignore[assignment]
        served.begin()
    except BaseException:
        listening.close()
        raise


def _config(app: ASGIApp, connections: Connections) -> uvicorn.Config:
    # Without a log of uvicorn's own: what it says goes where all of the page's does.
    config = uvicorn.Config(
        app,
        log_config=None,
        log_level="warning",
        access_log=False,
        http=counted(connections),
        loop="asyncio",  # another one, which a cluster's packages bring, has no such transports as ours count
        ws="none",  # whoever asks for another protocol would be counted no more
        backlog=WAITING,
        h11_max_incomplete_event_size=LONGEST_HEAD + PIECE,  # our own bound comes first
    )
    logging.getLogger("uvicorn.error").addFilter(_is_news)
    return config


def _is_news(record: logging.LogRecord) -> bool:
    """Whether the guard has not told it already, with the place in the code."""
    return "without completing response" not in record.getMessage()


def _as_if_it_ran(site: gr.Blocks, host: str, port: int) -> None:
    """What Gradio notes of a page once it runs."""
    site.server_name, site.server_port, site.protocol = host, port, "http"
    site.local_url = f"http://{host}:{port}/"  # type: ignore[assignment]
    site.local_api_url = f"{site.local_url}gradio_api/"
    site.is_colab = site.is_hosted_notebook = colab_check()
    site.is_running = site.has_launched = True


@asynccontextmanager
async def _begun(app: App) -> AsyncIterator[None]:
    """Gradio begins to hand out events when it is asked for an address; here it does so with the server."""
    site = app.get_blocks()
    site.run_startup_events()  # type: ignore[no-untyped-call]
    await site.run_extra_startup_events()  # type: ignore[no-untyped-call]
    app.startup_events_triggered = True
    yield
