"""Gradio's server, with bounds on connections.

Name: `gradio.http_server.Server`, replaced by a class that changes uvicorn's settings before they are read; and
`traceback` in the modules of Gradio that print what went wrong.
Reason: Gradio makes the settings itself, hands none of them on, and prints past the log.
Check: `holds()`, which the tests call.
"""

import asyncio
import inspect
import logging
import socket
import traceback
from typing import Any

from gradio import http_server, queueing, route_utils, routes, utils
from uvicorn import Config

from page.doors.connections import LONGEST_HEAD, PIECE, Connection, Connections, Overheard, counted

log = logging.getLogger("seewhy")

WAITING = 512  # connections that the system keeps for us until they are taken; asyncio takes as many in one go
SERVERS = ("uvicorn", "uvicorn.error", "uvicorn.access", "uvicorn.asgi")
PRINTING = (queueing, route_utils, routes, utils)


def bend_server(connections: Connections) -> None:
    """Whatever Gradio serves from now on is bounded by `connections`, and has one log."""
    usual: Any = http_server.Server

    class Server(usual):  # type: ignore[misc]
        """Gradio's, with our settings."""

        def __init__(self, config: Config, *more: Any, **named: Any) -> None:
            config.http = counted(connections)
            config.ws = "none"  # whoever asks for another protocol would be counted no more
            config.backlog = WAITING
            config.h11_max_incomplete_event_size = LONGEST_HEAD + PIECE  # our own bound comes first
            config.access_log = False
            for name in SERVERS:  # uvicorn has just given them ways of their own to standard error
                logging.getLogger(name).handlers.clear()
                logging.getLogger(name).propagate = True
            logging.getLogger("uvicorn.error").addFilter(_is_news)
            super().__init__(config, *more, **named)

        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            """Listen, and hear what the loop says."""
            asyncio.get_running_loop().set_exception_handler(Overheard())
            await super().startup(sockets)

    http_server.Server = Server  # type: ignore[misc]
    for module in PRINTING:
        module.traceback = _Logged()  # type: ignore[attr-defined]


def holds() -> bool:
    """Whether Gradio and uvicorn are still made so that this works."""
    start = inspect.getsource(http_server.start_server)
    return (
        "Server(config=config)" in start
        and "uvicorn.Config(" in start
        and all(hasattr(module, "traceback") for module in PRINTING)
        and set(Config.__init__.__code__.co_varnames) >= {"http", "ws", "backlog", "access_log"}
        and all(name in vars(Connection.__base__) for name in ("on_response_complete", "handle_events", "shutdown"))
    )


def _is_news(record: logging.LogRecord) -> bool:
    """Whether the guard has not told it already, with the place in the code."""
    return "without completing response" not in record.getMessage()


class _Logged:
    """The module of the same name, but what it would print goes to the log."""

    def __getattr__(self, name: str) -> Any:
        return getattr(traceback, name)

    def print_exc(self, *_: Any, **__: Any) -> None:
        """The exception that is being handled."""
        log.error("failed in the page's machinery", exc_info=True)
