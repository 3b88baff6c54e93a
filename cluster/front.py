"""A page in front of a cluster: the service that every door asks, with the models elsewhere."""

import time
from collections import Counter
from collections.abc import Mapping

from cluster import wire
from cluster.attached import AUTO, start_attached
from cluster.greeting import HELLO, Greeting
from cluster.link import Address, Link, addresses_of
from cluster.place import InCluster
from models.catalogue import ClassifierSpec
from models.device import keep_little_memory
from models.download import Progress
from models.facts import ClassifierFacts
from models.preprocess import Preprocess
from models.store import ClassifierStore
from models.taught.model import TaughtModel, labels_of, taught_spec
from models.weights import TorchvisionWeights, WeightsOffline
from page.place import Away, OtherVersion
from page.readiness import Readiness
from page.service import Service
from page.settings import Settings
from page.supply import TAUGHT
from page.version import version
from page.words import Words

GREETING = 3.0  # seconds for a greeting
SILENT = 5.0  # seconds without any answer, after which nobody is there
EVERY = 1.5  # seconds from one greeting to the next


class FarStore(ClassifierStore):
    """The models of a cluster as a page's store tells of them: none of them is in this process."""

    def __init__(self, catalogue: Mapping[str, ClassifierSpec]) -> None:
        """Of `catalogue`, as far as the cluster has them; before it said so, those that need no download."""
        self.catalogue = catalogue
        self.offline = False
        self.loads: Counter[str] = Counter()
        self.greeting: Greeting | None = None

    @property
    def usual_device(self) -> str:
        """Where the cluster computes; replicas of one cluster are alike."""
        return self.greeting.device if self.greeting else ""

    def here(self) -> tuple[str, ...]:
        """As `ClassifierStore.here`."""
        if self.greeting:
            return tuple(name for name in self.catalogue if name in self.greeting.here)
        return tuple(name for name, spec in self.catalogue.items() if not isinstance(spec.source, TorchvisionWeights))

    def available(self) -> tuple[str, ...]:
        """As `here`: what is not in the cluster is not brought for a visitor."""
        return self.here()

    def has(self, name: str) -> bool:
        """As `ClassifierStore.has`."""
        return self.spec(name).name in self.here()

    def loaded(self) -> tuple[str, ...]:
        """As `ClassifierStore.loaded`, of the replica that greeted last."""
        return self.greeting.loaded if self.greeting else ()

    def fetch(self, name: str, progress: Progress | None = None) -> None:
        """There is nothing to fetch here. Raises WeightsOffline."""
        raise WeightsOffline(self.spec(name).title)


class Front:
    """One page's view of a cluster."""

    def __init__(
        self, addresses: tuple[Address, ...], catalogue: Mapping[str, ClassifierSpec], settings: Settings, words: Words
    ) -> None:
        """Ask at `addresses`; nothing is asked yet."""
        self.link = Link(addresses)
        self.store = FarStore(catalogue)
        self.welcome = False  # whether the cluster was seen to be of this page's version
        others = set(catalogue) - {settings.model}
        place = InCluster(self.link, settings.seconds, self._taught, self.facts_of, others)
        self.service = Service(self.store, None, settings.model, words, place, downloads=False)
        self.service.readiness = Readiness(self.greet, words, EVERY, watching=True)

    def greet(self) -> str:
        """Ask whether the cluster is there, and of which version; the device that it computes on.

        Whoever waits for it when nobody is there is told so. Raises Away, OtherVersion.
        """
        try:
            greeting = Greeting.decode(self.link.ask(HELLO, None, GREETING, urgent=True))
        except (Away, wire.Malformed) as problem:
            if time.monotonic() - self.link.heard < SILENT:  # it answers others: it is only busy
                return self.store.usual_device
            self.link.cut()
            raise Away from problem
        if not self.welcome or greeting.spoken != wire.SPOKEN:
            # Later on replicas may be exchanged for newer ones that speak alike, one by one.
            try:
                greeting.check(version())
            except OtherVersion:
                self.link.cut()
                raise
        self.welcome, self.link.away = True, False
        self.store.greeting = greeting
        return greeting.device

    def facts_of(self, name: str, preprocess: Preprocess) -> ClassifierFacts:
        """What is known of a model that answered, by its name."""
        if not name.startswith(TAUGHT):
            spec = self.store.spec(name)
            return ClassifierFacts(spec, preprocess, spec.labels)
        taught = self.service.supply.taught_model(name)
        spec = taught_spec(self.store.spec(taught.backbone), taught.head, taught.name, taught.title)
        return ClassifierFacts(spec, preprocess, labels_of(taught.head), taught.head)

    def _taught(self, name: str) -> TaughtModel | None:
        return self.service.supply.taught(name)


def service_in_front(settings: Settings, catalogue: Mapping[str, ClassifierSpec], words: Words) -> Service:
    """The service that every door asks, with the models in the cluster of the settings, which may be started for it.

    It is asked once, so that the page can tell at its start what there is; it need not be there yet.
    """
    keep_little_memory()
    addresses = (start_attached(settings),) if settings.cluster == AUTO else addresses_of(settings.cluster)
    front = Front(addresses, catalogue, settings, words)
    if settings.cluster != AUTO:
        front.service.readiness.reach()
    return front.service
