"""The same map from the same network with random weights: does it show anything that was learned?

Adebayo et al., 2018, arXiv:1810.03292: a map that stays alike when all that was learned is gone does not show what was
learned.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from explainer.engines.protocol import Engine
from explainer.explain import Explanation, Grid, LayerMap, explain
from explainer.methods import DEFAULT_METHOD
from explainer.target import Target
from models.classifier import Classifier
from models.device import free_memory, is_out_of_memory
from models.later import nn, torch
from models.store import placed

SEEDS = (0, 1, 2, 3, 4)
ALIKE = 0.5  # rank correlations from here on say that two maps are alike
BATCH = 4  # pictures of noise that batch normalisation sees
KEPT = 128 * 1024 * 1024  # bytes of weights: five networks of the bundled model's size


@dataclass(frozen=True, eq=False)
class Likeness:
    """A map beside those of networks that have learned nothing.

    `explanation` holds the real map alone; `others` are the maps of the random networks, in the order of their seeds;
    `correlations` are Spearman's, -1..1, of the real map with each, None where one of the two is empty or even.
    """

    explanation: Explanation
    others: tuple[LayerMap, ...]
    correlations: tuple[float | None, ...]

    @property
    def real(self) -> LayerMap:
        """The map of the network as it was trained."""
        return self.explanation.layers[0]

    @property
    def comparable(self) -> bool:
        """Whether the real map has any ranks: it is neither empty nor the same everywhere."""
        return bool(np.ptp(self.real.grid) > 0)

    @property
    def empty(self) -> int:
        """How many random networks gave a map without any ranks to compare; they count as different."""
        return sum(each is None for each in self.correlations)

    @property
    def median(self) -> float:
        """The median correlation, where a map that can't be compared counts zero."""
        return float(np.median([each or 0.0 for each in self.correlations]))

    @property
    def like(self) -> int:
        """How many of the random networks' maps look like the real one."""
        return sum(each is not None and each >= ALIKE for each in self.correlations)

    @property
    def alike(self) -> bool:
        """Whether the map looks the same with nothing learned, so that it says little about what was learned."""
        return self.median >= ALIKE


class UnlearnedNetworks:
    """Networks with random weights, made once for all visitors and kept while they fit into `kept` bytes.

    The one that was asked for last is always kept, however large it is.
    """

    def __init__(self, kept: int = KEPT) -> None:
        self._kept = kept
        self._networks: OrderedDict[tuple[str, str, int], Classifier] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, classifier: Classifier, seed: int) -> Classifier:
        """The classifier with its network's weights drawn at random; other threads that ask meanwhile wait."""
        key = (classifier.spec.name, str(classifier.device), seed)
        with self._lock:
            found = self._networks.pop(key, None) or _made(classifier, seed)
            self._networks[key] = found
            while len(self._networks) > 1 and sum(map(_bytes, self._networks.values())) > self._kept:
                self._networks.popitem(last=False)
        return found


def likeness(
    classifier: Classifier,
    picture: Image.Image,
    target: Target | None = None,
    layer: str | None = None,
    method: str = DEFAULT_METHOD,
    *,
    unlearned: UnlearnedNetworks,
    seeds: Sequence[int] = SEEDS,
    engine: Engine | None = None,
) -> Likeness:
    """Compare the map of one layer with those of the same network with random weights, for the same target.

    Args:
        classifier: from `models.store`.
        picture: upright RGB picture of any size.
        target: what the maps are for; None for the model's own first answer.
        layer: a module path among the classifier's target layers; None for its default.
        method: one that the model has.
        unlearned: where random networks come from.
        seeds: one random network each.
        engine: what computes the real map; None for torch. The random networks always go through torch.

    Raises:
        UnknownMethod, NotFinite: as `explain`.
        explainer.tape.LayerError: there is no such layer.
    """
    names = [layer or classifier.spec.default_layer]
    explanation = explain(classifier, picture, target, method, engine=engine, layers=names)
    others = tuple(
        explain(unlearned.of(classifier, seed), picture, explanation.target, method, layers=names).layers[0]
        for seed in seeds
    )
    real = explanation.layers[0].grid
    return Likeness(explanation, others, tuple(rank_correlation(real, other.grid) for other in others))


def rank_correlation(one: Grid, other: Grid) -> float | None:
    """Spearman's rank correlation -1..1 of two grids of one shape, ties ranked by their mean; None when one is even."""
    ours, theirs = _ranks(one.ravel()), _ranks(other.ravel())
    if np.ptp(ours) == 0 or np.ptp(theirs) == 0:
        return None
    return float(np.corrcoef(ours, theirs)[0, 1])


def drawn(classifier: Classifier, seed: int) -> nn.Module:
    """The classifier's network as it was at its first step of training; nothing of the classifier itself is used.

    Each parameter is drawn as the network's own authors draw it, and batch normalisation has seen one batch of noise:
    without that, signals would shrink to a millionth or grow a thousandfold in fifty layers.
    """
    with torch.random.fork_rng(devices=[]):  # the constructors know no other generator
        torch.default_generator.manual_seed(seed)
        module = classifier.spec.source.untrained()
    module = placed(module, classifier.device)
    side = classifier.preprocess.crop_side
    noise = torch.randn(BATCH, 3, side, side, generator=torch.Generator().manual_seed(seed))
    made = replace(classifier, module=module, lock=threading.Lock(), on_cpu=None)
    made.exclusively(lambda chosen: _show(chosen.module, noise.to(chosen.device)))
    return module


def _show(module: nn.Module, noise: torch.Tensor) -> None:
    norms = [part for part in module.modules() if isinstance(part, nn.modules.batchnorm._NormBase)]
    for norm in norms:
        norm.momentum = None  # what it has seen counts in full
        norm.train()
    if norms:
        with torch.no_grad():
            module(noise)
    module.eval()


def _made(classifier: Classifier, seed: int) -> Classifier:
    """A classifier that has learned nothing, on the CPU where its device has no memory for it."""
    on_cpu = classifier.on_cpu
    try:
        again = on_cpu and partial(_made_on_cpu, on_cpu, seed)
        return replace(classifier, module=drawn(classifier, seed), lock=threading.Lock(), on_cpu=again)
    except RuntimeError as error:
        if on_cpu is None or not is_out_of_memory(error):
            raise
    free_memory()
    return _made_on_cpu(on_cpu, seed)


def _made_on_cpu(on_cpu: Callable[[], Classifier], seed: int) -> Classifier:
    return _made(on_cpu(), seed)


def _bytes(classifier: Classifier) -> int:
    return sum(parameter.nbytes for parameter in classifier.module.parameters())


def _ranks(values: NDArray[np.float32]) -> NDArray[np.float64]:
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(count)
    mean: NDArray[np.float64] = (last - (count - 1) / 2)[place]
    return mean
