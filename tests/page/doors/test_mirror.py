"""A frame gets a short answer on a scale that does not move; pictures and tests go first, and nothing is left of it."""

import asyncio
import io
import threading
import time
from dataclasses import replace
from typing import Any

import httpx
import numpy as np
import pytest
from PIL import Image

from benchmarks.processes import Tree
from explainer.strength import FULL, share_of_full
from models.catalogue import DEFAULT, built_in
from page.doors import mirror
from page.doors.mirror import LONGEST, PATH, PATIENCE, MirrorDoor
from page.doors.mirrors import Mirrors
from page.pictures.picture import Limits
from page.words import Words
from tests.page import fakes
from tests.photographs import photographs
from tests.server import Server


def jpeg(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=92)
    return file.getvalue()


def frame(side: int = 64, colour: tuple[int, int, int] = (200, 20, 20)) -> bytes:
    return jpeg(Image.new("RGB", (side, side), colour))


def door(words: Words, most: int = 8, busy: Any = lambda: False, **options: Any) -> MirrorDoor:
    service = fakes.service(words, fakes.spec(source=fakes.Source(**options)))
    service.readiness.status = "ok"
    return MirrorDoor(service, Limits(), Mirrors(most), busy)


async def post(app: MirrorDoor, data: bytes, cookie: str = "", **params: str) -> httpx.Response:
    transport = httpx.ASGITransport(app, client=("10.0.0.1", 1))  # type: ignore[arg-type]
    headers = {"cookie": f"visitor={cookie * 32}"} if cookie else {}
    async with httpx.AsyncClient(transport=transport, base_url="http://page", headers=headers) as http:
        return await http.post(PATH, content=data, params=params)


def ask(app: MirrorDoor, data: bytes, **params: str) -> httpx.Response:
    return asyncio.run(post(app, data, **params))


def test_a_frame_gets_the_answer_and_the_default_layers_map(words: Words) -> None:
    said = ask(door(words), frame()).json()
    assert set(said) == {
        "label",
        "said",
        "index",
        "confidence",
        "top",
        "target",
        "outside",
        "strength",
        "seen",
        "layer",
    }
    assert (said["label"], said["index"], said["target"]["label"]) == ("red", 0, "red")
    assert [each["label"] for each in said["top"]][:1] == ["red"]
    assert len(said["top"]) == 3
    assert said["confidence"] == said["top"][0]["confidence"] == said["target"]["confidence"]
    assert set(said["layer"]) == {"name", "width", "height", "grid"}
    assert (said["layer"]["name"], said["layer"]["width"], said["layer"]["height"]) == ("late", 4, 4)
    assert (said["outside"], said["strength"]) == (None, None), "nothing was measured for this model"


def test_layer_target_and_method_are_asked_for_in_the_address(words: Words) -> None:
    said = ask(door(words), frame(), layer="early", target="blue", method="layercam").json()
    assert (said["layer"]["name"], said["target"]["label"]) == ("early", "blue")
    assert ask(door(words), frame(), layer="nothing").status_code == 400
    assert ask(door(words), frame(), more="nothing").status_code == 400


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"Dear visitor",
        jpeg(Image.new("RGB", (64, 48))),
        frame(LONGEST + 1),
        frame()[:40],
        frame() + bytes(200_000),
    ],
    ids=["nothing", "text", "not square", "too large", "cut off", "too many bytes"],
)
def test_what_is_no_frame_is_refused_with_a_sentence(words: Words, data: bytes) -> None:
    answered = ask(door(words), data)
    assert (answered.status_code, answered.json()) == (400, {"error": words("mirror.frame", limit=LONGEST)})


def test_a_png_is_no_frame(words: Words) -> None:
    file = io.BytesIO()
    Image.new("RGB", (64, 64)).save(file, "PNG")
    assert ask(door(words), file.getvalue()).status_code == 400


def test_taken_mirrors_are_refused_with_the_time_to_come_again(words: Words) -> None:
    app = door(words, most=1)

    async def story() -> None:
        assert (await post(app, frame(), "a")).status_code == 200
        refused = await post(app, frame(), "b")
        assert (refused.status_code, refused.json()) == (429, {"error": words("mirror.taken")})
        assert refused.headers["retry-after"] == "1"
        assert (await post(app, frame(), "a")).status_code == 200

    asyncio.run(story())


def test_a_second_frame_before_the_answer_to_the_first_is_refused(words: Words) -> None:
    go = threading.Event()

    class Waiting(fakes.Colours):
        def forward(self, inputs: Any) -> Any:
            assert go.wait(30)
            return super().forward(inputs)

    app = door(words, make=Waiting)

    async def story() -> None:
        first = asyncio.create_task(post(app, frame(), "a"))
        while not app.mirrors.taken:
            await asyncio.sleep(0.01)
        assert (await post(app, frame(), "a")).json() == {"error": words("mirror.too_soon")}
        go.set()
        assert (await first).status_code == 200

    asyncio.run(story())


def test_pictures_and_tests_go_first_but_not_for_ever(words: Words) -> None:
    looks: list[int] = []

    def busy(until: int) -> Any:
        looks.clear()
        return lambda: looks.append(1) or len(looks) < until

    assert ask(door(words, busy=busy(5)), frame()).status_code == 200
    assert len(looks) == 5, "it began as soon as nothing else was done"
    assert ask(door(words, busy=busy(10**9)), frame()).status_code == 200
    assert PATIENCE < 1


def test_whoever_comes_while_frames_wait_in_their_line_goes_before_them(
    words: Words, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mirror, "PATIENCE", 3600.0)
    go, passes = threading.Event(), 0

    class Waiting(fakes.Colours):
        def forward(self, inputs: Any) -> Any:
            nonlocal passes
            passes += 1
            assert go.wait(30)
            return super().forward(inputs)

    others = False
    app = door(words, busy=lambda: others, make=Waiting)

    async def story() -> None:
        nonlocal others
        frames = [asyncio.create_task(post(app, frame(), cookie)) for cookie in "abc"]
        while app.line.waiting < 1:
            await asyncio.sleep(0.01)
        others = True
        go.set()
        while sum(each.done() for each in frames) < 2:
            await asyncio.sleep(0.01)
        before = passes
        await asyncio.sleep(10 * mirror.LOOK)
        assert (app.line.waiting, app.line.busy, passes) == (0, True, before), "it has its place, and lets others go"
        others = False
        assert [each.status_code for each in await asyncio.gather(*frames)] == [200] * 3

    asyncio.run(story())


def test_at_the_end_of_the_page_frames_are_refused(words: Words) -> None:
    app = door(words)

    async def story() -> httpx.Response:
        app.line.shut()
        return await post(app, frame())

    answered = asyncio.run(story())
    assert (answered.status_code, answered.json()) == (503, {"error": words("server.stopping")})


def test_where_the_card_is_lent_there_is_no_mirror(words: Words, monkeypatch: pytest.MonkeyPatch) -> None:
    app = door(words)
    monkeypatch.setattr(type(app.service.place), "lent", True)
    assert ask(app, frame()).json() == {"error": words("mirror.none")}


def test_the_scale_is_the_upper_quarter_and_ends_at_one() -> None:
    full = FULL[DEFAULT]["gradcam"]["bn2"]
    assert share_of_full(built_in()[DEFAULT], "gradcam", "bn2", full / 2) == pytest.approx(0.5)
    assert share_of_full(built_in()[DEFAULT], "gradcam", "bn2", 3 * full) == 1
    assert share_of_full(replace(built_in()[DEFAULT], name="another"), "gradcam", "bn2", 1) is None


def squared(photograph: Image.Image, side: int = 256) -> bytes:
    return jpeg(photograph.resize((side, side)))


def test_maps_of_frames_are_those_of_the_same_bytes_as_a_picture(server: Server) -> None:
    with httpx.Client(base_url=server.url, timeout=120) as http:
        for photograph in photographs(3):
            data = squared(photograph)
            for asked in ({}, {"layer": "blocks.2"}, {"target": "dogs rather than cats"}):
                mine = http.post(PATH, content=data, params=asked).json()
                other = http.post("/api/explain", content=data, params={"layer": "default", **asked}).json()
                assert mine["label"] == other["label"]
                assert mine["outside"] == other["outside"]["called"]
                (layer,) = other["layers"]
                assert np.allclose(mine["layer"]["grid"], layer["grid"], atol=2e-5)
                full = FULL[DEFAULT]["gradcam"][layer["name"]]
                assert mine["strength"] == pytest.approx(min(1, layer["maximum"] / full), abs=1e-4)


def test_noise_and_an_empty_wall_are_outside_its_world(server: Server) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (256, 256, 3), np.uint8)
    with httpx.Client(base_url=server.url, timeout=120) as http:
        for picture in (Image.fromarray(noise), Image.new("RGB", (256, 256), (205, 200, 190))):
            assert http.post(PATH, content=jpeg(picture)).json()["outside"] is True


def test_after_the_last_mirror_a_grey_frame_takes_the_place_of_what_was_seen(words: Words) -> None:
    seen: list[float] = []

    class Noting(fakes.Colours):
        def forward(self, inputs: Any) -> Any:
            seen.append(float(inputs.std()))
            return super().forward(inputs)

    app = door(words, make=Noting)
    app.mirrors.idle = 0.05

    async def story() -> None:
        assert (await post(app, frame(), "a", layer="early")).status_code == 200
        assert (await post(app, frame(), "b", layer="early", target="blue")).status_code == 200
        seen.clear()
        while app.wiped is None:
            await asyncio.sleep(0.01)
        await asyncio.wrap_future(app.wiped)

    asyncio.run(story())
    assert seen == [0], "one for both, which asked the same network about the same layer"
    assert not app._asked


def pieces_of(data: bytes) -> list[bytes]:
    """Sixteen rows of a frame's pixels, with three bytes each or four, of those that the model sees, and of the numbers
    that it gets for their reds; and as much of the frame as it was sent. Each is three pages long: in the corners of
    memory that was freed, less may stay."""
    pixels = np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))
    padded = np.concatenate([pixels, np.full((*pixels.shape[:2], 1), 255, np.uint8)], axis=2)
    seen = pixels[16:240, 16:240]
    reds = (seen[..., 0].astype(np.float32) / np.float32(255) - np.float32(0.5)) / np.float32(0.5)
    rows = [each[96:112].tobytes() for each in (pixels, padded, seen, reds)]
    return [*rows, data[len(data) // 2 :][: 3 * 4096]]


def test_nothing_of_a_film_is_left_in_memory(server: Server) -> None:
    noise = Image.fromarray(np.random.default_rng(7).integers(0, 255, (256, 256, 3), np.uint8))
    data, tree = jpeg(noise), Tree(server.process.pid)
    pieces = pieces_of(data)
    with httpx.Client(base_url=server.url, timeout=120) as http:
        http.get("/")
        for _ in range(100):
            http.post(PATH, content=data).raise_for_status()
        deadline = time.monotonic() + 120
        while any(left := tree.holds(*pieces)) and time.monotonic() < deadline:
            time.sleep(1)
    assert left == [0] * len(pieces)


def test_nothing_of_a_film_is_left_on_the_disk_or_in_the_log(server: Server) -> None:
    before, log = server.files(), server.log()
    data = squared(photographs(1)[0])
    with httpx.Client(base_url=server.url, timeout=120) as http:
        assert all(http.post(PATH, content=data).status_code == 200 for _ in range(30))
    assert server.files() == before
    assert server.log() == log
