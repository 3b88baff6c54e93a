"""Servers of tests begin in a process that has loaded everything already: `python -m tests.forking SOCKET`.

To load torch and Gradio takes longer than all else that a server does until it is warm, and some thirty of them are
started. Each is forked off this one, which has no thread and no model, and goes on as `python app.py` does from there:
with its own environment, folder, flags and log.
"""

import json
import os
import runpy
import select
import signal
import socket
import sys
import tempfile
from contextlib import suppress
from typing import Any

LOADED = ("gradio", "torch", "page.site", "page.service", "page.thumbnails", "page.examples")
LONGEST = 1 << 17  # bytes of a request


def main(channel: socket.socket) -> None:
    """Start servers until nobody is there to ask for any; tell when one has ended."""
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # as app.py does before it loads Gradio
    os.environ["HF_HUB_OFFLINE"] = "1"
    for name in LOADED:
        __import__(name)
    assert len(os.listdir("/proc/self/task")) == 1, "a fork has none of its parent's threads"
    awake, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.set_wakeup_fd(wake)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    running: set[int] = set()
    while True:
        ready, _, _ = select.select([channel, awake], [], [])
        if awake in ready:
            os.read(awake, 4096)
            tell_ended(channel, running)
        if channel in ready:
            asked, files, _, _ = socket.recv_fds(channel, LONGEST, 1)
            if not asked:
                break
            if not (number := os.fork()):
                os.close(awake), os.close(wake)
                go_on(channel, json.loads(asked), files[0])
                return
            os.close(files[0])
            running.add(number)
            channel.sendall(json.dumps({"started": number}).encode())
    for number in running:
        with suppress(ProcessLookupError):
            os.kill(number, signal.SIGKILL)


def tell_ended(channel: socket.socket, running: set[int]) -> None:
    """Tell of each that has ended, by its number."""
    while True:
        try:
            number, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if not number:
            return
        running.discard(number)
        with suppress(OSError):
            channel.sendall(json.dumps({"ended": number, "code": os.waitstatus_to_exitcode(status)}).encode())


def go_on(channel: socket.socket, asked: dict[str, Any], log: int) -> None:
    """Become the server that was asked for."""
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    channel.close()
    for number in (1, 2):
        os.dup2(log, number)
    os.close(log)
    os.environ.clear()
    os.environ.update(asked["environment"])
    tempfile.tempdir = None  # it was looked up in the environment of before
    os.chdir(asked["cwd"])
    sys.argv = asked["command"]
    runpy.run_path(sys.argv[0], run_name="__main__")


if __name__ == "__main__":
    main(socket.socket(fileno=int(sys.argv[1])))
