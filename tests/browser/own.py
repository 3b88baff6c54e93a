"""A Chromium of one's own, as a visitor has it: with a way back to pages it keeps, and one that can be killed."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, BrowserType, Page

from tests.browser.conftest import CHROMIUM, QUIET

STARTS_WITHIN = 60  # seconds; generous, for a busy machine


@dataclass(frozen=True)
class OwnBrowser:
    """A running browser, all its processes in one group."""

    browser: Browser
    process: subprocess.Popen[bytes]

    def page(self) -> Page:
        """A new tab; all tabs share their cookies."""
        context = self.browser.contexts[0]
        context.set_default_timeout(60_000)
        return context.new_page()

    def signal(self, number: signal.Signals) -> None:
        """Send all its processes a signal."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)


@contextmanager
def own_browser(kind: BrowserType, folder: Path) -> Iterator[OwnBrowser]:
    """Start a browser that keeps its things in `folder`, and end it afterwards."""
    flags = ["--headless=new", "--remote-debugging-port=0", f"--user-data-dir={folder}", "--no-default-browser-check"]
    process = subprocess.Popen(
        [CHROMIUM, *QUIET, *flags, "about:blank"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        connected = kind.connect_over_cdp(f"http://127.0.0.1:{_port(folder / 'DevToolsActivePort')}")
        yield OwnBrowser(connected, process)
    finally:
        for number in (signal.SIGCONT, signal.SIGKILL):
            with suppress(ProcessLookupError):
                os.killpg(process.pid, number)
        process.wait()


def _port(file: Path) -> int:
    deadline = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < deadline:
        with suppress(OSError, IndexError, ValueError):
            return int(file.read_text().splitlines()[0])
        time.sleep(0.1)
    raise RuntimeError("the browser did not start")
