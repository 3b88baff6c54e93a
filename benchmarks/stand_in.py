"""A replica whose device only sleeps, to see how far all that is around it carries: `benchmarks cluster`."""

from collections.abc import Mapping
from typing import Any

from ray import serve
from starlette.requests import Request
from starlette.responses import Response

from benchmarks.sleeping import SleepingDevice
from cluster import wire
from cluster.greeting import HELLO, Greeting
from page.version import version

OCTETS = "application/octet-stream"


@serve.deployment(name="explainer", max_ongoing_requests=64, max_queued_requests=1024)
class StandIn:
    """Answers each question with what a real replica answered to it before."""

    def __init__(self, answers: Mapping[str, bytes], seconds: float) -> None:
        """Know `answers` by the names of functions; the device takes `seconds` for a batch."""
        self.answers = answers
        self.device = SleepingDevice(seconds)

    async def __call__(self, request: Request) -> Response:
        """Answer one question of a page."""
        if request.url.path == HELLO:
            name = "efficientnet_lite0"
            return Response(Greeting(version(), wire.SPOKEN, "cpu", (name,), (name,)).encode(), media_type=OCTETS)
        call: Any = wire.decode(await request.body())
        if call["name"] == "explain":
            await self.device.compute()
        return Response(self.answers[call["name"]], media_type=OCTETS)
