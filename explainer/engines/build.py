"""Build a model's graph, in a process of its own: tracing takes a core for a while, and memory that is not given back.

`python -m explainer.engines.build MODEL FOLDER` does so beforehand, as for an image of a container.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import re
import signal
import sys
from pathlib import Path

from explainer.engines.graph_store import GraphStore, graph_key
from explainer.engines.joint_graph import build_graph
from models.catalogue import ClassifierSpec, built_in, with_own
from models.later import torch
from models.own.folder import DEFAULT_FOLDER, read_folder
from models.store import ClassifierStore

# Signals that a process gets for a fault of its own; any other means that it was ended from outside.
CRASHES = {signal.SIGSEGV, signal.SIGILL, signal.SIGABRT, signal.SIGFPE, signal.SIGBUS}


OPERATORS = re.compile(r"No conversion rule found for operations: (.+)")


class BuildFailed(Exception):
    """The process that builds a graph ended without one. `crashed` says whether a fault of its own ended it,
    which would happen again."""

    def __init__(self, code: int | None) -> None:
        super().__init__(f"its builder ended with {code}")
        self.crashed = code is not None and -code in CRASHES


class CantConvert(Exception):
    """Some part of the model can't be traced, or OpenVINO has no counterpart of it."""


def build(spec: ClassifierSpec, folder: Path) -> None:
    """Build the graph of a model in this process and save it below `folder`.

    Raises:
        CantConvert: the model is not one of which a graph can be made; the store remembers it.
        OSError, MemoryError: the folder can't be written to, or memory is short; nothing is remembered.
        models.problems.Problem: the model's weights are not here, or damaged.
    """
    torch.set_num_threads(1)
    classifier = ClassifierStore(torch.device("cpu"), offline=True, catalogue={spec.name: spec}).get(spec.name)
    key, graphs = graph_key(classifier), GraphStore(folder)
    try:
        layers = [layer.name for layer in classifier.spec.layers]
        graph = build_graph(classifier.module, layers, classifier.preprocess.crop_side, classifier.spec.ways)
    except (MemoryError, OSError):  # another time it may work
        raise
    except Exception as error:  # torch and OpenVINO raise many kinds
        graphs.refuse(key, reason(error))
        raise CantConvert(spec.name) from error
    graphs.save(key, graph)


def reason(error: BaseException) -> str:
    """Why no graph could be made: the operators that OpenVINO has no counterpart of, or the error's own first line."""
    text = str(error)
    named = OPERATORS.search(text)
    return f"OpenVINO has no counterpart of {named[1]}" if named else text.partition("\n")[0] or type(error).__name__


def build_apart(spec: ClassifierSpec, folder: Path) -> None:
    """Like `build`, but in a process of its own with the lowest priority. Raises BuildFailed."""
    process = multiprocessing.get_context("spawn").Process(target=_build_gently, args=(spec, folder), daemon=True)
    process.start()
    process.join()
    if process.exitcode != 0:
        raise BuildFailed(process.exitcode)


def _build_gently(spec: ClassifierSpec, folder: Path) -> None:
    if hasattr(os, "nice"):
        os.nice(10)  # beside a busy page it must end as well: at 19 it may get a hundredth of a core
    try:
        build(spec, folder)
    except (CantConvert, OSError, MemoryError) as error:  # expected, so one line and no traceback
        if not isinstance(error, CantConvert):  # of which the page's own log tells
            print(f"no graph of {spec.name}: {reason(error)}", file=sys.stderr)
        sys.exit(1)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m explainer.engines.build", description=__doc__)
    parser.add_argument("model")
    parser.add_argument("folder", type=Path)
    chosen = parser.parse_args()
    own = read_folder(Path(os.environ.get("SEEWHY_MODELS") or DEFAULT_FOLDER), built_in()).specs
    build(with_own(own)[chosen.model], chosen.folder)


if __name__ == "__main__":
    main()
