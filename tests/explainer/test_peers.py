"""Other packages draw the same maps. `largest_differences` tells how far apart ours and theirs are."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pytest
from pytorch_grad_cam import GradCAMPlusPlus
from torch import Tensor, nn

from benchmarks.networks import torchvision_network
from benchmarks.peers import PEERS, Maps, safe_for_peers
from explainer.explain import LayerMap
from explainer.methods import METHODS, gradcampp
from models.catalogue import DEFAULT, built_in
from models.store import ClassifierStore
from tests.explainer.networks import CPU, images, maps_of

TOLERANCE = 1e-4
INPUTS = images(1, 3, 96, 64, seed=5)


@dataclass(frozen=True, eq=False)
class Case:
    """A network that peers can look at, and the maps that ours gave before it was made safe for them."""

    network: nn.Module
    layers: tuple[str, ...]
    index: int
    ours: dict[str, tuple[LayerMap, ...]]

    def maps_of(self, peer: str, method: str) -> Maps:
        leaf = INPUTS.clone().requires_grad_()  # the network is frozen, and its peers need something to differentiate
        return PEERS[peer, method](self.network, self.layers, leaf, (self.index,))()[0]


def case_of(name: str) -> Case:
    layers = tuple(layer.name for layer in built_in()[name].layers)
    bundled = name == DEFAULT
    network = ClassifierStore(CPU, offline=True).get(name).module if bundled else torchvision_network(name)
    index = int(network(INPUTS).argmax())

    def score(logits: Tensor) -> Tensor:
        return logits[:, index]

    ours = {method: maps_of(network, INPUTS, layers, score, method) for method in METHODS}
    return Case(safe_for_peers(network), layers, index, ours)


def differences(ours: Sequence[LayerMap], theirs: Maps) -> dict[str, float]:
    """For each layer how far the scaled maps, or the maxima that they were scaled by, are apart."""
    return {
        mine.name: max(float(np.abs(mine.grid - other / other.max()).max()), abs(mine.maximum / other.max() - 1))
        for mine, other in zip(ours, theirs, strict=True)
    }


def largest_differences() -> dict[tuple[str, str, str], float]:
    """By peer, method and network, for a report."""
    cases = {name: case_of(name) for name in (DEFAULT, "vgg16", "resnet50", "densenet121")}
    return {
        (peer, method, name): max(differences(case.ours[method], case.maps_of(peer, method)).values())
        for peer, method in PEERS
        for name, case in cases.items()
    }


@pytest.fixture(scope="module", params=[DEFAULT, "vgg16", "resnet50", "densenet121"])
def case(request: pytest.FixtureRequest) -> Case:
    return case_of(request.param)


@pytest.mark.parametrize(("peer", "method"), PEERS)
def test_a_peer_with_the_same_formula_draws_the_same_map_at_every_listed_layer(
    case: Case, peer: str, method: str
) -> None:
    theirs = case.maps_of(peer, method)
    assert all(np.isfinite(image).all() and image.max() > 0 for image in theirs)
    assert [image.shape for image in theirs] == [layer.grid.shape for layer in case.ours[method]]
    assert max(differences(case.ours[method], theirs).values()) < TOLERANCE


def test_the_maps_of_a_network_differ_from_method_to_method(case: Case) -> None:
    """So that agreeing with a peer means something."""
    middle = [case.ours[method][2].grid for method in METHODS]
    for index, grid in enumerate(middle):
        assert all(np.abs(grid - other).max() > 100 * TOLERANCE for other in middle[index + 1 :])


def test_gradcampp_is_equation_19_as_grad_cam_reads_it_too() -> None:
    """Only on plain tensors: on networks grad-cam's added 1e-6 outweighs squared gradients, and torchcam's differs."""
    activations, gradients = images(2, 6, 5, 4, seed=1).relu(), images(2, 6, 5, 4, seed=2)
    weights = GradCAMPlusPlus.get_cam_weights(None, None, None, None, activations.numpy(), gradients.numpy())
    theirs = np.einsum("nc,nchw->nhw", weights, activations.numpy())
    np.testing.assert_allclose(gradcampp(activations, gradients).numpy(), theirs, rtol=TOLERANCE)


def test_gradcampp_sums_activations_in_its_denominator_not_activations_times_cubes() -> None:
    """Eq. 19: g^2 / (2 g^2 + sum(A) g^3). With g^3 under the sum, the weight would be 1/27 + 8/33 instead."""
    activations, gradients = images(1, 1, 1, 2), images(1, 1, 1, 2)
    activations[...], gradients[...] = activations.new_tensor([1, 3]), gradients.new_tensor([1, 2])
    weight = 1 / 6 + 2 / 10
    np.testing.assert_allclose(gradcampp(activations, gradients).numpy(), [[[weight, 3 * weight]]], rtol=1e-6)
