"""The whole site: the page, its routes, and how Gradio serves it."""

import os
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import gradio as gr
from gradio.context import Context
from gradio.utils import get_upload_folder
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from page.curator import Curator
from page.doors.budget import Budget
from page.doors.connections import Connections, most_connections, raise_file_limit
from page.doors.experiments import ExperimentsDoor
from page.doors.lanes import AT_ONCE as RUNNING
from page.doors.lanes import LONG, SHORT, is_long
from page.doors.line import Line
from page.doors.mirror import PATH as MIRROR
from page.doors.mirror import MirrorDoor
from page.doors.mirrors import Mirrors
from page.doors.order import doors_of
from page.doors.owners import Owners
from page.doors.plain import PATH, PlainDoor
from page.doors.presence import PATH as PRESENCE
from page.doors.presence import Patience, Presence
from page.doors.queue import FairQueue
from page.doors.uploads import PATH as UPLOAD
from page.doors.uploads import PROGRESS, UploadDoor, told_done
from page.events import connect
from page.examples import Example
from page.experiments import EXPERIMENTS, Experiments
from page.experiments.files import PATH as PARTS
from page.experiments.files import Files
from page.front.head import build_head
from page.front.layout import Contents, Layout, Programs, build_layout, build_programs
from page.front.teach import FOLDER as TEACHING
from page.health import Health
from page.janitor import Janitor
from page.kiosk import Kiosk
from page.language import Teller
from page.made import Made
from page.openapi import describe
from page.patches import table as patches
from page.pictures import helpers, prepared
from page.pictures.picture import Limits
from page.room import Room
from page.service import Service
from page.serving import launch
from page.settings import Settings, on_space
from page.shutdown import Shutdown
from page.tally import PATH as TALLY
from page.tally import Tally
from page.teaching.door import PATH as TEACH
from page.teaching.door import TeachDoor
from page.teaching.of import teaching_of
from page.teaching.plain import PATH as TEACH_FORM
from page.teaching.plain import PlainTeachDoor
from page.translated import Site
from page.visits import Visits, forget_visit
from page.words import Words, speaking

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
# What Gradio's `launch` is told on every machine.
LAUNCHED: Mapping[str, Any] = {
    "footer_links": [],
    "run_history": False,
    "enable_monitoring": False,
    "show_error": False,
    "max_threads": 32,  # what is handed out at once, and what else wants a thread for a moment
    "ssr_mode": False,
    "share": False,
    "quiet": True,
}


def build_site(
    settings: Settings,
    service: Service,
    words: Words,
    examples: Sequence[Example],
    curator: Curator,
) -> Site:
    """The page with all its events, not yet served; `examples` have captions in the language that is spoken."""
    patches.apply()
    experiments = Experiments(EXPERIMENTS, service, limits_of(settings), examples)

    def fill() -> tuple[Layout, Programs]:
        offered = [service.store.spec(name) for name in service.supply.offered()]
        contents = Contents(settings, words, examples, offered, experiments, curator)
        return build_layout(contents), build_programs(words, experiments.limits)

    first = Context.id
    sweeping = max(1, int(_pause(settings))), int(settings.sweep_seconds)
    site = Site(words, analytics_enabled=False, delete_cache=sweeping)
    with site:
        layout, programs = fill()
        numbers = range(first, Context.id)
        uploads = Path(get_upload_folder())
        site.room = Room.on_disk(uploads)
        prepared.of(os.getpid()).settle(uploads, site.room)
        made = Made(site.room, on_space())
        connect(layout, programs, service, examples, experiments, made, curator.ask_about)
    site.in_other_languages(numbers, fill)
    # Told with every answer where they stand, a crowd's waiting sessions cost as much as the answers.
    site.queue(default_concurrency_limit=4, status_update_rate=PLACES, api_open=False)
    site._queue = _in_turns(site, settings, service, experiments)
    return site


def _in_turns(site: Site, settings: Settings, service: Service, experiments: Experiments) -> FairQueue:
    """The queue in the place of Gradio's, in which what takes long has a lane of its own."""
    dear = {name for name, experiment in experiments.all.items() if experiment.long}
    long = is_long(dear, lambda: set(service.store.catalogue) - set(service.store.loaded()))
    budget = Budget(settings.cpu_seconds_each) if settings.public else None
    limits = settings.queue, settings.queue_each
    queue = FairQueue(site, *limits, site.words, settings.seconds, settings.sessions, long, budget)
    queue.forgotten = lambda session: forget_visit(site.state_holder, session)
    return queue


def serve(
    site: Site,
    settings: Settings,
    service: Service,
    examples: Sequence[Example],
    curator: Curator,
    **options: Any,
) -> Shutdown:
    """Start to serve the page; `options` go to Gradio's `launch`, and what comes back waits for the end.

    The default model loads while the page already answers; `/healthz` tells when it is warm.
    """
    queue: FairQueue = site._queue  # type: ignore[assignment]
    lines = Lines(*(Line(RUNNING[lane], settings.queue, settings.queue_each) for lane in (SHORT, LONG)))
    teaching = teaching_of(service)
    owners = Owners(Path(get_upload_folder()), site.room.drop)
    visits = Visits(site, queue, owners, settings.sweep_seconds, teaching.visits)
    tally = Tally(settings.tally, examples, settings.tally_days) if settings.tally else None
    visits.tally = tally
    presence = Presence(_patience(settings), visits.close, visits.left)
    kiosk = Kiosk(settings, curator, service, examples, visits.leave) if settings.kiosk else None

    threading.Thread(target=service.readiness.keep, daemon=True).start()
    helpers.of(os.getpid()).start()
    _keep_swept(settings, visits)
    for language in site.words.languages:
        with speaking(language):
            site.say(language, head=build_head(settings, site.words, curator, kiosk, presence.patience))
    mirror = _mirror(settings, service, queue, lines)
    teach = TeachDoor(teaching, limits_of(settings), settings.queue, settings.queue_each, queue.budget)
    own = [
        Route(MIRROR, mirror),  # first, since routes are tried one after the other, for each frame
        *_for_programs(settings, service, queue, lines),
        Route(TEACH, teach),
        Route(PARTS, Files(site.words, {"teach": TEACHING}).answer),
        Route(PRESENCE, presence.answer, methods=["POST"]),
        *(kiosk.routes if kiosk else ()),
        *([Route(TALLY, tally.answer, methods=["POST"])] if tally else []),
    ]
    doors = doors_of(site, settings, Teller(site.words, _language(settings, curator)), visits.owners, own)
    launch(
        site,
        settings.host,
        settings.port,
        _connections(settings),
        app_kwargs={"middleware": doors, "routes": [*own, *_for_uploads(settings, site)]},
        max_file_size=settings.upload_bytes,
        state_session_capacity=settings.sessions,
        **LAUNCHED,
        theme=gr.themes.Base(font=SANS, font_mono=("monospace",)),
        **options,
    )
    return _shutdown(site, queue, (*lines, mirror.line, teach.line))


def limits_of(settings: Settings) -> Limits:
    """What a picture may be at most."""
    return Limits(settings.upload_bytes, settings.megapixels * 1_000_000)


class Lines(NamedTuple):
    """Where plain questions wait: in front of the models, and for what takes long."""

    short: Line
    long: Line


def _patience(settings: Settings) -> Patience:
    return Patience(settings.farewell_seconds, max(settings.sweep_seconds, settings.farewell_seconds))


def _pause(settings: Settings) -> float:
    """Seconds between two times of sweeping."""
    return min(60, settings.sweep_seconds / 10)


def _keep_swept(settings: Settings, visits: Visits) -> None:
    """Delete what another process left behind, and from now on what grows old."""
    janitor = Janitor(visits.owners.folder, settings.sweep_seconds, visits.sweep)
    with suppress(OSError):  # a folder that can't be written to is told by /healthz
        janitor.clear()
    janitor.start(every=_pause(settings))


def _for_programs(settings: Settings, service: Service, queue: FairQueue, lines: Lines) -> list[Route]:
    """What programs and hosts ask for, and which models have to be downloaded and how far that is, for pages."""
    health = Health(service, Path(get_upload_folder()), lambda: len(queue) + sum(each.waiting for each in lines))
    plain = PlainDoor(service, limits_of(settings), lines.short, settings.seconds, queue.budget, lines.long)

    teaching, limits = teaching_of(service), limits_of(settings)
    tests = Experiments(EXPERIMENTS, service, limits)
    asked = ExperimentsDoor(tests, limits, lines.short, lines.long, settings.seconds, queue.budget)
    taught = PlainTeachDoor(teaching, limits, lines.long, settings.seconds, queue.budget)

    def fetching(request: Request) -> JSONResponse:
        return JSONResponse(service.supply.deliveries.shares)

    def far(request: Request) -> JSONResponse:
        return JSONResponse(service.supply.far())

    def openapi(request: Request) -> JSONResponse:
        return JSONResponse(describe(PATH, service.supply.offered(), service.default_model, service.words))

    return [
        Route("/healthz", health.healthz),
        Route("/metrics", health.metrics),
        Route("/fetching", fetching),
        Route("/far", far),
        Route(PATH, plain),
        Route(TEACH_FORM, taught),
        *(Route(path, asked) for name in tests.all if (path := f"/api/{name}") != TEACH_FORM),
        Route("/api/openapi.json", openapi),
    ]


def _mirror(settings: Settings, service: Service, queue: FairQueue, lines: Lines) -> MirrorDoor:
    """Where frames of films go, after all other questions."""
    mirrors = Mirrors(settings.mirrors)
    return MirrorDoor(service, limits_of(settings), mirrors, lambda: queue.busy or any(each.busy for each in lines))


def _for_uploads(settings: Settings, site: Site) -> list[Route]:
    """The page's own routes at addresses of Gradio's."""
    door = UploadDoor(Path(get_upload_folder()), site.room, site.words, settings.upload_bytes, on_space())
    return [Route(UPLOAD, door, methods=["POST"]), Route(PROGRESS, told_done)]


def _connections(settings: Settings) -> Connections:
    most = most_connections(raise_file_limit())
    return Connections(settings.connections_each if settings.public else most, most, settings.proxies)


def _shutdown(site: Site, queue: FairQueue, lines: Sequence[Line]) -> Shutdown:
    def in_the_loop(*steps: Callable[[], None]) -> None:
        for each in steps:
            if queue.loop:
                queue.loop.call_soon_threadsafe(each)

    return Shutdown(
        lambda: in_the_loop(queue.shut, *(line.shut for line in lines)),
        lambda: queue.busy or any(line.busy for line in lines),
        lambda: site.close(verbose=False),
        lambda: in_the_loop(queue.give_up, *(line.give_up for line in lines)),
    )


def _language(settings: Settings, curator: Curator) -> str:
    """What the curator's file says, unless a flag or a variable says more."""
    said = "language" in settings.model_fields_set
    return settings.language if said else curator.language or settings.language
