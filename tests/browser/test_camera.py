"""The camera where a page has no mirror: what it takes, and what the page says when it can't."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser

from page.words import load
from tests.browser.conftest import BLACK, BLUE, CAMERA, CHROMIUM, QUIET, RED, Open, film, with_camera
from tests.browser.visit import Visit, photo
from tests.server import Server, running

WORDS = load()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(tmp_path_factory.mktemp("camera"), "--mirrors", "0") as started:
        yield started


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


def test_what_was_shot_stays_in_sight_until_its_answer_comes(visit: Open) -> None:
    page = opened(visit())
    shutter = page.page.get_by_role("button", name=WORDS("story.take_photo"))
    words = page.page.locator("#take-photo").bounding_box()
    assert words["y"] >= shutter.bounding_box()["y"] + shutter.bounding_box()["height"], "its name stands below it"
    held = []
    page.page.route("**/upload?*", lambda route: held.append(route))
    shutter.click()
    frozen = page.page.locator("#frozen")
    frozen.wait_for()
    first, *_, last = frozen.evaluate(ACROSS)
    assert first[0] > first[2], "the frame itself is not mirrored"
    assert last[2] > last[0]
    assert not page.page.locator("#picture").is_visible(), "nor is there anything of Gradio's"
    page.page.wait_for_timeout(200)
    page.answered(lambda: [route.continue_() for route in held])
    assert not frozen.is_visible()


ACROSS = """(canvas) => [0.2, 0.8].map((x) =>
  [...canvas.getContext("2d").getImageData(x * canvas.width, canvas.height / 2, 1, 1).data])"""
TROUBLES = {
    "NotFoundError": "missing",
    "OverconstrainedError": "missing",
    "NotAllowedError": "refused",
    "SecurityError": "refused",
    "NotReadableError": "busy",
    "AbortError": "busy",
    "TypeError": "failed",
}


def test_a_camera_that_does_not_start_gives_the_reason_and_a_file_still_works(visit: Open) -> None:
    page = visit(before="navigator.mediaDevices.getUserMedia = async () => { throw { name: window.trouble }; };")
    for trouble, key in TROUBLES.items():
        page.page.evaluate("(name) => { window.trouble = name; }", trouble)
        page.page.locator("#use-camera").click()
        assert page.said() == WORDS(f"camera.{key}"), trouble
        assert page.page.locator("#choose-file").is_visible()
        page.answered(lambda: page.choose(photo("cheetah")))
        page.silent()
        page.put_away()


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


def opened(page: Visit) -> Visit:
    page.page.locator("#use-camera").click()
    page.page.locator(SHOT).wait_for()
    page.page.wait_for_function("document.documentElement.dataset.camera === 'ready'")
    return page


@pytest.mark.parametrize("trouble", ["ended", "stopped", "unplugged"])
def test_a_camera_that_ends_in_the_preview_is_told_and_can_be_opened_again(visit: Open, trouble: str) -> None:
    page = opened(visit(before=KEEP_STREAMS))
    page.page.evaluate(END[trouble])
    assert page.said() == WORDS("camera.ended")
    assert page.page.locator("#choose-file").is_visible()
    assert page.page.evaluate("streams.every((one) => !one.active)")
    opened(page)
    page.answered(lambda: page.page.locator(SHOT).click())
    page.silent()


def test_a_camera_that_is_not_allowed_any_more_is_told(visit: Open) -> None:
    page = opened(visit(before=KEEP_STREAMS + DENY))
    page.page.evaluate(END["ended"])
    assert page.said() == WORDS("camera.refused")


def test_a_camera_that_sends_nothing_for_a_while_has_no_shutter_meanwhile(visit: Open) -> None:
    page = opened(visit(before=KEEP_STREAMS))
    page.page.evaluate(MUTE, True)
    assert page.said() == WORDS("camera.muted")
    assert not page.page.locator(SHOT).is_visible()
    page.page.evaluate(MUTE, False)
    page.page.locator(SHOT).wait_for()
    page.silent()
    page.answered(lambda: page.page.locator(SHOT).click())


def test_the_way_back_takes_the_message_about_the_camera_along(visit: Open) -> None:
    page = opened(visit(before=KEEP_STREAMS))
    page.page.evaluate(MUTE, True)
    page.said()
    page.page.locator("#no-camera").click()
    page.silent()
    page.answered(lambda: page.choose(photo("cheetah")))
    assert page.sentences() == []


def test_a_camera_that_sees_only_black_is_told_until_it_sees_something(
    browser: Browser, server: Server, tmp_path: Path
) -> None:
    shown = tmp_path / "black-first.y4m"
    shown.write_bytes(film(*CAMERA, [(BLACK, BLACK)] * 80 + [(RED, BLUE)] * 400))
    covered = browser.browser_type.launch(executable_path=CHROMIUM, args=[*QUIET, *with_camera(shown)])
    page = Visit(covered.new_page(), server.url).open()
    page.page.locator("#use-camera").click()
    page.page.wait_for_function("document.documentElement.dataset.camera === 'poor'")
    assert page.said() == WORDS("camera.dark")
    assert not page.page.locator(SHOT).is_visible()
    page.page.locator(SHOT).wait_for()
    page.silent()
    covered.close()


END = {
    "ended": """(() => {
      const [track] = streams.at(-1).getTracks();
      track.stop();
      track.dispatchEvent(new Event("ended"));
    })()""",
    "stopped": "streams.at(-1).getTracks().forEach((track) => track.stop())",
    "unplugged": """(() => {
      const all = navigator.mediaDevices.enumerateDevices.bind(navigator.mediaDevices);
      const { deviceId } = streams.at(-1).getVideoTracks()[0].getSettings();
      navigator.mediaDevices.enumerateDevices = async () => [
        ...(await all()).filter((each) => each.deviceId !== deviceId), { kind: "videoinput", deviceId: "another" }];
      navigator.mediaDevices.dispatchEvent(new Event("devicechange"));
      navigator.mediaDevices.enumerateDevices = all;
    })()""",
}
DENY = "navigator.permissions.query = async () => ({ state: 'denied' });"
MUTE = """
(muted) => {
  const [track] = streams.at(-1).getTracks();
  Object.defineProperty(track, "muted", { value: muted, configurable: true });
  track.dispatchEvent(new Event(muted ? "mute" : "unmute"));
}
"""
KEEP_STREAMS = """
window.streams = [];
const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
navigator.mediaDevices.getUserMedia = async (wish) => {
  const stream = await ask(wish);
  streams.push(stream);
  return stream;
};
"""
