"""A place where the page bends another package, or leans on what it may change without a word."""

import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from page.patches.facts import Fact
from page.patches.installed import Installed

# Where their sources are, in the versions that these patches were made for; a test holds them to constraints.txt.
MADE_FOR = {"gradio": "6.31.0", "uvicorn": "0.54.0"}
SOURCES = {
    "gradio": "https://github.com/gradio-app/gradio/blob/gradio%40{version}/{path}",
    "uvicorn": "https://github.com/Kludex/uvicorn/blob/{version}/{path}",
    "python": "https://github.com/python/cpython/blob/main/Lib/{path}",
}


@dataclass(frozen=True)
class Patch:
    """`name` and `why` tell what is bent and what the page would lose without it, `path` where it is in the source of
    `package`, and `facts` what must be so there.

    `apply` bends it for this process, before a page is built, and may be called again; without one it is a class of the
    page that overrides, a script or a style.
    """

    name: str
    why: str
    path: str
    facts: tuple[Fact, ...]
    apply: Callable[[], None] | None = None
    package: str = "gradio"

    @property
    def link(self) -> str:
        """The address of the source that is bent."""
        return SOURCES[self.package].format(version=MADE_FOR.get(self.package), path=self.path)

    def misfits(self, installed: Installed) -> list[str]:
        """The facts that are not so, in words."""
        return [str(fact) for fact in self.facts if not fact.holds(installed)]

    def holds(self, installed: Installed | None = None) -> bool:
        """Whether all that this needs is there, as it needs it."""
        return not self.misfits(installed or Installed())


def replace(owner: Any, name: str, made: Callable[..., Any]) -> None:
    """Put `made` in the place of a function. What was there first stays at hand, as `first` finds it."""
    setattr(owner, name, functools.wraps(first(owner, name))(made))


def first(owner: Any, name: str) -> Any:
    """The function as the package made it, however often it was replaced."""
    return inspect.unwrap(getattr(owner, name))
