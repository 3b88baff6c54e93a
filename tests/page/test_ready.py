"""Whoever wants to know that the page serves is told so, once it does."""

import socket
from pathlib import Path

import pytest

from page.ready import tell_ready
from tests.server import running


def test_nobody_is_told_where_nobody_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    tell_ready()


@pytest.mark.parametrize("prefix", ["", "@"])
def test_systemd_is_told(tmp_path: Path, prefix: str, monkeypatch: pytest.MonkeyPatch) -> None:
    name = f"{prefix}{tmp_path}/notify"[:100]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(name.replace("@", "\0"))
        monkeypatch.setenv("NOTIFY_SOCKET", name)
        tell_ready()
        assert manager.recv(64) == b"READY=1"


def test_the_page_tells_when_it_answers(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.settimeout(120)
        with running(tmp_path, "--offline", NOTIFY_SOCKET=str(tmp_path / "notify")):
            assert manager.recv(64) == b"READY=1"
