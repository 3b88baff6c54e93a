import threading
import time

import pytest

from page import shutdown
from page.shutdown import Shutdown


def test_what_runs_is_finished_before_the_server_stops() -> None:
    told: list[str] = []
    left = iter([True, True, True])

    def busy() -> bool:
        told.append("busy?")
        return next(left, False)

    assert Shutdown(lambda: told.append("closed"), busy, lambda: told.append("stopped")).finish()
    assert (told[0], told[-1]) == ("closed", "stopped")
    assert told.count("busy?") >= 4


def test_whoever_is_not_answered_in_time_is_told_before_the_server_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutdown, "MANY_WORDS", 0.0)
    told: list[str] = []
    ends = Shutdown(
        lambda: told.append("closed"), lambda: True, lambda: told.append("stopped"), lambda: told.append("given up")
    )
    assert not ends.finish(patience=0.0)
    assert told == ["closed", "given up", "stopped"]


def test_what_never_ends_does_not_hold_the_server_up() -> None:
    began = time.monotonic()
    forever = threading.Event()
    assert not Shutdown(lambda: None, lambda: True, forever.wait).finish(patience=0.1)  # type: ignore[arg-type]
    forever.set()
    assert time.monotonic() - began < 60
