"""`python -m models`: `list`, `fetch NAME…` for places that will have no network, `add FILE` and `remove NAME` for
networks of the host's own."""

import argparse
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from models.catalogue import ClassifierSpec, built_in, with_own
from models.own.problems import NotANetwork
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


def main(arguments: Sequence[str] | None = None, catalogue: Mapping[str, ClassifierSpec] | None = None) -> int:
    """Run one command on the built-in models, or those of `catalogue`; return 0, or 1 after a sentence on stderr."""
    options = _parser().parse_args(arguments)
    try:
        COMMANDS[options.command](options, built_in() if catalogue is None else catalogue)
    except Problem as problem:
        print(_sentence(problem), file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m models", description="The models, and their weights.")
    commands = parser.add_subparsers(dest="command", required=True)
    listed = commands.add_parser("list", help="which models there are and whether their weights are on this machine")
    fetch = commands.add_parser("fetch", help="download weights so that no network is needed later")
    fetch.add_argument("names", nargs="+", metavar="NAME", help="a model from the list, or: all")
    fetch.add_argument("--offline", action="store_true", help="only check what is here")
    adding = commands.add_parser("add", help="add a network of your own; its file is read and never run")
    adding.add_argument(
        "file", metavar="FILE", help=".pth, .pt, .safetensors, fast.ai's export.pkl, or hf-hub:timm/NAME"
    )
    adding.add_argument("--name", help="what commands and programs call it; small letters, digits and _")
    adding.add_argument("--title", help="what visitors read")
    adding.add_argument("--architecture", help="such as resnet18, timm/convnext_atto or fastai/torchvision/resnet34")
    adding.add_argument("--classes", help="their names, with commas between, or a file with one on each line")
    adding.add_argument("--size", type=_side, help="side of the square that it sees, in pixels")
    adding.add_argument("--crop", choices=("centre", "squash"), help="the square of the centre, or all of it, squeezed")
    adding.add_argument("--check", type=Path, help="folder of pictures, with a folder for each class, to check it with")
    adding.add_argument("--max-gigabytes", type=_gigabytes, default=2.0, help="how large it may be (2)")
    adding.add_argument("--cache", type=Path, default=_from("SEEWHY_CACHE", "~/.cache/seewhy"), help=argparse.SUPPRESS)
    removing = commands.add_parser("remove", help="take a network of your own out of the folder")
    removing.add_argument("name", metavar="NAME")
    for each in (listed, adding, removing):
        each.add_argument(
            "--models", type=Path, default=_from("SEEWHY_MODELS", "own-models"), help="folder of your own networks"
        )
    return parser


def _from(variable: str, default: str) -> Path:
    return Path(os.environ.get(variable) or default).expanduser()


def _side(text: str) -> int:
    side = int(text)
    if not 8 <= side <= 2048:
        raise argparse.ArgumentTypeError("a whole number from 8 to 2048")
    return side


def _gigabytes(text: str) -> float:
    gigabytes = float(text)
    if not 0 < gigabytes < 1000:
        raise argparse.ArgumentTypeError("a number above 0")
    return gigabytes


def _add(options: argparse.Namespace, catalogue: Mapping[str, ClassifierSpec]) -> None:
    from models.own.adding import Wishes, add
    from models.taught.own import OwnTaught

    if options.check and not options.check.is_dir():
        raise NotANetwork("absent", str(options.check))
    chosen = ("name", "title", "architecture", "size", "crop")
    wishes = Wishes(
        **{each: getattr(options, each) for each in chosen},
        classes=_names(options.classes),
        most_gigabytes=options.max_gigabytes,
    )
    line = _Line()
    spec = add(options.file, options.models, wishes, tuple(catalogue), options.cache, line)
    line.end()
    print(f"Its layers: {', '.join(f'{layer.title} ({layer.name})' for layer in spec.layers)}.")
    if isinstance(spec.source, OwnTaught):  # its network is one of the page's, which needs no trial
        print(f"{spec.title} is in {options.models}.")
        return
    print(f"{spec.title} is in {options.models}, and is put on trial now.", flush=True)
    # Its maps are made one floor above this one, which imports from here: so it is a program of its own.
    check = ["--check", str(options.check)] if options.check else []
    trial = [sys.executable, "-m", "explainer.own_trial", spec.name, "--models", str(options.models), *check]
    if subprocess.run(trial, check=False).returncode:
        raise NotANetwork("untried", options.file, name=spec.name)


def _names(given: str | None) -> tuple[str, ...]:
    """Names with commas between, or those in a file. A name with a comma in it needs the file."""
    if not given:
        return ()
    path = Path(given)
    if path.is_file():
        return tuple(line.strip() for line in path.read_text(encoding="utf-8").splitlines() if line.strip())
    return tuple(name.strip() for name in given.split(",") if name.strip())


def _remove(options: argparse.Namespace, catalogue: Mapping[str, ClassifierSpec]) -> None:
    from models.own.adding import remove
    from models.own.folder import read_folder

    remove(options.models, options.name, tuple(read_folder(options.models).specs))
    print(f"{options.name} is removed.")


def _list(options: argparse.Namespace, catalogue: Mapping[str, ClassifierSpec]) -> None:
    from models.own.folder import read_folder

    own = read_folder(options.models)
    for problem in own.problems:
        print(problem, file=sys.stderr)
    catalogue = with_own(own.specs, catalogue)
    width = max(map(len, catalogue))
    for name, spec in catalogue.items():
        state = "here" if spec.source.available() else "can be downloaded"
        state += f"; it failed a trial: {', '.join(spec.failed)}" if spec.failed else ""
        print(f"{name:{width}}  {spec.title} ({state})")


def _fetch(options: argparse.Namespace, catalogue: Mapping[str, ClassifierSpec]) -> None:
    wanted = list(catalogue) if "all" in options.names else list(dict.fromkeys(options.names))
    for name in wanted:
        if name not in catalogue:
            raise UnknownModel(name, tuple(catalogue))
    for name in wanted:
        spec = catalogue[name]
        spec.source.fetch(_ProgressLine(spec.title), options.offline)
        print(f"{spec.title} is here.")


COMMANDS = {"list": _list, "fetch": _fetch, "add": _add, "remove": _remove}


class _Line:
    """Sentences on the way; on a terminal, one that counts is written over by the next."""

    def __init__(self) -> None:
        self._open = False

    def __call__(self, sentence: str) -> None:
        counts = not sentence.endswith((".", "?"))
        if counts and not sys.stdout.isatty() and self._open:
            return
        if sys.stdout.isatty() or not counts:
            self.end() if not counts else None
        print(sentence, end="\r" if counts and sys.stdout.isatty() else "\n", flush=True)
        self._open = counts

    def end(self) -> None:
        """Leave what was written over."""
        if self._open and sys.stdout.isatty():
            print()
        self._open = False


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
    if isinstance(problem, NotANetwork):
        return str(problem)
    values = {name: ", ".join(value) if isinstance(value, tuple) else value for name, value in problem.values.items()}
    if "reason" in values:
        values["reason"] = REASONS[str(values["reason"])]
    return SENTENCES[problem.key].format(**values)


if __name__ == "__main__":
    sys.exit(main())
