"""A visitor with a real browser: what they can do on the page, and what they can see of it."""

import base64
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import ConsoleMessage, Locator, Page, Request

from page.examples import PACKAGED, _inside

SIZES = {"desk": (1280, 800), "phone": (390, 844)}
CHOOSER = "#picture input[type=file]"
CHECKS = ["try_map", "unlearned", "for_and_against", "honest_grid", "two_heads"]
Pixels = NDArray[np.int16]
LOOK = 50  # milliseconds between two looks; on each animation frame, as by default, the page would draw as often

# Gives a file as a paste or a drop does, and tells whether the page said at once that it works.
HAND_OVER = """
([way, text, name, type]) => {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const data = new DataTransfer();
  data.items.add(new File([bytes], name, { type }));
  const options = { bubbles: true, cancelable: true };
  const stage = document.querySelector("#stage");
  const target = stage.checkVisibility() ? stage : document.body;
  if (way === "choose") {
    const input = document.querySelector("#picture input[type=file]");
    input.files = data.files;
    input.dispatchEvent(new Event("change", options));
  } else if (way === "paste") {
    target.dispatchEvent(new ClipboardEvent("paste", { ...options, clipboardData: data }));
  } else {
    for (const step of ["dragenter", "dragover", "drop"]) {
      target.dispatchEvent(new DragEvent(step, { ...options, dataTransfer: data }));
    }
  }
  return "busy" in document.documentElement.dataset;
}
"""


def photo(word: str) -> bytes:
    """One of the photographs that the page offers as examples."""
    package, inside = next((package, inside) for name, package, inside in PACKAGED if name == word)
    return _inside(package, inside)[0].read_bytes()


def resized(word: str, width: int, height: int) -> bytes:
    """A photograph in another shape, as a PNG."""
    file = io.BytesIO()
    Image.open(io.BytesIO(photo(word))).convert("RGB").resize((width, height)).save(file, "PNG")
    return file.getvalue()


class Visit:
    """One open page. `requests`, `errors` and `failures` (of scripts) collect what happened since it was opened."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url
        self.requests: list[Request] = []
        self.errors: list[str] = []
        self.failures: list[str] = []
        page.on("request", lambda request: self.requests.append(request))
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.failures.append(str(error)))

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.errors.append(f"{message.text} {message.location.get('url')}")

    def open(self) -> "Visit":
        """Load the page and wait until a picture can be given."""
        self.page.goto(self.url)
        ready = "document.querySelector('#picture')?.inert && window.seewhy?.draws !== undefined"
        self.page.wait_for_function(ready, polling=LOOK)
        self.page.wait_for_selector(CHOOSER, state="attached")
        self.page.wait_for_selector("#examples button")
        return self

    # --- what a visitor does ---

    def choose(self, data: bytes, name: str = "holiday.jpg", kind: str = "image/jpeg") -> None:
        """Give a file through the file chooser."""
        self.page.set_input_files(CHOOSER, {"name": name, "mimeType": kind, "buffer": data})

    def paste(self, data: bytes, kind: str = "image/png") -> bool:
        """Paste a file; tells whether the page showed in that very moment that it works."""
        return self.hand_over("paste", data, "image.png", kind)

    def drop(self, data: bytes, kind: str = "image/png") -> bool:
        """Drop a file; tells whether the page showed in that very moment that it works."""
        return self.hand_over("drop", data, "image.png", kind)

    def hand_over(self, way: str, data: bytes, name: str, kind: str) -> bool:
        """Give a file by an event: "choose", "paste" or "drop"."""
        return bool(self.page.evaluate(HAND_OVER, [way, base64.b64encode(data).decode(), name, kind]))

    def tap(self, caption: str) -> None:
        """Tap an example."""
        self.page.get_by_role("button", name=caption).click()

    def put_away(self) -> None:
        """Put the picture away, and wait until another one can be given."""
        self.page.locator("#new-picture").click()
        self.page.locator("#choose-file").wait_for()
        self.page.wait_for_function("document.documentElement.dataset.state === 'idle'")

    def answered(self, act: Callable[[], object]) -> None:
        """Act, then wait for the answer to be on the page and for nothing to be on its way."""
        with self.answering():
            act()

    @contextmanager
    def answering(self) -> Iterator[None]:
        """Wait at the end until an answer is on the page that was not there at the beginning."""
        before = self.draws
        yield
        self.page.wait_for_function(
            "(before) => window.seewhy.draws > before && document.documentElement.dataset.state === 'result'"
            " && !('busy' in document.documentElement.dataset)",
            arg=before,
            polling=LOOK,
        )

    def open_test(self, name: str, keyboard: bool = False) -> None:
        """From the answer, or from the tests, to all tests, and into the one of this name; the checks are tabs."""
        act = self._press if keyboard else self._click
        if name == "memory_card":  # it has no card of its own: the end of the tests leads there
            self.page.evaluate("seewhy.open('memory_card')")
        elif name == "many":
            self.page.evaluate("seewhy.open('many')")
        else:
            self.all_tests(act)
            card = "honest" if name in CHECKS else name
            act(self.page.locator(f".card[data-experiment={card}]"))
            if name in CHECKS:
                self.page.locator("[role=tab]").nth(CHECKS.index(name)).click()
        self.page.locator(f".experiment[data-experiment={name}]").wait_for()
        self.page.wait_for_function("document.documentElement.dataset.state === 'experiment'")

    def asked(self, name: str = "Ask about both") -> None:
        """Press the one filled button of a test that is ready, and wait for its result."""
        self.page.get_by_role("button", name=name, exact=True).click()
        self.page.locator(".headline").wait_for()

    def all_tests(self, act: Callable[[Locator], None] | None = None) -> None:
        """From the answer to the first test, and from there to all of them; outside the model's world at once."""
        act = act or self._click
        at_once = self.page.locator("#answer .strange .all")
        if at_once.is_visible():
            act(at_once)
        else:
            act(self.page.locator("#answer .not-yet"))
            self.page.locator(".thread").wait_for()
            act(self.page.locator(".experiments").get_by_role("button", name="All tests").first)
        self.page.locator(".card").first.wait_for()

    def _click(self, button: Locator) -> None:
        button.click()

    def _press(self, button: Locator) -> None:
        button.focus()
        button.press("Enter")

    def pick_layer(self, number: int) -> None:
        """Choose a layer by its place, from early to late; negative numbers count from the end."""
        self.layers.nth(number).check(force=True)

    def set_glow(self, percent: int) -> None:
        """Move the slider."""
        self.page.locator("#glow").fill(str(percent))

    def open_more(self) -> None:
        """Open the drawer of further questions."""
        self.page.locator("#more > button").click()
        self.page.locator("#target input").wait_for()

    def ask(self, words: str) -> None:
        """Type a question into the open drawer."""
        box = self.page.locator("#target input")
        box.fill(words)
        box.press("Enter")

    # --- what a visitor sees ---

    @property
    def state(self) -> str:
        return str(self.page.evaluate("document.documentElement.dataset.state"))

    @property
    def busy(self) -> bool:
        return bool(self.page.evaluate("'busy' in document.documentElement.dataset"))

    @property
    def draws(self) -> int:
        return int(self.page.evaluate("window.seewhy.draws ?? 0"))

    @property
    def canvas(self) -> Locator:
        return self.page.locator("#viewer canvas").first

    @property
    def layers(self) -> Locator:
        return self.page.locator("#viewer [role=radiogroup] input[type=radio]")

    @property
    def layer(self) -> int:
        """The place of the chosen layer."""
        return int(self.layers.evaluate_all("(all) => all.findIndex((one) => one.checked)"))

    @property
    def label(self) -> str:
        return self.page.locator("#answer h1").inner_text()

    def pixels(self) -> Pixels:
        """The canvas as it stands, (height, width, 3)."""
        address = self.canvas.evaluate("(canvas) => canvas.toDataURL('image/png')")
        return png_pixels(base64.b64decode(address.split(",")[1]))

    def sentences(self) -> list[str]:
        """What the page says in its messages, without their buttons."""
        return [
            " ".join(text.replace("\N{MULTIPLICATION SIGN}", "").split())
            for text in self.page.locator(".toast-body").all_inner_texts()
        ]

    def silent(self) -> None:
        """Wait until no message is left."""
        self.page.wait_for_function("document.querySelector('.toast-body') === null")

    def said(self) -> str:
        """Wait for a message, and for those before it to fade; it must be the only one."""
        self.page.wait_for_function(
            "document.querySelectorAll('.toast-body').length === 1 && !('busy' in document.documentElement.dataset)"
        )
        (sentence,) = self.sentences()
        return sentence

    def seen(self) -> dict[str, Any]:
        """Everything that the answer shows, to find out later whether it is still the same."""
        return {
            "state": self.state,
            "answer": self.page.locator("#answer .answer").inner_text(),
            "read": self.page.locator("#viewer .read").inner_text(),
            "alt": self.canvas.get_attribute("aria-label"),
            "pixels": self.pixels().tobytes(),
        }

    def overflow(self) -> int:
        """By how many pixels the page is wider than the window."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def png_pixels(data: bytes) -> Pixels:
    """A picture file -> (height, width, 3), signed so that differences are differences."""
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB")).astype(np.int16)
