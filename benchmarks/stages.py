"""What stands around the model: decoding, preprocessing and encoding, each stage and its share of a request."""

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import torch

from benchmarks.ours import answer_bytes, deviation, published
from benchmarks.pictures import typical
from benchmarks.report import Table, figure
from benchmarks.rounds import Plan, Spread, time_rounds
from explainer.engines.choice import Engines
from models.catalogue import DEFAULT
from models.classifier import Classifier
from models.store import ClassifierStore
from page.pictures.picture import base_jpeg, decode
from page.question import Question
from page.reply import as_view
from page.service import Service
from page.words import load

DECODE, PREPROCESS, PUBLISHED = "decode", "preprocess", "preprocess as published"
EXPLAIN, JSON, JPEG, VIEW = "explain, preprocessing included", "JSON for a program", "base JPEG", "view for the page"
WHOLE = "whole request of a program"


@dataclass(frozen=True)
class Stages:
    """Milliseconds of each stage for one picture, and how far preprocessing is from the published one, in 1/255."""

    spreads: Mapping[str, Spread]
    difference: float

    def cell(self, stage: str) -> str:
        """The median, and its share of the whole request."""
        share = self.spreads[stage].over(self.spreads[WHOLE])
        return f"{figure(self.spreads[stage].median)} ms, {100 * share:.0f} %"


def measure(plan: Plan) -> tuple[list[Table], list[str]]:
    """A table of all stages for each kind of picture, with notes."""
    store = ClassifierStore(torch.device("cpu"), offline=True)
    service = Service(store, Engines("torch", Path("unused"), torch.get_num_threads()), DEFAULT, load())
    with tempfile.TemporaryDirectory() as folder:
        files = typical(Path(folder))
        each = Plan(plan.seconds / len(files), plan.least, plan.most)
        found = {
            name: Stages(time_rounds(calls_of(path, service), each), difference_of(path, store.get(DEFAULT)))
            for name, path in files.items()
        }
    return [table_of(found)], ["The typical pictures are enlarged from a packaged photograph of 451 by 300 pixels."]


def calls_of(path: Path, service: Service) -> dict[str, Callable[[], object]]:
    """Each stage as a call of its own, on what the stage before it gives."""
    classifier, question = service.store.get(DEFAULT), Question()
    picture = decode(path)
    reply = service.ask(picture, question)
    return {
        DECODE: lambda: decode(path),
        PREPROCESS: lambda: classifier.preprocess(picture.rgb),
        PUBLISHED: lambda: published(classifier, picture),
        EXPLAIN: lambda: service.ask(picture, question),
        JSON: lambda: answer_bytes(reply),
        JPEG: lambda: base_jpeg(picture),
        VIEW: lambda: as_view(reply, picture, service.words),
        WHOLE: lambda: answer_bytes(service.ask(decode(path), question)),
    }


def difference_of(path: Path, classifier: Classifier) -> float:
    """How far our tensor and the published transform's are apart, in steps of 1/255 of a picture's brightness."""
    picture = decode(path)
    apart = (classifier.preprocess(picture.rgb) - published(classifier, picture)) * deviation(classifier)
    return 255 * float(apart.abs().max())


def table_of(found: Mapping[str, Stages]) -> Table:
    """A row for each stage, a column for each picture."""
    stages = next(iter(found.values())).spreads
    rows = [(stage, *(each.cell(stage) for each in found.values())) for stage in stages]
    apart = ("preprocess differs from published, in 1/255", *(figure(each.difference) for each in found.values()))
    return Table("Stages of a request, bundled model", ("Stage", *found), (*rows, apart))
