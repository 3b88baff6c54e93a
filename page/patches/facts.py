"""What must be true of an installed package for a patch to fit.

Facts name things by texts, so that they can be looked at where nothing of it can be imported any more.
"""

import inspect
import re
from dataclasses import dataclass
from typing import Any, Protocol

from page.patches.installed import Installed, names_in


class Fact(Protocol):
    """One thing that must be so."""

    def holds(self, installed: Installed) -> bool:
        """Whether it is."""


@dataclass(frozen=True)
class Takes:
    """A function takes these parameters, as its `def` names them; `awaited` where it is `async`."""

    where: str
    parameters: str
    awaited: bool = False

    def holds(self, installed: Installed) -> bool:
        """Whether it does."""
        found = installed.find(self.where)
        if not callable(found) or inspect.iscoroutinefunction(inspect.unwrap(found)) != self.awaited:
            return False
        return parameters_of(found) == self.parameters

    def __str__(self) -> str:
        return f"{'async ' * self.awaited}{self.where}({self.parameters})"


@dataclass(frozen=True)
class Uses:
    """The code of a function, or of all functions of a class, uses these names or says these texts."""

    where: str
    names: tuple[str, ...]

    def holds(self, installed: Installed) -> bool:
        """Whether it does."""
        found = installed.find(self.where)
        return found is not None and set(self.names) <= names_in(found)

    def __str__(self) -> str:
        return f"{self.where} uses {', '.join(self.names)}"


@dataclass(frozen=True)
class Has:
    """A module or a class has these names."""

    where: str
    names: tuple[str, ...]

    def holds(self, installed: Installed) -> bool:
        """Whether it does."""
        found = installed.find(self.where)
        return found is not None and all(hasattr(found, name) for name in self.names)

    def __str__(self) -> str:
        return f"{self.where} has {', '.join(self.names)}"


@dataclass(frozen=True)
class Says:
    """Gradio's scripts say these texts."""

    texts: tuple[str, ...]

    def holds(self, installed: Installed) -> bool:
        """Whether they do."""
        return all(text.encode() in installed.scripts for text in self.texts)

    def __str__(self) -> str:
        return f"Gradio's scripts say {', '.join(self.texts)}"


@dataclass(frozen=True)
class Styles:
    """Gradio's styles speak of these classes (".name") and of these properties of their own ("--name")."""

    names: tuple[str, ...]

    def holds(self, installed: Installed) -> bool:
        """Whether they do."""
        return all(re.search(re.escape(name) + r"(?![\w-])", installed.styles) for name in self.names)

    def __str__(self) -> str:
        return f"Gradio's styles speak of {', '.join(self.names)}"


def parameters_of(function: Any, follow: bool = True) -> str:
    """The names of a function's parameters, as in "self, *, event_id". Without `follow`, what is wrapped inside does
    not count."""
    told: list[str] = []
    for each in inspect.signature(function, follow_wrapped=follow).parameters.values():
        if each.kind is each.KEYWORD_ONLY and not any(name.startswith("*") for name in told):
            told.append("*")
        told.append(str(each.replace(annotation=each.empty, default=each.empty)))
    return ", ".join(told)
