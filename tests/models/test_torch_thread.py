"""Where torch computes on a CPU: in one thread, whoever asks."""

import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from models.torch_thread import TorchThread


def test_calls_of_all_visitors_run_in_one_thread_and_it_is_none_of_theirs() -> None:
    thread = TorchThread()
    with ThreadPoolExecutor(3) as visitors:
        idents = set(visitors.map(lambda _: thread.run(threading.get_ident), range(9)))
        theirs = set(visitors.map(lambda _: threading.get_ident(), range(9)))
    assert len(idents) == 1
    assert idents.isdisjoint({threading.get_ident(), *theirs})


def test_a_call_from_within_runs_at_once() -> None:
    thread = TorchThread()
    assert thread.run(lambda: thread.run(threading.get_ident)) == thread.run(threading.get_ident)


def test_a_failure_reaches_whoever_asked_and_the_thread_goes_on() -> None:
    thread = TorchThread()
    with pytest.raises(ZeroDivisionError):
        thread.run(lambda: 1 / 0)
    assert thread.run(lambda: 7) == 7


def test_only_that_thread_has_helpers_once_they_are_shared_out() -> None:
    count = """
import threading, torch
from models.torch_thread import THREAD
THREAD.share(2)
def counted():
    seen.append(torch.get_num_threads())
seen = [THREAD.run(torch.get_num_threads), torch.get_num_threads()]
visitor = threading.Thread(target=counted)
visitor.start()
visitor.join()
print(seen)
"""
    said = subprocess.run([sys.executable, "-c", count], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[2, 1, 1]"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
def test_a_fork_gets_a_thread_of_its_own() -> None:
    """As on ZeroGPU, where a visitor's work is done by a forked process."""
    fork = """
import os
from models.torch_thread import THREAD
import torch
square = torch.ones(500, 500)
THREAD.share(2)
THREAD.run(lambda: square @ square)
child = os.fork()
if child == 0:
    THREAD.run(lambda: square @ square)
    os._exit(10 + THREAD.run(torch.get_num_threads))
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""
    said = subprocess.run([sys.executable, "-c", fork], capture_output=True, text=True, check=True, timeout=60)
    assert said.stdout.strip() == "12"  # 10 for having come that far, and both helpers
