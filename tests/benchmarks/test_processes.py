"""What lies in a process's memory is found there, and no more once it is gone."""

import subprocess
import sys
from collections.abc import Iterator

import pytest

from benchmarks.processes import Tree

MARK, OTHER = bytes(range(1, 41)), bytes(range(50, 90))
HOLDING = """
import sys
held = bytearray(5_000_000)
for place in (10, 2_000_000):
    held[place:place + 40] = bytes(range(1, 41))
print(flush=True)
sys.stdin.readline()
held[:] = bytes(len(held))
print(flush=True)
sys.stdin.readline()
"""


@pytest.fixture
def holder() -> Iterator["subprocess.Popen[bytes]"]:
    with subprocess.Popen([sys.executable, "-c", HOLDING], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        yield process
        process.kill()


def test_bytes_in_memory_are_counted_until_they_are_overwritten(holder: "subprocess.Popen[bytes]") -> None:
    assert holder.stdin
    assert holder.stdout
    tree = Tree(holder.pid)
    holder.stdout.readline()
    found = tree.holds(MARK, OTHER)
    assert found[0] >= 2
    assert found[1] == 0
    holder.stdin.write(b"\n")
    holder.stdin.flush()
    holder.stdout.readline()
    assert tree.holds(MARK)[0] <= found[0] - 2
