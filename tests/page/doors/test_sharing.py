"""No answer lets the page of another site read it, whatever the app says."""

import asyncio

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from page.doors.sharing import Unshared


def answer(request: Request) -> Response:
    return Response("seen", headers={"x-own": "1", "Access-Control-Expose-Headers": "x-own"})


OPEN = Middleware(CORSMiddleware, allow_origins=["*"], allow_methods=["*"], allow_headers=["*"], allow_credentials=True)


@pytest.mark.parametrize("method", ["GET", "OPTIONS"])
def test_what_an_app_would_share_stays_here(method: str) -> None:
    app = Starlette(routes=[Route("/", answer)], middleware=[OPEN])
    asks = {"origin": "https://elsewhere.example", "access-control-request-method": "GET"}

    async def once(app: Starlette | Unshared) -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://page") as http:
            return await http.request(method, "/", headers=asks)

    shared, kept = (asyncio.run(once(each)) for each in (app, Unshared(app)))
    assert "access-control-allow-origin" in shared.headers
    assert [name for name in kept.headers if name.startswith("access-control")] == []
    assert (kept.status_code, kept.text) == (shared.status_code, shared.text)
    assert kept.headers.get("x-own") == shared.headers.get("x-own")
