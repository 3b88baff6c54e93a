"""`python -m models list` and `python -m models fetch NAME…`: for places that will have no network."""

import argparse
import sys
from collections.abc import Mapping, Sequence

from models.catalogue import CATALOGUE, ClassifierSpec
from models.problems import Problem
from models.store import UnknownModel

SENTENCES = {
    "model.unknown": "There is no model called {model}. Known are: {known}.",
    "model.offline": "{title} is not on this machine, and --offline forbids to download it.",
    "model.broken": "The file with the weights of {title} is damaged. Fetch it again without --offline.",
    "model.download": "{title} could not be downloaded: {reason}.",
}

REASONS = {
    "timeout": "the server took too long to answer; try again later",
    "refused": "there is no connection to the server; check the network",
    "status": "the server does not have the file or does not give it away",
    "interrupted": "the connection broke off; try again",
    "hash": "what arrived is not the published file; try again, or ask who runs the network",
    "disk": "the file could not be written; check the free space and the rights of the cache folder",
}


def main(arguments: Sequence[str] | None = None, catalogue: Mapping[str, ClassifierSpec] = CATALOGUE) -> int:
    """Run one command; return 0, or 1 after a sentence on stderr when a model could not be fetched."""
    options = _parser().parse_args(arguments)
    try:
        if options.command == "list":
            _list(catalogue)
        else:
            _fetch(options.names, catalogue, options.offline)
    except Problem as problem:
        print(_sentence(problem), file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m models", description="The models, and their weights.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("list", help="which models there are and whether their weights are on this machine")
    fetch = commands.add_parser("fetch", help="download weights so that no network is needed later")
    fetch.add_argument("names", nargs="+", metavar="NAME", help="a model from the list, or: all")
    fetch.add_argument("--offline", action="store_true", help="only check what is here")
    return parser


def _list(catalogue: Mapping[str, ClassifierSpec]) -> None:
    width = max(map(len, catalogue))
    for name, spec in catalogue.items():
        state = "here" if spec.source.available() else "can be downloaded"
        print(f"{name:{width}}  {spec.title} ({state})")


def _fetch(names: Sequence[str], catalogue: Mapping[str, ClassifierSpec], offline: bool) -> None:
    wanted = list(catalogue) if "all" in names else list(dict.fromkeys(names))
    for name in wanted:
        if name not in catalogue:
            raise UnknownModel(name, tuple(catalogue))
    for name in wanted:
        spec = catalogue[name]
        spec.source.fetch(_ProgressLine(spec.title), offline)
        print(f"{spec.title} is here.")


class _ProgressLine:
    """One line that is written over; where the output is no terminal, one line for every tenth."""

    def __init__(self, title: str) -> None:
        self._title = title
        self._tenth = -1

    def __call__(self, done: int, total: int) -> None:
        whole = f" of {total / 1e6:.0f}" if total else ""
        text = f"{self._title}: {done / 1e6:.0f}{whole} MB"
        if sys.stdout.isatty():
            print(text, end="\n" if done == total else "\r", flush=True)
        elif total and done * 10 // total > self._tenth:
            self._tenth = done * 10 // total
            print(text, flush=True)


def _sentence(problem: Problem) -> str:
    values = {name: ", ".join(value) if isinstance(value, tuple) else value for name, value in problem.values.items()}
    if "reason" in values:
        values["reason"] = REASONS[str(values["reason"])]
    return SENTENCES[problem.key].format(**values)


if __name__ == "__main__":
    sys.exit(main())
