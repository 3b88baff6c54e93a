"""Pictures of every kind come in upright, in the right colours and in the right size; everything else is refused."""

import io
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageFile

from page.pictures import picture
from page.pictures.picture import Limits, Picture, base_jpeg, decode
from tests.page import corpus
from tests.page.corpus import Refused, Taken

PROJECT = Path(__file__).parents[3]
MEGABYTES_ALLOWED = 200


def written(folder: Path, data: bytes, suffix: str = ".png") -> Path:
    path = folder / f"file{suffix}"
    path.write_bytes(data)
    return path


def quarters(image: Image.Image) -> np.ndarray:
    """The colours in the middle of the four quadrants, 4 x 3."""
    width, height = image.size
    points = [(x * width // 4, y * height // 4) for y in (1, 3) for x in (1, 3)]
    return np.array([image.getpixel(point) for point in points], np.int16)


def difference(image: Image.Image, colours: tuple[corpus.Colour, ...]) -> int:
    return int(np.abs(quarters(image) - np.array(colours, np.int16)).max())


@pytest.mark.parametrize("file", corpus.taken().values(), ids=corpus.taken().keys())
def test_picture_comes_in_upright_in_its_colours_without_notes(tmp_path: Path, file: Taken) -> None:
    taken = decode(written(tmp_path, file.data, file.suffix))
    assert (taken.width, taken.height) == taken.rgb.size == file.size
    assert taken.rgb.mode == "RGB"
    assert type(taken.rgb) is Image.Image
    assert taken.rgb.info == {}
    assert not taken.rgb.getexif()
    assert difference(taken.rgb, file.colours) <= file.tolerance
    assert decode(file.data).rgb.tobytes() == taken.rgb.tobytes()


@pytest.mark.parametrize("file", corpus.refused().values(), ids=corpus.refused().keys())
def test_file_is_refused_for_its_reason(tmp_path: Path, file: Refused) -> None:
    for given in (written(tmp_path, file.data, file.suffix), file.data):
        with pytest.raises(picture.Problem) as caught:
            decode(given)
        assert caught.value.key == file.key


def test_path_may_be_text(tmp_path: Path) -> None:
    assert decode(str(written(tmp_path, corpus.taken()["png"].data))).rgb.size == corpus.SIZE


def test_missing_file_is_no_fault_of_a_picture(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        decode(tmp_path / "gone.png")


def test_refusal_of_a_broken_picture_keeps_its_cause_for_the_log(tmp_path: Path) -> None:
    file = corpus.refused()["png cut off at 50 %"]
    with pytest.raises(picture.BrokenPicture) as caught:
        decode(written(tmp_path, file.data))
    assert isinstance(caught.value.__cause__, OSError)
    assert str(tmp_path) not in str(caught.value)


@pytest.mark.parametrize(
    "failure", [MemoryError, KeyError, IndexError, RuntimeError, OverflowError, EOFError, SyntaxError, ValueError]
)
def test_any_failure_of_a_decoder_is_a_broken_picture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failure: type[Exception]
) -> None:
    def fail(image: ImageFile.ImageFile) -> None:
        raise failure("inside the decoder")

    monkeypatch.setattr(ImageFile.ImageFile, "load", fail)
    with pytest.raises(picture.BrokenPicture) as caught:
        decode(written(tmp_path, corpus.taken()["png"].data))
    assert isinstance(caught.value.__cause__, failure)


def test_too_many_pixels_says_how_many(tmp_path: Path) -> None:
    with pytest.raises(picture.TooManyPixels) as caught:
        decode(written(tmp_path, corpus.refused()["too large: png of 169 megapixels"].data))
    assert caught.value.values == {"limit": 40, "width": 13_000, "height": 13_000, "megapixels": 169}


def test_megapixels_never_read_like_the_limit_that_they_pass(tmp_path: Path) -> None:
    with pytest.raises(picture.TooManyPixels) as caught:
        decode(written(tmp_path, corpus.refused()["too large: png just above"].data))
    assert caught.value.values["megapixels"] == 40.1


def test_too_many_bytes_says_how_many(tmp_path: Path) -> None:
    data = bytes(15 * 2**20 + 1)
    for given in (written(tmp_path, data), data):
        with pytest.raises(picture.TooManyBytes) as caught:
            decode(given)
        assert caught.value.values == {"limit": 15, "size": 15.1}


def test_limits_are_inclusive(tmp_path: Path) -> None:
    data = corpus.taken()["png"].data
    path, pixels = written(tmp_path, data), corpus.SIZE[0] * corpus.SIZE[1]
    assert decode(path, Limits(bytes=len(data), pixels=pixels)).rgb.size == corpus.SIZE
    with pytest.raises(picture.TooManyPixels):
        decode(path, Limits(pixels=pixels - 1))
    with pytest.raises(picture.TooManyBytes):
        decode(path, Limits(bytes=len(data) - 1))


def test_cmyk_jpeg_of_photoshop_has_the_colours_that_pillow_gives(tmp_path: Path) -> None:
    data = corpus.taken()["jpeg cmyk"].data
    assert b"Adobe" in data  # such files hold their inks inverted
    with Image.open(io.BytesIO(data)) as opened:
        expected = np.asarray(opened.convert("RGB"), np.int16)
    got = np.asarray(decode(written(tmp_path, data, ".jpg")).rgb, np.int16)
    assert np.abs(got - expected).max() <= 1


def test_16_bit_ramp_is_scaled_evenly(tmp_path: Path) -> None:
    levels = np.linspace(0, 65535, 256, dtype=np.uint16).reshape(1, 256).repeat(4, 0)
    taken = decode(written(tmp_path, corpus.encoded(Image.fromarray(levels), "PNG")))
    assert np.array_equal(np.asarray(taken.rgb)[0, :, 0], np.arange(256))


def test_veil_over_nothing_lightens_evenly_where_the_picture_shrinks(tmp_path: Path) -> None:
    hidden = np.zeros((2000, 4000, 4), np.uint8)
    hidden[:, :, 0] = 255  # red everywhere, seen in every second column only
    hidden[:, ::2, 3] = 255
    taken = decode(written(tmp_path, corpus.encoded(Image.fromarray(hidden), "PNG", compress_level=1)))
    assert taken.rgb.size == (1600, 800)
    assert difference(taken.rgb, ((255, 128, 128),) * 4) <= 2


@pytest.mark.parametrize("size", [(4000, 3000), (3601, 2703), (9001, 1203), (1201, 7007)])
def test_shrunk_picture_keeps_every_part_in_its_place(tmp_path: Path, size: tuple[int, int]) -> None:
    across, down = (np.linspace(0, 255, count, dtype=np.float32) for count in size)
    ramp = np.zeros((size[1], size[0], 3), np.uint8)
    ramp[:, :, 0], ramp[:, :, 1] = across[None, :], down[:, None]
    taken = decode(written(tmp_path, corpus.encoded(Image.fromarray(ramp), "PNG", compress_level=1)))
    expected = Image.fromarray(ramp).resize(taken.rgb.size, Image.Resampling.BOX)
    away = np.abs(np.asarray(taken.rgb, np.int16) - np.asarray(expected, np.int16))
    assert away.max() <= 2


def test_large_jpeg_never_falls_below_its_target(tmp_path: Path) -> None:
    for size, target in (((3199, 2399), (1600, 1200)), ((4800, 600), (4096, 512)), ((2600, 520), (2560, 512))):
        data = corpus.encoded(corpus.quadrants(size), "JPEG")
        assert decode(written(tmp_path, data, ".jpg")).rgb.size == target


@pytest.mark.parametrize("size", [(20_000, 1_000), (512, 20_000), (6_000, 600), (40_000, 1_000)])
def test_a_strip_has_no_more_pixels_than_a_square_photo_and_keeps_its_shape(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    taken = decode(written(tmp_path, corpus.encoded(Image.new("L", size, 128), "PNG")))
    assert 0.99 * 1600**2 < taken.width * taken.height <= 1.01 * 1600**2
    assert taken.width / taken.height == pytest.approx(size[0] / size[1], rel=0.01)


def test_broken_profile_changes_no_colour(tmp_path: Path) -> None:
    for name in ("png broken profile", "png profile cut off"):
        taken = decode(written(tmp_path, corpus.taken()[name].data))
        assert difference(taken.rgb, corpus.QUADRANTS) == 0


def test_base_jpeg_is_at_most_as_long_as_asked_and_carries_nothing_else(tmp_path: Path) -> None:
    taken = decode(written(tmp_path, corpus.taken()["jpeg orientation 6"].data))
    data = base_jpeg(Picture(taken.rgb.resize((1600, 1200))))
    with Image.open(io.BytesIO(data)) as opened:
        assert opened.format == "JPEG"
        assert opened.size == (1280, 960)
        assert set(opened.info) == {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
        assert opened.layer[0][1:3] == opened.layer[1][1:3] == (1, 1)  # colours as fine as brightness
        assert difference(opened, corpus.QUADRANTS) <= 6
    assert b"Secret" not in data


@pytest.mark.parametrize(
    ("size", "longest", "shown"),
    [
        ((1, 1), 1280, (1, 1)),
        ((10_000, 10), 1280, (1280, 1)),
        ((10, 10_000), 640, (1, 640)),
        ((96, 64), 1280, (96, 64)),
    ],
)
def test_base_jpeg_never_grows_and_never_vanishes(size: tuple[int, int], longest: int, shown: tuple[int, int]) -> None:
    with Image.open(io.BytesIO(base_jpeg(Picture(Image.new("RGB", size)), longest))) as opened:
        assert opened.size == shown


def test_many_visitors_at_once_each_get_their_own_answer(tmp_path: Path) -> None:
    files = list(corpus.taken().values()) + list(corpus.refused().values())

    def answer(number: int) -> bool:
        file = files[number]
        path = tmp_path / f"{number}{file.suffix}"
        path.write_bytes(file.data)
        try:
            taken = decode(path)
        except picture.Problem as problem:
            return isinstance(file, Refused) and problem.key == file.key
        return isinstance(file, Taken) and difference(taken.rgb, file.colours) <= file.tolerance

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(answer, range(len(files))))


def test_importing_loads_no_heic_library_and_leaves_pillow_as_it_was() -> None:
    code = (
        "import sys; from PIL import Image, ImageFile; limit = Image.MAX_IMAGE_PIXELS; import page.pictures.picture; "
        "assert 'pillow_heif' not in sys.modules and Image.MAX_IMAGE_PIXELS == limit; "
        "assert not ImageFile.LOAD_TRUNCATED_IMAGES"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=PROJECT)


MEASURE = """
import sys
from page.pictures.picture import Problem, decode

def megabytes(name):
    with open("/proc/self/status") as status:
        return int(next(line for line in status if line.startswith(name)).split()[1]) / 1024

for path in sys.argv[1:3]:
    decode(path)
idle = megabytes("VmRSS")
for path in sys.argv[3:]:
    try:
        decode(path)
        sys.exit(f"{path} was taken")
    except Problem:
        print(f"{megabytes('VmHWM') - idle:.0f}", path)
"""


def large_and_broken() -> dict[str, bytes]:
    """Pictures just below the limit that are cut off or damaged near their end, the dearest to refuse."""
    size = (6500, 6150)
    image = corpus.quadrants(size)
    whole = {
        "jpeg": corpus.encoded(image, "JPEG"),
        "progressive": corpus.encoded(image, "JPEG", progressive=True, subsampling=0),
        "png": corpus.encoded(image.convert("RGBA"), "PNG", compress_level=1),
        "tiff": corpus.encoded(image, "TIFF", compression="tiff_adobe_deflate", strip_size=1 << 30),
        "webp": corpus.encoded(image, "WEBP", lossless=True, method=0, quality=0),
    }
    files = {f"{name} cut off": data[: len(data) * 95 // 100] for name, data in whole.items()}
    for name in ("png", "tiff", "webp"):
        data, at = whole[name], len(whole[name]) * 9 // 10
        files[f"{name} damaged"] = data[:at] + bytes(byte ^ 0x5A for byte in data[at : at + 200]) + data[at + 200 :]
    return files


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak of a process is read from /proc")
def test_no_refusal_takes_much_memory(tmp_path: Path) -> None:
    refused = {name: file.data for name, file in corpus.refused().items()} | large_and_broken()
    warm = [corpus.taken()["png"].data, corpus.taken()["heic"].data]
    paths = []
    for number, data in enumerate(warm + list(refused.values())):
        paths.append(tmp_path / f"{number}")
        paths[-1].write_bytes(data)
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, *map(str, paths)], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    names = dict(zip(map(str, paths[2:]), refused, strict=True))
    lines = [line.split(maxsplit=1) for line in done.stdout.splitlines()]
    assert len(lines) == len(refused)
    over = [(names[path], peak) for peak, path in lines if int(peak) > MEGABYTES_ALLOWED]
    assert not over, f"first over {MEGABYTES_ALLOWED} MB: {over[0]}"


def test_pictures_have_the_same_name_when_their_pixels_are_the_same() -> None:
    flat, high = Image.new("RGB", (8, 2), (1, 2, 3)), Image.new("RGB", (2, 8), (1, 2, 3))
    assert Picture(flat).name == Picture(flat.copy()).name
    assert len({Picture(image).name for image in (flat, high, flat.crop((0, 0, 8, 1)), Image.new("RGB", (8, 2)))}) == 4
