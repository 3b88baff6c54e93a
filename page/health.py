"""The state of the page for its host: `/healthz` and `/metrics`."""

from collections.abc import Callable
from importlib.metadata import version as version_of
from pathlib import Path

from prometheus_client import CONTENT_TYPE_LATEST
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from page import metrics
from page.disk import trouble_of
from page.service import Service
from page.version import version


class Health:
    """Answers both routes."""

    def __init__(self, service: Service, uploads: Path, waiting: Callable[[], int]) -> None:
        """Report on `service` and on the folder of `uploads`; `waiting` gives how many requests wait."""
        self.service = service
        self.uploads = uploads
        self.gradio = version_of("gradio")
        self.version = version()
        self.looked = metrics.Looked(waiting, lambda: service.store.loads)

    def healthz(self, request: Request) -> JSONResponse:
        """200 when a visitor would get an answer, 503 with the reason in a sentence when not."""
        service = self.service
        problem = trouble_of(self.uploads)
        troubles = [service.readiness.trouble, service.words.of(problem) if problem else None]
        trouble = " ".join(filter(None, troubles)) or None
        ready = service.readiness.status == "ok" and not trouble
        body = {
            "status": service.readiness.status if service.readiness.status != "ok" or ready else "failed",
            "ready": ready,
            "trouble": trouble,
            "model": service.default_model,
            "device": service.readiness.device,
            "version": self.version,
            "gradio": self.gradio,
        }
        return JSONResponse(body, status_code=200 if ready else 503)

    def metrics(self, request: Request) -> Response:
        """All counters, in the text format of Prometheus."""
        return Response(metrics.written(self.looked), media_type=CONTENT_TYPE_LATEST)
