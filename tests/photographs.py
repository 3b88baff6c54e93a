"""Real photographs from installed packages, and windows of them: no file of our own."""

from collections.abc import Iterator
from importlib.util import find_spec
from itertools import islice
from pathlib import Path

from PIL import Image

# None with a flat sky or mere texture: there, a whole area of equal numbers lies at an activation's bend and flips at
# once, and torch's own float32 is further from its float64 than what the tests of exactness allow.
PHOTOGRAPHS = {
    "gradio": (
        "media_assets/images/cheetah.jpg",
        "media_assets/images/cheetah1.jpg",
        "media_assets/images/lion.jpg",
        "test_data/cheetah2.jpg",
    ),
    "skimage": (
        "data/chelsea.png",
        "data/coffee.png",
        "data/motorcycle_left.png",
        "data/motorcycle_right.png",
    ),
    "sklearn": ("datasets/images/flower.jpg",),
    "matplotlib": ("mpl-data/sample_data/grace_hopper.jpg",),
}
WINDOW = 0.85


def photographs(count: int) -> list[Image.Image]:
    """The first `count` pictures, RGB: whole photographs, then their four corners with most of the rest."""
    return list(islice(_all(), count))


def _all() -> Iterator[Image.Image]:
    wholes = [_opened(package, path) for package, paths in PHOTOGRAPHS.items() for path in paths]
    yield from wholes
    for row, column in ((0, 0), (1, 1), (0, 1), (1, 0)):
        for whole in wholes:
            width, height = int(WINDOW * whole.width), int(WINDOW * whole.height)
            left, top = column * (whole.width - width), row * (whole.height - height)
            yield whole.crop((left, top, left + width, top + height))


def _opened(package: str, path: str) -> Image.Image:
    spec = find_spec(package)
    assert spec is not None
    assert spec.origin is not None
    with Image.open(Path(spec.origin).parent / path) as picture:
        return picture.convert("RGB")
