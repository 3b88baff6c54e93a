"""Which engine answers for a classifier: the fast one once it is ready, torch until then and wherever it must."""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Literal

from explainer.engines.batched import MOST, Batched
from explainer.engines.build import BuildFailed, build_apart, reason
from explainer.engines.graph_store import GraphStore, graph_key
from explainer.engines.linear_head import HEADS
from explainer.engines.openvino import OpenvinoEngine
from explainer.engines.protocol import Engine
from explainer.engines.taught import TaughtEngine
from explainer.engines.torch import TorchEngine
from explainer.methods import ATTENTION, METHODS
from explainer.tape import Recording
from models.classifier import Classifier
from models.later import Tensor, torch
from models.taught.network import TaughtClassifier

log = logging.getLogger("seewhy")

EngineName = Literal["auto", "torch", "openvino"]

# How far a graph may be from torch on a picture of noise, as the norm of the difference by torch's own norm. In the
# early layers a rounding may flip a ReLU, which moves a few numbers; a graph that is wrong moves all of them.
TRUSTED = 0.02


ROOM = 16 * 1024 * 1024  # bytes of a graph's file beside the weights

# Seconds, so that the first answer, which is torch's, need not share the processor with a builder that starts.
DELAY = 1.0


class Engines:
    """Hands out engines and keeps those of the `capacity` classifiers that were asked last."""

    def __init__(self, name: EngineName, folder: Path, threads: int, capacity: int = 2) -> None:
        """Take OpenVINO where it works, with graphs kept in `folder`; the name "torch" never does."""
        self._wanted = name
        self._graphs = GraphStore(folder)
        self._threads = threads
        self._capacity = capacity
        self._slots: OrderedDict[int, _Slot] = OrderedDict()
        self._lock = threading.Lock()
        self._one_build = threading.Lock()

    def of(self, classifier: Classifier, method: str, layers: Sequence[str]) -> Engine:
        """The engine to ask for maps of `method` at `layers`.

        The first question about a classifier waits until a graph that is on disk is loaded. Where there is none, one
        is built in the background, and torch answers meanwhile. A taught classifier has the engine of its backbone.
        """
        if isinstance(classifier, TaughtClassifier):
            return TaughtEngine(classifier, self.of(classifier.backbone, method, layers))
        slot = self._slot(classifier)
        with slot.lock:
            if not slot.looked:
                slot.looked = True
                self._look_for_graph(slot)
        if method == ATTENTION:
            return slot.attention
        delicate = METHODS[method].delicate and tuple(layers) != (classifier.spec.layers[-1].name,)
        return slot.fast if slot.fast and not delicate else slot.reference

    def _slot(self, classifier: Classifier) -> _Slot:
        with self._lock:
            slot = self._slots.pop(id(classifier), None) or _Slot(classifier)
            self._slots[id(classifier)] = slot
            while len(self._slots) > self._capacity:
                self._slots.popitem(last=False)
        return slot

    def _look_for_graph(self, slot: _Slot) -> None:
        if self._wanted == "torch" or slot.classifier.device.type != "cpu":
            return
        try:
            slot.fast = self._load(slot.classifier)
            if slot.fast is None and not self._graphs.takes(_size(slot.classifier)):
                raise RuntimeError("there is no place to keep its graph")
            if slot.fast is None:
                building = threading.Timer(DELAY, self._build, (slot,))
                building.daemon = True
                building.start()
        except Exception as error:
            _refused(slot.classifier, error)

    def _build(self, slot: _Slot) -> None:
        try:
            with self._one_build:
                build_apart(slot.classifier.spec, self._graphs.folder)
            slot.fast = self._of_new_graph(slot.classifier)
            log.info("%s: %s explains", slot.classifier.spec.name, slot.fast.name)
        except BuildFailed as error:
            if error.crashed:
                self._remember(slot.classifier, error)
            _refused(slot.classifier, self._graphs.refused(graph_key(slot.classifier)) or error)
        except Exception as error:
            _refused(slot.classifier, error)

    def _of_new_graph(self, classifier: Classifier) -> Engine:
        """The engine of a graph that was built just now. One that is wrong is noted, so as not to be built again."""
        try:
            engine = self._load(classifier)
        except Exception as error:
            self._remember(classifier, error)
            raise
        if engine is None:
            wrong = RuntimeError("its graph says something else")
            self._remember(classifier, wrong)
            raise wrong
        return engine

    def _remember(self, classifier: Classifier, error: Exception) -> None:
        with suppress(OSError):  # then the next start tries again
            self._graphs.refuse(graph_key(classifier), reason(error))

    def _load(self, classifier: Classifier) -> Engine | None:
        """The engine of the graph on disk, None where one has to be built. Raises when OpenVINO does."""
        key = graph_key(classifier)
        if before := self._graphs.refused(key):
            raise RuntimeError(before)
        graph = self._graphs.load(key)
        if graph is None:
            return None
        layers = [layer.name for layer in classifier.spec.layers]
        head = HEADS.of(classifier, layers[-1])
        engine = OpenvinoEngine(graph, layers, head, self._threads)
        if not _agree(engine, classifier, layers):
            self._graphs.discard(key)
            return None
        return Batched(engine, MOST if self._threads > 1 else 1)


class _Slot:
    """The engines of one classifier."""

    def __init__(self, classifier: Classifier) -> None:
        self.classifier = classifier
        # On a CPU torch goes row by row: together, a row's numbers would depend on its neighbours' by a rounding. Of
        # the bundled model eight together took 41 ms of a core each, and one alone 37; of ResNet-18 it was 40 and 69.
        self.reference: Engine = Batched(TorchEngine(classifier), 1 if classifier.device.type == "cpu" else MOST)
        # Of attention a graph keeps nothing to look at.
        self.attention: Engine = Batched(TorchEngine(classifier, attention=True), 1)
        self.fast: Engine | None = None
        self.looked = False
        self.lock = threading.Lock()


def _refused(classifier: Classifier, why: Exception | str) -> None:
    told = why if isinstance(why, str) else reason(why)
    log.info("%s: OpenVINO can't run it (%s), so torch explains", classifier.spec.name, told)


def _size(classifier: Classifier) -> int:
    """About how many bytes a graph of the classifier takes: its weights, perhaps twice, and ROOM."""
    return 2 * sum(each.nbytes for each in classifier.module.parameters()) + ROOM


def _agree(engine: Engine, classifier: Classifier, layers: Sequence[str]) -> bool:
    """Whether an engine gives what torch gives for a picture of noise."""
    side = classifier.preprocess.crop_side
    picture = torch.rand(1, 3, side, side, generator=torch.Generator().manual_seed(0))
    ours = engine.run(picture, layers, [None])
    theirs = TorchEngine(classifier).run(picture, layers, [None])
    return all(float((mine - other).norm()) <= TRUSTED * float(other.norm()) for mine, other in _pairs(ours, theirs))


def _pairs(ours: Recording, theirs: Recording) -> list[tuple[Tensor, Tensor]]:
    mine, others = ((each.logits, *each.activations, *each.gradients) for each in (ours, theirs))
    return list(zip(mine, others, strict=True))
