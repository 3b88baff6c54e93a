"""The packages that are installed, as the facts of `page.patches.facts` look at them."""

import importlib
import inspect
from collections.abc import Iterator
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from platform import python_version
from types import CodeType
from typing import Any

PYTHON = "python"
FRONT_END = "templates/frontend/assets"
LARGEST = 400_000  # bytes of a script; larger ones are other people's libraries, which draw plots


class Installed:
    """Looks things up without failing: what is not there is None, and what can't be imported is not there."""

    def version(self, package: str) -> str:
        """The version of a package, or of Python."""
        return python_version() if package == PYTHON else version(package)

    def find(self, where: str) -> Any:
        """What "package.module:Name.name" names, or None."""
        module, _, names = where.partition(":")
        try:
            found: Any = importlib.import_module(module)
        except ImportError:
            return None
        for name in filter(None, names.split(".")):
            found = inspect.getattr_static(found, name, None) if inspect.isclass(found) else getattr(found, name, None)
        return found.__func__ if isinstance(found, staticmethod | classmethod) else found

    @cached_property
    def styles(self) -> str:
        """All styles that Gradio's page can load."""
        return "\n".join(path.read_text(encoding="utf-8") for path in self._assets(".css"))

    @cached_property
    def scripts(self) -> bytes:
        """All of Gradio's own scripts that its page can load. They take ten megabytes, for as long as this is kept."""
        return b"\n".join(path.read_bytes() for path in self._assets(".js") if path.stat().st_size <= LARGEST)

    def _assets(self, kind: str) -> Iterator[Path]:
        gradio = Path(inspect.getfile(importlib.import_module("gradio"))).parent
        return (path for path in sorted((gradio / FRONT_END).glob("*")) if path.suffix == kind)


def names_in(function: Any) -> set[str]:
    """Every name that the code of a function, or of the functions of a class, looks up, sets or says as a text."""
    function = inspect.unwrap(function) if callable(function) else function
    if inspect.isclass(function):
        return set().union(*map(names_in, filter(callable, vars(function).values())))
    return _named(function.__code__) if hasattr(function, "__code__") else set()


def _named(code: CodeType) -> set[str]:
    found = {*code.co_names, *code.co_varnames}
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            found |= _named(constant)
        else:  # a text, or the names that a call fills in
            several = constant if isinstance(constant, tuple) else (constant,)
            found |= {each for each in several if isinstance(each, str)}
    return found
