"""Maps by SeeWhy and by its peers, for the same model, layers, input and threads, in one run."""

import copy
import os
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from benchmarks import stages
from benchmarks.floor import openvino_forward, torch_forward
from benchmarks.machine import this_machine
from benchmarks.networks import torchvision_network
from benchmarks.ours import ask, engines_of
from benchmarks.peers import PEERS, Maps, Read
from benchmarks.pictures import cat
from benchmarks.report import Goal, Report, Table, figure
from benchmarks.rounds import ONCE, Plan, Spread, time_rounds
from explainer.engines.protocol import Engine
from models.catalogue import DEFAULT, built_in
from models.classifier import Classifier
from models.labels import Labels
from models.store import ClassifierStore
from models.torch_thread import THREAD
from models.weights import frozen

MODELS = (DEFAULT, "resnet50", "vgg16", "mobilenet_v3_large")
# How long each is measured; those of which a goal speaks longer than the others.
SECONDS = {DEFAULT: 75.0, "resnet50": 60.0, "vgg16": 60.0}
NAMES = ("grad-cam", "captum", "torchcam")

ONE, EACH, ALL, FIVE = "one map, default layer", "each layer, a call a layer", "all layers at once", "five classes"
FORWARD = "forward pass, no map"
# How far a scaled map may be from ours. In early layers a rounding may flip an activation's mask on rare photographs.
TOLERANCES = {ONE: 1e-3, EACH: 0.02, ALL: 0.02, FIVE: 1e-3}
GRAD_CAM, CAPTUM, TORCHCAM = NAMES
FROZEN = "grad-cam, frozen model"
TORCH, OPENVINO = "SeeWhy, torch", "SeeWhy, openvino"
BARE_TORCH, BARE_OPENVINO = "torch", "OpenVINO"

Case = tuple[str, str]  # what is asked for, and by whom


@dataclass(frozen=True, eq=False)
class Subject:
    """A model and a question: `ours` is frozen as SeeWhy holds it, `theirs` the same network as its library gives it.

    `indices` are the five classes with the highest scores, the first answer first.
    """

    name: str
    ours: Classifier
    theirs: nn.Module
    inputs: Tensor
    indices: tuple[int, ...]

    @property
    def layers(self) -> list[str]:
        """The target layers, from early to late."""
        return [layer.name for layer in self.ours.spec.layers]


@dataclass(frozen=True, eq=False)
class Result:
    """What was measured for a model: milliseconds, and how far each contender's maps are from the reference's."""

    name: str
    spreads: Mapping[Case, Spread]
    differences: Mapping[Case, float]
    notes: tuple[str, ...]
    close: Mapping[Case, Spread] = field(default_factory=dict)

    def ratio(self, over: Case, under: Case) -> float | None:
        """One case by another, both of the same rounds: those of the `close` cases if they hold both."""
        for spreads in (self.close, self.spreads):
            if over in spreads and under in spreads:
                return round(spreads[over].over(spreads[under]), 3)
        return None

    def wrong(self, case: Case) -> bool:
        """Whether a contender's map is another than ours."""
        return not self.differences.get(case, 0.0) <= TOLERANCES.get(case[0], 0.0)


def run(out: Path, threads: int = 2, quick: bool = False, models: Sequence[str] = ()) -> Report:
    """Measure, and write explain.md and explain.json into `out`. Quick: one round of the bundled model.

    Whoever computes with torch does so in the thread where ours does: with a second one, all would be slower.
    """
    THREAD.share(threads)
    chosen = tuple(models) or ((DEFAULT,) if quick else MODELS)
    results = []
    for name in chosen:
        seconds = SECONDS.get(name, 30.0)
        plan = ONCE if quick else Plan(seconds)
        results.append(measure(subject_of(name), threads, plan, out / "cache.tmp"))
    tables, notes = stages.measure(ONCE if quick else Plan(30))
    random = "The weights of all models but the bundled one are random: same work, no download. torch's peers get a "
    random += "network whose parameters ask for gradients, as the libraries give it, with in-place activations off."
    waiting = f"OMP_WAIT_POLICY is {os.environ.get('OMP_WAIT_POLICY', 'not set')} for everyone; the page sets nothing."
    report = Report(
        name="explain",
        title="One picture: maps by SeeWhy and its peers",
        machine=this_machine(threads),
        goals=goals_of({result.name: result for result in results}),
        tables=(*(table_of(result) for result in results), *tables),
        notes=tuple(dict.fromkeys((random, waiting, *(note for result in results for note in result.notes), *notes))),
    )
    report.write(out)
    return report


def subject_of(name: str) -> Subject:
    """A model with its real weights where they come with a package, else with seeded random ones."""
    bundled = ClassifierStore(torch.device("cpu"), offline=True).get(DEFAULT)
    classifier = bundled
    if name != DEFAULT:
        module = frozen(torchvision_network(name))
        labels, device = Labels.imagenet(), torch.device("cpu")
        classifier = Classifier(built_in()[name], module, bundled.preprocess, labels, device, threading.Lock())
    inputs = bundled.preprocess(cat()).unsqueeze(0)
    with torch.inference_mode():
        best = classifier.module(inputs)[0].topk(5).indices.tolist()
    theirs = copy.deepcopy(classifier.module).requires_grad_(True)
    return Subject(name, classifier, theirs, inputs.clone(), tuple(best))


def measure(subject: Subject, threads: int, plan: Plan, cache: Path) -> Result:
    """Time every contender with everything it can be asked for, then compare the maps."""
    engines, notes = engines_of(subject.ours, cache)
    theirs = {name: _bound(PEERS[name, "gradcam"], subject.theirs, subject.inputs) for name in NAMES}
    leaf = subject.inputs.clone().requires_grad_()
    theirs[FROZEN] = _bound(PEERS[GRAD_CAM, "gradcam"], subject.ours.module, leaf)
    ours = {f"SeeWhy, {engine.name}": _ours(engine, subject.inputs) for engine in engines}
    asked = _cases({**theirs, **ours}, subject)
    floors: dict[Case, Callable[[], object]] = {
        (FORWARD, BARE_TORCH): partial(THREAD.run, torch_forward(subject.ours.module, subject.inputs))
    }
    if bare := openvino_forward(subject.ours.module, subject.inputs, threads):
        floors[FORWARD, BARE_OPENVINO] = bare
    else:
        notes.append("OpenVINO is not installed, so that its bare forward pass is missing.")
    cases = {**floors, **asked}
    spreads, close = time_rounds(cases, plan), _close_ones(cases, list(ours), plan)
    notes.append("Where SeeWhy's one map is held against a bare pass, both come from rounds of their own.")
    return Result(subject.name, spreads, differences(asked), tuple(notes), close)


def _close_ones(cases: Mapping[Case, Callable[[], object]], ours: Sequence[str], plan: Plan) -> dict[Case, Spread]:
    """A bare pass and our one map once more: they are so close that they need more rounds, and nobody in between."""
    close = {case: call for case, call in cases.items() if case[0] == FORWARD or (case[0] == ONE and case[1] in ours)}
    return time_rounds(close, Plan(plan.seconds / 3, min(10, plan.most), plan.most, plan.calls))


Question = Callable[[Sequence[str], Sequence[int]], Read]


def _bound(peer: Callable[..., Read], network: nn.Module, inputs: Tensor) -> Question:
    return lambda layers, indices: THREAD.run(lambda: peer(network, layers, inputs, indices))


def _ours(engine: Engine, inputs: Tensor) -> Question:
    return lambda layers, indices: ask(engine, layers, inputs, indices)


def _cases(questions: Mapping[str, Question], subject: Subject) -> dict[Case, Callable[[], Read]]:
    default, best = [subject.ours.spec.default_layer], subject.indices[:1]
    cases: dict[Case, Callable[[], Read]] = {}
    for task in TOLERANCES:
        for name, question in questions.items():
            cases[task, name] = {
                ONE: lambda question=question: question(default, best),
                EACH: lambda question=question: _one_by_one(question, subject.layers, best),
                ALL: lambda question=question: question(subject.layers, best),
                FIVE: lambda question=question: question(default, subject.indices),
            }[task]
    return cases


def _one_by_one(question: Question, layers: Sequence[str], indices: Sequence[int]) -> Read:
    reads = [question([layer], indices) for layer in layers]
    return lambda: [[read()[row][0] for read in reads] for row in range(len(indices))]


def differences(asked: Mapping[Case, Callable[[], Read]]) -> dict[Case, float]:
    """How far apart the scaled maps of each case and of the torch engine are, 0..1; infinite when they don't fit."""
    return {(task, name): _apart(asked[task, TORCH]()(), call()()) for (task, name), call in asked.items()}


def _apart(ours: Sequence[Maps], theirs: Sequence[Maps]) -> float:
    shapes = [[[grid.shape for grid in maps] for maps in side] for side in (ours, theirs)]
    if shapes[0] != shapes[1]:
        return float("inf")
    pairs = [pair for one, other in zip(ours, theirs, strict=True) for pair in zip(one, other, strict=True)]
    apart = [float(np.abs(_scaled(one) - _scaled(other)).max()) for one, other in pairs]
    return max(apart) if np.isfinite(apart).all() else float("inf")


def _scaled(grid: NDArray[np.float64]) -> NDArray[np.float64]:
    scaled: NDArray[np.float64] = grid / grid.max() if grid.max() > 0 else grid
    return scaled


def table_of(result: Result) -> Table:
    """Every case of a model: its times, against torchcam's single map, and how its maps compare."""
    base = result.spreads[ONE, TORCHCAM]
    rows = []
    for case, spread in result.spreads.items():
        apart = result.differences.get(case)
        map_ = "-" if apart is None else f"**another map: {figure(apart)}**" if result.wrong(case) else figure(apart)
        times = (figure(spread.median), f"{figure(spread.lower)} to {figure(spread.upper)}", str(spread.count))
        rows.append((*case, *times, f"{spread.over(base):.2f}", map_))
    header = ("What", "Who", "Median ms", "Quartiles", "Calls", "x torchcam's one map", "Map differs by")
    return Table(built_in()[result.name].title, header, tuple(rows))


@dataclass(frozen=True)
class _Ratio:
    model: str
    claim: str
    over: Case
    under: Case
    limit: float

    def goal(self, results: Mapping[str, Result], engine: str) -> Goal:
        """The claim as measured; a wrong map is no success however fast it came."""
        result = results.get(self.model)
        over, under = ((task, engine if who == "ours" else who) for task, who in (self.over, self.under))
        claim = f"{self.claim} ({engine})" if "ours" in (self.over[1], self.under[1]) else self.claim
        ratio = result.ratio(over, under) if result else None
        if result is None or ratio is None:
            return Goal(claim, None, self.limit)
        if result.wrong(over) or result.wrong(under):
            return Goal(claim, None, self.limit, note="the maps differ")
        return Goal(claim, ratio, self.limit)


RATIOS = (
    _Ratio(DEFAULT, "one map / `torchcam`'s one map", (ONE, "ours"), (ONE, TORCHCAM), 0.40),
    _Ratio(DEFAULT, "all layers at once / `torchcam`'s one map", (ALL, "ours"), (ONE, TORCHCAM), 1.0),
    _Ratio(DEFAULT, "all layers at once / `grad-cam`'s one map", (ALL, "ours"), (ONE, GRAD_CAM), 0.35),
    _Ratio(DEFAULT, "five classes / one class, default layer", (FIVE, "ours"), (ONE, "ours"), 1.3),
    _Ratio(DEFAULT, "openvino engine, one map / OpenVINO's forward", (ONE, OPENVINO), (FORWARD, BARE_OPENVINO), 1.25),
    _Ratio("resnet50", "ResNet-50, torch engine, one map / torch's forward", (ONE, TORCH), (FORWARD, BARE_TORCH), 1.05),
    _Ratio("vgg16", "VGG-16, torch engine, one map / torch's forward", (ONE, TORCH), (FORWARD, BARE_TORCH), 1.25),
    _Ratio(
        "vgg16", "VGG-16, openvino engine, one map / OpenVINO's forward", (ONE, OPENVINO), (FORWARD, BARE_OPENVINO), 1.1
    ),
    _Ratio("vgg16", "VGG-16, all layers at once / `torchcam`'s one map", (ALL, "ours"), (ONE, TORCHCAM), 1.0),
    _Ratio("resnet50", "ResNet-50, all layers at once / `torchcam`'s one map", (ALL, "ours"), (ONE, TORCHCAM), 1.0),
    _Ratio(
        "mobilenet_v3_large", "MobileNetV3, five classes / `torchcam`'s five", (FIVE, "ours"), (FIVE, TORCHCAM), 1.05
    ),
)


def goals_of(results: Mapping[str, Result]) -> tuple[Goal, ...]:
    """The ratios that must be reached; where no engine is named, with the fastest that is here."""
    bundled = results.get(DEFAULT)
    fast = bundled is not None and (ONE, OPENVINO) in bundled.spreads
    return tuple(ratio.goal(results, OPENVINO if fast else TORCH) for ratio in RATIOS)
