"""How often a noise that nobody sees changes the answer: away from the right label, and toward one that was picked."""

import io
import math
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from benchmarks.machine import this_machine
from benchmarks.report import Goal, Report, Table, figure
from benchmarks.rounds import Spread
from explainer.asking import Asking
from explainer.engines.protocol import Engine
from explainer.engines.torch import TorchEngine
from explainer.experiments.fool import DRAWS, STRONGEST, Aim, fool
from explainer.experiments.noise import Noise
from explainer.explain import explain
from models.catalogue import DEFAULT
from models.classifier import Classifier
from models.store import ClassifierStore
from models.torch_thread import THREAD
from page.examples import SUFFIXES

AWAY, TOWARD = "away from the right label", "toward a label drawn at random"
# For each what share must be reached by which strength, in 1/255, and within how many seconds.
MUST = {AWAY: (0.98, 2), TOWARD: (0.95, STRONGEST)}
SECONDS = 5.0
QUICK = 3


class NoLabels(ValueError):
    """The folder holds no picture whose name begins with the number of a class."""


@dataclass(frozen=True)
class Attempt:
    """One picture and one aim.

    `reached` tells what the model says of the written file, `within` whether no value of that file moved further than
    `strength`. `unmoved` counts the random draws that changed nothing; `seconds` are for all of it, `busy` those in
    which a processor worked, divided by the threads.
    """

    name: str
    aim: str
    reached: bool
    within: bool
    strength: int
    passes: int
    unmoved: int
    seconds: float
    busy: float


def run(out: Path, pictures: Path, threads: int = 2, quick: bool = False, model: str = DEFAULT) -> Report:
    """Measure, and write fool.md and fool.json into `out`.

    Raises:
        NoLabels: there is no labelled picture.
    """
    THREAD.share(threads)
    classifier = ClassifierStore(torch.device("cpu"), offline=True).get(model)
    files = labelled(pictures, len(classifier.labels))[: QUICK if quick else None]
    attempts = [attempt for path, index in files for attempt in attempts_of(classifier, path, index, threads)]
    report = Report(
        name="fool",
        title="Fool it: how often, how faint, how fast",
        machine=this_machine(threads),
        goals=tuple(goal for aim in MUST for goal in goals_of(aim, attempts)),
        tables=(summary(attempts), by_strength(attempts)),
        notes=notes_of(len(files), attempts),
    )
    report.write(out)
    return report


def labelled(folder: Path, classes: int) -> list[tuple[Path, int]]:
    """All pictures whose names begin with a number below `classes`, with that number. Raises NoLabels for none."""
    found = [
        (path, int(number[0]))
        for path in sorted(folder.iterdir())
        if path.suffix.lower() in SUFFIXES and (number := re.match(r"\d+", path.name)) and int(number[0]) < classes
    ]
    if not found:
        raise NoLabels(f"{folder} holds no picture whose name begins with the number of a class, like 0007_cock.jpg")
    return found


def attempts_of(classifier: Classifier, path: Path, index: int, threads: int) -> Iterator[Attempt]:
    """Both aims for one picture; the first only where the model is right, the second never at what it says or should.

    The label to aim at is drawn with the picture's own number as seed.
    """
    with Image.open(path) as opened:
        picture = opened.convert("RGB")
    engine = TorchEngine(classifier)  # warmed up by this question, and what computes everywhere
    answer = explain(classifier, picture, engine=engine, layers=[classifier.spec.default_layer]).answer.index
    if answer == index:
        yield attempt(engine, classifier, picture, AWAY, Aim(index, toward=False), path.stem, threads)
    others = [other for other in range(len(classifier.labels)) if other not in (answer, index)]
    wanted = int(np.random.default_rng(index).choice(others))
    yield attempt(engine, classifier, picture, TOWARD, Aim(wanted, toward=True), path.stem, threads)


def attempt(
    engine: Engine, classifier: Classifier, picture: Image.Image, kind: str, aim: Aim, name: str, threads: int
) -> Attempt:
    """Look for the smallest strength, as the page does, then ask about the PNG."""
    began, busy = time.perf_counter(), time.process_time()
    asking = Asking(classifier, engine=engine, layers=(classifier.spec.default_layer,))
    found = fool(asking, picture, aim, seconds=math.inf)  # as far as the search goes, however busy the machine is
    seconds, busy = time.perf_counter() - began, (time.process_time() - busy) / threads
    noise = found.faintest.noise if found.faintest else found.noise
    read = reopened(classifier, noise, picture)
    seen = classifier.preprocess.seen_pixels(read)
    asked = explain(classifier, read, engine=engine, layers=[classifier.spec.default_layer])
    return Attempt(
        name=name,
        aim=kind,
        reached=aim.reached(asked.answer.index),
        within=bool(np.abs(seen.astype(int) - noise.before).max() <= noise.strength),
        strength=noise.strength,
        passes=sum(step.noise.passes for step in found.steps),
        unmoved=found.unmoved,
        seconds=seconds,
        busy=busy,
    )


def reopened(classifier: Classifier, noise: Noise, picture: Image.Image) -> Image.Image:
    """The picture with its noise, written as a PNG with 8 bits a colour and read back."""
    held = io.BytesIO()
    classifier.preprocess.framed(noise.after, picture).save(held, "PNG")
    return Image.open(io.BytesIO(held.getvalue())).convert("RGB")


def share_by(strength: int, attempts: Sequence[Attempt]) -> float:
    """Which share reached the aim with no value further off than `strength`, 0..1."""
    return sum(each.reached and each.within and each.strength <= strength for each in attempts) / len(attempts)


def goals_of(kind: str, attempts: Sequence[Attempt]) -> tuple[Goal, Goal]:
    """The share and the time that one aim must reach. Neither has a value where there is no attempt."""
    own = [each for each in attempts if each.aim == kind]
    least, strength = MUST[kind]
    share = round(share_by(strength, own), 3) if own else None
    slowest = round(max(each.busy for each in own), 2) if own else None
    return (
        Goal(f"{kind}, by {strength}/255 at most: share", share, least, at_least=True),
        Goal(f"{kind}: seconds of both processors, the slowest picture", slowest, SECONDS),
    )


def summary(attempts: Sequence[Attempt]) -> Table:
    """Times and passes of each aim, and what random noise did."""
    rows = []
    for kind in MUST:
        own = [each for each in attempts if each.aim == kind]
        if own:
            seconds, busy = (Spread.of([getattr(each, name) for each in own]) for name in ("seconds", "busy"))
            unmoved = sum(each.unmoved for each in own)
            rows.append(
                (
                    kind,
                    f"{len(own)}",
                    f"{figure(busy.median)} s, at most {figure(max(each.busy for each in own))} s",
                    f"{figure(seconds.median)} s, at most {figure(max(each.seconds for each in own))} s",
                    figure(Spread.of([each.passes for each in own]).median),
                    f"{unmoved} of {DRAWS * len(own)}",
                )
            )
    header = (
        "Aim",
        "Pictures",
        "Both processors busy",
        "On the clock",
        "Median passes",
        "Random noise changed nothing",
    )
    return Table("Time, and random noise of the same strength", header, tuple(rows))


def by_strength(attempts: Sequence[Attempt]) -> Table:
    """How many pictures each strength was enough for."""
    strengths = range(1, STRONGEST + 1)
    rows = [
        (kind, *(f"{share_by(strength, own):.1%}" for strength in strengths))
        for kind in MUST
        if (own := [each for each in attempts if each.aim == kind])
    ]
    return Table("Reached by a strength of at most", ("Aim", *(f"{each}/255" for each in strengths)), tuple(rows))


def notes_of(count: int, attempts: Sequence[Attempt]) -> tuple[str, ...]:
    """What was done, and which pictures it failed for."""
    right = sum(each.aim == AWAY for each in attempts)
    failed = [f"{each.name} ({each.aim})" for each in attempts if not (each.reached and each.within)]
    return (
        f"{count} pictures. The model is right about {right} of them; only those can be led away from the right label.",
        "Each was written as a PNG with 8 bits a colour, opened again and asked about as any other picture.",
        "Seconds are for what a visitor waits for: the search for the smallest strength, three maps and five random "
        "draws, all with torch. Those of both processors count only what this process used; on the clock, whatever "
        "else the machine had to do counts too.",
        f"Not reached: {', '.join(failed) or 'none'}.",
    )
