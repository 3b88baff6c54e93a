"""Cells, their strength, and the score as their sum, behind the page."""

import json
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor, nn

from explainer.strength import USUAL
from models.catalogue import DEFAULT
from page.experiments.honest_grid import HonestGrid
from page.pictures.picture import Picture
from page.question import NoPicture
from page.words import Words
from tests.page import fakes

PICTURE = Picture(Image.fromarray(np.random.default_rng(3).integers(0, 256, (32, 32, 3), np.uint8)))


class Added(nn.Module):
    """Pooling and one linear layer end it."""

    def __init__(self, factor: float = 1.0) -> None:
        super().__init__()
        torch.manual_seed(5)
        self.early = nn.Conv2d(3, 8, 3, padding=1)
        self.late = nn.Sequential(nn.ReLU(), nn.AvgPool2d(4))
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.last = nn.Linear(8, len(fakes.NAMES))
        self.last.weight.data *= factor

    def forward(self, inputs: Tensor) -> Tensor:
        scores: Tensor = self.last(self.pool(self.late(self.early(inputs))).flatten(1))
        return scores


def honest_grid(words: Words, make: Any = Added, name: str = "colours") -> HonestGrid:
    return HonestGrid(fakes.service(words, fakes.spec(name, fakes.Source(make)), model=name))


def test_the_cells_and_the_start_add_up_to_the_score(words: Words) -> None:
    told = honest_grid(words).run(PICTURE, target="green")
    added = told["sum"]
    assert np.shape(added["cells"]) == (8, 8)
    assert added["bias"] + np.sum(added["cells"]) == pytest.approx(added["total"])
    assert added["total"] == pytest.approx(added["score"], abs=1e-5)
    assert "64 squares" in told["added"]
    assert words.number(added["score"], 2) in told["added"]
    assert told["headline"] == words("honest_grid.cells", width=8, height=8, count=64)
    assert json.loads(json.dumps(told)) == told


def test_where_the_score_is_no_sum_it_is_said(words: Words) -> None:
    told = honest_grid(words, fakes.Colours).run(PICTURE)
    assert told["sum"] is None
    assert told["added"] == words("grid.not_a_sum", title="Colours")
    assert told["alone"] is None


def test_each_square_says_three_words_by_itself(words: Words) -> None:
    experiment = honest_grid(words)
    told = experiment.run(PICTURE)
    assert np.shape(told["alone"]) == (8, 8, 3)
    module = experiment.service.store.get("colours").module
    with torch.no_grad():
        late = module.late(module.early(torch.tensor(np.asarray(PICTURE.rgb)).permute(2, 0, 1)[None] / 255))
        scores = module.last(late[0, :, 2, 5])
    assert told["alone"][2][5] == [fakes.NAMES[index] for index in scores.topk(3).indices.tolist()]


def test_a_group_is_no_sum_either_and_has_no_usual_strength(words: Words) -> None:
    told = honest_grid(words).run(PICTURE, target="colours")
    assert (told["sum"], told["strength"]) == (None, None)
    assert told["added"] == words("grid.several_classes", label="colours")


def test_weak_evidence_is_said_to_be_weak(words: Words, monkeypatch: pytest.MonkeyPatch) -> None:
    grid = honest_grid(words, name=DEFAULT)
    usual = grid.run(PICTURE, target="green")["map"]["maximum"]
    assert usual > 0
    for times, key in ((0.25, "weak"), (1.5, "strong")):
        monkeypatch.setitem(USUAL[DEFAULT]["gradcam"], "late", usual / times)  # type: ignore[arg-type]
        told = grid.run(PICTURE, target="green")
        assert told["strength"] == pytest.approx(times)
        shares = {"weak": "25\u00a0%", "strong": "150\u00a0%"}
        sentences = {
            "weak": words("honest_grid.weak", share=shares["weak"]),
            "strong": words("honest_grid.strong", share=shares["strong"]),
        }
        assert told["strong"] == sentences[key]


def test_what_was_never_measured_is_said_not_to_be(words: Words) -> None:
    assert honest_grid(words).run(PICTURE)["strong"] == words("honest_grid.unmeasured")


def test_without_a_picture_it_is_refused(words: Words) -> None:
    with pytest.raises(NoPicture):
        honest_grid(words).run(None)  # type: ignore[arg-type]
