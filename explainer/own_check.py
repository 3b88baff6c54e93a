"""What a network of a host's own makes of pictures of its classes: how often it is right, what it mistakes for what,
and what is usual for it, from which come its bound and the strengths of its maps."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from explainer.engines.torch import TorchEngine
from explainer.outside.bounds import Measured, OutsideRate, as_told
from explainer.outside.outside import LEAST, Impression, calibrate, impression_of
from explainer.strength import Maxima, maxima, tables
from models.catalogue import Measures
from models.classifier import Classifier

MOST_OF_CLASS = 500  # pictures
ENDINGS = {".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif"}
FEW = 10  # classes; of more, no table fits into a window
MOST_TOLD = 20  # kinds of mistakes
SIDE = 256  # pixels of pictures that show nothing
GRAINS = (1, 4, 16)  # pixels of noise that have one colour
COLOURS = ("black", "white", "grey", "red", "green", "blue", "yellow", "skyblue", "sienna", "salmon")
# Beside noise of three grains in five draws each, so many pictures are tried that show nothing.
DRAWS = 5


@dataclass(frozen=True, eq=False)
class Look:
    """What one pass shows: the class that was called, an impression at all layers but the last, and each map's
    maximum."""

    called: str
    impression: Impression
    maxima: Maxima


@dataclass(frozen=True, eq=False)
class Checked:
    """What came of it: the looks at the pictures of each class, by its name, and files that can't be opened."""

    looks: Mapping[str, Sequence[Look]]
    broken: tuple[str, ...]

    @property
    def count(self) -> int:
        """How many pictures there were."""
        return sum(map(len, self.looks.values()))

    @property
    def right(self) -> int:
        """How many of them were called what their folder is called."""
        return sum(look.called == name for name, looks in self.looks.items() for look in looks)

    @property
    def mistaken(self) -> Counter[tuple[str, str]]:
        """How often each class was called another: (is, was called)."""
        return Counter(
            (name, look.called) for name, looks in self.looks.items() for look in looks if look.called != name
        )

    def table(self) -> list[str]:
        """What it calls the pictures of each class, as lines of text: a table of few classes, a list of many."""
        names = sorted({*self.looks, *(look.called for looks in self.looks.values() for look in looks)})
        if len(names) > FEW:
            return [f"{name} was called {called}: {count}" for (name, called), count in self._worst()]
        wide = max(len("is \\ called"), *map(len, names))
        lines = ["  ".join(["is \\ called".ljust(wide), *names])]
        for name, looks in self.looks.items():
            called = Counter(look.called for look in looks)
            lines.append("  ".join([name.ljust(wide), *(str(called[each]).rjust(len(each)) for each in names)]))
        return lines

    def _worst(self) -> list[tuple[tuple[str, str], int]]:
        return self.mistaken.most_common(MOST_TOLD)


def check(classifier: Classifier, folders: Mapping[str, Sequence[Path]]) -> Checked:
    """Look at the pictures of each class, by the class's name."""
    looks: dict[str, list[Look]] = {}
    broken = []
    for name, paths in folders.items():
        looks[name] = []
        for path in paths:
            picture = opened(path)
            if picture is None:
                broken.append(path.name)
            else:
                looks[name].append(look(classifier, picture))
    return Checked(looks, tuple(broken))


def look(classifier: Classifier, picture: Image.Image) -> Look:
    """What a network makes of an upright RGB picture."""
    names = [layer.name for layer in classifier.spec.layers]
    recording = TorchEngine(classifier).run(classifier.preprocess(picture)[None], names, [None])
    return Look(
        classifier.labels[int(recording.logits[0].argmax())],
        impression_of(recording, names, names[:-1]),  # the last one tells the same as the answer
        maxima(recording, names),
    )


def measures(classifier: Classifier, checked: Checked) -> Measures:
    """What is usual for a network, of the pictures that were checked; a bound only of enough of them.

    The bound is made of every other picture of each class and tried on the rest, on noise and on plain colours.
    """
    every = [each for looks in checked.looks.values() for each in looks]
    strengths = json.dumps(tables([each.maxima for each in every])) if len(every) >= LEAST else ""
    measured = _bound(classifier, checked)
    return Measures(json.dumps(as_told(classifier, measured), allow_nan=False) if measured else "", strengths)


def _bound(classifier: Classifier, checked: Checked) -> Measured | None:
    layers = [layer.name for layer in classifier.spec.layers[:-1]]
    own, others = (
        [each.impression for looks in checked.looks.values() for each in looks[start::2]] for start in (0, 1)
    )
    if min(len(own), len(others)) < LEAST or not layers:
        return None
    bound = calibrate(own, layers)

    def rate(kind: str, seen: Sequence[Impression]) -> OutsideRate:
        return OutsideRate(kind, sum(bound.usual.oddness(each) > bound.limit for each in seen), len(seen))

    kinds = {"noise": noise(), "blank": (Image.new("RGB", (SIDE, SIDE), colour) for colour in COLOURS)}
    caught = tuple(
        rate(kind, [look(classifier, picture).impression for picture in pictures]) for kind, pictures in kinds.items()
    )
    origin = (
        f"The bound was made of {len(own)} pictures of the model's own classes, every other one of "
        f"{len(own) + len(others)}, for {bound.level:.0%} false alarms. False alarms were counted on the others."
    )
    return Measured(bound, origin, rate("photographs", others), caught)


def noise() -> Iterator[Image.Image]:
    """Coloured noise of several grains, drawn with stated seeds."""
    for seed in range(DRAWS):
        for grain in GRAINS:
            drawn = np.random.default_rng((seed, grain)).integers(0, 256, (SIDE // grain, SIDE // grain, 3), np.uint8)
            yield Image.fromarray(drawn).resize((SIDE, SIDE), Image.Resampling.NEAREST)


def pictures_of(folder: Path, labels: Sequence[str]) -> dict[str, list[Path]]:
    """The pictures in those subfolders that are called like a class; capitals, spaces, - and _ don't count."""
    inside = {_plain(path.name): path for path in sorted(folder.iterdir()) if path.is_dir()} if folder.is_dir() else {}
    return {
        name: [path for path in sorted(inside[_plain(name)].iterdir()) if path.suffix.lower() in ENDINGS][
            :MOST_OF_CLASS
        ]
        for name in labels
        if _plain(name) in inside
    }


def opened(path: Path) -> Image.Image | None:
    """A file as an upright RGB picture; None where it is none that can be opened."""
    try:
        with Image.open(path) as picture:
            return ImageOps.exif_transpose(picture).convert("RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None


def _plain(name: str) -> str:
    return name.casefold().replace("-", " ").replace("_", " ")
