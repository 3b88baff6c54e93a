"""One replica: the explainer as a deployment of Ray Serve. `app` is what `serve deploy` starts."""

import asyncio
import logging
import math
import os
from concurrent.futures import ThreadPoolExecutor

import ray
from ray import serve
from starlette.requests import Request
from starlette.responses import Response

from cluster import wire
from cluster.functions import Collected, Functions, refused
from cluster.greeting import HELLO, Greeting
from cluster.place import CALL, SPEAKS
from cluster.scraped import serve_metrics
from models.catalogue import built_in, with_own
from models.own.folder import read_folder
from page import log as logs
from page.alone import service_alone
from page.curator import read_curator
from page.experiments import EXPERIMENTS
from page.pictures.picture import Limits
from page.place import OtherVersion
from page.settings import read_settings
from page.thumbnails import Thumbnails
from page.version import version
from page.words import load

AT_ONCE = 16  # questions that a replica has taken; the engine computes up to eight of them together
WAITING = 128  # questions that wait for replicas at one of the cluster's doors, before pages are told that it is busy
KEPT = int(os.environ.get("SEEWHY_KEEP_MODELS") or 2)
OCTETS = "application/octet-stream"

log = logging.getLogger("seewhy")


@serve.deployment(
    name="explainer",
    max_ongoing_requests=AT_ONCE,
    max_queued_requests=WAITING,
    health_check_period_s=2,
    health_check_timeout_s=6,
    graceful_shutdown_wait_loop_s=0.5,
    graceful_shutdown_timeout_s=20,
)
class Explainer:
    """Answers pages. It is ready once its default model is warm."""

    def __init__(self) -> None:
        """Read the settings from the environment, as a page does, and load the default model."""
        settings = read_settings([])
        logs.set_up(settings.log)
        catalogue = with_own(read_folder(settings.models, built_in()).specs)
        thumbnails = Thumbnails(settings.cache.expanduser() / "thumbnails")
        tests = [each.name for each in EXPERIMENTS if each.card]
        labels = catalogue[settings.model].labels
        curator = read_curator(settings.curator, "curator" in settings.model_fields_set, tests, labels, thumbnails)
        collected = Collected()
        threads = settings.threads or reserved_threads()
        self.service = service_alone(settings, catalogue, curator.said(load()), collected, threads)
        limits = Limits(settings.upload_bytes, settings.megapixels * 1_000_000)
        self.functions = Functions(self.service, collected, limits)
        self.service.readiness.reach()
        if self.service.readiness.trouble:
            raise RuntimeError(self.service.readiness.trouble)
        self._workers = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="answer")
        self._asked = 0
        serve_metrics(lambda: self._asked, lambda: self.service.store.loads)
        log.info("%s computes with %d threads", self.service.readiness.device, threads)

    async def __call__(self, request: Request) -> Response:
        """Answer one question of a page."""
        if request.url.path == HELLO:
            return Response(self._greeting().encode(), media_type=OCTETS)
        if request.url.path != CALL or request.method != "POST":
            return Response(status_code=404)
        if request.headers.get(SPEAKS) != str(wire.SPOKEN):
            return Response(refused(OtherVersion(page="?", replicas=version())), media_type=OCTETS)
        data = await request.body()
        if model := serve.get_multiplexed_model_id():
            await self.model(model)
        self._asked += 1
        try:
            answered = asyncio.get_running_loop().run_in_executor(self._workers, self.functions.answer, data)
            return Response(await answered, media_type=OCTETS)
        finally:
            self._asked -= 1

    @serve.multiplexed(max_num_models_per_replica=KEPT)  # type: ignore[untyped-decorator]
    async def model(self, name: str) -> str:
        """Note that this replica has a model: questions about it come here first. What loads it is the question."""
        return name

    def _greeting(self) -> Greeting:
        store = self.service.store
        return Greeting(version(), wire.SPOKEN, self.service.readiness.device, store.here(), store.loaded())


def reserved_threads() -> int:
    """As many threads as the processors that Ray reserved for this replica, one at least."""
    resources = ray.get_runtime_context().get_assigned_resources()
    return max(1, math.ceil(float(resources.get("CPU", 1))))


app = Explainer.bind()  # type: ignore[attr-defined]
