"""`python -m benchmarks`: measure, and write what was found as Markdown and JSON."""

import argparse
import os
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from benchmarks.report import Report

RESULTS = Path(__file__).parent / "results"
WHAT = {
    "explain": "one picture: maps by SeeWhy and by grad-cam, captum and torchcam",
    "page": "many visitors: pictures a second, waiting times, and processor time a picture",
    "tap": "a further question about the same picture: the server's processor time, and how long it takes",
    "memory": "10,000 pictures: what grows in the server",
    "load": "64 clients for three minutes, every third request hostile",
    "fuzz": "pictures and requests that are nearly right: 21,000 of them",
    "cost": "small requests that would cost much: what each takes, and how long another visitor waits",
    "mirror": "the live mirror: maps a second, their age, what a frame costs, and eight mirrors at once",
    "cluster": "pages in front of a cluster: equal answers, what it adds, how far it carries, and what dies in it",
    "kiosk": "a day of a kiosk: 1,000 visits, one after the other, and what they leave",
    "faults": "the disk full or read-only, the model's file cut or missing, kill -9, SIGTERM",
    "start": "from the command to the first finished explanation",
    "outside": "how many photographs, and how many pictures of other kinds, are called outside",
    "teach": "a head of few pictures: how well it names others, and whether the exam finds out what it went by",
    "fool": "how often a faint noise changes the answer, on a folder of labelled pictures",
}


def main(arguments: list[str] | None = None) -> int:
    """Run one benchmark; 0 when it ran, whatever it found, and 1 with a sentence when a package is missing."""
    options = parser().parse_args(arguments)
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ["HF_HUB_OFFLINE"] = "1"
    try:
        report = _run(options)
    except ModuleNotFoundError as error:
        print(f"{error.name} is missing; install it with: pip install -r requirements-dev.txt", file=sys.stderr)
        return 1
    from benchmarks.report import total_verdict

    print(report.must_reach().markdown())
    print(f"\n{total_verdict(report.goals)}; all figures are in {options.out / report.name}.md")
    return 0


def parser() -> argparse.ArgumentParser:
    """The command line."""
    every = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    commands = every.add_subparsers(dest="command", required=True, metavar="BENCHMARK")
    for name, what in WHAT.items():
        command = commands.add_parser(name, help=what, description=f"Measures {what}. Takes less than ten minutes.")
        command.add_argument("--threads", type=int, default=2, help="CPU threads for everyone (default: 2)")
        command.add_argument("--out", type=Path, default=RESULTS, help="folder for the results (default: %(default)s)")
        command.add_argument("--quick", action="store_true", help="see that it runs, in seconds; no figures to quote")
        if name in ("fool", "teach"):
            command.add_argument(
                "pictures", type=Path, help="folder of pictures whose names begin with the number of their class"
            )
        if name == "page":
            command.add_argument(
                "--pictures", type=Path, help="folder of pictures to send instead of the packaged ones"
            )
        if name == "cluster":
            command.add_argument("--pictures", type=Path, help="folder of photographs beside the packaged ones")
        if name == "outside":
            command.add_argument(
                "--pictures", type=Path, required=True, help="folder of photographs of the model's own classes"
            )
            command.add_argument("--more", type=Path, help="folder with a folder of pictures for each kind outside")
            command.add_argument("--model", default="efficientnet_lite0", help="whose bound (default: %(default)s)")
            command.add_argument("--store", action="store_true", help="keep the bound in the program's own file")
    return every


def _run(options: argparse.Namespace) -> "Report":
    if options.command == "explain":
        from benchmarks import explain

        return explain.run(options.out, options.threads, options.quick)
    if options.command == "page":
        from benchmarks import page

        return page.run(options.out, options.threads, options.quick, options.pictures)
    if options.command == "memory":
        from benchmarks import memory

        return memory.run(options.out, options.threads, options.quick)
    if options.command in ("tap", "mirror", "load", "fuzz", "cost", "kiosk", "faults"):
        strangers = import_module(f"benchmarks.{options.command}")
        report: Report = strangers.run(options.out, options.threads, options.quick)
        return report
    if options.command == "outside":
        from benchmarks import outside

        asked = outside.Asked(options.pictures, options.more, options.model)
        return outside.run(options.out, asked, options.threads, options.quick, options.store)
    if options.command == "cluster":
        from benchmarks import cluster

        return cluster.run(options.out, options.quick, options.pictures)
    if options.command == "teach":
        from benchmarks import teach

        return teach.run(options.out, options.pictures, options.threads, options.quick)
    if options.command == "fool":
        from benchmarks import fool

        return fool.run(options.out, options.pictures, options.threads, options.quick)
    from benchmarks import start

    return start.run(options.out, options.threads, options.quick)


if __name__ == "__main__":
    sys.exit(main())
