"""The real model on real photographs: does it name what is there, and does the map point at it?"""

from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageOps

from explainer.explain import Explanation, LayerMap, explain
from explainer.methods import METHODS
from explainer.target import parse_target
from models.classifier import Classifier
from models.preprocess import Box
from page.pictures.picture import decode

Place = tuple[float, float]
Corners = tuple[float, float, float, float]

# What each photograph shows: the names that are right, and where it is: left, top, right, bottom in fractions.
CATS = {"tiger cat", "tabby cat", "Egyptian cat"}
SHOWN: dict[str, tuple[str, str, set[str], Corners]] = {
    "cheetah's face": ("gradio", "media_assets/images/cheetah1.jpg", {"cheetah"}, (0.2, 0.2, 0.75, 0.75)),
    "cheetah running": ("gradio", "media_assets/images/cheetah.jpg", {"cheetah"}, (0.2, 0.33, 0.76, 0.68)),
    "lion's head": ("gradio", "media_assets/images/lion.jpg", {"lion"}, (0.25, 0.03, 0.75, 0.55)),
    "cat's face": ("skimage", "data/chelsea.png", CATS, (0.22, 0.15, 0.78, 0.9)),
    "cup of coffee": ("skimage", "data/coffee.png", {"espresso", "cup"}, (0.29, 0.05, 0.7, 0.58)),
    "tripod": ("skimage", "data/camera.png", {"tripod"}, (0.3, 0.4, 0.75, 0.95)),
}


@cache
def photograph(shown: str) -> Image.Image:
    package, inside, _, _ = SHOWN[shown]
    spec = find_spec(package)
    assert spec is not None
    assert spec.submodule_search_locations
    return decode(Path(spec.submodule_search_locations[0]) / inside).rgb


def peak(layer: LayerMap, seen: Box) -> Place:
    """Where a map is brightest, in fractions of the picture."""
    row, column = np.unravel_index(layer.grid.argmax(), layer.grid.shape)
    rows, columns = layer.grid.shape
    return seen.x + (column + 0.5) / columns * seen.width, seen.y + (row + 0.5) / rows * seen.height


def default_peak(explanation: Explanation) -> Place:
    return peak(explanation.layer(explanation.classifier.spec.default_layer), explanation.seen)


def within(place: Place, corners: Corners) -> bool:
    left, top, right, bottom = corners
    return left <= place[0] <= right and top <= place[1] <= bottom


@pytest.mark.parametrize("shown", SHOWN)
def test_the_model_names_the_photograph_and_its_map_peaks_on_what_it_named(bundled: Classifier, shown: str) -> None:
    _, _, names, corners = SHOWN[shown]
    explanation = explain(bundled, photograph(shown))
    assert explanation.answer.label in names
    assert within(default_peak(explanation), corners)


@pytest.mark.parametrize("shown", SHOWN)
@pytest.mark.parametrize("method", METHODS)
def test_every_methods_map_peaks_there(bundled: Classifier, shown: str, method: str) -> None:
    assert within(default_peak(explain(bundled, photograph(shown), method=method)), SHOWN[shown][3])


@pytest.mark.parametrize("shown", SHOWN)
def test_in_the_mirror_the_peak_is_on_the_other_side(bundled: Classifier, shown: str) -> None:
    left, top, right, bottom = SHOWN[shown][3]
    explanation = explain(bundled, ImageOps.mirror(photograph(shown)))
    assert explanation.answer.label in SHOWN[shown][2]
    assert within(default_peak(explanation), (1 - right, top, 1 - left, bottom))


@pytest.mark.parametrize("x", [0.05, 0.5])
@pytest.mark.parametrize("y", [0.05, 0.5])
@pytest.mark.parametrize("layer", ["blocks.6", "bn2"])
def test_the_peak_follows_a_lion_into_each_corner(bundled: Classifier, x: float, y: float, layer: str) -> None:
    side = 400
    canvas = Image.new("RGB", (side, side), (120, 120, 120))
    lion = photograph("lion's head").resize((round(0.45 * side),) * 2)
    canvas.paste(lion, (round(x * side), round(y * side)))
    explanation = explain(bundled, canvas, parse_target("lion", bundled.labels))
    found = peak(explanation.layer(layer), explanation.seen)
    assert within(found, (x, y, x + 0.45, y + 0.45))


def test_of_two_animals_a_contrast_lights_up_the_one_that_it_asks_for(bundled: Classifier) -> None:
    canvas = Image.new("RGB", (512, 512), (120, 120, 120))
    canvas.paste(photograph("lion's head").resize((230, 230)), (20, 150))
    canvas.paste(photograph("cheetah's face").resize((230, 230)), (262, 150))
    for text, corners in {
        "lion rather than cheetah": (0, 0.25, 0.5, 0.8),
        "cheetah rather than lion": (0.5, 0.25, 1, 0.8),
    }.items():
        explanation = explain(bundled, canvas, parse_target(text, bundled.labels))
        assert within(default_peak(explanation), corners), text
