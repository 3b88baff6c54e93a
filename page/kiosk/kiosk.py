"""The routes and the scripts that only a kiosk has."""

import secrets
from collections.abc import Callable, Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from page.curator import Curator
from page.doors.owners import token_of
from page.examples import Example
from page.experiments import EXPERIMENTS
from page.kiosk.attract import Attract
from page.reply import Json
from page.service import Service
from page.settings import Settings

HERE = Path(__file__).parent
SCRIPTS = ("closed.js", "reset.js", "attract.js", "idle.js", "wake.js")
# The browser deletes its data as well: pictures in its cache, and the last visitor's cookie.
FORGET = {"clear-site-data": '"cache", "cookies", "storage"', "cache-control": "no-store"}
FOOL = "fool"  # the experiment that the screen ends its sentence with, where it is offered
FRESH = {"cache-control": "no-store"}


class Visit(BaseModel):
    """What a screen tells when a visit is over: its session of Gradio's. Whose the uploads are, its cookie tells."""

    model_config = ConfigDict(extra="forbid")

    session: str = Field("", pattern=r"^[A-Za-z0-9_-]{0,64}$")


class Kiosk:
    """Serves a screen without staff. `run` is another number with each start of the server."""

    def __init__(
        self,
        settings: Settings,
        curator: Curator,
        service: Service,
        examples: Sequence[Example],
        left: Callable[[str, str], None],
    ) -> None:
        """Show `examples` between visits; `left` is called with the browser and the session of a visit that is over."""
        self.settings = settings
        self.curator = curator
        self.service = service
        self.attract = Attract(service, examples)
        self.left = left
        self.run = secrets.token_urlsafe(8)

    @property
    def routes(self) -> list[Route]:
        """What the scripts ask for."""
        return [
            Route("/kiosk/alive", self._alive),
            Route("/kiosk/attract", self._attract),
            Route("/kiosk/reset", self._reset, methods=["POST"]),
        ]

    def given(self) -> Json:
        """What the scripts are told: sentences and times."""
        own, idle = self.settings, self.curator.idle
        return {
            "words": self._words(),
            "idle": self._said("idle_seconds", idle.seconds) or own.idle_seconds,
            "countdown": self._said("countdown_seconds", idle.countdown) or own.countdown_seconds,
            "stay": self._said("stay_seconds", idle.stay) or own.stay_seconds,
            "first": self.curator.first,
            "wake": self.curator.wake,
            "files": self.curator.choose_files,
        }

    def _said(self, flag: str, seconds: float | None) -> float | None:
        """What the curator's file says, unless a flag says more."""
        return None if flag in self.settings.model_fields_set else seconds

    def _words(self) -> dict[str, str]:
        words, offered = self.service.words, self.curator.experiments
        fools = FOOL in (offered if offered is not None else [each.name for each in EXPERIMENTS])
        lead = words("kiosk.lead_fool" if fools else "kiosk.lead")
        return words.section("kiosk") | {"lead": lead, "new_picture": words("page.new_picture")}

    def head(self) -> str:
        """The markup for the page's head, after that of the page's own script."""
        look = (HERE / "kiosk.css").read_text(encoding="utf-8")
        script = "\n".join((HERE / name).read_text(encoding="utf-8") for name in SCRIPTS)
        return f"<style>{look}</style><script>{script}</script>"

    def _alive(self, request: Request) -> Response:
        return JSONResponse({"run": self.run, "ready": self.service.readiness.status == "ok"}, headers=FRESH)

    async def _attract(self, request: Request) -> Response:
        if self.service.readiness.status != "ok":
            return JSONResponse([], status_code=503, headers=FRESH)
        return JSONResponse(await run_in_threadpool(self.attract.shown), headers=FRESH)

    async def _reset(self, request: Request) -> Response:
        try:
            visit = Visit.model_validate_json(await request.body())
        except ValidationError:
            return Response(status_code=400)
        self.left(token_of(request.scope), visit.session)
        return Response(status_code=204, headers=FORGET)
