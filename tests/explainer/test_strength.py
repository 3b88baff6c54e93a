"""How strong a map is beside what is usual for its layer."""

import pytest

from explainer.methods import METHODS
from explainer.strength import USUAL, strength
from models.catalogue import DEFAULT, built_in
from models.weights import PipWeights


def test_a_map_as_strong_as_usual_is_one() -> None:
    usual = USUAL[DEFAULT]["gradcam"]["blocks.6"]
    assert strength(built_in()[DEFAULT], "gradcam", "blocks.6", usual) == 1
    assert strength(built_in()[DEFAULT], "gradcam", "blocks.6", usual / 4) == pytest.approx(0.25)
    assert strength(built_in()[DEFAULT], "gradcam", "blocks.6", 0) == 0


@pytest.mark.parametrize("model", [name for name, spec in built_in().items() if isinstance(spec.source, PipWeights)])
def test_the_table_has_every_method_and_layer_of_the_models_that_need_no_network(model: str) -> None:
    layers = {layer.name for layer in built_in()[model].layers}
    assert {method: set(row) for method, row in USUAL[model].items()} == dict.fromkeys(METHODS, layers)


@pytest.mark.parametrize(
    ("model", "method", "layer"),
    [("resnet18", "gradcam", "layer4"), (DEFAULT, "other", "bn2"), (DEFAULT, "gradcam", "other")],
)
def test_what_was_never_measured_has_no_strength(model: str, method: str, layer: str) -> None:
    assert strength(built_in()[model], method, layer, 1) is None
