"""A whole visit in the engines that are not Chromium's: from the first look to the sentence of a test."""

import json
from collections.abc import Iterator

import pytest

from page.words import load
from tests.browser.engines import NEEDED, Driver, missing, opened
from tests.server import Server

WORDS = load()
ASK = json.dumps(WORDS("dog_or_cat.ask"))


@pytest.fixture(scope="module", params=NEEDED)
def driver(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Driver]:
    if absent := missing(request.param):
        pytest.skip(f"not installed: {', '.join(absent)}")
    with opened(request.param, tmp_path_factory.mktemp(request.param)) as started:
        yield started


def test_a_visit_goes_from_an_example_to_the_sentence_of_a_test(driver: Driver, server: Server) -> None:
    driver.go(server.url)
    driver.until("window.seewhy?.draws !== undefined && document.querySelector('#picture')?.inert")
    driver.click("#examples button")
    driver.until("document.documentElement.dataset.state === 'result' && !('busy' in document.documentElement.dataset)")
    assert driver.run("document.querySelector('#answer h1').innerText") == "Cheetah"
    assert driver.run("document.querySelector('#answer .pct').innerText").endswith("%")
    drawn = "[...document.querySelector('#viewer canvas').getContext('2d').getImageData(0, 0, 60, 60).data]"
    assert driver.run(f"new Set({drawn}).size") > 20, "a photograph and its map"
    driver.run("seewhy.open('dog_or_cat')")
    button = f"[...document.querySelectorAll('.experiment button')].find((one) => one.innerText.trim() === {ASK})"
    driver.until(button)
    driver.run(f"{button}.click()")
    driver.until("document.querySelector('.headline')?.innerText")
    assert driver.run("document.querySelector('.toast-body')") is None


def test_the_mirror_follows_the_camera_and_keeps_a_picture(driver: Driver, server: Server) -> None:
    driver.go(server.url)
    driver.until("window.seewhy?.mirror && document.querySelector('#picture')?.inert")
    driver.click("#use-camera")
    driver.until("seewhy.maps > 5")
    assert driver.run("document.querySelector('#mirror h1').innerText") != WORDS("mirror.starting")
    assert driver.run("document.querySelector('#mirror .trouble').innerText") == ""
    driver.click("#keep")
    driver.until("document.documentElement.dataset.state === 'result' && !('busy' in document.documentElement.dataset)")
    assert driver.run("document.querySelector('#answer h1').innerText")
    assert driver.run("document.querySelector('#mirror video').srcObject") is None
