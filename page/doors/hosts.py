"""Which host names this page answers to, and which proxies may say under what name and for whom a request came."""

import ipaddress
import re
from collections.abc import Sequence

from starlette.types import ASGIApp, Receive, Scope, Send

from models.problems import Problem
from page.doors.guard import HEADERS
from page.refusal import answer, quietly
from page.words import Words

HERE = ("localhost", "127.0.0.1", "[::1]")
# What tells a page where it is reached, by whoever stands in front of it. Gradio believes them of anybody.
TOLD = (b"x-forwarded-host", b"x-forwarded-proto", b"x-forwarded-port", b"x-forwarded-prefix")
NEVER = (b"x-gradio-server", b"forwarded")
HOST = re.compile(r"(\[[0-9a-fA-F:.]{2,45}\]|[A-Za-z0-9_.-]{1,253})(:\d{1,5})?")


class Elsewhere(Problem):
    """A request to another name than those of this page."""

    key = "server.elsewhere"


def names_of_page(host: str, hosts: str) -> tuple[str, ...]:
    """The names that a page which listens on `host` answers to, without ports; an empty result means every name.

    `hosts` are more of them, with spaces or commas between. A page of this machine alone answers to no others: else a
    site of a visitor's browser could let its own name lead here, and read what is shown.
    """
    said = tuple(hosts.replace(",", " ").lower().split())
    return (*HERE, *said) if said or _is_local(host) else ()


class Hosts:
    """ASGI middleware: refuses requests to other names, and drops what only a proxy may tell about them."""

    def __init__(self, app: ASGIApp, words: Words, names: Sequence[str], proxies: str = "") -> None:
        """Answer to `names`, or to any. `proxies` are the addresses or networks whose headers are believed, with commas
        between; "*" believes all."""
        self.app = app
        self.words = words
        self.names = frozenset(names)
        self.proxies = _networks(proxies)
        self.anybody = "*" in proxies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        dropped = NEVER if self._believed(scope) else (*TOLD, *NEVER)
        if any(name in dropped for name, _ in scope["headers"]):
            scope = {**scope, "headers": [each for each in scope["headers"] if each[0] not in dropped]}
        if self._elsewhere(scope):
            # In front of the door that adds these to all other answers.
            headers = {name.decode(): value.decode() for name, value in HEADERS.items()}
            await answer(421, quietly(Elsewhere(), self.words), headers)(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    def _elsewhere(self, scope: Scope) -> bool:
        said = [value.decode("latin-1").strip() for name, value in scope["headers"] if name == b"host"]
        if not said:
            return bool(scope.get("http_version") != "1.0" and self.names)
        found = HOST.fullmatch(said[0])
        # A name may end with a dot, and stays the same.
        return len(said) > 1 or not found or bool(self.names and found[1].lower().rstrip(".") not in self.names)

    def _believed(self, scope: Scope) -> bool:
        if self.anybody:
            return True
        host, port = scope.get("client") or ("", 1)
        # The server has put in the address that a proxy reported, with no port: it does so for these proxies alone.
        return bool(self.proxies) and (port == 0 or any(_within(host, each) for each in self.proxies))


def _is_local(host: str) -> bool:
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _networks(proxies: str) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
    said = [each.strip() for each in proxies.split(",") if each.strip() not in ("", "*")]
    return tuple(ipaddress.ip_network(each, strict=False) for each in said)


def _within(host: str, network: ipaddress.IPv4Network | ipaddress.IPv6Network) -> bool:
    try:
        return ipaddress.ip_address(host) in network
    except ValueError:
        return False
