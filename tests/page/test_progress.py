"""How far uploads are is told for some of them, and names that anybody asks for are not remembered."""

import asyncio

import pytest
from gradio import routes

from page.progress import MOST, Progress, follow


def size(progress: Progress) -> int:
    return len(progress._signals) + len(progress._statuses) + len(progress._waiting)


def test_names_that_nobody_uploads_are_forgotten() -> None:
    async def story() -> Progress:
        progress = Progress()
        asking = [asyncio.create_task(progress.is_tracked(f"name-{number}")) for number in range(3000)]
        await asyncio.sleep(0)
        for each in asking:
            each.cancel()
        await asyncio.gather(*asking, return_exceptions=True)
        return progress

    assert size(asyncio.run(story())) == 0


def test_uploads_that_nobody_asks_about_are_forgotten_but_for_the_last() -> None:
    progress = Progress()
    for number in range(3000):
        progress.append(f"name-{number}", "a.png", b"abc")
        progress.set_done(f"name-{number}")
    assert size(progress) == 2 * MOST
    assert progress.is_done("name-2999")
    assert "name-0" not in progress._statuses


def test_upload_is_followed_from_its_begin_to_its_end() -> None:
    async def story() -> None:
        progress = Progress()
        two = [asyncio.create_task(progress.is_tracked("name")) for _ in range(2)]
        await asyncio.sleep(0)
        two[0].cancel()
        await asyncio.sleep(0)
        progress.append("name", "a.png", b"abc")
        assert await two[1]
        progress.append("name", "a.png", b"de")
        assert progress.pop("name").chunk_size == 5
        assert await progress.is_tracked("name")
        progress.stop_tracking("name")
        assert size(progress) == 0

    asyncio.run(story())


def test_gradios_route_tells_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routes, "file_upload_statuses", None)
    follow(progress := Progress())
    assert routes.file_upload_statuses is progress
