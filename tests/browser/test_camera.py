"""The camera: what it takes, and what the page says when it can't."""

import numpy as np
import pytest

from page.words import load
from tests.browser.conftest import Open
from tests.browser.visit import photo

WORDS = load()
SHOT = '#picture button[aria-label="capture photo"]'


def test_a_shot_is_answered_and_the_camera_goes_off(visit: Open, size: str) -> None:
    page = visit(size, before=KEEP_STREAMS)
    page.page.locator("#use-camera").click()
    page.answered(lambda: page.page.locator(SHOT).click())
    assert page.label
    assert page.page.evaluate("streams.length > 0 && streams.every((one) => !one.active)")
    assert page.page.evaluate("document.querySelector('#picture').inert")


def test_the_preview_is_mirrored_and_the_picture_is_not(visit: Open) -> None:
    page = visit()
    page.page.locator("#use-camera").click()
    page.page.wait_for_function("document.querySelector('#picture video')?.videoWidth > 0")
    video = page.page.locator("#picture video")
    assert video.evaluate("(one) => new DOMMatrix(getComputedStyle(one).transform).a") == -1
    page.answered(lambda: page.page.locator(SHOT).click())
    page.set_glow(0)
    pixels = page.pixels()
    third = pixels.shape[1] // 3
    left, right = (np.median(part, (0, 1)) for part in (pixels[:, :third], pixels[:, -third:]))
    assert left[0] > left[2] + 50, "the camera shows red on the left"
    assert right[2] > right[0] + 50, "and blue on the right"


def test_there_is_a_way_back_without_the_camera(visit: Open, size: str) -> None:
    page = visit(size, before=KEEP_STREAMS)
    page.page.locator("#use-camera").click()
    page.page.wait_for_function("document.querySelector('#picture video')?.readyState >= 2")
    page.page.locator("#no-camera").click()
    page.page.locator("#choose-file").wait_for()
    page.page.wait_for_function("streams.every((one) => !one.active)")
    page.answered(lambda: page.choose(photo("cheetah")))
    assert page.label == "Cheetah"


@pytest.mark.parametrize(
    ("trouble", "key"),
    [
        ("NotFoundError", "missing"),
        ("OverconstrainedError", "missing"),
        ("NotAllowedError", "refused"),
        ("SecurityError", "refused"),
        ("NotReadableError", "busy"),
        ("AbortError", "busy"),
        ("TypeError", "failed"),
    ],
)
def test_a_camera_that_does_not_start_gives_the_reason_and_a_file_still_works(
    visit: Open, trouble: str, key: str
) -> None:
    page = visit(before=f"navigator.mediaDevices.getUserMedia = async () => {{ throw {{ name: '{trouble}' }}; }};")
    page.page.locator("#use-camera").click()
    assert page.said() == WORDS(f"camera.{key}")
    assert page.page.locator("#choose-file").is_visible()
    page.answered(lambda: page.choose(photo("cheetah")))
    page.silent()


@pytest.mark.parametrize(
    "before",
    [
        "Object.defineProperty(Navigator.prototype, 'mediaDevices', { value: undefined });",
        "Object.defineProperty(window, 'isSecureContext', { value: false });",
    ],
)
def test_on_a_page_without_https_the_camera_says_what_to_do(visit: Open, before: str) -> None:
    page = visit(before=before)
    page.page.locator("#use-camera").click()
    assert page.said() == WORDS("camera.insecure")
    page.answered(lambda: page.choose(photo("cheetah")))


KEEP_STREAMS = """
window.streams = [];
const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
navigator.mediaDevices.getUserMedia = async (wish) => {
  const stream = await ask(wish);
  streams.push(stream);
  return stream;
};
"""
