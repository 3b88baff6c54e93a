"""Pictures of other things, so that it can say "none of these" before a visitor has shown any."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from explainer.teach.pooled import Features
from models.facts import ClassifierFacts
from models.preprocess import Box
from page.pictures.picture import decode
from page.teaching.square import jpeg_of

# Photographs that lie in packages, as those of `page.examples`: (package, path inside it, part of it).
WHOLE = Box(0.0, 0.0, 1.0, 1.0)
PACKAGED: Sequence[tuple[str, str, Box]] = (
    ("gradio", "media_assets/images/cheetah1.jpg", WHOLE),
    ("gradio", "media_assets/images/lion.jpg", WHOLE),
    ("gradio", "media_assets/images/tower.jpg", WHOLE),
    ("gradio", "media_assets/images/bus.png", WHOLE),
    ("page", "photographs/coffee.webp", WHOLE),
    ("page", "photographs/cat.webp", WHOLE),
    ("page", "photographs/rocket.jpg", WHOLE),
    ("page", "photographs/person.webp", WHOLE),
    ("sklearn", "datasets/images/china.jpg", WHOLE),
    ("sklearn", "datasets/images/flower.jpg", WHOLE),
    # What stands behind things: sky and roofs, and wood.
    ("sklearn", "datasets/images/china.jpg", Box(0.0, 0.0, 0.5, 0.5)),
    ("page", "photographs/coffee.webp", Box(0.6, 0.55, 0.4, 0.45)),
)


@dataclass(frozen=True, eq=False)
class Strangers:
    """The features (N, C) of these pictures for one network, and each as the JPEG of what the network gets of it."""

    vectors: NDArray[np.float32]
    squares: tuple[bytes, ...]

    def unlike(self, others: NDArray[np.float32], alike: float) -> NDArray[np.int_]:
        """The places of those that are not like any of `others` (M, C); at least half of them, the least alike."""
        nearness = (self.vectors @ others.T).max(axis=1) if len(others) else np.zeros(len(self.vectors))
        order = np.argsort(nearness, kind="stable")
        enough = max(int((nearness < alike).sum()), len(order) // 2)
        return np.sort(order[:enough])


class StrangersOf:
    """The strangers of each network, computed once."""

    def __init__(self, features: Callable[[str, Sequence[NDArray[np.uint8]]], Sequence[Features]]) -> None:
        """`features` computes those of pixels (side, side, 3) for a network by its name."""
        self._features = features
        self._known: dict[str, Strangers] = {}
        self._lock = threading.Lock()

    def of(self, network: ClassifierFacts) -> Strangers:
        """Those of a network; whoever asks meanwhile waits. Raises what the network raises."""
        with self._lock:
            name = network.spec.name
            if name not in self._known:
                pixels = [network.preprocess.seen_pixels(each) for each in _pictures()]
                vectors = np.stack([each.vector for each in self._features(name, pixels)])
                self._known[name] = Strangers(vectors, tuple(map(jpeg_of, pixels)))
            return self._known[name]


def _pictures() -> list[Image.Image]:
    found = []
    for package, path, part in PACKAGED:
        spec = find_spec(package)
        if spec is None or spec.origin is None:
            continue
        file = Path(spec.origin).parent / path
        if file.is_file():
            picture = decode(file).rgb
            width, height = picture.size
            right, lower = part.x + part.width, part.y + part.height
            box = round(part.x * width), round(part.y * height), round(right * width), round(lower * height)
            found.append(picture.crop(box))
    return found
