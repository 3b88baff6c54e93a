"""`python -m benchmarks.usual FOLDER`: how large the maximum of a map usually is, for `explainer/strength.py`."""

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from statistics import median, quantiles

import torch

from explainer.engines.torch import TorchEngine
from explainer.methods import METHODS, positive
from models.catalogue import DEFAULT
from models.classifier import Classifier
from models.store import ClassifierStore
from page.examples import SUFFIXES
from page.pictures.picture import decode

Table = Mapping[str, Mapping[str, float]]


def usual(classifier: Classifier, files: list[Path]) -> tuple[Table, Table]:
    """For each method and layer the median, and the upper quartile, over pictures, of the maximum of the map for the
    first answer."""
    found = list(_maxima(classifier, files))

    def table(of: Callable[[list[float]], float]) -> Table:
        return {
            method: {layer.name: of([each[method, layer.name] for each in found]) for layer in classifier.spec.layers}
            for method in METHODS
        }

    return table(median), table(lambda values: quantiles(values, n=4)[2])


def _maxima(classifier: Classifier, files: list[Path]) -> Iterator[dict[tuple[str, str], float]]:
    engine, names = TorchEngine(classifier), [layer.name for layer in classifier.spec.layers]
    for file in files:
        recording = engine.run(classifier.preprocess(decode(file).rgb).unsqueeze(0), names, [None])
        yield {
            (key, name): float(positive(method.function(activations, gradients)).max())
            for name, activations, gradients in zip(names, recording.activations, recording.gradients, strict=True)
            for key, method in METHODS.items()
        }


def main(arguments: list[str] | None = None) -> int:
    """Print the table as Python."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.usual", description=__doc__)
    parser.add_argument("folder", type=Path, help="a folder of photographs of what the model knows")
    parser.add_argument("--model", default=DEFAULT)
    options = parser.parse_args(arguments)
    files = sorted(path for path in options.folder.iterdir() if path.suffix.lower() in SUFFIXES)
    if not files:
        print(f"there is no picture in {options.folder}", file=sys.stderr)
        return 1
    classifier = ClassifierStore(torch.device("cpu")).get(options.model)
    for title, table in zip(("USUAL", "FULL"), usual(classifier, files), strict=True):
        print(f"# {title}: {options.model}, {len(files)} pictures")
        for method, layers in table.items():
            print(f"{method!r}: { {name: float(f'{value:.3g}') for name, value in layers.items()} },")
    return 0


if __name__ == "__main__":
    sys.exit(main())
