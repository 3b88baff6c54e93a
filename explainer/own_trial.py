"""Puts a network of a host's own on trial, as `python -m models add` does: `python -m explainer.own_trial NAME`.

The result is printed, and kept in the network's two files. It stands here and not in `models`, since it needs maps.
"""

from __future__ import annotations

import argparse
import copy
import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from pathlib import Path
from types import MappingProxyType

import numpy as np
from PIL import Image

from explainer.experiments.try_map import try_map
from explainer.experiments.unlearned import ALIKE, UnlearnedNetworks, likeness
from explainer.outside.outside import LEAST
from explainer.own_check import ENDINGS, check, measures, opened, pictures_of
from explainer.tape import record
from models.catalogue import Measures
from models.classifier import Classifier
from models.later import Tensor, nn, torch
from models.own import entry as entries
from models.own.folder import DEFAULT_FOLDER, entry_of, keep_measures, read_folder
from models.own.problems import NotANetwork
from models.problems import Problem
from models.store import ClassifierStore

EXACT = 1e-3  # by which part a slope may differ from the difference that it stands for
STEP = 1e-8  # of each of a layer's values; a larger one often leads across the edge of a ReLU
MOST_PICTURES = 20  # that maps are tried on: each takes some 15 runs of the network
FEWEST_TRIED = 4  # pictures that tell anything; of fewer nothing is concluded
SEEDS = (0, 1)
MOST_NAMED = 20  # classes in a sentence
FAILURES: Mapping[str, str] = MappingProxyType(
    {
        "alike": "it answers every picture alike",
        "gradients": "its gradients are not the slopes of its score",
        "blank_brain": "its maps are like those of a network that has learned nothing",
        "hiding": "hiding what is bright hardly matters more than hiding anything else",
    }
)
# Where no pictures of its classes are given, maps are tried on the page's own photographs.
PHOTOGRAPHS = Path(__file__).parent.parent / "page" / "photographs"


@dataclass(frozen=True)
class Trials:
    """What came of it. `slopes` has for each layer by which part its gradient differs from a finite difference.

    `alike` is the median of how much the map looks like one of the same network with nothing learned (-1..1), `passed`
    of how many of `tried` pictures hiding the brightest fifth hurt more than hiding elsewhere; those on which hiding
    changes next to nothing are not among them. None and 0 without pictures.
    """

    slopes: Mapping[str, float]
    alike: float | None
    passed: int
    tried: int

    def sentences(self) -> dict[str, str]:
        """Each trial by its name, with a sentence."""
        wrong = self._wrong
        told = {"gradients": f"wrong at {', '.join(wrong)}" if wrong else "as the finite differences of the score"}
        if self.alike is not None:
            told["blank brain"] = f"its maps are {self.alike:.0%} like those of a network that has learned nothing"
        if self.tried:
            told["hiding the brightest fifth"] = f"hurts more than hiding elsewhere on {self.passed} of {self.tried}"
        return told

    @property
    def failed(self) -> tuple[str, ...]:
        """Those in which it failed, of `models.own.entry.TRIALS`."""
        failures = {
            "gradients": bool(self._wrong),
            "blank_brain": self.alike is not None and self.alike >= ALIKE,
            "hiding": self.tried >= FEWEST_TRIED and 2 * self.passed < self.tried,
        }
        return tuple(name for name, failed in failures.items() if failed)

    @property
    def _wrong(self) -> list[str]:
        return [name for name, off in self.slopes.items() if off > EXACT]


def slopes(classifier: Classifier, seeds: Sequence[int] = SEEDS) -> dict[str, float]:
    """For each target layer, by which part the gradient of the score differs from the score's own change.

    In float64, along a random direction at each layer, for a picture of noise and the network's own answer to it; the
    best of one try a seed, since a step may lead across the edge of a ReLU.
    """
    module = copy.deepcopy(classifier.module).cpu().double()
    tries = [_slopes(classifier, module, seed) for seed in seeds]
    return {name: min(each[name] for each in tries) for name in tries[0]}


def _slopes(classifier: Classifier, module: nn.Module, seed: int) -> dict[str, float]:
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
        expected = 2 * gradient * step
        # Where what speaks for and against adds up to next to nothing, a rounding would look like a mistake.
        usual = max(abs(float(expected.sum())), abs(higher - lower), float(expected.norm()), 1e-30)
        off[name] = abs(higher - lower - float(expected.sum())) / usual
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
    verdicts = [try_map(classifier, picture).verdict for picture in pictures]
    told = [verdict for verdict in verdicts if verdict not in ("flat", "steady")]
    return Trials(
        slopes=slopes(classifier),
        alike=float(np.median([each.median for each in found])) if found else None,
        passed=sum(verdict in ("passed", "middle") for verdict in told),
        tried=len(told),
    )


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
    try:
        classifier = ClassifierStore(torch.device("cpu"), catalogue=own).get(options.name)
    except Problem:
        print(NotANetwork("damaged", f"{options.name}.safetensors", detail="it can't be loaded"), file=sys.stderr)
        return 1
    folders = pictures_of(options.check, tuple(classifier.labels)) if options.check else {}
    if options.check and not any(folders.values()):
        classes = ", ".join(tuple(classifier.labels)[:MOST_NAMED])
        print(f"{options.check} has no folder of pictures that is called like a class: {classes}.", file=sys.stderr)
        return 1
    told = _checked(options.models, classifier, folders) if folders else {}
    trials = put_on_trial(classifier, _some(folders))
    told |= trials.sentences()
    for name, sentence in told.items():
        print(f"{name}: {sentence}")
    path = entry_of(options.models, options.name)
    entry = entries.read(path)
    failed = (*(name for name in entry.failed if name == "alike"), *trials.failed)
    for name in failed:
        print(f"It failed a trial, and the page says so with its answers: {FAILURES[name]}.")
    entries.write(path, replace(entry, trial={**entry.trial, **told}, failed=failed))
    return 0


def _checked(models: Path, classifier: Classifier, folders: Mapping[str, Sequence[Path]]) -> dict[str, str]:
    """Count and measure; print what it mistakes for what, and keep what is usual."""
    found = check(classifier, folders)
    for name in found.broken:
        print(f"{name} is no picture that can be opened; it is left out.")
    for line in found.table():
        print(line)
    measured = measures(classifier, found)
    keep_measures(models, classifier.spec.name, measured)
    return {"right": f"on {found.right} of {found.count} pictures", "strange pictures": _strange(measured)}


def _strange(measured: Measures) -> str:
    """What is told of the bound."""
    if not measured.bound:
        return f"nothing is said of them: that takes {2 * LEAST} pictures of its classes at least"
    told = json.loads(measured.bound)
    alarms, caught = told["photographs"], told["outside"]
    shares = ", ".join(f"{each['called']} of {each['count']} of {each['kind']}" for each in caught)
    return f"{shares} are noticed, and {alarms['called']} of {alarms['count']} of its own are taken for strange"


def _some(folders: Mapping[str, Sequence[Path]]) -> list[Image.Image]:
    """A few pictures, of all classes in turn; the page's own where there are none."""
    turns = [path for row in zip_longest(*folders.values()) for path in row if path]
    paths = turns or [path for path in sorted(PHOTOGRAPHS.iterdir()) if path.suffix.lower() in ENDINGS]
    return [picture for path in paths[:MOST_PICTURES] if (picture := opened(path))]


if __name__ == "__main__":
    sys.exit(main())
