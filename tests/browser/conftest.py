"""One Chromium for all tests, whose camera shows red on its left and blue on its right."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from gradio_client import Client
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser.visit import SIZES, Visit
from tests.server import Server

CHROMIUM = "/usr/bin/chromium"
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--process-per-site",  # see Contexts
)
CAMERA = (320, 240)
Colour = tuple[int, int, int]  # as Y, U, V
RED, BLUE, BLACK = (81, 90, 240), (41, 240, 110), (16, 128, 128)

Open = Callable[..., Visit]
HERE = "http://127.0.0.1/"  # one site with every server of the tests, whatever its port
TIMEOUT = 60_000  # milliseconds; generous, for a busy machine


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    shown = tmp_path_factory.mktemp("camera") / "red-and-blue.y4m"
    shown.write_bytes(red_and_blue(*CAMERA))
    camera = with_camera(shown)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=[*QUIET, *camera])
        yield started
        started.close()


@pytest.fixture(params=SIZES)
def size(request: pytest.FixtureRequest) -> str:
    return str(request.param)


class Contexts:
    """Windows of the browser that know nobody, one test after the other.

    A new one reads and compiles all scripts of the page; one that was used before still has them. In each an
    empty page of this machine stays open, so that the process that has loaded them does not end with a test.
    """

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._free: defaultdict[str, list[BrowserContext]] = defaultdict(list)
        self._used: list[tuple[str, BrowserContext]] = []
        self._held: dict[BrowserContext, Page] = {}

    def take(self, before: str, **options: Any) -> BrowserContext:
        """One with these options that nobody uses now; `before` is a script that runs before those of a page."""
        key = repr((before, sorted(options.items())))
        if self._free[key]:
            context = self._free[key].pop()
        else:
            context = self._browser.new_context(**options)
            self._held[context] = context.new_page()
            self._held[context].route("**", lambda route: route.fulfill(body=""))
            self._held[context].goto(HERE)
            if before:
                context.add_init_script(before)
        self._used.append((key, context))
        context.set_default_timeout(TIMEOUT)
        return context

    def give_back(self) -> None:
        """Close all pages, and make the windows that were taken forget everything but scripts."""
        while self._used:
            key, context = self._used.pop()
            context.set_offline(False)
            for page in context.pages:
                if page is self._held[context]:
                    continue
                forget = {"origin": page.url, "storageTypes": "local_storage,indexeddb,cache_storage,service_workers"}
                context.new_cdp_session(page).send("Storage.clearDataForOrigin", forget)
                page.close()
            context.clear_cookies()
            self._free[key].append(context)


@pytest.fixture(scope="session")
def contexts(browser: Browser) -> Contexts:
    return Contexts(browser)


@pytest.fixture
def visit(contexts: Contexts, server: Server) -> Iterator[Open]:
    """Opens pages. Afterwards none of them may have met an error in a script or asked another host for anything."""
    visits: list[Visit] = []

    def open_page(size: str = "desk", dark: bool = False, url: str = "", before: str = "", **options: Any) -> Visit:
        width, height = SIZES[size]
        touch = {"has_touch": True, "is_mobile": True} if size == "phone" else {}
        context = contexts.take(
            before,
            **{
                "viewport": {"width": width, "height": height},
                "color_scheme": "dark" if dark else "light",
                **touch,
                **options,
            },
        )
        visits.append(Visit(context.new_page(), url or server.url))
        return visits[-1].open()

    yield open_page
    contexts.give_back()
    assert [failure for one in visits for failure in one.failures] == []
    assert [each.url for one in visits for each in one.requests if not at_home(each.url, one.url)] == []


@pytest.fixture(scope="session")
def client(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Client:
    """The same page as programs see it."""
    return Client(server.url, verbose=False, download_files=tmp_path_factory.mktemp("client"))


def at_home(address: str, url: str) -> bool:
    """Whether an address needs no other host than the page's own."""
    return address.startswith((url, "data:", f"blob:{url}"))


def red_and_blue(width: int, height: int) -> bytes:
    """A film of one frame: the left half red, the right half blue."""
    return film(width, height, [(RED, BLUE)])


def film(width: int, height: int, frames: Sequence[tuple[Colour, Colour]]) -> bytes:
    """A film of ten frames a second, each with a colour on its left and one on its right."""
    half = width // 2
    data = f"YUV4MPEG2 W{width} H{height} F10:1 Ip A1:1 C420jpeg\n".encode()
    for left, right in frames:
        planes = (
            (bytes([left[channel]]) * (half // shrink) + bytes([right[channel]]) * (half // shrink))
            * (height // shrink)
            for channel, shrink in ((0, 1), (1, 2), (2, 2))
        )
        data += b"FRAME\n" + b"".join(planes)
    return data


def with_camera(film: Path) -> list[str]:
    """Flags for a Chromium whose camera shows a film, without asking."""
    return [
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={film}",
    ]
