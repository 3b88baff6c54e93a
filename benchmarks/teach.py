"""Teaching: how well a head of few pictures names others, and whether the exam finds out what it went by.

Without the quick form's figures the times mean something only on a quiet machine.
"""

import gc
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from benchmarks.machine import this_machine
from benchmarks.ours import engines_of
from benchmarks.planted import STICKER, Examined, cases, examined, with_addition
from benchmarks.report import Goal, Report, Table, figure
from explainer.engines.choice import Engines
from explainer.engines.protocol import Engine
from explainer.teach.evidence import score_of
from explainer.teach.features import features_of
from explainer.teach.fit import fit
from explainer.teach.latched import Verdict
from explainer.teach.lesson import ShownPictures, learn
from explainer.teach.pooled import Features
from models.catalogue import DEFAULT
from models.classifier import Classifier
from models.device import give_back_memory
from models.store import ClassifierStore
from models.taught.head import TaughtHead
from models.torch_thread import THREAD
from page.pictures.picture import Picture
from page.service import Service
from page.teaching.of import teaching_of
from page.teaching.strangers import StrangersOf
from page.words import load

NEAR = 0.02  # of the dense head's accuracy
COUNTS = (3, 5, 10)
DRAWS = 20
EPOCHS, HIDDEN, RATE, BATCH = 50, 100, 1e-3, 16  # of Teachable Machine's head
PLANTED, CLEAN, ADDED = 40, 40, 12
SMALLER = (48, 64)  # pixels of a side of stickers that are reported beside
TIMES = 9  # of which the middle one counts
WARM, VISITS = 30, 1000
Ranges = tuple[tuple[int, int], ...]
# By the number of their ImageNet class, with which the files' names begin.
KINDS: Mapping[str, Ranges] = MappingProxyType(
    {
        "dogs": ((151, 268),),
        "cats": ((281, 293),),
        "birds": ((7, 24), (80, 100), (127, 146)),
        "fish": ((0, 6), (389, 397)),
        "snakes": ((52, 68),),
        "lizards": ((38, 48),),
        "insects": ((300, 326),),
        "spiders": ((72, 77),),
        "monkeys": ((365, 384),),
        "frogs": ((30, 32),),
        "turtles": ((33, 37),),
        "hoofed animals": ((339, 355),),
        "other mammals": ((269, 299), (330, 388)),
        "small animals": ((70, 79), (110, 126), (300, 329)),
        "vehicles": (
            (407, 408),
            (436, 436),
            (444, 444),
            (511, 511),
            (555, 555),
            (569, 569),
            (609, 609),
            (627, 627),
            (654, 656),
            (661, 661),
            (670, 671),
            (675, 675),
            (705, 705),
            (717, 717),
            (734, 734),
            (751, 751),
            (779, 779),
            (817, 817),
            (829, 829),
            (847, 847),
            (864, 867),
            (870, 870),
            (874, 874),
        ),
        "food": ((923, 969),),
    }
)
TASKS: tuple[tuple[str, ...], ...] = (
    ("dogs", "cats"),
    ("birds", "fish"),
    ("snakes", "lizards"),
    ("insects", "spiders"),
    ("monkeys", "dogs"),
    ("frogs", "turtles"),
    ("dogs", "birds", "vehicles", "food"),
    # Of these there are more than ten each among two hundred classes.
    ("dogs", "other mammals"),
    ("birds", "small animals"),
    ("dogs", "birds", "other mammals", "small animals"),
)


@dataclass(frozen=True, eq=False)
class Photographs:
    """Photographs with their ImageNet class, and their features (N, C)."""

    pictures: tuple[Image.Image, ...]
    classes: NDArray[np.int_]
    vectors: NDArray[np.float32]

    def of(self, kind: str) -> NDArray[np.int_]:
        """The places of those of a kind."""
        inside = [any(low <= each <= high for low, high in KINDS[kind]) for each in self.classes]
        return np.flatnonzero(inside)


def run(out: Path, pictures: Path, threads: int = 2, quick: bool = False) -> Report:
    """Measure, and write teach.md and teach.json into `out`; `pictures` is a folder of photographs whose names begin
    with the number of their class."""
    THREAD.share(threads)
    classifier = ClassifierStore(torch.device("cpu"), offline=True).get(DEFAULT)
    engine = engines_of(classifier, out)[0][-1]  # the one that the page asks with
    photographs = read(pictures, classifier, engine)
    accuracy, accuracy_goals = _accuracy(photographs, 2 if quick else DRAWS)
    planted = cases(photographs.pictures, 3 if quick else PLANTED, "sticker")
    clean = cases(photographs.pictures, 3 if quick else CLEAN, "clean")
    placed = cases(photographs.pictures, 3 if quick else ADDED, "place")
    strangers = StrangersOf(
        lambda _, pixels: features_of(classifier, [classifier.preprocess.normalised(each) for each in pixels], engine)
    ).of(classifier.facts)
    tricked = [examined(each, classifier, engine, strangers.vectors) for each in planted]
    honest = [examined(each, classifier, engine, strangers.vectors) for each in clean]
    named = _accused(tricked)
    wrongly = _accused(honest)
    by_place = [examined(each, classifier, engine, strangers.vectors) for each in placed]
    added = [with_addition(each, classifier, engine, strangers.vectors) for each in placed]
    smaller = {
        size: [
            examined(each, classifier, engine, strangers.vectors)
            for each in cases(photographs.pictures, 3 if quick else PLANTED // 2, "sticker", size)
        ]
        for size in SMALLER
    }
    seconds = _seconds(photographs, classifier, engine, strangers.vectors)
    goals = (
        *accuracy_goals,
        Goal(
            "the map's brightest square lies on the planted sticker, share of unseen pictures",
            _brightest(tricked),
            0.95,
            True,
        ),
        Goal(f"the exam names the shortcut, share of {len(tricked)} planted cases", named, 0.95, True),
        Goal(f"the exam accuses, share of {len(honest)} clean cases", wrongly, 0.05),
        Goal("sum of the squares against the score, largest difference", _exact(photographs, classifier, engine), 1e-5),
        Goal("memory after so many visits that teach, MB more", _grown(photographs, quick), 10),
        Goal("two things, 20 pictures each: seconds from the last one to the first answer", seconds["first"], 1.0),
        Goal("each further picture, seconds: its features, and learning anew", seconds["further"], 0.15),
    )
    tables = (
        accuracy,
        Table(
            "The exam of planted and of clean cases",
            (
                "Case",
                "Cases",
                "Empty scene, still sure",
                "Unseen take, right",
                "Swapped, right",
                "Evidence on the thing",
            ),
            (_row("sticker", tricked), _row("place", by_place), _row("clean", honest)),
        ),
        Table(
            "Stickers of several sizes: what the exam and the map find of them",
            ("Side, of 224 pixels", "Cases", "Named by the exam", "Brightest square on it"),
            tuple(
                (str(size), str(len(found)), figure(_accused(found)), figure(_brightest(found)))
                for size, found in {**smaller, STICKER: tricked}.items()
            ),
        ),
        Table(
            "On an unseen background, before and after the proposed addition",
            ("Place, case", "Right before", "Right after", "Empty scene before", "after"),
            tuple((str(number + 1), *(figure(value) for value in each)) for number, each in enumerate(added)),
        ),
    )
    notes = (
        f"{len(photographs.pictures)} photographs of {pictures.name}; {DRAWS} draws each. Kinds with too few pictures "
        "for a count are left out of it.",
        "The dense head has 100 hidden units and the rates of Teachable Machine's, on the same features.",
        "Things are cut out of photographs and put on others; the masks are given to the exam. In a case with a "
        "sticker every picture has another cut-out and another ground, so that only the sticker tells the two things "
        "apart; in the others a thing is one cut-out, on two grounds of its own (place) or on six shared ones (clean).",
        f"A sticker that is smaller than {STICKER} pixels is found by the exam as well, but the map's brightest square "
        "lies elsewhere more often: it covers one or two of 49 squares, whose evidence is weighed against all that a "
        "picture of many things happens to have in common with those that were taught.",
    )
    report = Report("teach", "Teaching", this_machine(threads), goals, tables, notes)
    report.write(out)
    return report


def read(folder: Path, classifier: Classifier, engine: Engine) -> Photographs:
    """The photographs of a folder. Raises ValueError for a name that does not begin with a number."""
    paths = sorted(path for path in folder.iterdir() if path.suffix.lower() in (".jpg", ".jpeg", ".png", ".webp"))
    pictures = []
    for path in paths:
        with Image.open(path) as picture:
            pictures.append(picture.convert("RGB"))
    found = features_of(classifier, [classifier.preprocess.array(each) for each in pictures], engine)
    classes = np.array([int(path.name.partition("_")[0]) for path in paths])
    return Photographs(tuple(pictures), classes, np.stack([each.vector for each in found]))


def _accuracy(photographs: Photographs, draws: int) -> tuple[Table, list[Goal]]:
    rows, means = [], {}
    for count in COUNTS:
        found = []
        for task in TASKS:
            places = [photographs.of(kind) for kind in task]
            if min(map(len, places)) <= count:
                continue
            ours, dense, nearest = np.mean(
                [_drawn(photographs.vectors, places, count, seed) for seed in range(draws)], axis=0
            )
            rows.append((", ".join(task), str(count), *(figure(each) for each in (ours, dense, nearest))))
            found.append((ours, dense))
        if found:
            means[count] = np.mean(found, axis=0)
    header = ("Things", "Pictures each", "Ours", "Dense head", "Nearest mean")
    goals = [
        Goal(
            f"balanced accuracy with {count} pictures a thing, below the dense head's",
            float(max(0.0, dense - ours)),
            NEAR,
            note=f"{ours:.3f} against {dense:.3f}",
        )
        for count, (ours, dense) in means.items()
        if count >= 5
    ]
    return Table("Balanced accuracy", header, tuple(rows)), goals


def _drawn(
    vectors: NDArray[np.float32], places: Sequence[NDArray[np.int_]], count: int, seed: int
) -> tuple[float, float, float]:
    drawn = np.random.default_rng(seed)
    mixed = [drawn.permutation(each) for each in places]
    shown = np.concatenate([each[:count] for each in mixed])
    asked = np.concatenate([each[count:] for each in mixed])
    things = np.repeat(np.arange(len(places)), count)
    own = np.concatenate([np.full(len(each) - count, thing) for thing, each in enumerate(mixed)])
    ours = fit(vectors[shown], things, len(places)).scores(vectors[asked]).argmax(axis=1)
    dense = _dense(vectors[shown], things, vectors[asked], len(places), seed)
    means = np.stack([vectors[shown][things == thing].mean(axis=0) for thing in range(len(places))])
    nearest = ((vectors[asked][:, None] - means) ** 2).sum(axis=2).argmin(axis=1)
    return tuple(_balanced(each, own) for each in (ours, dense, nearest))  # type: ignore[return-value]


def _dense(
    shown: NDArray[np.float32], things: NDArray[np.int_], asked: NDArray[np.float32], count: int, seed: int
) -> NDArray[np.int_]:
    """What Teachable Machine puts on the features: a hidden layer, trained by Adam."""
    torch.manual_seed(seed)
    scale = float(np.sqrt(shown.shape[1]))  # features of length one would be too small for these rates
    head = torch.nn.Sequential(torch.nn.Linear(shown.shape[1], HIDDEN), torch.nn.ReLU(), torch.nn.Linear(HIDDEN, count))
    steps = torch.optim.Adam(head.parameters(), RATE)
    x, y = torch.from_numpy(shown * scale), torch.from_numpy(things)
    for _ in range(EPOCHS):
        for part in torch.randperm(len(x)).split(BATCH):  # type: ignore[no-untyped-call]
            steps.zero_grad()
            torch.nn.functional.cross_entropy(head(x[part]), y[part]).backward()  # type: ignore[no-untyped-call]
            steps.step()
    with torch.no_grad():
        said: NDArray[np.int_] = head(torch.from_numpy(asked * scale)).argmax(dim=1).numpy()
    return said


def _balanced(said: NDArray[np.int_], own: NDArray[np.int_]) -> float:
    return float(np.mean([(said[own == thing] == thing).mean() for thing in np.unique(own)]))


def _exact(photographs: Photographs, classifier: Classifier, engine: Engine) -> float:
    """The largest difference of a score and the sum of its squares, in the precision in which both are computed."""
    from explainer.experiments.honest_grid import taken_apart
    from explainer.target import Target
    from models.taught.network import taught_on

    dogs, birds = photographs.of("dogs")[:5], photographs.of("birds")[:5]
    shown = ShownPictures.of([*photographs.vectors[dogs], *photographs.vectors[birds]], [0] * 5 + [1] * 5, ["a"] * 10)
    taught = taught_on(classifier, learn(shown, ["dogs", "birds"]).head, "taught:x", "x")
    off = []
    for place in [*dogs[:3], *birds[:3]]:
        (features,) = features_of(classifier, [classifier.preprocess.array(photographs.pictures[place])], engine)
        for row in (0, 1):
            score = taken_apart(taught, photographs.pictures[place], Target("", (row,))).score
            off.append(abs(score_of(taught.head, features.maps, row).total - score))
    return max(off)


def _grown(photographs: Photographs, quick: bool) -> float:
    """By how many MB the process has grown after VISITS visits that teach two things, ask, and leave."""
    words = load()
    service = Service(
        ClassifierStore(torch.device("cpu"), offline=True), Engines("torch", Path("unused"), 1), DEFAULT, words
    )
    teaching = teaching_of(service)

    def visit(number: int) -> None:
        token = f"{number:032d}"
        taught = teaching.begin(token, "1", DEFAULT)
        for each in (0, 1):
            thing = taught.name_thing(None, f"thing {each}").number
            picture = Picture(photographs.pictures[(2 * number + each) % len(photographs.pictures)])
            teaching.add(taught, thing, picture, "1")
        teaching.ask(taught, Picture(photographs.pictures[number % len(photographs.pictures)]), None)
        teaching.visits.forget(token)

    for number in range(WARM):
        visit(number)
    before = _anonymous()
    for number in range(WARM, WARM + (10 if quick else VISITS)):
        visit(number)
    return max(0.0, _anonymous() - before)


def _anonymous() -> float:
    """This process's own memory in MB."""
    gc.collect()
    give_back_memory()
    (line,) = (each for each in Path("/proc/self/status").read_text().splitlines() if each.startswith("RssAnon"))
    return int(line.split()[1]) / 1024


def _seconds(
    photographs: Photographs, classifier: Classifier, engine: Engine, strangers: NDArray[np.float32]
) -> dict[str, float]:
    """How long it takes from the last of two things' 20 pictures to the first answer, and to take one more in."""
    vectors = [*photographs.vectors[:40], *strangers]
    things = [0] * 20 + [1] * 20 + [2] * len(strangers)
    shown = ShownPictures.of(vectors, things, ["a"] * 20 + ["b"] * 20 + [""] * len(strangers))

    def look(place: int) -> Features:
        return features_of(classifier, [classifier.preprocess.array(photographs.pictures[place])], engine)[0]

    def further() -> TaughtHead:
        look(0)
        return learn(shown, ["a", "b", "none"], 2).head

    def first() -> float:
        return score_of(further(), look(1).maps, 0).total

    return {"first": _middle(first), "further": _middle(further)}


def _middle(act: Callable[[], object]) -> float:
    act()  # what is loaded once is loaded
    seconds = []
    for _ in range(TIMES):
        began = time.perf_counter()
        act()
        seconds.append(time.perf_counter() - began)
    return sorted(seconds)[TIMES // 2]


def _accused(found: Sequence[Examined]) -> float:
    return float(np.mean([each.exam.verdict in (Verdict.PLACE, Verdict.MORE) for each in found]))


def _brightest(found: Sequence[Examined]) -> float:
    return float(np.mean([each for one in found for each in one.on_sticker]))


def _row(name: str, found: Sequence[Examined]) -> tuple[str, ...]:
    exams = [each.exam for each in found]
    empty = [each.empty.suspicious for each in exams if each.empty]
    unseen = [each.unseen.share for each in exams if each.unseen]
    swap = [each.swapped.right for each in exams if each.swapped]
    on = [each.on_thing for each in exams if each.on_thing is not None]
    return (name, str(len(exams)), *(figure(float(np.mean(each))) for each in (empty, unseen, swap, on)))
