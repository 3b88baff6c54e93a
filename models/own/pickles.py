"""Reads a pickle as data: a machine of our own for its instructions, which imports nothing and calls nothing.

Python's unpickler is a machine that does what a file says. Even one whose `find_class` gives away nothing can be made
to ask for 16 GB by one instruction of five bytes (LONG_BINPUT, BYTEARRAY8), or to end the process by hashing a tuple
that is a million tuples deep. Here every instruction costs no more memory than the bytes that it stands in.

`pickletools`, of the standard library, finds the instructions. `fickling` does so, too, and judges whether a pickle
is bad; but it makes a syntax tree and not the values, so that the tensors would still have to be read by this.
"""

import io
import pickletools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from struct import error as StructError
from typing import Any

from models.own.inert import Members, Named, Record

MOST_BYTES = 64 << 20
MOST_INSTRUCTIONS = 4_000_000
KEY_DEPTH = 4  # of tuples inside of tuples that are a key


class BadPickle(ValueError):
    """Not a pickle, cut off, or made by nobody who saves a network. The message says in a few words why."""


@dataclass(frozen=True)
class Rules:
    """What a pickle may make apart from plain data.

    `made` gives, for a name such as "collections.OrderedDict", what makes the value of the arguments; it must be
    harmless whatever they are, and may raise BadPickle. `persistent` makes the value of what the file keeps elsewhere.
    """

    made: Mapping[str, Callable[..., Any]]
    persistent: Callable[[Any], Any]


def nothing_elsewhere(reference: object) -> object:
    """For `Rules.persistent`, in a file that keeps nothing elsewhere. Raises BadPickle."""
    raise BadPickle("it refers to something outside of it")


def unpickle(file: io.BytesIO, rules: Rules) -> Any:
    """Read one pickle from where the file stands; it stands behind the pickle then.

    Everything that is neither plain data nor one of `rules.made` becomes a Named or a Record, a set becomes Members.
    Raises BadPickle.
    """
    machine = _Machine(rules)
    try:
        for count, (code, argument, _) in enumerate(pickletools.genops(file)):
            if count > MOST_INSTRUCTIONS:
                raise BadPickle("a pickle of too many instructions")
            machine.step(code.name, argument)
        return machine.result()
    except BadPickle:
        raise
    # What pickletools, and a stack or memo that lacks what is asked for, raise.
    except (ValueError, IndexError, KeyError, TypeError, OverflowError, StructError) as error:
        raise BadPickle(f"not a whole pickle: {type(error).__name__}") from error


_PLAIN = frozenset(
    (
        *("INT", "BININT", "BININT1", "BININT2", "LONG", "LONG1", "LONG4", "FLOAT", "BINFLOAT"),
        *("STRING", "BINSTRING", "SHORT_BINSTRING", "UNICODE", "BINUNICODE", "SHORT_BINUNICODE", "BINUNICODE8"),
        *("BINBYTES", "SHORT_BINBYTES", "BINBYTES8", "BYTEARRAY8"),
    )
)
_CONSTANTS = {"NONE": None, "NEWTRUE": True, "NEWFALSE": False}
_EMPTY: dict[str, Callable[[], Any]] = {
    "EMPTY_DICT": dict,
    "EMPTY_LIST": list,
    "EMPTY_TUPLE": tuple,
    "EMPTY_SET": Members,
}
_TUPLES = {"TUPLE1": 1, "TUPLE2": 2, "TUPLE3": 3}
_PUT = frozenset({"PUT", "BINPUT", "LONG_BINPUT"})
_GET = frozenset({"GET", "BINGET", "LONG_BINGET"})
_EXTENSIONS = frozenset({"EXT1", "EXT2", "EXT4"})


class _Machine:
    """The stack, the marks in it, and the memo, of one pickle."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._stack: list[Any] = []
        self._marks: list[int] = []
        self._memo: dict[int, Any] = {}

    def result(self) -> Any:
        """What is left when the pickle stops."""
        if len(self._stack) != 1:
            raise BadPickle("not a whole pickle")
        return self._stack.pop()

    def step(self, code: str, argument: Any) -> None:
        """Do what one instruction says, as data."""
        stack = self._stack
        if code in _PLAIN:
            stack.append(bytes(argument) if isinstance(argument, bytearray) else argument)
        elif code in _PUT:
            self._memo[argument] = stack[-1]
        elif code in _GET:
            stack.append(self._memo[argument])
        elif code in _CONSTANTS:
            stack.append(_CONSTANTS[code])
        elif code in _EMPTY:
            stack.append(_EMPTY[code]())
        elif code in _TUPLES:
            stack.append(tuple(self._last(_TUPLES[code])))
        elif code in _EXTENSIONS:
            stack.append(Named("copyreg", f"extension {argument}"))
        elif code not in ("PROTO", "FRAME", "STOP"):
            self._do(code, argument)

    def _do(self, code: str, argument: Any) -> None:
        action = getattr(self, f"_{code.lower()}", None)
        if action is None:  # NEXT_BUFFER, READONLY_BUFFER: of pickles that travel with buffers beside them
            raise BadPickle(f"it uses {code}")
        action(argument)

    def _last(self, count: int) -> list[Any]:
        """Take so many values off the stack, and never one below the last mark."""
        if len(self._stack) - (self._marks[-1] if self._marks else 0) < count:
            raise BadPickle("not a whole pickle")
        taken = self._stack[len(self._stack) - count :]
        del self._stack[len(self._stack) - count :]
        return taken

    def _marked(self) -> list[Any]:
        start = self._marks.pop()
        taken = self._stack[start:]
        del self._stack[start:]
        return taken

    # --- the stack and the memo

    def _mark(self, _: object) -> None:
        self._marks.append(len(self._stack))

    def _pop(self, _: object) -> None:
        if self._marks and self._marks[-1] == len(self._stack):
            self._marks.pop()
        else:
            self._stack.pop()

    def _pop_mark(self, _: object) -> None:
        self._marked()

    def _dup(self, _: object) -> None:
        self._stack.append(self._stack[-1])

    def _memoize(self, _: object) -> None:
        self._memo[len(self._memo)] = self._stack[-1]

    # --- containers

    def _tuple(self, _: object) -> None:
        self._stack.append(tuple(self._marked()))

    def _list(self, _: object) -> None:
        self._stack.append(self._marked())

    def _dict(self, _: object) -> None:
        made: dict[Any, Any] = {}
        _set(made, self._marked())
        self._stack.append(made)

    def _frozenset(self, _: object) -> None:
        self._stack.append(Members(self._marked()))

    def _append(self, _: object) -> None:
        (value,) = self._last(1)
        _add(self._stack[-1], [value])

    def _appends(self, _: object) -> None:
        values = self._marked()
        _add(self._stack[-1], values)

    _additems = _appends

    def _setitem(self, _: object) -> None:
        pair = self._last(2)
        _set(self._stack[-1], pair)

    def _setitems(self, _: object) -> None:
        pairs = self._marked()
        _set(self._stack[-1], pairs)

    # --- what Python would import and call

    def _global(self, argument: str) -> None:
        module, _, name = argument.partition(" ")
        self._stack.append(Named(module, name))

    def _stack_global(self, _: object) -> None:
        module, name = self._last(2)
        if not isinstance(module, str) or not isinstance(name, str):
            raise BadPickle("a name that is none")
        self._stack.append(Named(module, name))

    def _reduce(self, _: object) -> None:
        made_by, arguments = self._last(2)
        self._stack.append(self._made(made_by, arguments))

    def _newobj(self, _: object) -> None:
        self._reduce(None)

    def _newobj_ex(self, _: object) -> None:
        made_by, arguments, words = self._last(3)
        self._stack.append(Record(made_by, (arguments, words)) if words else self._made(made_by, arguments))

    def _obj(self, _: object) -> None:
        made_by, *arguments = self._marked()
        self._stack.append(self._made(made_by, tuple(arguments)))

    def _inst(self, argument: str) -> None:
        module, _, name = argument.partition(" ")
        self._stack.append(self._made(Named(module, name), tuple(self._marked())))

    def _build(self, _: object) -> None:
        (state,) = self._last(1)
        if isinstance(self._stack[-1], Record):
            self._stack[-1].state = state

    def _persid(self, argument: str) -> None:
        self._stack.append(self._rules.persistent(argument))

    def _binpersid(self, _: object) -> None:
        (reference,) = self._last(1)
        self._stack.append(self._rules.persistent(reference))

    def _made(self, made_by: object, arguments: object) -> Any:
        if not isinstance(arguments, tuple):
            raise BadPickle("a call without its arguments")
        make = self._rules.made.get(str(made_by)) if isinstance(made_by, Named) else None
        return make(*arguments) if make else Record(made_by, arguments)


def _add(container: object, values: list[Any]) -> None:
    match container:
        case list():
            container.extend(values)
        case Record():
            container.items.extend(values)
        case _:
            raise BadPickle("it appends to what is no list")


def _set(container: object, flat: list[Any]) -> None:
    """Set pairs, given as key, value, key, value and so on."""
    if len(flat) % 2:
        raise BadPickle("a key without a value")
    pairs = zip(flat[::2], flat[1::2], strict=True)
    match container:
        case dict():
            container.update((_key(key), value) for key, value in pairs)
        case Record():
            container.entries.extend(pairs)
        case _:
            raise BadPickle("it sets a key of what has none")


def _key(key: Any, depth: int = KEY_DEPTH) -> Any:
    """A key as it is, where it may be hashed: Python's hash of a tuple goes as deep as it is, and ends the process."""
    if isinstance(key, tuple):
        if not depth:
            raise BadPickle("a key that is too deep")
        for each in key:
            _key(each, depth - 1)
    elif not isinstance(key, str | int | float | bytes | Named | Record | None):
        raise BadPickle("a key that can't be one")
    return key
