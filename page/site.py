"""The whole site: the page, its routes, and how Gradio serves it."""

import json
import os
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.context import Context
from gradio.utils import get_upload_folder
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from models.catalogue import CATALOGUE
from models.labels import Labels
from page.accept import ACCEPT
from page.brand_colour import parse, shades
from page.curator import Curator
from page.doors.bodies import AT_ONCE, EACH, Bodies
from page.doors.budget import Budget
from page.doors.caching import Caching
from page.doors.connections import Connections, most_connections, raise_file_limit
from page.doors.cookies import Cookies
from page.doors.guard import Guard
from page.doors.headers import Headers
from page.doors.hosts import Hosts, names_of_page
from page.doors.kept import Kept
from page.doors.lanes import AT_ONCE as RUNNING
from page.doors.lanes import LONG, SHORT, is_long
from page.doors.line import Line
from page.doors.mirror import PATH as MIRROR
from page.doors.mirror import MirrorDoor
from page.doors.mirrors import Mirrors
from page.doors.owners import Owners, OwnersDoor
from page.doors.plain import PATH, PlainDoor
from page.doors.presence import PATH as PRESENCE
from page.doors.presence import Patience, Presence
from page.doors.questions import QuestionsDoor
from page.doors.queue import FairQueue
from page.doors.rates import Rate, Rates, rates
from page.doors.streams import StreamsDoor
from page.doors.uploads import PATH as UPLOAD
from page.doors.uploads import UploadDoor
from page.events import connect
from page.examples import Example
from page.experiments import EXPERIMENTS, Experiments
from page.experiments.files import PATH as PARTS
from page.experiments.files import Files
from page.front.layout import Layout, Programs, build_layout, build_programs
from page.front.mirror import mirror_look
from page.health import Health
from page.janitor import Janitor
from page.kiosk import Kiosk
from page.language import Speech, Teller
from page.made import Made
from page.openapi import describe
from page.patches.closed_routes import close_doors
from page.patches.printing import bend_printing
from page.pictures import helpers
from page.pictures.picture import Limits
from page.progress import Progress, follow
from page.room import Room
from page.service import Service
from page.serving import launch
from page.settings import Settings, on_space
from page.shutdown import Ending
from page.translated import Site
from page.visits import forget_files, forget_visit, forget_visits, keep_no_values, let_go
from page.words import Words, speaking

FRONT = Path(__file__).parent / "front"
SCRIPTS = ("saving.js", "readback.js", "parcels.js", "offered.js", "film.js", "page.js", "presence.js")
PLACES = 1.0  # seconds between two messages to whoever waits about the place in the queue
SANS = [
    "-apple-system",
    "Segoe UI",
    "Roboto",
    "Helvetica Neue",
    "Noto Sans",
    "Liberation Sans",
    "DejaVu Sans",
    "sans-serif",
]


class Compressed(GZipMiddleware):
    """Gradio compresses its scripts, but not the page itself. For the plain route that would cost 11 ms an answer."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] == "http" and scope["path"].endswith((PATH, MIRROR)):
            await self.app(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


def build_site(
    settings: Settings,
    service: Service,
    words: Words,
    examples: Sequence[Example],
    labels: Labels,
    curator: Curator,
) -> Site:
    """The page with all its events, not yet served; `examples` have captions in the language that is spoken."""
    close_doors(words)
    keep_no_values()
    age = 60 * settings.sweep_minutes
    experiments = Experiments(EXPERIMENTS, service, _limits(settings), examples)

    def fill() -> tuple[Layout, Programs]:
        layout = build_layout(settings, words, examples, labels, service.offered(), experiments, curator)
        return layout, build_programs(words, experiments.limits)

    first = Context.id
    site = Site(words, analytics_enabled=False, delete_cache=(max(1, int(min(60, age / 10))), int(age)))
    with site:
        layout, programs = fill()
        numbers = range(first, Context.id)
        site.room = Room.on_disk(Path(get_upload_folder()))
        connect(layout, programs, service, examples, experiments, Made(site.room, on_space()))
    site.in_other_languages(numbers, fill)
    # Told with every answer where they stand, a crowd's waiting sessions cost as much as the answers.
    site.queue(default_concurrency_limit=4, status_update_rate=PLACES, api_open=False)
    limits = settings.queue, settings.queue_each
    dear = {name for name, experiment in experiments.all.items() if experiment.long}
    long = is_long(dear, lambda: set(CATALOGUE) - set(service.store.loaded()))
    budget = Budget(settings.cpu_seconds_each) if settings.public else None
    queue = FairQueue(site, *limits, words, settings.seconds, settings.sessions, long, budget)
    queue.forgotten = lambda session: forget_visit(site.state_holder, session)
    site._queue = queue
    return site


def serve(
    site: Site,
    settings: Settings,
    service: Service,
    words: Words,
    examples: Sequence[Example],
    curator: Curator,
    **options: Any,
) -> Ending:
    """Start to serve the page; `options` go to Gradio's `launch`, and what comes back waits for the end.

    The default model loads while the page already answers; `/healthz` tells when it is warm.
    """
    limits = _limits(settings)
    queue: FairQueue = site._queue  # type: ignore[assignment]
    line, slow = (Line(RUNNING[lane], settings.queue, settings.queue_each) for lane in (SHORT, LONG))
    uploads = Path(get_upload_folder())
    health = Health(service, uploads, lambda: len(queue) + line.waiting + slow.waiting)
    threading.Thread(target=service.keep_warm, daemon=True).start()
    helpers.of(os.getpid()).start()
    age = 60 * settings.sweep_minutes
    owners = Owners(uploads)

    def closed(token: str, session: str) -> None:
        if queue.sessions.may_use(session, token):  # anyone may name it
            let_go(queue, session)
            queue.leave(session)

    def left(token: str, session: str) -> None:
        owners.leave(token)
        closed(token, session)

    presence = Presence(Patience(settings.farewell_seconds, max(age, settings.farewell_seconds)), closed, owners.leave)
    kiosk = Kiosk(settings, curator, service, examples, left) if settings.kiosk else None

    def swept() -> None:
        owners.forget_gone()
        site.room.forget_gone()
        forget_visits(site.state_holder, age)
        forget_files(site.temp_file_sets)

    janitor = Janitor(uploads, age, swept)
    with suppress(OSError):  # a folder that can't be written to is told by /healthz
        janitor.clear()
    janitor.start(every=min(60, age / 10))
    for language in words.languages:
        with speaking(language):
            site.say(language, head=_head(settings, words, curator, kiosk, presence.patience))
    progress = Progress()
    follow(progress)
    mirror = MirrorDoor(service, limits, Mirrors(settings.mirrors), lambda: queue.busy or line.busy or slow.busy)
    routes = [
        Route("/healthz", health.healthz),
        Route("/metrics", health.metrics),
        Route("/fetching", _fetching(service)),
        Route(PATH, PlainDoor(service, limits, line, settings.seconds, queue.budget, slow)),
        Route(MIRROR, mirror),
        Route(PARTS, Files(words).answer),
        Route(PRESENCE, presence.answer, methods=["POST"]),
        Route("/api/openapi.json", _openapi(service)),
        *(kiosk.routes if kiosk else ()),
    ]
    upload = UploadDoor(uploads, site.room, words, limits.bytes, progress, on_space())
    bend_printing()
    most = most_connections(raise_file_limit())
    launch(
        site,
        settings.host,
        settings.port,
        Connections(settings.connections_each if settings.public else most, most, settings.proxies),
        app_kwargs={
            "middleware": _doors(site, settings, words, _language(settings, curator), owners, routes),
            "routes": [*routes, Route(UPLOAD, upload, methods=["POST"])],
        },
        theme=gr.themes.Base(font=SANS, font_mono=("monospace",)),
        footer_links=[],
        run_history=False,
        enable_monitoring=False,
        show_error=False,
        max_file_size=limits.bytes,
        max_threads=32,  # what is handed out at once, and what else wants a thread for a moment
        state_session_capacity=settings.sessions,
        ssr_mode=False,
        share=False,
        quiet=True,
        **options,
    )

    def close() -> None:
        for shut in (queue.shut, line.shut, slow.shut, mirror.line.shut):
            if queue.loop:
                queue.loop.call_soon_threadsafe(shut)

    return Ending(close, lambda: queue.busy or line.busy or slow.busy, lambda: site.close(verbose=False))


def _doors(
    site: Site, settings: Settings, words: Words, language: str, owners: Owners, routes: Sequence[Route]
) -> list[Middleware]:
    """All that a request passes on its way to Gradio, in this order."""
    queue: FairQueue = site._queue  # type: ignore[assignment]
    strangers = settings.public or on_space()
    arriving = Line(AT_ONCE, settings.queue + AT_ONCE, settings.queue_each, EACH if strangers else AT_ONCE)
    teller = Teller(words, language)
    counting = Middleware(Rates, words=words, rates=_rates(settings), budget=queue.budget, tell=teller)
    return [
        # First, since what is refused costs something, too.
        *([counting] if settings.public else []),
        Middleware(Headers, words=words),
        Middleware(Caching),
        Middleware(
            Hosts,
            words=words,
            names=names_of_page(settings.host, settings.hosts),
            proxies="*" if on_space() else settings.proxies,
        ),
        *([Middleware(Cookies)] if on_space() else []),
        Middleware(Speech, tell=teller),
        Middleware(Compressed, minimum_size=1024),
        Middleware(
            Guard,
            words=words,
            upload_limit=_limits(settings).bytes,
            files=settings.files,
            frames=settings.frames,
            own=routes,
        ),
        Middleware(OwnersDoor, owners=owners, framed=bool(settings.frames)),
        Middleware(Bodies, words=words, line=arriving),
        Middleware(QuestionsDoor, site=site, words=words),
        Middleware(StreamsDoor, streams=queue.streams),
        Middleware(Kept),
    ]


def _language(settings: Settings, curator: Curator) -> str:
    """What the curator's file says, unless a flag or a variable says more."""
    said = "language" in settings.model_fields_set
    return settings.language if said else curator.language or settings.language


def _rates(settings: Settings) -> tuple[Rate, ...]:
    return rates(settings.requests_each, settings.questions_each, settings.uploads_each, settings.mirrors)


def _limits(settings: Settings) -> Limits:
    return Limits(settings.megabytes * 1024 * 1024, settings.megapixels * 1_000_000)


def _head(settings: Settings, words: Words, curator: Curator, kiosk: Kiosk | None, patience: Patience) -> str:
    given = {
        "camera": words.section("camera"),
        "looking": words("page.looking"),
        "download": words.section("notes")["download"],
        "percent": words.section("answer")["percent"],
        "busy": words("server.busy"),
        "failed": words("server.failed"),
        "not_a_picture": words("picture.not_a_picture"),
        "too_many_bytes": words("picture.too_many_bytes", limit=settings.megabytes),
        "words_only": words("page.words_only", button=words("page.new_picture")),
        "accept": ACCEPT,
        "spoiled": words("page.spoiled"),
        "close": words("page.close"),
        "language": words.language,
        "direction": words("language.direction"),
        "point": words("language.point"),
        "bytes": settings.megabytes * 1024 * 1024,
        "kiosk": kiosk.given() if kiosk else None,
        "presence": {"address": PRESENCE.removeprefix("/"), "every": 1000 * patience.between},
    }
    script = "\n".join((FRONT / name).read_text(encoding="utf-8") for name in SCRIPTS)
    # Not through `launch(css=…)`: Gradio rewrites selectors there, and those inside media queries lose their meaning.
    look = (FRONT / "look.css").read_text(encoding="utf-8")
    look += mirror_look()
    look += shades(parse(curator.accent)) if curator.accent else ""
    page = f"<style>{look}</style><script>window.seewhy = {{ given: {json.dumps(given)} }};\n{script}</script>"
    return page + (kiosk.head() if kiosk else "")


def _fetching(service: Service) -> Any:
    def fetching(request: Request) -> JSONResponse:
        return JSONResponse(service.deliveries.shares)

    return fetching


def _openapi(service: Service) -> Any:
    def openapi(request: Request) -> JSONResponse:
        return JSONResponse(describe(PATH, service.offered(), service.default_model, service.words))

    return openapi
