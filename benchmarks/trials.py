"""`python -m benchmarks.trials FOLDER`: how often a map passes its trial, and how often another picture's map does."""

import argparse
import sys
from collections import Counter
from pathlib import Path

import torch

from explainer.experiments.try_map import try_grid
from explainer.explain import explain
from models.catalogue import DEFAULT
from models.classifier import Classifier
from models.store import ClassifierStore
from page.examples import SUFFIXES
from page.pictures.picture import decode


def trials(classifier: Classifier, files: list[Path]) -> tuple[Counter[str], Counter[str]]:
    """The verdicts for each picture's own map, and for the map of the picture before it (the first takes the last's).

    Both are tried on the same picture, for its first answer, at the default layer.
    """
    own: Counter[str] = Counter()
    other: Counter[str] = Counter()
    layers = [classifier.spec.default_layer]
    before = explain(classifier, decode(files[-1]).rgb, layers=layers).layers[0]
    for file in files:
        picture = decode(file).rgb
        explanation = explain(classifier, picture, layers=layers)
        (layer,) = explanation.layers
        own[try_grid(classifier, explanation, picture, layer).verdict] += 1
        other[try_grid(classifier, explanation, picture, before).verdict] += 1
        before = layer
    return own, other


def main(arguments: list[str] | None = None) -> int:
    """Print both counts."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.trials", description=__doc__)
    parser.add_argument("folder", type=Path, help="a folder of photographs of what the model knows")
    parser.add_argument("--model", default=DEFAULT)
    parser.add_argument("--every", type=int, default=1, help="take every so manieth picture")
    options = parser.parse_args(arguments)
    files = sorted(path for path in options.folder.iterdir() if path.suffix.lower() in SUFFIXES)[:: options.every]
    if not files:
        print(f"there is no picture in {options.folder}", file=sys.stderr)
        return 1
    own, other = trials(ClassifierStore(torch.device("cpu")).get(options.model), files)
    print(f"{options.model}, {len(files)} pictures")
    print("its own map:", dict(own.most_common()))
    print("another picture's map:", dict(other.most_common()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
