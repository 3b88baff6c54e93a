"""What is done for somebody is counted for them, wherever it is done, and ends when nobody wants it."""

import contextvars
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from models.torch_thread import TorchThread
from models.work import Unwanted, Work, charge, current, go_on, helped, own_time, timed, working


def busy(seconds: float) -> None:
    """Compute for so long, in this thread."""
    until = time.thread_time() + seconds
    while time.thread_time() < until:
        pass


def test_what_is_charged_goes_to_the_work_that_is_being_done() -> None:
    one, other = Work(), Work()
    charge(5)
    with working(one):
        charge(1)
        with working(other):
            charge(2)
        charge(3)
    assert (one.seconds, other.seconds) == (4, 2)
    assert current() is None


def test_thread_that_begins_with_a_copy_of_the_context_goes_on_with_the_work() -> None:
    with working(Work()) as work:
        context = contextvars.copy_context()
    with ThreadPoolExecutor(1) as pool:
        pool.submit(context.run, charge, 2).result()
        pool.submit(charge, 4).result()
    assert work.seconds == 2


def test_own_time_is_what_the_thread_computes_and_not_what_it_waits() -> None:
    with working(Work()) as work, own_time():
        began = time.thread_time()
        busy(0.02)
        threading.Event().wait(0.2)
        computed = time.thread_time() - began
    assert computed <= work.seconds < computed + 0.1


def test_failure_is_charged_as_well() -> None:
    def fail() -> None:
        with own_time():
            busy(0.01)
            raise KeyError

    with working(Work()) as work, pytest.raises(KeyError):
        fail()
    assert work.seconds >= 0.01


def test_what_torchs_thread_computes_is_charged_to_whoever_asked_for_each_helper() -> None:
    thread = TorchThread()
    with working(Work()) as work:
        assert thread.run(lambda: busy(0.02) or 7) == 7
    assert work.seconds >= 0.02
    with working(Work()) as twice:
        timed(lambda: busy(0.02), helpers=2)()
    assert twice.seconds >= 0.04


def test_helpers_are_charged_with_no_more_than_the_process_computed() -> None:
    with working(Work()) as idle, helped(8):
        threading.Event().wait(0.05)
    assert idle.seconds < 8 * 0.05
    with working(Work()) as work, helped(2):
        other = threading.Thread(target=busy, args=(0.03,))
        other.start()
        other.join()
    assert work.seconds >= 0.02


def test_work_that_nobody_wants_ends_at_its_next_step() -> None:
    go_on()
    with working(Work()) as work:
        go_on()
        work.wanted = False
        with pytest.raises(Unwanted):
            go_on()
