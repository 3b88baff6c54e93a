"""Firefox and WebKit, the engines of half of all phones, by the protocols that Debian's packages speak themselves.

WebKit answers WebDriver over HTTP; Firefox the same commands over a socket of its own, where others put geckodriver in
between, which Debian does not have.
"""

import json
import os
import shutil
import socket
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

STARTS_WITHIN = 90  # seconds; generous, for a busy machine
PATIENCE = 120  # seconds for what a page does
PREFERENCES = {
    "marionette.port": 0,
    "app.update.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "toolkit.telemetry.reportingpolicy.firstRun": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "media.navigator.streams.fake": True,  # a camera that shows colours
    "media.navigator.permission.disabled": True,  # without asking
}
NEEDED = {
    "firefox": {"firefox-esr": "firefox-esr"},
    "webkit": {"WebKitWebDriver": "webkit2gtk-driver", "Xvfb": "xvfb"},
}


def missing(engine: str) -> list[str]:
    """Debian's packages that an engine needs and that are not here."""
    return [package for program, package in NEEDED[engine].items() if not shutil.which(program)]


class Driver(ABC):
    """One tab of a browser: what the tests do with it."""

    @abstractmethod
    def command(self, name: str, path: str, values: dict[str, Any]) -> Any:
        """Send a command by the name that Firefox has for it, or by its path in WebDriver; what it answers."""

    def go(self, url: str) -> None:
        """Open a page."""
        self.command("Navigate", "url", {"url": url})

    def run(self, expression: str) -> Any:
        """The value of an expression of JavaScript."""
        return self.command("ExecuteScript", "execute/sync", {"script": f"return {expression}", "args": []})

    def until(self, expression: str) -> None:
        """Wait until an expression is true."""
        deadline = time.monotonic() + PATIENCE
        while not self.run(f"Boolean({expression})"):
            assert time.monotonic() < deadline, expression
            time.sleep(0.1)

    def click(self, selector: str) -> None:
        """Wait for something that can be seen, and click it as a visitor does."""
        self.until(f"document.querySelector({json.dumps(selector)})?.checkVisibility()")
        found = self.command("FindElement", "element", {"using": "css selector", "value": selector})
        (number,) = found.values()
        self.command("ElementClick", f"element/{number}/click", {"id": number})


class Firefox(Driver):
    """Firefox, through a socket: each message is its length and a list, as JSON."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        self._number = 0
        self._heard()  # it says what it is
        self.command("NewSession", "", {"capabilities": {}})

    def command(self, name: str, path: str, values: dict[str, Any]) -> Any:
        self._number += 1
        said = json.dumps([0, self._number, f"WebDriver:{name}", values]).encode()
        self._socket.sendall(b"%d:%b" % (len(said), said))
        _, _, error, result = self._heard()
        assert error is None, error
        return result.get("value") if isinstance(result, dict) else result

    def _heard(self) -> Any:
        length = b""
        while not length.endswith(b":"):
            length += self._socket.recv(1)
        left, message = int(length[:-1]), b""
        while len(message) < left:
            message += self._socket.recv(left - len(message))
        return json.loads(message)


class WebKit(Driver):
    """WebKitGTK's small browser, through WebDriver over HTTP."""

    def __init__(self, port: int) -> None:
        self._http = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE, trust_env=False)
        wanted = {"browserName": "MiniBrowser", "webkitgtk:browserOptions": {"binary": mini_browser(), "args": WEBKIT}}
        self._session = ""
        self._session = f"/{self.command('', '', {'capabilities': {'alwaysMatch': wanted}})['sessionId']}"

    def command(self, name: str, path: str, values: dict[str, Any]) -> Any:
        answered = self._http.post(f"/session{self._session}{path and '/'}{path}", json=values)
        assert answered.status_code == 200, answered.text
        return answered.json()["value"]


WEBKIT = ["--automation", "--enable-mock-capture-devices=true"]


def mini_browser() -> str:
    """Where Debian puts WebKit's small browser."""
    (found, *_) = Path("/usr/lib").glob("*/webkit2gtk-4.1/MiniBrowser")
    return str(found)


@contextmanager
def opened(engine: str, folder: Path) -> Iterator[Driver]:
    """A browser of this engine that keeps its things in `folder`, and ends afterwards."""
    with (firefox if engine == "firefox" else webkit)(folder) as driver:
        yield driver


@contextmanager
def firefox(folder: Path) -> Iterator[Driver]:
    """A Firefox without a window."""
    lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in PREFERENCES.items()]
    (folder / "user.js").write_text("\n".join(lines))
    command = ["firefox-esr", "--headless", "--no-remote", "--marionette", "--profile", str(folder)]
    with ended(command, folder):
        yield Firefox(int(written(folder / "MarionetteActivePort")))


@contextmanager
def webkit(folder: Path) -> Iterator[Driver]:
    """A WebKit on a screen that nobody sees."""
    shown = folder / "display"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    reading, writing = os.pipe()
    with ended(["Xvfb", "-displayfd", str(writing), "-screen", "0", "1280x1000x24"], folder, pass_fds=(writing,)):
        with open(reading) as numbers:
            shown.write_text(numbers.readline())
        os.close(writing)
        screen = {"DISPLAY": f":{shown.read_text().strip()}", "HOME": str(folder), "GDK_BACKEND": "x11"}
        with ended(["WebKitWebDriver", f"--port={port}"], folder, env={**os.environ, **screen}):
            answering(port)
            yield WebKit(port)


@contextmanager
def ended(command: list[str], folder: Path, **options: Any) -> Iterator[None]:
    """A program that runs meanwhile, and all that it started."""
    silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(command, cwd=folder, start_new_session=True, **silent, **options)
    try:
        yield
    finally:
        os.killpg(process.pid, 9)
        process.wait()


def written(file: Path) -> str:
    """What a browser writes into a file when it is ready."""
    deadline = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < deadline:
        if file.exists() and (said := file.read_text()):
            return said
        time.sleep(0.1)
    raise RuntimeError("the browser did not start")


def answering(port: int) -> None:
    """Wait until somebody listens."""
    deadline = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < deadline:
        with socket.socket() as tried:
            if tried.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError("the driver did not start")
