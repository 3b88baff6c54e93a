"""The request that is being answered: its number, for the log and for a visitor to report, its language, and the
uploads that it may use."""

import secrets
from collections.abc import Callable
from contextvars import ContextVar
from os import PathLike

from starlette.types import Scope

from page import words as languages
from page.pictures import together
from page.words import Words

KEY = "seewhy.request"
OWN = "seewhy.own"
KEEP = "seewhy.keep"
VISITOR = "seewhy.visitor"
LANGUAGE = "seewhy.language"
HEADER = b"x-request-id"

May = Callable[[PathLike[str]], bool]
Keep = Callable[[PathLike[str]], None]

current: ContextVar[str] = ContextVar("request", default="")
_own: ContextVar[May | None] = ContextVar("own", default=None)
_keep: ContextVar[Keep | None] = ContextVar("keep", default=None)
_visitor: ContextVar[str] = ContextVar("visitor", default="")


def number(scope: Scope) -> str:
    """Give a request its number, and make it the current one."""
    scope[KEY] = secrets.token_hex(4)
    resume(scope)
    return str(scope[KEY])


def resume(scope: Scope) -> None:
    """Set the current request again in a task of its own, after it waited in a line."""
    current.set(scope.get(KEY, ""))
    together.begin()
    _own.set(scope.get(OWN))
    _keep.set(scope.get(KEEP))
    _visitor.set(scope.get(VISITOR, ""))
    languages.speak(scope.get(LANGUAGE, ""))


def speak(scope: Scope, language: str) -> None:
    """Set the language in which a request is answered."""
    scope[LANGUAGE] = language
    languages.speak(language)


def own(scope: Scope, may: May) -> None:
    """Set which uploads a request may use."""
    scope[OWN] = may
    _own.set(may)


def of(scope: Scope, token: str) -> None:
    """Set whose a request is: the browser's cookie, "" without one."""
    scope[VISITOR] = token
    _visitor.set(token)


def visitor() -> str:
    """Whose the current request is, by the browser's cookie; "" where it has none."""
    return _visitor.get()


def keep(scope: Scope, made: Keep) -> None:
    """Set what is called with each file that is made for a request."""
    scope[KEEP] = made
    _keep.set(made)


def made(path: PathLike[str]) -> None:
    """Note a file that was made for the current request; it is deleted with the visit, where there is one."""
    if hears := _keep.get():
        hears(path)


def may_use(path: PathLike[str]) -> bool:
    """Whether the current request may use an upload; True where that was not set."""
    may = _own.get()
    return may is None or may(path)


def failed(words: Words) -> str:
    """The sentence for a failure, with the number that finds its traceback in the log."""
    sentence = words("server.failed")
    return words("server.numbered", sentence=sentence, number=current.get()) if current.get() else sentence
