"""A page of this machine answers to its own names alone, and what a proxy tells is believed of proxies alone."""

import asyncio
from typing import Any

import pytest
from starlette.types import Message, Receive, Scope, Send

from page.doors.guard import HEADERS
from page.doors.hosts import Hosts, names_of_page
from page.words import Words

EVIL = [(b"x-forwarded-host", b"evil.example"), (b"x-forwarded-proto", b"https"), (b"x-gradio-server", b"http://evil")]


def ask(app: Hosts, *headers: tuple[bytes, bytes], client: tuple[str, int] = ("127.0.0.1", 5), **scope: Any) -> Any:
    """The status of a refusal, or the headers that came through."""
    seen: list[Any] = []

    async def send(message: Message) -> None:
        seen.append(message.get("status"))

    async def receive() -> Message:
        return {}

    asked = {"type": "http", "http_version": "1.1", "client": client, "headers": list(headers)} | scope
    asyncio.run(app(asked, receive, send))
    return app.seen.pop() if app.seen else seen[0]  # type: ignore[attr-defined]


def hosts(words: Words, host: str = "127.0.0.1", names: str = "", proxies: str = "") -> Hosts:
    seen: list[Any] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(dict(scope["headers"]))

    made = Hosts(app, words, names_of_page(host, names), proxies)
    made.seen = seen  # type: ignore[attr-defined]
    return made


@pytest.mark.parametrize("listens", ["127.0.0.1", "localhost", "::1", "127.0.0.2"])
@pytest.mark.parametrize(
    "said", ["localhost", "localhost:7860", "LOCALHOST", "127.0.0.1:1", "[::1]:7860", "localhost."]
)
def test_page_of_this_machine_answers_to_its_names(words: Words, listens: str, said: str) -> None:
    assert ask(hosts(words, listens), (b"host", said.encode())) == {b"host": said.encode()}


@pytest.mark.parametrize(
    "said",
    ["evil.example", "localhost.evil.example", "10.0.0.1", "", "127.0.0.1@evil", "localhost:a", "[::2]", "a b"],
)
def test_page_of_this_machine_answers_to_no_other_name(words: Words, said: str) -> None:
    assert ask(hosts(words), (b"host", said.encode())) == 421
    assert ask(hosts(words), (b"host", b"localhost"), (b"host", said.encode())) == 421


def test_request_without_a_name_is_of_the_old_kind_alone(words: Words) -> None:
    assert ask(hosts(words)) == 421
    assert ask(hosts(words), http_version="1.0") == {}


def test_page_for_others_answers_to_any_name_unless_its_host_says_so(words: Words) -> None:
    assert ask(hosts(words, "0.0.0.0"), (b"host", b"any.example")) == {b"host": b"any.example"}
    named = hosts(words, "0.0.0.0", "museum.example, Other.example")
    for said, status in ((b"museum.example:80", 0), (b"other.example", 0), (b"localhost", 0), (b"any.example", 421)):
        assert ask(named, (b"host", said)) == (status or {b"host": said})
    local = hosts(words, "127.0.0.1", "museum.example")
    assert ask(local, (b"host", b"museum.example")) == {b"host": b"museum.example"}


def test_name_that_is_none_is_refused_everywhere(words: Words) -> None:
    for said in (b"a/b", b"a\nb", b"<b>", b"a" * 300):
        assert ask(hosts(words, "0.0.0.0"), (b"host", said)) == 421


def test_what_a_proxy_tells_is_believed_of_proxies_alone(words: Words) -> None:
    host = (b"host", b"localhost")
    for proxies, client, believed in (
        ("", ("127.0.0.1", 5), False),
        ("10.0.0.0/8, 127.0.0.1", ("127.0.0.1", 5), True),
        ("10.0.0.0/8", ("10.9.9.9", 5), True),
        ("10.0.0.0/8", ("203.0.113.5", 5), False),
        ("10.0.0.0/8", ("203.0.113.5", 0), True),  # a visitor whom a proxy reported, by the server in front
        ("", ("203.0.113.5", 0), False),
        ("*", ("203.0.113.5", 5), True),
        ("10.0.0.0/8", ("unix", 5), False),
    ):
        came = ask(hosts(words, proxies=proxies), host, *EVIL, client=client)
        assert (b"x-forwarded-host" in came, b"x-forwarded-proto" in came) == (believed, believed), (proxies, client)
        assert b"x-gradio-server" not in came


def test_refusal_has_the_headers_of_all_other_answers(words: Words) -> None:
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {}

    scope = {"type": "http", "http_version": "1.1", "client": ("127.0.0.1", 5), "headers": [(b"host", b"evil")]}
    asyncio.run(hosts(words)(scope, receive, send))
    assert set(HEADERS.items()) <= set(sent[0]["headers"])


def test_other_connections_pass_untouched(words: Words) -> None:
    assert ask(hosts(words), (b"host", b"evil.example"), type="lifespan") == {b"host": b"evil.example"}
