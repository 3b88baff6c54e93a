"""What is damaged beside a picture does no harm to it, and no file takes much, however small and whatever it claims."""

import io
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from page.pictures import picture
from page.pictures.bare import CostlyPicture
from page.pictures.picture import BrokenPicture, decode
from tests.page import hostile
from tests.page.corpus import QUADRANTS, Refused, Taken, display_p3, encoded, quadrants, with_size
from tests.page.pictures.test_picture import PROJECT, difference

MEGABYTES_ALLOWED = 340


@pytest.mark.parametrize("data", hostile.side_chunks().values(), ids=hostile.side_chunks().keys())
def test_damage_beside_a_png_changes_nothing(data: bytes) -> None:
    taken = decode(data).rgb
    assert np.array_equal(taken, quadrants())


@pytest.mark.parametrize("data", hostile.needed_chunks().values(), ids=hostile.needed_chunks().keys())
def test_png_damaged_where_it_matters_is_refused(data: bytes) -> None:
    with pytest.raises(BrokenPicture):
        decode(data)


def test_long_profile_of_a_png_counts() -> None:
    profile = display_p3()
    long = struct.pack(">I", len(profile) + (2 << 20)) + profile[4:] + bytes(2 << 20)
    orange = Image.new("RGB", (9, 9), (200, 120, 60))
    taken = decode(encoded(orange, "PNG", icc_profile=long)).rgb
    assert difference(taken, ((213, 115, 42),) * 4) <= 2


def test_profile_by_steps_counts_without_them() -> None:
    orange = Image.new("RGB", (9, 9), (200, 120, 60))
    taken = decode(encoded(orange, "PNG", icc_profile=hostile.profile_by_steps(2))).rgb
    assert difference(taken, ((213, 115, 42),) * 4) <= 2


@pytest.mark.parametrize("file", hostile.upright().values(), ids=hostile.upright().keys())
def test_orientation_is_found_where_it_counts_and_nowhere_else(file: Taken) -> None:
    taken = decode(file.data).rgb
    assert taken.size == file.size
    assert difference(taken, file.colours) <= file.tolerance


@pytest.mark.parametrize("file", hostile.costly().values(), ids=hostile.costly().keys())
def test_file_that_would_cost_much_is_refused(file: Refused) -> None:
    with pytest.raises(CostlyPicture):
        decode(file.data)


@pytest.mark.parametrize("file", hostile.cheap().values(), ids=hostile.cheap().keys())
def test_picture_among_much_else_is_taken(file: Taken) -> None:
    taken = decode(file.data).rgb
    assert taken.size == file.size
    assert difference(taken, file.colours) <= file.tolerance


def test_sizes_within_the_pixels_count_as_well() -> None:
    for kind, quick in (("AVIF", {"speed": 10}), ("HEIC", {"enc_params": {"preset": "ultrafast"}})):
        data = encoded(Image.new("L", (8000, 8000)), kind, quality=1, **quick)
        with pytest.raises(picture.TooManyPixels) as caught:
            decode(with_size(data, 64, 64))
        assert caught.value.values["megapixels"] == 64


def test_avif_and_jpeg_2000_may_have_fewer_pixels_than_others() -> None:
    for kind, size, limit in (("AVIF", (6000, 5100), 30), ("JPEG2000", (4000, 3100), 12)):
        with pytest.raises(picture.TooManyPixels) as caught:
            decode(encoded(Image.new("L", size), kind))
        assert caught.value.values["limit"] == limit


MEASURE = """
import sys
from page.pictures.picture import Problem, decode

def megabytes(name):
    with open("/proc/self/status") as status:
        return int(next(line for line in status if line.startswith(name)).split()[1]) / 1024

decode(sys.argv[1])
for path in sys.argv[2:]:
    with open("/proc/self/clear_refs", "w") as peak:
        peak.write("5")
    idle = megabytes("VmRSS")
    try:
        decode(path)
    except Problem:
        pass
    print(f"{megabytes('VmHWM') - idle:.0f}", path)
"""


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="the peak of a process is read from /proc")
def test_no_file_takes_much_memory(tmp_path: Path) -> None:
    files = {"warm": encoded(quadrants(), "HEIC")} | hostile.large()
    files |= {name: file.data for name, file in (hostile.costly() | hostile.cheap()).items()}
    paths = {}
    for number, (name, data) in enumerate(files.items()):
        path = tmp_path / str(number)
        path.write_bytes(data)
        paths[str(path)] = name
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, *paths], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    lines = [line.split(maxsplit=1) for line in done.stdout.splitlines()]
    assert len(lines) == len(files) - 1
    over = [(paths[path], peak) for peak, path in lines if int(peak) > MEGABYTES_ALLOWED]
    assert not over, f"over {MEGABYTES_ALLOWED} MB: {over}"


@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("missing", [1, 2])
def test_jpeg_without_its_end_is_whole(progressive: bool, missing: int) -> None:
    whole = hostile.jpeg(progressive=progressive)
    taken = decode(whole[:-missing]).rgb
    assert np.array_equal(taken, decode(whole).rgb)
    assert difference(taken, QUADRANTS) <= 6


@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("subsampling", [0, 2])
def test_jpeg_that_lacks_a_part_is_cut_off(progressive: bool, subsampling: int) -> None:
    noise = Image.fromarray(np.random.default_rng(5).integers(0, 256, (77, 101, 3), np.uint8))
    whole = encoded(noise, "JPEG", progressive=progressive, subsampling=subsampling, quality=90)
    assert decode(whole[:-2]).rgb.size == noise.size
    for missing in (8, 40, len(whole) // 10, len(whole) // 2):
        with pytest.raises(BrokenPicture):
            decode(whole[:-missing])


def test_progressive_jpeg_without_its_last_scan_is_cut_off() -> None:
    whole = hostile.jpeg(progressive=True)
    with pytest.raises(BrokenPicture):
        decode(whole[: whole.rfind(b"\xff\xda")])


def test_film_of_webp_shows_its_first_frame_whether_or_not_that_fills_the_canvas() -> None:
    full = encoded(quadrants(), "WEBP", lossless=True, save_all=True, append_images=[Image.new("RGB", (96, 64))])
    assert np.array_equal(decode(full).rgb, quadrants())
    at = full.index(b"ANMF") + 8
    wide = full[:24] + struct.pack("<I", 127)[:3] + full[27:]  # a canvas of 128 pixels
    taken = decode(wide).rgb
    assert taken.size == (128, 64)
    assert np.array_equal(np.asarray(taken)[:, :96], quadrants())
    assert full[at : at + 6] == bytes(6)


def test_run_lengths_are_unpacked() -> None:
    rows = b"\x04\x01\x04\x02\0\0" + b"\0\x03\x05\x06\x07\0\x05\x09\0\0" + b"\x08\x03\0\0" + b"\x08\x04\0\1"
    taken = np.asarray(decode(hostile.run_lengths(8, 4, rows)).rgb)[..., 0]
    assert taken.tolist() == [[4] * 8, [3] * 8, [5, 6, 7] + [9] * 5, [1] * 4 + [2] * 4]
    sixteen = np.asarray(decode(hostile.run_lengths(4, 1, b"\x04\x1f\0\1", kind=2)).rgb)[..., 0]
    assert sixteen.tolist() == [[1, 15, 1, 15]]
    with pytest.raises(BrokenPicture):
        decode(hostile.run_lengths(8, 4, rows[:9]))


def test_icon_keeps_the_picture_with_most_bits() -> None:
    one, two = (
        encoded(image, "ICO", sizes=[(32, 32)], bitmap_format="bmp")
        for image in (quadrants((32, 32)).quantize(4), quadrants((32, 32)))
    )
    assert difference(decode(two).rgb, QUADRANTS) == 0
    assert decode(one).rgb.size == (32, 32)


def test_directory_that_is_nowhere_is_a_broken_picture() -> None:
    for at in (b"\xff" * 8, b"\xff" * 7 + b"\x7f", bytes(8)):
        with pytest.raises(BrokenPicture):
            decode(b"II+\0\x08\0\0\0" + at + bytes(40))
    with pytest.raises(BrokenPicture):
        decode(b"II*\0")


def test_hidden_pages_of_a_tiff_are_not_opened() -> None:
    small = Image.new("RGB", (16, 16))
    pages = encoded(quadrants(), "TIFF", save_all=True, append_images=[small] * 30)
    assert np.array_equal(decode(pages).rgb, quadrants())
    with Image.open(io.BytesIO(pages)) as opened:
        assert opened.n_frames == 31
