"""The command that a host types: it helps, it refuses, it starts and it ends."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from page.words import load
from tests.page import corpus
from tests.page.talk import HTTP
from tests.server import ROOT, Server, running

APP = str(ROOT / "app.py")


def run(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, APP, *arguments],
        cwd=folder,
        env={**os.environ, "GRADIO_TEMP_DIR": str(folder / "uploads"), **environment},
        capture_output=True,
        text=True,
        timeout=240,
    )


def test_help_works_from_any_folder(tmp_path: Path) -> None:
    done = run(tmp_path, "--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert "--keep-models" in done.stdout


def test_invalid_setting_ends_the_start_in_one_line(tmp_path: Path) -> None:
    done = run(tmp_path, "--port", "none")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("--port can't be 'none'")
    assert done.stderr.count("\n") == 1


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the device may be there")
def test_device_that_is_missing_ends_the_start_in_one_line(tmp_path: Path) -> None:
    done = run(tmp_path, "--device", "mps")
    assert done.returncode == 1
    assert done.stderr.strip().splitlines()[-1].startswith("This computer has no mps device.")
    assert "Traceback" not in done.stderr


def test_port_in_use_ends_the_start_in_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = run(tmp_path, "--port", str(port), "--offline")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"{load()('server.port', port=port, host='127.0.0.1')}\n"


def test_page_started_elsewhere_offers_the_folder_of_examples_there_and_ends_when_asked(tmp_path: Path) -> None:
    (tmp_path / "examples").mkdir()
    (tmp_path / "examples" / "1_my-own-thing.png").write_bytes(corpus.taken()["png"].data)
    (tmp_path / "examples" / "2_broken.png").write_bytes(b"broken")
    # In a Python of its own, as a host starts it.
    flags = ("--kiosk", "--offline")
    with running(tmp_path, *flags, cwd=tmp_path, SEEWHY_MEGABYTES="1", PYTHONPATH=str(ROOT)) as server:
        shown = httpx.get(f"{server.url}/config", **HTTP).text
        assert "My own thing" in shown
        assert "Broken" not in shown
        assert "VGG-16" not in shown or (Path.home() / ".cache/torch").exists()
        refused = httpx.post(f"{server.url}/gradio_api/upload", files={"files": bytes(2 * 1024 * 1024)}, **HTTP)
        assert refused.status_code == 413
        assert "at most 1 MB" in refused.json()["error"]
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(timeout=60) in (0, -signal.SIGTERM, 128 + signal.SIGTERM)
        assert "Traceback" not in server.log()
        assert f"SeeWhy is at {server.url}" in server.log()


def explained(server: Server) -> dict[str, Any]:
    answer: dict[str, Any] = httpx.post(f"{server.url}/api/explain", content=corpus.taken()["png"].data, **HTTP).json()
    return answer


def test_the_graph_is_built_beside_the_page_and_the_next_start_finds_it(tmp_path: Path) -> None:
    """What a visitor is shown does not depend on which engine was ready."""
    cache, answers = tmp_path / "cache", []
    for name in ("cold", "warm"):
        (tmp_path / name).mkdir()
        with running(tmp_path / name, "--offline", SEEWHY_CACHE=str(cache)) as server:
            answers.append(explained(server))
            deadline = time.monotonic() + 900  # beside other tests it gets what they leave
            while name == "cold" and "openvino explains" not in server.log() and time.monotonic() < deadline:
                time.sleep(0.2)
            server.wait_until_settled()
            answers.append(explained(server))
            assert ("openvino explains" in server.log()) == (name == "cold")
            assert "Traceback" not in server.log()
    (place,) = (each for each in cache.iterdir() if each.name != "thumbnails")
    assert place.name.startswith("efficientnet_lite0-")
    first = answers[0]
    for answer in answers[1:]:
        assert [each["index"] for each in answer["top"]] == [each["index"] for each in first["top"]]
        assert answer["confidence"] == pytest.approx(first["confidence"], abs=1e-5)
        assert answer["layers"][-1]["grid"] == pytest.approx(first["layers"][-1]["grid"], abs=1e-4)


OTHER_GRADIO = """
import runpy, sys
import {module}
del {module}.{name}
sys.argv = ["app.py", "--offline"]
runpy.run_path({app!r}, run_name="__main__")
"""


def test_gradio_that_no_longer_fits_ends_the_start_in_one_line(tmp_path: Path) -> None:
    """Also where it lacks a name that the page's modules import: it is looked at before they are."""
    code = OTHER_GRADIO.format(module="gradio.queueing", name="EventQueue", app=APP)
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={**os.environ, "GRADIO_TEMP_DIR": str(tmp_path / "uploads"), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("This page does not fit Gradio ")
    assert "“the turns in the queue”" in done.stderr
    assert done.stderr.count("\n") == 1
