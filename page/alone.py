"""The page on one machine: what it asks is computed in this process, or on a GPU that was lent to it."""

from collections.abc import Mapping

from explainer.engines.choice import Engines
from models.catalogue import ClassifierSpec
from models.device import choose_device, cpu_threads, keep_little_memory
from models.store import ClassifierStore
from models.torch_thread import THREAD
from page.place import Place
from page.service import Service
from page.settings import Settings
from page.words import Words


def service_alone(
    settings: Settings,
    catalogue: Mapping[str, ClassifierSpec],
    words: Words,
    place: Place,
    threads: int | None = None,
) -> Service:
    """The service that every door asks, with the models of `catalogue` at `place`.

    `threads` may compute, None for as many as the settings or the processors say. Raises models.device.DeviceMissing.
    """
    keep_little_memory()
    threads = threads or settings.threads or cpu_threads()
    THREAD.share(threads)
    store = ClassifierStore(choose_device(settings.device), settings.keep_models, settings.offline, catalogue)
    engines = Engines(settings.engine, settings.cache.expanduser(), threads, settings.keep_models)
    return Service(store, engines, settings.model, words, place, settings.downloads_allowed)
