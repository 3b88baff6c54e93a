"""Puts a network of a host's own on trial: `python -m explainer.own_trial NAME [--models FOLDER] [--check FOLDER]`.

The result is printed, and kept in the network's NAME.toml. It stands here and not in `models`, since it needs maps.
"""

import argparse
import copy
import os
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageOps
from torch import Tensor, nn

from explainer.experiments.try_map import try_map
from explainer.experiments.unlearned import UnlearnedNetworks, likeness
from explainer.tape import record
from models.classifier import Classifier
from models.own import entry as entries
from models.own.folder import DEFAULT_FOLDER, entry_of, read_folder
from models.own.problems import NotANetwork
from models.store import ClassifierStore

EXACT = 1e-3  # by which part a slope may differ from the difference that it stands for
STEP = 1e-6  # of each of a layer's values
MOST_PICTURES = 20  # that maps are tried on: each takes some 15 runs of the network
MOST_CHECKED = 2000
SEEDS = (0, 1)
ENDINGS = {".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif"}


@dataclass(frozen=True)
class Trials:
    """What came of it. `slopes` has for each layer by which part its gradient differs from a finite difference.

    `alike` is the median of how much the map looks like one of the same network with nothing learned (-1..1), `passed`
    of how many of `tried` pictures hiding the brightest fifth hurt more than hiding elsewhere. None and 0 without
    pictures.
    """

    slopes: Mapping[str, float]
    alike: float | None
    passed: int
    tried: int

    def sentences(self) -> dict[str, str]:
        """Each trial by its name, with a sentence."""
        wrong = [name for name, off in self.slopes.items() if off > EXACT]
        told = {"gradients": f"wrong at {', '.join(wrong)}" if wrong else "as the finite differences of the score"}
        if self.alike is not None:
            told["blank brain"] = f"its maps are {self.alike:.0%} like those of a network that has learned nothing"
        if self.tried:
            told["hiding the brightest fifth"] = f"hurts more than hiding elsewhere on {self.passed} of {self.tried}"
        return told


def slopes(classifier: Classifier, seed: int = 0) -> dict[str, float]:
    """For each target layer, by which part the gradient of the score differs from the score's own change.

    In float64, along one random direction at each layer, for one picture of noise and the network's own answer to it.
    """
    module = copy.deepcopy(classifier.module).cpu().double()
    side = classifier.preprocess.crop_side
    drawn = torch.Generator().manual_seed(seed)
    picture = torch.randn(1, 3, side, side, generator=drawn, dtype=torch.float64)
    names = [layer.name for layer in classifier.spec.layers]
    with torch.no_grad():
        best = int(module(picture).argmax())
    recording = record(module, picture, names, lambda logits: logits[:, best])
    off = {}
    for name, values, gradient in zip(names, recording.activations, recording.gradients, strict=True):
        # Where a ReLU gave zero nothing is added: of several zeros, max pooling takes any, and has no slope there.
        step = STEP * values * torch.randn(values.shape, generator=drawn, dtype=torch.float64)
        higher, lower = (_score_with(module, picture, name, best, way * step) for way in (1, -1))
        expected = float((gradient * step).sum()) * 2
        off[name] = abs(higher - lower - expected) / max(abs(expected), abs(higher - lower), 1e-30)
    return off


def _score_with(module: nn.Module, picture: Tensor, name: str, index: int, added: Tensor) -> float:
    """The score where `added` comes on top of what a layer gives."""
    hook = module.get_submodule(name).register_forward_hook(lambda _module, _given, output: output + added)
    try:
        with torch.no_grad():
            return float(module(picture)[0, index])
    finally:
        hook.remove()


def put_on_trial(classifier: Classifier, pictures: Sequence[Image.Image]) -> Trials:
    """Try a network's gradients, and its default map on some pictures."""
    unlearned = UnlearnedNetworks()
    found = [likeness(classifier, picture, unlearned=unlearned, seeds=SEEDS) for picture in pictures]
    trials = [try_map(classifier, picture).verdict for picture in pictures]
    return Trials(
        slopes=slopes(classifier),
        alike=float(np.median([each.median for each in found])) if found else None,
        passed=sum(verdict in ("passed", "middle") for verdict in trials),
        tried=len(trials),
    )


@dataclass(frozen=True)
class Checked:
    """How often a network names pictures as their folders do; `mistaken` counts (is, was called)."""

    right: int
    count: int
    mistaken: Counter[tuple[str, str]]


def check(classifier: Classifier, folders: Mapping[str, Sequence[Path]]) -> Checked:
    """Ask about the pictures of each class, by the class's name."""
    mistaken: Counter[tuple[str, str]] = Counter()
    count = 0
    for name, paths in folders.items():
        for path in paths:
            inputs = classifier.preprocess(_opened(path))[None].to(classifier.device)
            with torch.no_grad():
                called = classifier.labels[int(classifier.module(inputs).argmax())]
            count += 1
            if called != name:
                mistaken[name, called] += 1
    return Checked(count - mistaken.total(), count, mistaken)


def pictures_of(folder: Path, labels: Sequence[str]) -> dict[str, list[Path]]:
    """The pictures in those subfolders that are called like a class."""
    return {
        name: sorted(path for path in (folder / name).iterdir() if path.suffix.lower() in ENDINGS)[:MOST_CHECKED]
        for name in labels
        if "/" not in name and (folder / name).is_dir()
    }


def _opened(path: Path) -> Image.Image:
    with Image.open(path) as picture:
        return ImageOps.exif_transpose(picture).convert("RGB")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return 0, or 1 after a sentence on stderr."""
    parser = argparse.ArgumentParser(prog="python -m explainer.own_trial", description="Try a network of your own.")
    parser.add_argument("name", metavar="NAME")
    parser.add_argument("--models", type=Path, default=Path(os.environ.get("SEEWHY_MODELS") or DEFAULT_FOLDER))
    parser.add_argument("--check", type=Path, help="folder of pictures, with a folder for each class")
    options = parser.parse_args(arguments)
    own = read_folder(options.models).specs
    if options.name not in own:
        print(NotANetwork("unknown", "", name=options.name, known=", ".join(own) or "none"), file=sys.stderr)
        return 1
    classifier = ClassifierStore(torch.device("cpu"), catalogue=own).get(options.name)
    folders = pictures_of(options.check, tuple(classifier.labels)) if options.check else {}
    if options.check and not folders:
        print(f"{options.check} has no folder that is called like a class of {options.name}.", file=sys.stderr)
        return 1
    told = {}
    if folders:
        checked = check(classifier, folders)
        told["right"] = f"on {checked.right} of {checked.count} pictures"
        for (name, called), count in checked.mistaken.most_common():
            print(f"{name} was called {called}: {count}")
    turns = [path for row in zip(*folders.values(), strict=False) for path in row]
    told |= put_on_trial(classifier, [_opened(path) for path in turns[:MOST_PICTURES]]).sentences()
    for name, sentence in told.items():
        print(f"{name}: {sentence}")
    path = entry_of(options.models, options.name)
    entry = entries.read(path)
    entries.write(path, replace(entry, trial={**entry.trial, **told}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
