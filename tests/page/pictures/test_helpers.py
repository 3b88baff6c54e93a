"""What a decoder does to its process is not the page's: crashes, hunger, endless work, and what is left of them."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from benchmarks.costly import gif_of_blocks
from models.problems import Problem
from models.work import Work, working
from page.pictures import helpers
from page.pictures.helpers import ROOT, Helpers, TooHard
from page.pictures.picture import BrokenPicture, EmptyFile, Limits, NotAPicture, TooManyBytes, TooManyPixels, decode
from tests.page import corpus

LIMITS = Limits()


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    file = BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def noise(width: int, height: int) -> Image.Image:
    return Image.fromarray(np.random.default_rng(0).integers(0, 256, (height, width, 3), np.uint8))


PHOTO = saved(noise(900, 700), "JPEG")
# 34 bytes that unfold to 40 megapixels, several times over.
CLEAR = saved(Image.new("RGBA", (6320, 6320)), "WEBP", lossless=True, method=0)


@pytest.fixture
def one() -> Iterator[Helpers]:
    """A single helper, so that it is known which one decodes."""
    started = Helpers(1)
    yield started
    started.close()


def gone(pid: int, seconds: float = 60) -> bool:
    """Whether a process ends; one that is dead and not waited for has ended, too."""
    latest = time.monotonic() + seconds
    while time.monotonic() < latest:
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except OSError:
            return True
        time.sleep(0.05)
    return False


@pytest.mark.parametrize(
    ("kind", "image"),
    [
        ("JPEG", noise(900, 700)),
        ("PNG", noise(2500, 300)),
        ("WEBP", noise(41, 7)),
        ("PNG", Image.new("RGBA", (1, 1), (10, 20, 30, 128))),
        ("PNG", Image.new("L", (30_000, 600), 77)),  # the largest that is given back
    ],
)
def test_pixels_are_those_of_decoding_here(one: Helpers, tmp_path: Path, kind: str, image: Image.Image) -> None:
    data = saved(image, kind)
    path = tmp_path / "a"
    path.write_bytes(data)
    here = decode(data).rgb
    for file in (data, path):
        there = one.decode(file, LIMITS).rgb
        assert (there.mode, there.size, there.tobytes()) == (here.mode, here.size, here.tobytes())


@pytest.mark.parametrize(
    ("data", "limits", "kind"),
    [
        (b"", LIMITS, EmptyFile),
        (b"words", LIMITS, NotAPicture),
        (PHOTO[:900], LIMITS, BrokenPicture),
        (PHOTO, Limits(pixels=100), TooManyPixels),
        (PHOTO, Limits(bytes=100), TooManyBytes),
        (CLEAR, Limits(pixels=1000), TooManyPixels),
    ],
)
def test_refusals_are_those_of_decoding_here(one: Helpers, data: bytes, limits: Limits, kind: type[Exception]) -> None:
    with pytest.raises(kind) as here:
        decode(data, limits)
    with pytest.raises(kind) as there:
        one.decode(data, limits)
    assert vars(there.value) == vars(here.value)
    assert type(there.value.__cause__).__name__ == type(here.value.__cause__).__name__


@pytest.fixture(scope="module")
def shared() -> Iterator[Helpers]:
    started = Helpers(1)
    yield started
    started.close()


@pytest.mark.parametrize("name", corpus.taken().keys())
def test_every_picture_comes_as_it_does_here(shared: Helpers, name: str) -> None:
    data = corpus.taken()[name].data
    assert shared.decode(data, LIMITS).rgb.tobytes() == decode(data).rgb.tobytes()


@pytest.mark.parametrize("name", corpus.refused().keys())
def test_every_refusal_is_as_it_is_here(shared: Helpers, name: str) -> None:
    file = corpus.refused()[name]
    with pytest.raises(Problem) as told:
        shared.decode(file.data, LIMITS)
    assert told.value.key == file.key


@pytest.mark.parametrize(
    ("data", "key", "values"),
    [
        (b"%PDF-1.7\n", "picture.document", {"kind": "PDF"}),
        (b"\xff\x0a" + bytes(20), "picture.other_kind", {"kind": "JPEG XL"}),
        (gif_of_blocks(200), "picture.costly", {}),
    ],
)
def test_reasons_of_every_module_come_back(one: Helpers, data: bytes, key: str, values: dict[str, str]) -> None:
    with pytest.raises(Problem) as told:
        one.decode(data, LIMITS)
    assert (told.value.key, told.value.values) == (key, values)


def test_file_that_is_gone_is_an_error_of_the_system(one: Helpers, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        one.decode(tmp_path / "gone", LIMITS)


def test_picture_that_needs_too_much_memory_is_refused_and_the_next_one_is_decoded(one: Helpers) -> None:
    with pytest.raises(TooHard):
        one.decode(CLEAR, LIMITS)
    assert one.decode(PHOTO, LIMITS).width == 900


def test_picture_that_takes_too_long_ends_its_helper_alone(one: Helpers) -> None:
    one.decode(PHOTO, LIMITS)
    (before,) = one.pids
    with pytest.raises(TooHard):
        one.decode(saved(noise(4000, 3000), "PNG", compress_level=1), Limits(bytes=10**9), seconds=0.02)
    assert gone(before)
    assert one.decode(PHOTO, LIMITS).width == 900
    assert one.pids != [before]


def test_decoder_that_waits_for_ever_is_ended(one: Helpers, monkeypatch: pytest.MonkeyPatch) -> None:
    one.decode(PHOTO, LIMITS)
    monkeypatch.setattr(helpers, "CLOCK", 0.002)
    with pytest.raises(TooHard):
        one.decode(saved(noise(4000, 3000), "PNG", compress_level=1), Limits(bytes=10**9))


def test_helper_that_stops_is_given_up(one: Helpers, monkeypatch: pytest.MonkeyPatch) -> None:
    one.decode(PHOTO, LIMITS)
    (before,) = one.pids
    monkeypatch.setattr(helpers, "CLOCK", 0.2)
    monkeypatch.setattr(helpers, "LATE", 0.0)
    monkeypatch.setattr(helpers, "SOON", 0.0)
    os.kill(before, signal.SIGSTOP)
    with pytest.raises(TooHard):
        one.decode(PHOTO, LIMITS)
    assert gone(before)


def test_helper_that_was_killed_while_nobody_asked_costs_nobody_anything(one: Helpers) -> None:
    one.decode(PHOTO, LIMITS)
    (before,) = one.pids
    os.kill(before, signal.SIGKILL)
    assert gone(before)
    assert one.decode(PHOTO, LIMITS).width == 900


def test_helper_is_replaced_after_some_pictures(one: Helpers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(helpers, "PICTURES", 2)
    one.decode(PHOTO, LIMITS)
    first = one.pids
    one.decode(PHOTO, LIMITS)
    assert one.pids != first
    assert one.decode(PHOTO, LIMITS).width == 900


def test_frames_of_a_film_count_less_than_photographs_and_count_all_the_same(
    one: Helpers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(helpers, "PICTURES", 1)
    monkeypatch.setattr(helpers, "FRAMES", 2)
    frame = saved(noise(64, 64), "JPEG")
    one.start()
    first = one.pids
    one.decode(frame, LIMITS)
    assert one.pids == first
    one.decode(frame, LIMITS)
    assert one.pids != first


def test_seconds_are_told_of_what_was_taken_and_of_what_was_refused(one: Helpers) -> None:
    counted: list[float] = []
    with working(Work()) as work:
        one.decode(PHOTO, LIMITS, took=counted.append)
        with pytest.raises(TooHard):
            one.decode(saved(noise(4000, 3000), "PNG", compress_level=1), Limits(bytes=10**9), 0.05, counted.append)
    assert counted[0] > 0
    assert 0.04 < counted[1] < 1
    assert work.seconds == sum(counted)


def test_helper_knows_no_secret_and_loads_no_model(one: Helpers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", "a secret")
    one.decode(PHOTO, LIMITS)
    (pid,) = one.pids
    assert b"secret" not in Path(f"/proc/{pid}/environ").read_bytes()
    code = "import sys, page.pictures.helper; print({'torch', 'gradio', 'openvino', 'starlette'} & set(sys.modules))"
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "set()"


def test_helpers_end_with_a_process_that_is_killed() -> None:
    code = """
import time
from page.pictures.helpers import Helpers
helpers = Helpers(2)
helpers.start()
print(*helpers.pids, flush=True)
time.sleep(600)
"""
    page = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert page.stdout is not None
    pids = [int(word) for word in page.stdout.readline().split()]
    page.kill()
    page.wait()
    page.stdout.close()
    assert len(pids) == 2
    assert all(gone(pid, 60) for pid in pids)


def test_forked_process_has_helpers_of_its_own() -> None:
    mine = helpers.decode_apart(PHOTO, LIMITS)
    child = os.fork()
    if not child:
        try:
            os._exit(0 if helpers.decode_apart(PHOTO, LIMITS).rgb == mine.rgb else 1)
        finally:
            os._exit(2)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert helpers.decode_apart(PHOTO, LIMITS).rgb == mine.rgb
