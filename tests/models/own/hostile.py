"""Pickles that mean harm: each by its name, as bytes. What they would do is harmless but leaves a trace."""

import pickletools
import struct
from collections.abc import Iterator, Mapping

PROTO = b"\x80\x04"
CALLED = (
    *("os system", "posix system", "builtins eval", "builtins exec", "builtins __import__", "builtins open"),
    *("builtins getattr", "builtins compile", "subprocess Popen", "socket create_connection", "runpy run_path"),
    *("torch load", "torch.hub load", "_codecs encode", "importlib import_module", "webbrowser open", "nt system"),
    *("shutil rmtree", "pickle loads", "operator attrgetter", "torch._utils _rebuild_sparse_tensor", "pydoc pipepager"),
    *("torch.serialization load", "numpy.core.multiarray _reconstruct", "numpy load", "functools partial", "pty spawn"),
    *("collections.OrderedDict fromkeys", "copyreg _reconstructor", "timeit timeit", "cloudpickle.cloudpickle loads"),
)
SHELL = "touch harm"


def text(value: str) -> bytes:
    """Push a text."""
    data = value.encode()
    return b"X" + struct.pack("<I", len(data)) + data


def calls(module: str, name: str) -> Iterator[tuple[str, bytes]]:
    """Every way in which a pickle calls a function or class with one text."""
    named = f"c{module}\n{name}\n".encode()
    stacked = text(module) + text(name) + b"\x93"
    yield "GLOBAL and REDUCE", named + text(SHELL) + b"\x85R."
    yield "STACK_GLOBAL and REDUCE", stacked + text(SHELL) + b"\x85R."
    yield "INST", b"(" + text(SHELL) + f"i{module}\n{name}\n.".encode()
    yield "OBJ", b"(" + named + text(SHELL) + b"o."
    yield "NEWOBJ", named + text(SHELL) + b"\x85\x81."
    yield "NEWOBJ_EX", named + text(SHELL) + b"\x85}\x92."
    yield "BUILD", named + b")R}" + text("__setstate__") + named + b"sb" + text(SHELL) + b"b."
    yield "items of a class", named + b")R(" + text(SHELL) + b"e(" + text(SHELL) + text(SHELL) + b"u."
    yield "a call of a call", named + b")R" + text(SHELL) + b"\x85R."


def greedy() -> Iterator[tuple[str, bytes]]:
    """Pickles that would take all memory, or all of the processor's stack."""
    four = 4 << 30
    yield "LONG_BINPUT far away", PROTO + b"Nr\xff\xff\xff\x7f."
    yield "BYTEARRAY8 of 4 GB", PROTO + b"\x96" + struct.pack("<Q", four) + b"x."
    yield "BINBYTES8 of 4 GB", PROTO + b"\x8e" + struct.pack("<Q", four) + b"x."
    yield "BINBYTES8 of 16 EB", PROTO + b"\x8e" + b"\xff" * 8 + b"x."
    yield "BINUNICODE8 of 4 GB", PROTO + b"\x8d" + struct.pack("<Q", four) + b"x."
    yield "BINBYTES of 4 GB", PROTO + b"B" + struct.pack("<I", 2**32 - 1) + b"x."
    yield "LONG4 of 2 GB", PROTO + b"\x8b" + struct.pack("<i", 2**31 - 1) + b"x."
    yield "LONG of a million digits", PROTO + b"L" + b"9" * 1_000_000 + b"L\n."
    yield "FRAME of 4 GB", PROTO + b"\x95" + struct.pack("<Q", four) + b"N."
    yield "nested tuples", PROTO + b")" + b"\x85" * 50_000 + b"."
    yield "nested tuples as a key", PROTO + b"})" + b"\x85" * 200_000 + b"Ns."
    yield "nested tuples in a set", PROTO + b"\x8f()" + b"\x85" * 50_000 + b"\x90."
    yield "nested lists", PROTO + b"]" * 50_000 + b"a" * 49_999 + b"."
    yield "nested records", PROTO + b"ca\nb\n" * 20_000 + b")R" + b"\x85R" * 19_999 + b"."
    yield "marks alone", PROTO + b"(" * 50_000 + b"."
    laughs = b"".join(b"(" + b"h\x00" * 10 + b"lq\x00" for _ in range(40))
    yield "a memo bomb", PROTO + b"]q\x00" + laughs + b"."
    yield "a list in itself", PROTO + b"]q\x00h\x00a."


def tensors() -> Iterator[tuple[str, bytes]]:
    """Tensors that announce more than there is."""

    def cut(count: str, offset: str, size: str, stride: str) -> bytes:
        storage = b"(" + text("storage") + b"ctorch\nFloatStorage\n" + text("0") + text("cpu") + f"I{count}\n".encode()
        pushed = b"".join(
            b"(" + b"".join(f"I{each}\n".encode() for each in axes.split()) + b"t" for axes in (size, stride)
        )
        call = b"ctorch._utils\n_rebuild_tensor_v2\n(" + storage + b"tQ" + f"I{offset}\n".encode() + pushed
        return b"\x80\x02}" + text("conv.weight") + call + b"I00\n}tRs."

    yield "a tensor of 4 GB in 4 bytes", cut("1", "0", "1073741824", "1")
    yield "a storage of 4 GB in 4 bytes", cut("1073741824", "0", "1073741824", "1")
    yield "a number seen 16 billion times", cut("1", "0", "131072 131072", "0 0")
    yield "a tensor before its storage", cut("1", "-4", "1", "1")
    yield "a tensor that steps back", cut("4", "3", "4", "-1")
    yield "a tensor of negative size", cut("1", "0", "-1", "1")
    yield "a tensor of too many axes", cut("1", "0", "1 " * 5000, "1 " * 5000)
    yield "a tensor that overflows", cut("1", "0", str(2**62) + " 8", "8 1")


_ARGUMENTS: Mapping[str, bytes] = {
    "INT": b"7\n",
    "LONG": b"7L\n",
    "STRING": b"'a'\n",
    "UNICODE": b"a\n",
    "FLOAT": b"1.5\n",
    "GET": b"0\n",
    "PUT": b"0\n",
    "GLOBAL": b"os\nsystem\n",
    "INST": b"os\nsystem\n",
    "PERSID": b"0\n",
}


def instructions() -> Iterator[tuple[str, bytes]]:
    """Every instruction there is, on a stack that suits it and on an empty one."""
    stack = b"Nq\x00(]}cos\nsystem\n" + text(SHELL) + text(SHELL) + b"\x85"
    for code in pickletools.opcodes:
        argument = _ARGUMENTS.get(code.name, b"\x01" + b"\x00" * 7 if code.arg else b"")
        own = code.code.encode("latin-1") + argument
        yield f"{code.name} on a full stack", PROTO + stack + own + b"."
        yield f"{code.name} on an empty stack", PROTO + own + b"."
        yield f"{code.name} cut off", PROTO + stack + own[:-1]


def all_of_them() -> dict[str, bytes]:
    """All, by their names."""
    called = {
        f"{each} by {way}": PROTO + code for each in CALLED for way, code in calls(*each.split(" "))
    }  # fmt: skip
    return called | dict(greedy()) | dict(tensors()) | dict(instructions()) | {"nothing": b"", "a stop": b"."}
