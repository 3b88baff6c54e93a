"""A cluster on this machine that ends with the page which started it."""

import socket
import subprocess
import sys

from cluster.link import Address
from models.device import cpu_threads
from page.settings import Settings

AUTO = "auto"  # the setting that asks for it
LOOPBACK = "127.0.0.1"

_held: list[subprocess.Popen[bytes]] = []  # each ends when its standard input is closed: with this process


def start_attached(settings: Settings) -> Address:
    """Start it, and where it will answer in some seconds. Replicas read the same variables as this page."""
    with socket.create_server((LOOPBACK, 0)) as free:
        port = free.getsockname()[1]
    cpus = settings.threads or max(1, cpu_threads() - 1)  # one is the page's own
    command = [sys.executable, "-m", "cluster", "--attached", "--host", LOOPBACK, "--port", str(port)]
    # In a session of its own: a signal for all processes of this one would end some of it and leave the rest.
    apart = {"stdin": subprocess.PIPE, "stdout": subprocess.DEVNULL, "start_new_session": True}
    _held.append(subprocess.Popen([*command, "--cpus", str(cpus)], **apart))  # type: ignore[call-overload]
    return Address(LOOPBACK, port)
