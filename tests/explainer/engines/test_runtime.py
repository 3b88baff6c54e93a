"""OpenVINO is imported late, and never calls home."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]

CODE = """
import socket, sys, threading
def refuse(*args, **kwargs):
    raise AssertionError("a socket was used")
socket.socket.connect = socket.getaddrinfo = refuse
import explainer.engines.choice
assert "openvino" not in sys.modules, "imported before it was needed"
from explainer.engines.runtime import openvino
found = openvino()
found.Core()
assert sys.modules["openvino_telemetry"] is None
assert "openvino_telemetry.main" not in sys.modules
assert threading.active_count() == 1, threading.enumerate()
print("quiet", found.__name__)
"""


def test_it_comes_without_a_thread_a_socket_or_a_file_at_home(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", CODE], cwd=ROOT, env={"HOME": str(tmp_path)}, capture_output=True, text=True
    )
    assert done.stdout.strip() == "quiet openvino", done.stderr
    assert list(tmp_path.iterdir()) == []
