"""All doors that a request passes on its way to Gradio, in their order."""

from collections.abc import Sequence

from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from page.doors.bodies import AT_ONCE, EACH, Bodies
from page.doors.caching import Caching
from page.doors.cookies import Cookies
from page.doors.guard import Guard
from page.doors.headers import Headers
from page.doors.hosts import Hosts, names_of_page
from page.doors.kept import Kept
from page.doors.line import Line
from page.doors.mirror import PATH as MIRROR
from page.doors.owners import Owners, OwnersDoor
from page.doors.plain import PATH
from page.doors.questions import QuestionsDoor
from page.doors.queue import FairQueue
from page.doors.rates import Rates, rates
from page.doors.streams import StreamsDoor
from page.language import LanguageDoor, Teller
from page.settings import Settings, on_space
from page.translated import Site


class Compressed(GZipMiddleware):
    """Gradio compresses its scripts, but not the page itself. For programs and films it would cost 11 ms."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] == "http" and scope["path"].endswith((PATH, MIRROR)):
            await self.app(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


def doors_of(site: Site, settings: Settings, tell: Teller, owners: Owners, own: Sequence[Route]) -> list[Middleware]:
    """The doors of a site, the outermost first. `tell` chooses a request's language, `owners` remember whose an upload
    is, and `own` are the routes of the page, which are open beside Gradio's."""
    queue: FairQueue = site._queue  # type: ignore[assignment]
    words, space = site.words, on_space()
    return [
        # First, since what is refused costs something, too.
        *([_counting(settings, tell, queue)] if settings.public else []),
        Middleware(Headers, words=words),
        Middleware(Caching),
        Middleware(
            Hosts,
            words=words,
            names=names_of_page(settings.host, settings.hosts),
            proxies="*" if space else settings.proxies,
        ),
        *([Middleware(Cookies)] if space else []),
        Middleware(LanguageDoor, tell=tell),
        Middleware(Compressed, minimum_size=1024),
        Middleware(
            Guard,
            words=words,
            upload_limit=settings.upload_bytes,
            files=settings.files,
            frames=settings.frames,
            own=own,
        ),
        Middleware(OwnersDoor, owners=owners, framed=bool(settings.frames)),
        Middleware(Bodies, words=words, line=_arriving(settings, strangers=settings.public or space)),
        Middleware(QuestionsDoor, site=site, words=words),
        Middleware(StreamsDoor, streams=queue.streams),
        Middleware(Kept),
    ]


def _counting(settings: Settings, tell: Teller, queue: FairQueue) -> Middleware:
    """Bounds of one address in a minute."""
    each = rates(settings.requests_each, settings.questions_each, settings.uploads_each, settings.mirrors)
    return Middleware(Rates, words=tell.words, rates=each, budget=queue.budget, tell=tell)


def _arriving(settings: Settings, strangers: bool) -> Line:
    """The line in which bodies wait to be read; strangers may not take all places of it."""
    return Line(AT_ONCE, settings.queue + AT_ONCE, settings.queue_each, EACH if strangers else AT_ONCE)
