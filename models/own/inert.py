"""What stands for everything that a pickle names and that is not plain data: it can be looked at, and never called."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Named:
    """A class or function that a pickle names. It was not imported, and nothing is known of it but its name."""

    module: str
    name: str

    def __str__(self) -> str:
        return f"{self.module}.{self.name}"


# What makes objects of the class that is the first argument; Python 2 wrote its name in another way.
_MAKERS = ("copyreg._reconstructor", "copyreg.__newobj__", "copy_reg._reconstructor")


@dataclass(eq=False, slots=True, repr=False)  # a file's objects can hold each other in a circle
class Record:
    """What a pickle would have made by calling `made_by` with `arguments`, and what it would have given it after that.

    `state` is what would have become its attributes, `items` what would have been appended or added to it, and
    `entries` what would have been set by key.
    """

    made_by: object
    arguments: tuple[Any, ...] = ()
    state: Any = None
    items: list[Any] = field(default_factory=list)
    entries: list[tuple[Any, Any]] = field(default_factory=list)

    @property
    def kind(self) -> str:
        """The full name of its class: of an object that is made by `copyreg` or `__reduce_ex__`, what they make."""
        made_by = self.arguments[0] if str(self.made_by) in _MAKERS and self.arguments else self.made_by
        return str(made_by) if isinstance(made_by, Named) else "unknown"

    def attribute(self, name: str) -> Any:
        """One of its attributes; None where it has none of that name."""
        states = self.state if isinstance(self.state, tuple) else (self.state,)
        return next((each[name] for each in states if isinstance(each, dict) and name in each), None)


class Members(list[Any]):
    """The members of a set, which nobody has to hash."""


def walk(value: object) -> Iterator[object]:
    """Yield every value inside of what a pickle held, each object once, without recursion."""
    seen: set[int] = set()
    ahead = [value]
    while ahead:
        each = ahead.pop()
        if isinstance(each, dict | list | tuple | Record):
            if id(each) in seen:
                continue
            seen.add(id(each))
        yield each
        match each:
            case dict():
                ahead.extend(reversed([*each.values()]))
            case list() | tuple():
                ahead.extend(reversed(each))
            case Record():
                ahead += [value for _, value in each.entries]
                ahead += [each.items, each.state, each.arguments, each.made_by]
            case _:
                pass
