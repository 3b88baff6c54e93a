"""How often photographs are called outside, and how often pictures that are outside."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import torch
from PIL import Image, ImageEnhance, ImageOps

from benchmarks.kinds import KINDS, in_folder
from benchmarks.machine import this_machine
from benchmarks.report import Goal, Report, Table, figure
from explainer.engines.protocol import Engine
from explainer.engines.torch import TorchEngine
from explainer.outside.bounds import PACKAGED, Measured, OutsideRate, store_bound
from explainer.outside.outside import LEAST, Bound, Impression, calibrate, impression_of
from models.catalogue import DEFAULT
from models.classifier import Classifier
from models.store import ClassifierStore
from models.torch_thread import THREAD

FALSE_ALARMS, CAUGHT = 0.08, 0.70
SURE = ("noise", "blank")  # kinds of which every picture must be caught
PHOTOGRAPHS = "photographs"
EXCHANGED = "photographs, with the halves exchanged"
# What is not outside either, but what no photograph of the bound looked like.
CHANGES: Mapping[str, Callable[[Image.Image], Image.Image]] = MappingProxyType(
    {
        "photographs in grey": lambda picture: ImageOps.grayscale(picture).convert("RGB"),
        "photographs, half as bright": lambda picture: ImageEnhance.Brightness(picture).enhance(0.5),
        "photographs, 128 dots long": lambda picture: ImageOps.contain(picture, (128, 128)),
    }
)


class NoPhotographs(ValueError):
    """The folder holds too few photographs to make a bound of one half and try it on the other."""


@dataclass(frozen=True)
class Asked:
    """Where pictures are: `photographs` of the model's classes, and folders of kinds outside it in `more`."""

    photographs: Path
    more: Path | None = None
    model: str = DEFAULT


def run(out: Path, asked: Asked, threads: int = 2, quick: bool = False, store: bool = False) -> Report:
    """Measure, and write outside.md and outside.json into `out`, or outside_MODEL for another model than the default.

    `store` also rewrites the file of bounds.

    Raises:
        NoPhotographs: too few of them.
    """
    THREAD.share(threads)
    classifier = ClassifierStore(torch.device("cpu"), offline=True).get(asked.model)
    photographs = in_folder(asked.photographs)[: 2 * LEAST if quick else None]
    measured, extra = measure(classifier, photographs, _pictures(asked.more, quick))
    if store and not quick:
        store_bound(PACKAGED, classifier, measured)
    report = Report(
        name="outside" if asked.model == DEFAULT else f"outside_{asked.model}",
        title="Outside its world: false alarms, and what is caught",
        machine=this_machine(threads),
        goals=goals_of(measured),
        tables=(_rates("What must be caught", measured.outside), _rates("Also tried, with no goal", extra)),
        notes=(
            measured.origin,
            f"A picture counts as outside when its oddness is above {figure(measured.bound.limit)}.",
            "The rule was chosen by looking at these kinds and photographs; the bound is made of one half alone.",
            "The faces are 25 dots wide, and grey. People in ordinary photographs look far less odd, and many pass.",
        ),
    )
    report.write(out)
    return report


def measure(
    classifier: Classifier, photographs: Sequence[Image.Image], kinds: Mapping[str, Iterable[Image.Image]]
) -> tuple[Measured, tuple[OutsideRate, ...]]:
    """Make a bound of every other photograph, and try it on the rest and on each kind.

    Returns:
        The bound with the rates of KINDS; and those of the first half by a bound of the other, of the other half
        changed as in CHANGES, and of kinds beyond KINDS.

    Raises:
        NoPhotographs: too few of them.
    """
    own, others = photographs[::2], photographs[1::2]
    if min(len(own), len(others)) < LEAST:
        raise NoPhotographs(f"{len(photographs)} photographs are too few: at least {2 * LEAST} are needed")
    layers = [layer.name for layer in classifier.spec.layers[:-1]]  # the last one tells the same as the answer
    engine = TorchEngine(classifier)

    def seen(pictures: Iterable[Image.Image]) -> list[Impression]:
        return [impression(engine, classifier, layers, picture) for picture in pictures]

    first, second = seen(own), seen(others)
    bound, exchanged = calibrate(first, layers), calibrate(second, layers)
    alarms = rate_of(PHOTOGRAPHS, bound, second)
    rates = [rate_of(kind, bound, seen(pictures)) for kind, pictures in kinds.items()]
    changed = [
        rate_of(EXCHANGED, exchanged, first),
        *(rate_of(kind, bound, seen(map(change, others))) for kind, change in CHANGES.items()),
    ]
    origin = (
        f"The bound was made of {len(own)} photographs of the model's own classes, every other one of "
        f"{len(photographs)}, for {bound.level:.0%} false alarms. False alarms were counted on the other {len(others)}."
    )
    known = tuple(rate for rate in rates if rate.kind in KINDS)
    further = (*changed, *(rate for rate in rates if rate.kind not in KINDS))
    return Measured(bound, origin, alarms, known), further


def impression(engine: Engine, classifier: Classifier, layers: Sequence[str], picture: Image.Image) -> Impression:
    """What a picture shows of itself at those layers."""
    recording = engine.run(classifier.preprocess(picture).unsqueeze(0), layers, [None])
    return impression_of(recording, layers, layers)


def rate_of(kind: str, bound: Bound, impressions: Sequence[Impression]) -> OutsideRate:
    """How many are called outside."""
    return OutsideRate(kind, sum(bound.usual.oddness(each) > bound.limit for each in impressions), len(impressions))


def goals_of(measured: Measured) -> tuple[Goal, ...]:
    """At most so many false alarms; of what is outside at least so much caught, all in all and of each kind."""
    every = OutsideRate(
        "all", sum(rate.called for rate in measured.outside), sum(rate.count for rate in measured.outside)
    )
    return (
        Goal("photographs called outside, share", round(measured.photographs.share, 3), FALSE_ALARMS),
        Goal("outside and caught, share of all", round(every.share, 3), CAUGHT, at_least=True),
        *(
            Goal(f"{rate.kind} caught, share", round(rate.share, 3), 1 if rate.kind in SURE else CAUGHT, at_least=True)
            for rate in measured.outside
        ),
    )


def _pictures(more: Path | None, quick: bool) -> dict[str, list[Image.Image]]:
    """Those of KINDS, each with the folder of its name in `more`; further folders are kinds of their own."""
    pictures = {kind: made()[: 3 if quick else None] for kind, made in KINDS.items()}
    for folder in sorted(more.iterdir()) if more else ():
        if folder.is_dir():
            pictures.setdefault(folder.name, []).extend(in_folder(folder)[: 3 if quick else None])
    return pictures


def _rates(title: str, rates: Sequence[OutsideRate]) -> Table:
    rows = tuple((rate.kind, f"{rate.called}", f"{rate.count}", f"{rate.share:.0%}") for rate in rates)
    return Table(title, ("Kind", "Called outside", "Of", "Share"), rows)
