"""A visitor who teaches, in front of the page's door, with a classifier that is small enough to be asked often."""

import asyncio
import io
from typing import Any

import httpx
import numpy as np
from PIL import Image
from starlette.routing import Route, Router

from page.pictures.picture import Limits
from page.teaching.door import PATH, TeachDoor
from page.teaching.teaching import Teaching
from page.words import Words
from tests.page import fakes

RED, GREEN, BLUE = (220, 30, 30), (30, 200, 30), (30, 30, 220)


def png(colour: tuple[int, int, int], seed: int = 0, side: int = 32) -> bytes:
    """A square of a colour with a little noise, so that no two are the same."""
    noise = np.random.default_rng(seed).integers(-20, 20, (side, side, 3))
    file = io.BytesIO()
    Image.fromarray(np.clip(np.array(colour) + noise, 0, 255).astype(np.uint8)).save(file, "PNG")
    return file.getvalue()


def spot(side: int, of: int = 32) -> bytes:
    """A mask with a white square of so many dots a side in its middle."""
    marks = Image.new("L", (of, of))
    marks.paste(255, tuple((of - side) // 2 + each for each in (0, 0, side, side)))
    file = io.BytesIO()
    marks.save(file, "PNG")
    return file.getvalue()


class Talk:
    """Talks to the door, each visitor by the letter of their cookie."""

    def __init__(self, words: Words, **limits: Any) -> None:
        self.service = fakes.service(words)
        self.service.readiness.status = "ok"
        self.teaching = Teaching(self.service)
        self.door = TeachDoor(self.teaching, Limits(), 64, 48, None)
        self.app = Router([Route(PATH, self.door)])

    def ask(
        self, what: str, data: bytes = b"", cookie: str = "a", method: str = "POST", **params: Any
    ) -> httpx.Response:
        async def once() -> httpx.Response:
            transport = httpx.ASGITransport(self.app, client=("10.0.0.1", 1))
            headers = {"cookie": f"visitor={cookie * 32}"} if cookie else {}
            async with httpx.AsyncClient(transport=transport, base_url="http://page", headers=headers) as http:
                return await http.request(method, f"/api/teach/{what}", content=data, params=params)

        return asyncio.run(once())

    def json(self, what: str, data: bytes = b"", **params: Any) -> Any:
        answered = self.ask(what, data, **params)
        assert answered.status_code == 200, answered.text
        return answered.json()

    def taught(self, cookie: str = "a", each: int = 4) -> list[int]:
        """Two things, red and green, each of one take; their ids."""
        things = []
        for colour, name in ((RED, "Red"), (GREEN, "Green")):
            thing = self.json("thing", name=name, cookie=cookie)["thing"]
            for seed in range(each):
                self.json("picture", png(colour, seed), thing=thing, take="one", cookie=cookie)
            things.append(thing)
        return things
