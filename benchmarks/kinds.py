"""Pictures that are outside a classifier's world, of kinds: from installed packages, and drawn with stated seeds."""

from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from page.examples import SUFFIXES

Pictures = list[Image.Image]

EACH = 30  # drawn pictures of a kind
SIZE = 480, 360
WORDS = "A quick brown fox and 12 lazy dogs box near an old wall while seven wizards watch from Paris"
BLANKS = (
    *("black", "white", "grey", "silver", "red", "lime", "blue", "yellow", "fuchsia", "aqua"),
    *("sienna", "linen", "midnightblue", "skyblue", "salmon", "olive"),
)


def packaged(name: str) -> Image.Image:
    """A picture that scikit-image ships, RGB."""
    with Image.open(_data("skimage") / "data" / name) as picture:
        return picture.convert("RGB")


def in_folder(folder: Path) -> Pictures:
    """All pictures of a folder in the order of their names, RGB."""
    pictures = []
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() in SUFFIXES:
            with Image.open(path) as picture:
                pictures.append(picture.convert("RGB"))
    return pictures


def faces() -> Pictures:
    """A hundred faces of Labeled Faces in the Wild; scikit-image ships them 25 pixels wide, so they are soft."""
    every = np.load(_data("skimage") / "data" / "lfw_subset.npy")[:100]
    return [_grey(255 * face).resize((250, 250), Image.Resampling.BICUBIC) for face in every]


def text() -> Pictures:
    """Two scanned pages, and words in several sizes and colours, a third of them light on dark."""
    return [packaged("text.png"), packaged("page.png"), *(_written(seed) for seed in range(EACH))]


def drawings() -> Pictures:
    """A silhouette, a logo, and lines, circles, boxes and scribbles on white."""
    return [packaged("horse.png"), packaged("logo.png"), *(_drawn(seed) for seed in range(EACH))]


def digits() -> Pictures:
    """Handwritten digits of scikit-learn, light on dark and dark on light, with hard and with soft edges."""
    from sklearn.datasets import load_digits

    pictures = []
    for number, digit in enumerate(load_digits().images[: 2 * EACH]):
        shade = 255 * digit / 16
        filters = (Image.Resampling.NEAREST, Image.Resampling.BICUBIC)
        pictures.append(_grey(shade if number % 2 else 255 - shade).resize((224, 224), filters[number // 2 % 2]))
    return pictures


def textures() -> Pictures:
    """Brick, grass and gravel, and windows of them."""
    return [each for name in ("brick.png", "grass.png", "gravel.png") for each in _with_windows(packaged(name), 4)]


def noise() -> Pictures:
    """Coloured, grey, soft, black-and-white and blotchy noise."""
    return [_noisy(seed) for seed in range(EACH)]


def blank() -> Pictures:
    """Nothing but one colour."""
    return [Image.new("RGB", (300, 200), colour) for colour in BLANKS]


def microscope() -> Pictures:
    """A cell, a stained tissue and the back of an eye, and windows of them."""
    return [each for name in ("cell.png", "ihc.png", "retina.jpg") for each in _with_windows(packaged(name), 6)]


def telescope() -> Pictures:
    """Far galaxies and the Moon, and windows of them."""
    return [each for name in ("hubble_deep_field.jpg", "moon.png") for each in _with_windows(packaged(name), 6)]


KINDS: Mapping[str, Callable[[], Pictures]] = MappingProxyType(
    {each.__name__: each for each in (faces, text, drawings, digits, textures, noise, blank, microscope, telescope)}
)


def _data(package: str) -> Path:
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(name=package)
    return Path(spec.origin).parent


def _grey(shades: NDArray[np.float64]) -> Image.Image:
    return Image.fromarray(shades.round().clip(0, 255).astype(np.uint8)).convert("RGB")


def _with_windows(picture: Image.Image, count: int) -> Pictures:
    """The whole, and that many square windows half as wide as its shorter side."""
    generator = np.random.default_rng(count)
    side = min(picture.size) // 2
    corners = generator.integers(0, (picture.width - side + 1, picture.height - side + 1), (count, 2)).tolist()
    return [picture, *(picture.crop((left, top, left + side, top + side)) for left, top in corners)]


def _written(seed: int) -> Image.Image:
    generator = np.random.default_rng(seed)
    light, dark = generator.integers(195, 256, 3), generator.integers(0, 70, 3)
    paper, ink = (dark, light) if seed % 3 == 0 else (light, dark)
    picture = Image.new("RGB", SIZE, _colour(paper))
    size = int(generator.integers(12, 60))
    lines = (" ".join(generator.choice(WORDS.split(), 12)) for _ in range(0, SIZE[1], size))
    font = ImageFont.load_default(size)
    ImageDraw.Draw(picture).multiline_text((10, 8), "\n".join(lines), _colour(ink), font)
    return picture


def _drawn(seed: int) -> Image.Image:
    generator = np.random.default_rng(seed)
    width, height = 2 * SIZE[0], 2 * SIZE[1]  # shrunk afterwards, which makes the lines smooth
    picture = Image.new("RGB", (width, height), "white")
    pen = ImageDraw.Draw(picture)
    for _ in range(int(generator.integers(3, 14))):
        colour = _colour(generator.integers(0, 60 if generator.random() < 0.5 else 256, 3))
        line = int(generator.integers(2, 12))
        left, top = generator.integers(40, (width - 300, height - 300)).tolist()
        right, bottom = generator.integers((left + 20, top + 20), (width - 40, height - 40)).tolist()
        shape = int(generator.integers(4))
        if shape == 0:
            pen.line((left, top, right, bottom), colour, line)
        elif shape == 1:
            pen.ellipse((left, top, right, bottom), None, colour, line)
        elif shape == 2:
            pen.rectangle((left, top, right, bottom), None, colour, line)
        else:
            steps = generator.normal(0, 50, (40, 2)).cumsum(axis=0) + np.array([left, top])
            pen.line([(x, y) for x, y in steps.tolist()], colour, line, "curve")
    return picture.resize(SIZE, Image.Resampling.BOX)


def _noisy(seed: int) -> Image.Image:
    generator = np.random.default_rng(seed)
    shape = 300, 300, 3
    coarse = int(generator.integers(2, 25))
    blotches = generator.integers(0, 256, (300 // coarse, 300 // coarse, 3)).astype(np.uint8)
    edges = (cv2.INTER_NEAREST, cv2.INTER_CUBIC)[seed // 5 % 2]
    made = (
        lambda: generator.integers(0, 256, shape),
        lambda: np.repeat(generator.integers(0, 256, (300, 300, 1)), 3, axis=2),
        lambda: generator.normal(128, 40, shape).clip(0, 255),
        lambda: np.repeat(255 * generator.integers(0, 2, (300, 300, 1)), 3, axis=2),
        lambda: cv2.resize(blotches, shape[:2], interpolation=edges),
    )[seed % 5]()
    return Image.fromarray(made.astype(np.uint8))


def _colour(values: NDArray[np.int64]) -> tuple[int, int, int]:
    red, green, blue = (int(each) for each in values)
    return red, green, blue
