"""Real photographs from installed packages, and windows of them: no file of our own."""

from collections.abc import Iterator
from importlib.util import find_spec
from itertools import islice
from pathlib import Path

from PIL import Image

PHOTOGRAPHS = {
    "gradio": (
        "media_assets/images/cheetah.jpg",
        "media_assets/images/cheetah1.jpg",
        "media_assets/images/lion.jpg",
        "media_assets/images/tower.jpg",
    ),
    "skimage": (
        "data/astronaut.png",
        "data/chelsea.png",
        "data/coffee.png",
        "data/coins.png",
        "data/grass.png",
        "data/gravel.png",
        "data/hubble_deep_field.jpg",
        "data/motorcycle_left.png",
        "data/retina.jpg",
        "data/rocket.jpg",
    ),
    "sklearn": ("datasets/images/china.jpg", "datasets/images/flower.jpg"),
    "matplotlib": ("mpl-data/sample_data/grace_hopper.jpg",),
}


def photographs(count: int) -> list[Image.Image]:
    """The first `count` pictures, RGB: whole photographs, then their quarters."""
    return list(islice(_all(), count))


def _all() -> Iterator[Image.Image]:
    wholes = [_opened(package, path) for package, paths in PHOTOGRAPHS.items() for path in paths]
    yield from wholes
    for row, column in ((0, 0), (1, 1), (0, 1), (1, 0)):
        for whole in wholes:
            width, height = whole.width // 2, whole.height // 2
            left, top = column * width, row * height
            yield whole.crop((left, top, left + width, top + height))


def _opened(package: str, path: str) -> Image.Image:
    spec = find_spec(package)
    assert spec is not None
    assert spec.origin is not None
    with Image.open(Path(spec.origin).parent / path) as picture:
        return picture.convert("RGB")
