"""One visitor who floods does not starve another: on the real server, through both doors, counted in answers."""

import asyncio
import itertools
import json
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager

import httpx
import pytest

from page.doors.plain import PATH
from page.words import Words
from tests.page import corpus
from tests.page.talk import META
from tests.server import Server, running

FLOOD, EACH, QUEUE = 60, 40, 50
# Of what is left of a flood when another visitor asks, so much may go first: what is being served already, what begins
# beside it, and what ends while its answer is on its way. How many these are depends on what else this machine does;
# without turns it would be all.
A_PART = 0.75
HERE, ELSEWHERE = "127.0.0.1", "127.0.0.2"
MADE_UP = itertools.count()
PICTURE = corpus.taken()["a photo"].data


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("fairness")
    with running(folder, "--queue", str(QUEUE), "--queue-each", str(EACH)) as started:
        yield started


@asynccontextmanager
async def visitor(server: Server, address: str) -> AsyncIterator[httpx.AsyncClient]:
    """A client whose connections come from an address of this machine."""
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=100)
    transport = httpx.AsyncHTTPTransport(local_address=address, limits=limits)
    async with httpx.AsyncClient(transport=transport, base_url=server.url, timeout=240) as client:
        yield client


def elsewhere() -> dict[str, str]:
    """What a visitor writes who wants to be another one each time."""
    return {"x-forwarded-for": f"10.0.0.{next(MADE_UP)}"}


async def plain(client: httpx.AsyncClient) -> tuple[int, str]:
    """Ask once over plain HTTP: the status, and the label or the sentence."""
    answered = await client.post(PATH, content=PICTURE, headers=elsewhere())
    said = answered.json()
    return answered.status_code, said.get("label") or said["error"]


async def uploaded(client: httpx.AsyncClient) -> str:
    path: str = (await client.post("/gradio_api/upload", files={"files": ("a.jpg", PICTURE)})).json()[0]
    return path


async def call(client: httpx.AsyncClient, path: str, waits: Callable[[], object] = lambda: None) -> tuple[int, str]:
    """Ask once as programs do through Gradio, where each call is a session of its own. `waits` hears that it is in the
    line."""
    body = {"data": [{"path": path, "meta": META}, None, None, None]}
    posted = await client.post("/gradio_api/call/explain", json=body, headers=elsewhere())
    if posted.status_code != 200:
        return posted.status_code, posted.json()["detail"]
    waits()
    answered = await client.get(f"/gradio_api/call/explain/{posted.json()['event_id']}")
    assert "event: complete" in answered.text, answered.text
    return 200, json.loads(answered.text.rpartition("data: ")[2])[0]["label"]


Answers = Counter[tuple[int, str]]


async def flooded(
    ask: Callable[[], Awaitable[tuple[int, str]]],
    other: Callable[[Callable[[], object]], Awaitable[tuple[int, str]]],
) -> tuple[Answers, tuple[int, str], float]:
    """What a flood got, what another visitor got who came into it, and which part of what was left of the flood's
    answers came before that. `other` calls what it is given once the visitor is in the line."""
    answers: Answers = Counter()
    begun = asyncio.Event()
    given: list[int] = []

    def count() -> int:
        return sum(count for (status, _), count in answers.items() if status == 200)

    async def one() -> None:
        answer = await ask()
        answers[answer] += 1
        if answer[0] == 200:
            begun.set()

    flood = [asyncio.create_task(one()) for _ in range(FLOOD)]
    await begun.wait()
    given.append(count())
    got = await other(lambda: given.append(count()))
    overtaken = count() - given[-1]
    await asyncio.gather(*flood)
    return answers, got, overtaken / (count() - given[-1])


def judged(answers: Answers, got: tuple[int, str], overtaken: float, refused: tuple[int, str]) -> None:
    """The other got its answer before most of the flood; the flood got all that had a place, and a sentence for the
    rest."""
    assert got[0] == 200
    assert answers.keys() == {got, refused}
    assert answers.total() == FLOOD
    assert answers[got] >= EACH
    assert overtaken <= A_PART


def test_flood_over_plain_http_does_not_starve_another_visitor(server: Server, words: Words) -> None:
    async def story() -> None:
        async with visitor(server, HERE) as one, visitor(server, ELSEWHERE) as other:
            judged(*await flooded(lambda: plain(one), lambda waits: plain(other)), (429, words("server.busy")))

    asyncio.run(story())


def test_flood_through_gradio_does_not_starve_another_address(server: Server, words: Words) -> None:
    """Though each of its calls is of another session."""

    async def story() -> None:
        async with visitor(server, HERE) as one, visitor(server, ELSEWHERE) as other:
            path = await uploaded(one)
            judged(
                *await flooded(lambda: call(one, path), lambda waits: call(other, path, waits)),
                (503, words("server.busy")),
            )

    asyncio.run(story())


def test_flood_of_one_session_does_not_starve_another_behind_the_same_address(server: Server) -> None:
    """A classroom behind one address: one tab asks thirty times, another once."""

    async def story() -> None:
        async with visitor(server, HERE) as client:
            path = await uploaded(client)
            config = (await client.get("/config")).json()
            (fn,) = [each["id"] for each in config["dependencies"] if each["api_name"] == "explain"]
            body = {"data": [{"path": path, "meta": META}, None, None, None], "fn_index": fn, "session_hash": "flood"}
            posted = await asyncio.gather(*[client.post("/gradio_api/queue/join", json=body) for _ in range(30)])
            assert {each.status_code for each in posted} == {200}
            done, got = 0, None
            async with client.stream("GET", "/gradio_api/queue/data", params={"session_hash": "flood"}) as events:
                asked = asyncio.create_task(call(client, path))
                async for line in events.aiter_lines():
                    done += '"msg":"process_completed"' in line
                    if asked.done() and got is None:
                        got = done
            assert (await asked)[0] == 200
            assert done == 30
            assert got is not None
            assert got <= A_PART * done

    asyncio.run(story())


def test_plain_door_stays_open_while_the_page_is_flooded_and_the_other_way_round(server: Server) -> None:
    async def story() -> None:
        async with visitor(server, HERE) as one, visitor(server, ELSEWHERE) as other:
            path = await uploaded(one)
            _, got, overtaken = await flooded(lambda: call(one, path), lambda waits: plain(other))
            assert got[0] == 200
            assert overtaken <= A_PART
            _, got, overtaken = await flooded(lambda: plain(one), lambda waits: call(other, path, waits))
            assert got[0] == 200
            assert overtaken <= A_PART

    asyncio.run(story())


async def counted(client: httpx.AsyncClient, name: str) -> float:
    """What the page counts, by its name and labels; 0 for what it has not counted yet."""
    lines = (await client.get("/metrics")).text.splitlines()
    return next((float(line.rpartition(" ")[2]) for line in lines if line.rpartition(" ")[0] == name), 0.0)


def test_tab_that_is_closed_leaves_the_line_and_what_runs_for_it_ends(server: Server) -> None:
    ended = 'seewhy_refusals_total{reason="server.too_long"}'

    async def story() -> None:
        async with visitor(server, HERE) as client:
            path = await uploaded(client)
            config = (await client.get("/config")).json()
            (fn,) = [each["id"] for each in config["dependencies"] if each["api_name"] == "from_nothing"]
            body = {"data": ["goldfish", "speckle", None], "fn_index": fn, "session_hash": "closed"}
            before = await counted(client, ended)
            for _ in range(8):
                assert (await client.post("/gradio_api/queue/join", json=body)).status_code == 200
            async with client.stream("GET", "/gradio_api/queue/data", params={"session_hash": "closed"}) as events:
                async for line in events.aiter_lines():
                    if '"msg":"process_starts"' in line:
                        break
            while await counted(client, "seewhy_waiting") or await counted(client, ended) < before + 1:
                await asyncio.sleep(0.05)
            assert (await call(client, path))[0] == 200

    asyncio.run(asyncio.wait_for(story(), 240))
