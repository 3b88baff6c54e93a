"""Bounds on disk: they come back as they were, belong to one model's weights, and a damaged file is told."""

import json
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from explainer.outside.bounds import PACKAGED, Bounds, DamagedBounds, Measured, OutsideRate, read_bounds, store_bound
from explainer.outside.outside import Impression, calibrate
from models.catalogue import built_in
from models.classifier import Classifier
from models.store import ClassifierStore
from models.weights import PipWeights
from tests.explainer.networks import CPU, classifier_of, small


def impression(seed: int) -> Impression:
    generator = np.random.default_rng(seed)
    return Impression(float(generator.normal()), (generator.normal(size=6), generator.normal(size=6)))


MEASURED = Measured(
    calibrate([impression(seed) for seed in range(30)], ["1"]),
    "Made of thirty.",
    OutsideRate("photographs", 1, 20),
    (OutsideRate("noise", 5, 5), OutsideRate("faces", 3, 4)),
)


@pytest.fixture
def classifier() -> Classifier:
    return classifier_of(small(), ["1", "3"], 7)


@pytest.fixture
def path(tmp_path: Path, classifier: Classifier) -> Path:
    store_bound(tmp_path / "outside.json", classifier, MEASURED)
    return tmp_path / "outside.json"


def test_what_was_stored_judges_alike(path: Path, classifier: Classifier) -> None:
    found = Bounds(path).of(classifier)
    assert found is not None
    for seed in range(40, 50):
        expected = MEASURED.bound.usual.oddness(impression(seed))
        assert found.bound.usual.oddness(impression(seed)) == pytest.approx(expected, rel=1e-3)
    assert (found.bound.limit, found.bound.layers, found.bound.level) == (MEASURED.bound.limit, ("1",), 0.05)
    assert (found.origin, found.photographs, found.outside) == (
        "Made of thirty.",
        *(MEASURED.photographs,),
        MEASURED.outside,
    )
    assert found.outside[1].share == 0.75


def test_other_weights_have_no_bound(path: Path) -> None:
    other = classifier_of(small(classes=8), ["1", "3"], 8)
    assert Bounds(path).of(other) is None


def test_other_preprocessing_and_layers_have_no_bound(path: Path) -> None:
    assert Bounds(path).of(classifier_of(small(), ["1", "3"], 7, side=24)) is None
    assert Bounds(path).of(classifier_of(small(), ["1"], 7)) is None


def test_the_file_is_read_and_the_weights_are_hashed_once(
    path: Path, classifier: Classifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    bounds = Bounds(path)
    found = bounds.of(classifier)
    path.unlink()
    assert bounds.of(classifier) is found


def test_no_file_is_no_bound(tmp_path: Path, classifier: Classifier) -> None:
    assert Bounds(tmp_path / "none.json").of(classifier) is None


def test_storing_again_replaces_one_model_and_keeps_others(path: Path, classifier: Classifier) -> None:
    told = json.loads(path.read_text())
    told["models"]["another"] = told["models"]["tiny"]
    path.write_text(json.dumps(told))
    store_bound(path, classifier, MEASURED)
    assert set(read_bounds(path)) == {"another", "tiny"}


def cut(told: dict[str, Any]) -> str:
    return json.dumps(told)[:-40]


def without_limit(told: dict[str, Any]) -> str:
    del told["models"]["tiny"]["limit"]
    return json.dumps(told)


def short(told: dict[str, Any]) -> str:
    told["models"]["tiny"]["means"].pop()
    return json.dumps(told)


def uneven(told: dict[str, Any]) -> str:
    told["models"]["tiny"]["centres"][0].pop()
    return json.dumps(told)


def newer(told: dict[str, Any]) -> str:
    return json.dumps({**told, "format": 2})


def no_object(told: dict[str, Any]) -> str:
    return json.dumps([told])


@pytest.mark.parametrize("damage", [cut, without_limit, short, uneven, newer, no_object])
def test_a_damaged_file_is_told_and_nothing_is_judged_by_it(
    path: Path, classifier: Classifier, damage: Callable[[dict[str, Any]], str], caplog: pytest.LogCaptureFixture
) -> None:
    path.write_text(damage(json.loads(path.read_text())))
    with pytest.raises(DamagedBounds, match=r"outside\.json"):
        read_bounds(path)
    with caplog.at_level(logging.ERROR, "seewhy"):
        assert Bounds(path).of(classifier) is None
    assert "no picture is called outside" in caplog.text


@pytest.mark.parametrize("name", [name for name, spec in built_in().items() if isinstance(spec.source, PipWeights)])
def test_the_packaged_file_is_small_and_belongs_to_the_models_that_need_no_network(name: str) -> None:
    assert PACKAGED.stat().st_size < 100_000
    found = Bounds().of(ClassifierStore(CPU, offline=True).get(name))
    assert found is not None
    assert found.photographs.share <= 0.08
    rates = {rate.kind: rate.share for rate in found.outside}
    assert {"faces", "text", "drawings", "digits", "textures", "microscope", "telescope"} < set(rates)
    assert min(rates.values()) >= 0.7
    assert rates["noise"] == rates["blank"] == 1
