"""In which language a request is answered: the visitor's choice, else the host's, else the browser's."""

from collections.abc import Collection
from dataclasses import dataclass

from starlette.types import ASGIApp, Receive, Scope, Send

from page import request
from page.cookies import cookie
from page.words import Words

COOKIE = "language"
AUTO = "auto"  # the setting that leaves it to the browser


class LanguageDoor:
    """ASGI middleware: sets the language in which a request is answered."""

    def __init__(self, app: ASGIApp, tell: "Teller") -> None:
        """Set it by `tell`."""
        self.app = app
        self.tell = tell

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] == "http":
            self.tell(scope)
        await self.app(scope, receive, send)


@dataclass(frozen=True)
class Teller:
    """Chooses among the languages of `words`; `setting` is one of them, or AUTO. Doors that refuse a request before
    `LanguageDoor` call it themselves."""

    words: Words
    setting: str = AUTO

    def __call__(self, scope: Scope) -> None:
        """Set the language of a request."""
        request.speak(scope, self._language(scope))

    def _language(self, scope: Scope) -> str:
        known = self.words.languages
        chosen = cookie(scope, COOKIE)
        if chosen in known:
            return chosen
        if self.setting != AUTO:
            return self.setting
        return preferred(_header(scope, b"accept-language"), known) or self.words.own


def preferred(header: str, known: Collection[str]) -> str:
    """The language that an Accept-Language header likes best among those `known`; "" when it likes none of them."""
    liked = []
    for place, part in enumerate(header.split(",")):
        name, _, weight = part.partition(";")
        code = name.strip().partition("-")[0].lower()
        if code in known:
            liked.append((-_weight(weight), place, code))
    best = min(liked, default=(0.0, 0, ""))
    return best[2] if best[0] < 0 else ""


def _weight(text: str) -> float:
    name, _, value = text.strip().partition("=")
    try:
        return float(value) if name.strip() == "q" else 1.0
    except ValueError:
        return 0.0


def _header(scope: Scope, wanted: bytes) -> str:
    return ",".join(value.decode("latin-1") for name, value in scope["headers"] if name == wanted)
