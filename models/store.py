"""The classifiers in memory: each loaded once, for everyone, and only as many as fit."""

from __future__ import annotations

import threading
import time
from collections import Counter, OrderedDict
from collections.abc import Mapping
from concurrent.futures import Future
from functools import partial
from typing import NamedTuple
from weakref import WeakKeyDictionary

from models.catalogue import ClassifierSpec, built_in
from models.classifier import Classifier
from models.device import CPU, free_memory, is_out_of_memory
from models.download import DownloadFailed, Progress
from models.later import nn, torch
from models.problems import Problem
from models.taught.own import OwnTaught
from models.weights import WeightsBroken

RESTS = 600.0  # seconds without offering downloads, after the network could not be reached


class UnknownModel(Problem):
    """There is no model of that name. Values: model (the name), known (the names there are)."""

    key = "model.unknown"

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        super().__init__(model=name, known=known)


class _Key(NamedTuple):
    name: str
    device: torch.device


class ClassifierStore:
    """Hands out classifiers and keeps the `capacity` last used ones.

    A classifier that goes from the store stays usable for whoever still holds it, and frees its memory after that.
    """

    def __init__(
        self,
        device: torch.device,
        capacity: int = 2,
        offline: bool = False,
        catalogue: Mapping[str, ClassifierSpec] | None = None,
    ) -> None:
        """Load onto `device`; without a network when `offline`. `catalogue` has all models of the page, by name; None
        is the built-in ones."""
        self.device = device
        self._capacity = capacity
        self.offline = offline
        self.catalogue = built_in() if catalogue is None else catalogue
        self.loads: Counter[str] = Counter()  # how often each model was loaded
        self._ready: OrderedDict[_Key, Classifier] = OrderedDict()
        self._loading: dict[_Key, Future[Classifier]] = {}
        self._fingerprints: WeakKeyDictionary[Classifier, str] = WeakKeyDictionary()
        self._lock = threading.Lock()
        self._building = threading.Lock()  # one at a time, so that at most one more than `capacity` is in memory
        self._no_network_until = float("-inf")

    def get(self, name: str, *, device: torch.device | None = None, download: bool = True) -> Classifier:
        """Return a classifier, loading it first where needed; another device than the store's makes a second copy.

        Whoever asks while it is being loaded waits, and shares a failure; whoever asks after a failure tries anew.
        Without `download` it is loaded from this machine or not at all. Raises UnknownModel and what the source of
        weights raises.
        """
        spec = self.spec(name)
        if isinstance(spec.source, OwnTaught):
            return self._taught(spec, spec.source, device, download)
        key = _Key(spec.name, device or self.device)
        with self._lock:
            if key in self._ready:
                self._ready.move_to_end(key)
                return self._ready[key]
            others = self._loading.get(key)
            mine = self._loading.setdefault(key, Future())
        if others is not None:
            return others.result()
        return self._lead(key, mine, download)

    def get_somewhere(self, name: str) -> Classifier:
        """As `get` without a download, but on the CPU when the store's device has no memory for the model."""
        try:
            return self.get(name, download=False)
        except RuntimeError as error:
            if not is_out_of_memory(error) or self.device.type == "cpu":
                raise
        return self.get(name, device=torch.device(CPU), download=False)

    def fetch(self, name: str, progress: Progress | None = None) -> None:
        """See to it that a model's weights are on this machine; `progress` hears of bytes downloaded and in total.

        Raises UnknownModel and what their source raises.
        """
        self._fetch(self.spec(name), progress, self.offline)

    def spec(self, name: str) -> ClassifierSpec:
        """What is told of a model without its weights. Raises UnknownModel."""
        if name not in self.catalogue:
            raise UnknownModel(name, tuple(self.catalogue))
        return self.catalogue[name]

    @property
    def usual_device(self) -> str:
        """Where classifiers are, in torch's words, unless memory is short there."""
        return str(self.device)

    def has(self, name: str) -> bool:
        """Whether a model is in memory, or its weights are on this machine. Raises UnknownModel."""
        spec = self.spec(name)
        return name in self.loaded() or spec.source.available()

    def available(self) -> tuple[str, ...]:
        """Return the names of the models that can be offered: all, or those that are here when offline, and for some
        minutes after the network could not be reached."""
        return self.here() if self.offline or time.monotonic() < self._no_network_until else tuple(self.catalogue)

    def here(self) -> tuple[str, ...]:
        """Return the names of the models whose weights are on this machine."""
        return tuple(name for name, spec in self.catalogue.items() if spec.source.available())

    def loaded(self) -> tuple[str, ...]:
        """Return the names of the models in memory, the last used one last."""
        with self._lock:
            names = tuple(dict.fromkeys(key.name for key in self._ready))
        # What stands on a network that is in memory needs nothing more.
        taught = ((name, spec.source) for name, spec in self.catalogue.items() if isinstance(spec.source, OwnTaught))
        return (*names, *(name for name, source in taught if source.taught.backbone in names))

    def _taught(
        self, spec: ClassifierSpec, source: OwnTaught, device: torch.device | None, download: bool
    ) -> Classifier:
        """What somebody taught, on the network that it was taught to, which is in memory once for both.

        Raises WeightsBroken where that is another one now.
        """
        from models.taught.network import taught_on

        backbone = self.get(source.taught.backbone, device=device, download=download)
        with self._lock:
            known = self._fingerprints.get(backbone)
        if known is None:
            known = backbone.fingerprint()
            with self._lock:
                self._fingerprints[backbone] = known
        if known != source.taught.fingerprint:
            raise WeightsBroken(spec.title)
        return taught_on(backbone, source.taught.head, spec.name, spec.title)

    def _lead(self, key: _Key, mine: Future[Classifier], download: bool) -> Classifier:
        """Load a classifier, also for the threads that wait for `mine`, which get the failure where there is one."""
        try:
            classifier = self._load(key, download)
        except BaseException as error:
            with self._lock:
                del self._loading[key]
            mine.set_exception(error)
            raise
        with self._lock:
            del self._loading[key]
            self._ready[key] = classifier
            self.loads[key.name] += 1
            evicted = [self._ready.popitem(last=False) for _ in range(len(self._ready) - self._capacity)]
        mine.set_result(classifier)
        if evicted:
            evicted.clear()
            free_memory()
        return classifier

    def _fetch(self, spec: ClassifierSpec, progress: Progress | None, offline: bool) -> None:
        try:
            spec.source.fetch(progress, offline)
        except DownloadFailed as failure:
            if failure.values["reason"] in ("timeout", "refused"):
                self._no_network_until = time.monotonic() + RESTS
            raise

    def _load(self, key: _Key, download: bool) -> Classifier:
        spec = self.spec(key.name)
        self._fetch(spec, None, self.offline or not download)
        with self._building:
            network = spec.source.build()
            module = placed(network.module, key.device)
        cpu = torch.device(CPU)
        on_cpu = None if key.device.type == "cpu" else partial(self.get, key.name, device=cpu, download=False)
        return Classifier(spec, module, network.preprocess, network.labels, key.device, threading.Lock(), on_cpu)


def placed(module: nn.Module, device: torch.device) -> nn.Module:
    """A network on a device, as it is quickest there."""
    module = module.to(device)
    # On a CPU torch's convolutions want it so, and would rearrange every picture and layer.
    return module.to(memory_format=torch.channels_last) if device.type == "cpu" else module
