"""The whole site: the page, its routes, and how Gradio serves it."""

import json
import threading
from collections.abc import Callable, Sequence
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

from explainer.batch import MOST
from models.labels import Labels
from page.accent import parse, shades
from page.closed import close_doors
from page.curator import Curator
from page.doors.guard import Guard
from page.doors.hosts import Hosts, names_of_page
from page.doors.line import Line
from page.doors.owners import Owners, OwnersDoor
from page.doors.plain import PATH, PlainDoor
from page.doors.questions import QuestionsDoor
from page.doors.queue import FairQueue
from page.doors.rates import Rate, Rates, rates
from page.doors.uploads import PATH as UPLOAD
from page.doors.uploads import UploadDoor
from page.ending import Ending
from page.events import connect
from page.examples import Example
from page.experiments import EXPERIMENTS, Experiments
from page.experiments.files import PATH as PARTS
from page.experiments.files import Files
from page.health import Health
from page.janitor import Janitor
from page.kiosk import Kiosk
from page.layout import Layout, Programs, build_layout, build_programs
from page.made import Made
from page.openapi import describe
from page.pictures.picture import Limits
from page.progress import Progress, follow
from page.room import Room
from page.service import Service
from page.settings import Settings, on_space
from page.speech import Speech
from page.translated import Site
from page.visits import forget_files, forget_visit, forget_visits, keep_no_values
from page.words import Words, speaking

HERE = Path(__file__).parent
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
        if scope["type"] == "http" and scope["path"].endswith(PATH):
            await self.app(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


def build_site(
    settings: Settings,
    service: Service,
    words: Words,
    examples: Callable[[], Sequence[Example]],
    labels: Labels,
    curator: Curator,
) -> Site:
    """The page with all its events, not yet served; `examples` gives the pictures with captions in the language that
    is spoken."""
    close_doors(words)
    keep_no_values()
    age = 60 * settings.sweep_minutes
    experiments = Experiments(EXPERIMENTS, service, _limits(settings), examples())

    def fill() -> tuple[Layout, Programs]:
        layout = build_layout(settings, words, examples(), labels, _offered(service), experiments, curator)
        return layout, build_programs(words, experiments.limits)

    first = Context.id
    site = Site(words, analytics_enabled=False, delete_cache=(max(1, int(min(60, age / 10))), int(age)))
    with site:
        layout, programs = fill()
        numbers = range(first, Context.id)
        site.room = Room.on_disk(Path(get_upload_folder()))
        connect(layout, programs, service, examples(), experiments, Made(site.room, on_space()))
    site.in_other_languages(numbers, fill)
    # Told with every answer where they stand, a crowd's waiting sessions cost as much as the answers.
    site.queue(default_concurrency_limit=4, status_update_rate=PLACES, api_open=False)
    limits = settings.queue, settings.queue_each
    patience = settings.seconds, lambda: bool(service.fetching)
    queue = FairQueue(site, *limits, words, *patience, settings.sessions)
    queue.forgotten = lambda session: forget_visit(site.state_holder, session)
    site._queue = queue
    return site


def serve(
    site: Site,
    settings: Settings,
    service: Service,
    words: Words,
    examples: Callable[[], Sequence[Example]],
    curator: Curator,
    **options: Any,
) -> Ending:
    """Start to serve the page; `options` go to Gradio's `launch`, and what comes back waits for the end.

    The default model loads while the page already answers; `/healthz` tells when it is warm.
    """
    limits = _limits(settings)
    queue: FairQueue = site._queue  # type: ignore[assignment]
    # As many at once as the models take together, so that a batch can fill.
    line = Line(MOST, settings.queue, settings.queue_each)
    uploads = Path(get_upload_folder())
    health = Health(service, uploads, lambda: len(queue) + line.waiting)
    threading.Thread(target=service.keep_warm, daemon=True).start()
    age = 60 * settings.sweep_minutes
    owners = Owners(uploads)

    def left(token: str, session: str) -> None:
        owners.leave(token)
        if queue.sessions.may_use(session, token):
            queue.leave(session)

    kiosk = Kiosk(settings, curator, service, examples(), left) if settings.kiosk else None

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
            site.say(language, head=_head(settings, words, curator, kiosk))
    progress = Progress()
    follow(progress)
    routes = [
        Route("/healthz", health.healthz),
        Route("/metrics", health.metrics),
        Route("/fetching", _fetching(service)),
        Route(PATH, PlainDoor(service, limits, line, settings.seconds)),
        Route(PARTS, Files(words).answer),
        Route("/api/openapi.json", _openapi(service)),
        *(kiosk.routes if kiosk else ()),
    ]
    upload = UploadDoor(uploads, site.room, words, limits.bytes, progress, on_space())
    site.launch(
        server_name=settings.host,
        server_port=settings.port,
        app_kwargs={
            "middleware": [
                Middleware(
                    Hosts,
                    words=words,
                    names=names_of_page(settings.host, settings.hosts),
                    proxies="*" if on_space() else settings.proxies,
                ),
                Middleware(Compressed, minimum_size=1024),
                Middleware(Speech, words=words, setting=_language(settings, curator)),
                Middleware(
                    Guard,
                    words=words,
                    upload_limit=limits.bytes,
                    files=settings.files,
                    frames=settings.frames,
                    own=routes,
                ),
                Middleware(
                    OwnersDoor,
                    owners=owners,
                    left=queue.leave,
                    mine=queue.sessions.may_use,
                    framed=bool(settings.frames),
                ),
                *([Middleware(Rates, words=words, rates=_rates(settings))] if settings.public else []),
                Middleware(QuestionsDoor, site=site, words=words),
            ],
            "routes": [*routes, Route(UPLOAD, upload, methods=["POST"])],
        },
        theme=gr.themes.Base(font=SANS, font_mono=("monospace",)),
        footer_links=[],
        run_history=False,
        enable_monitoring=False,
        show_error=False,
        max_file_size=limits.bytes,
        max_threads=16,
        state_session_capacity=settings.sessions,
        ssr_mode=False,
        share=False,
        quiet=True,
        prevent_thread_lock=True,
        **options,
    )

    def close() -> None:
        for shut in (queue.shut, line.shut):
            if queue.loop:
                queue.loop.call_soon_threadsafe(shut)

    return Ending(close, lambda: queue.busy or line.busy, lambda: site.close(verbose=False))


def _offered(service: Service) -> tuple[str, ...]:
    """The models on the page: also the default one when it can't be had, so that a visitor is told."""
    names = service.store.available()
    return names if service.default_model in names else (service.default_model, *names)


def _language(settings: Settings, curator: Curator) -> str:
    """What the curator's file says, unless a flag or a variable says more."""
    said = "language" in settings.model_fields_set
    return settings.language if said else curator.language or settings.language


def _rates(settings: Settings) -> tuple[Rate, ...]:
    return rates(settings.requests_each, settings.questions_each, settings.uploads_each)


def _limits(settings: Settings) -> Limits:
    return Limits(settings.megabytes * 1024 * 1024, settings.megapixels * 1_000_000)


def _head(settings: Settings, words: Words, curator: Curator, kiosk: Kiosk | None) -> str:
    given = {
        "camera": words.section("camera"),
        "looking": words("page.looking"),
        "download": words.section("notes")["download"],
        "percent": words.section("answer")["percent"],
        "busy": words("server.busy"),
        "failed": words("server.failed"),
        "not_a_picture": words("picture.not_a_picture"),
        "too_many_bytes": words("picture.too_many_bytes", limit=settings.megabytes),
        "close": words("page.close"),
        "language": words.language,
        "direction": words("language.direction"),
        "point": words("language.point"),
        "bytes": settings.megabytes * 1024 * 1024,
        "kiosk": kiosk.given() if kiosk else None,
    }
    script = (HERE / "page.js").read_text(encoding="utf-8")
    # Not through `launch(css=…)`: Gradio rewrites selectors there, and those inside media queries lose their meaning.
    look = (HERE / "look.css").read_text(encoding="utf-8")
    look += shades(parse(curator.accent)) if curator.accent else ""
    page = f"<style>{look}</style><script>window.seewhy = {{ given: {json.dumps(given)} }};\n{script}</script>"
    return page + (kiosk.head() if kiosk else "")


def _fetching(service: Service) -> Any:
    def fetching(request: Request) -> JSONResponse:
        return JSONResponse(dict(service.fetching))

    return fetching


def _openapi(service: Service) -> Any:
    def openapi(request: Request) -> JSONResponse:
        return JSONResponse(describe(PATH, service.store.available(), service.default_model, service.words))

    return openapi
