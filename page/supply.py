"""The models of a page: which one answers by itself, which can be chosen, and how one that is not here is brought."""

from collections.abc import Callable

from models.classifier import Classifier
from models.deliveries import Deliveries
from models.problems import Problem
from models.store import ClassifierStore, UnknownModel
from models.taught.model import TaughtModel
from models.weights import WeightsBroken, WeightsOffline

TAUGHT = "taught:"  # what the names of taught networks begin with


class NotHere(Problem):
    """A model that is not on this machine, on a page that brings none for visitors. Values: title."""

    key = "model.not_here"


class Supply:
    """Gives classifiers out of the store. `deliveries` has models brought that are not here; nobody waits for one in a
    line."""

    def __init__(self, store: ClassifierStore, default: str, downloads: bool = True) -> None:
        """Give `default` where no model is named. Without `downloads` a visitor's choice brings no model; the default
        one comes all the same."""
        self.store = store
        self.default = default
        self.downloads = downloads
        self.deliveries = Deliveries(store.fetch)
        # What the visitor of this request taught, by its name; None for what nobody, or somebody else, taught.
        self.taught: Callable[[str], TaughtModel | None] = lambda name: None

    def offered(self) -> tuple[str, ...]:
        """The models that a visitor may choose: also the default one when it can't be had, so that they are told."""
        names = self.store.available() if self.downloads else self.store.here()
        return names if self.default in names else (self.default, *names)

    def far(self) -> dict[str, int]:
        """How many megabytes those of the models have that are offered, and come over the network when chosen."""
        sizes = {name: getattr(self.store.spec(name).source, "megabytes", None) for name in self.offered()}
        return {name: size for name, size in sizes.items() if size and not self.store.has(name)}

    def prepare(self, *models: str | None) -> None:
        """See to it that models are here, None for the default one; before a GPU is borrowed, since a visitor's time
        on it is too short for a download.

        Raises OnItsWay for one that is being brought, NotHere where that is not to be, and UnknownModel.
        """
        for name in (model or self.default for model in models):
            if name.startswith(TAUGHT):
                self.taught_model(name)
            elif not self.store.has(name) and not self.store.offline:  # whose source says by itself what is missing
                self._bring(name)

    def classifier(self, model: str | None) -> Classifier:
        """A model, None for the default one, on the CPU where the device's memory is full.

        Raises as `prepare`, and what the model's source raises.
        """
        name = model or self.default
        if name.startswith(TAUGHT):
            from models.taught.network import taught_on

            taught = self.taught_model(name)
            return taught_on(self.classifier(taught.backbone), taught.head, taught.name, taught.title)
        self.prepare(name)
        try:
            return self.store.get_somewhere(name)
        except (WeightsBroken, WeightsOffline):
            if self.store.offline:
                raise
        self._bring(name)  # in place of a file that is damaged
        return self.store.get_somewhere(name)

    def loaded(self, model: str | None) -> bool:
        """Whether a model answers without being loaded first, None for the default one."""
        return not model or model.startswith(TAUGHT) or model in self.store.loaded()

    def taught_model(self, name: str) -> TaughtModel:
        """What the visitor of this request taught. Raises UnknownModel for what nobody, or somebody else, taught."""
        found = self.taught(name)
        if found is None:
            raise UnknownModel(name, tuple(self.store.catalogue))
        return found

    def _bring(self, name: str) -> None:
        title = self.store.spec(name).title
        if not self.downloads and name != self.default:
            raise NotHere(title=title)
        self.deliveries.order(name, title)
