"""Stages against the published transform, and shares of a whole request."""

from pathlib import Path

import pytest
import torch

from benchmarks.pictures import of_many_sizes
from benchmarks.rounds import Spread
from benchmarks.stages import WHOLE, Stages, difference_of, table_of
from models.catalogue import DEFAULT
from models.store import ClassifierStore


def spread(median: float) -> Spread:
    return Spread(median, median, median, 1)


def test_shares_are_of_the_whole_request() -> None:
    stages = Stages({"decode": spread(5.0), WHOLE: spread(40.0)}, 0.25)
    assert table_of({"a photo": stages}).rows == (
        ("decode", "5 ms, 12 %"),
        (WHOLE, "40 ms, 100 %"),
        ("preprocess differs from published, in 1/255", "0.25"),
    )


def test_difference_is_in_steps_of_brightness(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (path,) = of_many_sizes(tmp_path, [(300, 260)])
    classifier = ClassifierStore(torch.device("cpu"), offline=True).get(DEFAULT)
    assert difference_of(path, classifier) <= 1
    # Normalised by a deviation of 0.5, three steps of 1/255 are 6/255.
    monkeypatch.setattr("benchmarks.stages.published", lambda c, p: c.preprocess(p.rgb) + 6 / 255)
    assert difference_of(path, classifier) == pytest.approx(3, abs=1e-4)
