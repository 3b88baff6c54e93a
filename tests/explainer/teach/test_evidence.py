"""The squares add up to the score, and what lies on the thing is the share of what speaks for it."""

import numpy as np
import pytest
import torch

from explainer.engines.taught import TaughtEngine
from explainer.engines.torch import TorchEngine
from explainer.experiments.honest_grid import taken_apart
from explainer.explain import explain
from explainer.methods import METHODS
from explainer.target import Target
from explainer.teach.evidence import Rough, Score, coverage, rough_of, score_of, share_on, usually
from explainer.teach.features import features_of
from explainer.teach.pooled import features_in
from models.classifier import Classifier
from models.taught.head import TaughtHead
from models.taught.network import TaughtClassifier, TaughtNetwork, taught_on
from models.ways import FEATURE_MAPS
from tests.photographs import photographs


@pytest.fixture(scope="module")
def taught(bundled: Classifier) -> TaughtClassifier:
    drawn = np.random.default_rng(0)
    head = TaughtHead(
        ("cup", "toy", "none"),
        drawn.normal(size=(3, 1280)).astype(np.float32),
        np.array([-1.6, 0.5, 1.1], np.float32),
        temperature=1.3,
        counts=(3, 3, 12),
        none=2,
    )
    return taught_on(bundled, head, "taught:x", "cup · toy")


def test_squares_add_up_to_the_score_in_float64(bundled: Classifier) -> None:
    drawn = torch.Generator().manual_seed(0)
    weight = torch.randn(3, 1280, generator=drawn, dtype=torch.float64)
    bias = torch.randn(3, generator=drawn, dtype=torch.float64)
    import copy

    network = TaughtNetwork(copy.deepcopy(bundled.module).double(), "bn2", FEATURE_MAPS, weight, bias)
    picture = torch.randn(1, 3, 224, 224, generator=drawn, dtype=torch.float64)
    kept = []
    hook = network.get_submodule("bn2").register_forward_hook(lambda _m, _i, output: kept.append(output))
    with torch.no_grad():
        logits = network(picture)[0].numpy()
    hook.remove()
    maps = kept[0][0].numpy()
    pooled = maps.mean(axis=(1, 2))
    for row in range(3):
        cells = np.einsum("c,chw->hw", weight[row].numpy(), maps) / (np.linalg.norm(pooled) * maps[0].size)
        assert abs(float(bias[row]) + cells.sum() - logits[row]) < 1e-10


def test_the_score_taken_apart_is_the_networks_own(taught: TaughtClassifier, bundled: Classifier) -> None:
    (picture,) = photographs(1)
    (features,) = features_of(bundled, [bundled.preprocess.array(picture)])
    explanation = explain(taught, picture)
    for row in range(3):
        score = score_of(taught.head, features.maps, row)
        assert score.total == pytest.approx(taken_apart(taught, picture, Target("", (row,))).score, abs=1e-5)
        assert score.total == pytest.approx(score.bias + score.added - score.taken, abs=1e-9)
    both = score_of(taught.head, features.maps, 0, against=1)
    alone = [score_of(taught.head, features.maps, row).total for row in (0, 1)]
    assert both.total == pytest.approx(alone[0] - alone[1], abs=1e-9)
    assert sum(each.confidence for each in explanation.top) == pytest.approx(1)


@pytest.mark.parametrize("method", METHODS)
def test_closed_form_and_torch_agree_at_the_last_layer(
    taught: TaughtClassifier, bundled: Classifier, method: str
) -> None:
    (picture,) = photographs(1)
    quick = explain(taught, picture, method=method, engine=TaughtEngine(taught, TorchEngine(bundled)), layers=["bn2"])
    slow = explain(taught, picture, method=method)
    assert [each.label for each in quick.top] == [each.label for each in slow.top]
    assert [each.confidence for each in quick.top] == pytest.approx([each.confidence for each in slow.top], abs=1e-5)
    assert np.abs(quick.layer("bn2").grid - slow.layer("bn2").grid).max() < 1e-4
    assert len(slow.layers) == len(bundled.spec.layers), "every layer of the network has its map"


def test_the_backbone_is_shared_and_left_as_it_was(taught: TaughtClassifier, bundled: Classifier) -> None:
    (picture,) = photographs(1)
    before = explain(bundled, picture).top
    explain(taught, picture)
    assert explain(bundled, picture).top == before
    own = {id(each) for each in bundled.module.parameters()}
    assert {id(each) for name, each in taught.module.named_parameters() if not name.startswith("taught.")} <= own
    assert taught.lock is bundled.lock


def test_a_square_counts_with_the_part_that_is_painted_and_paint_grows_by_half_a_square() -> None:
    marks = np.zeros((70, 70), bool)
    marks[30:40, 30:40] = True  # exactly the middle square of seven
    covered = coverage(marks, 7, 7)
    assert covered[3, 3] == pytest.approx(1)
    assert covered[3, 2] == pytest.approx(0.5, abs=0.05)
    assert covered[0].sum() == 0
    cells = np.zeros((7, 7))
    cells[3, 3], cells[3, 2], cells[0, 0], cells[6, 6] = 2, 2, 1, -5
    assert share_on([Score(0, cells)], [covered]) == pytest.approx(3 / 5, abs=0.03)
    assert share_on([Score(0, -np.ones((7, 7)))], [covered]) is None


@pytest.mark.parametrize(("marked", "rough"), [(99, Rough.SMALL), (101, None), (2939, None), (2941, Rough.LARGE)])
def test_marks_below_a_square_or_over_most_of_the_picture_can_tell_nothing(marked: int, rough: Rough | None) -> None:
    marks = np.arange(70 * 70).reshape(70, 70) < marked  # a square of seven by seven has 100 dots; 2,940 are 60 %
    assert rough_of(marks, 49) is rough


def test_where_the_evidence_usually_lies() -> None:
    corner, other = np.zeros((7, 7)), np.zeros((7, 7))
    corner[0, 0], other[6, 3] = 1, 1
    found = usually([Score(0, corner)] * 4 + [Score(0, other), Score(0, -corner)])
    assert found is not None
    assert (found.place, found.of, found.count) == (0, 4, 5)
    assert found.grid.sum() == pytest.approx(1)
    assert usually([Score(0, -corner)]) is None


def test_features_have_length_one_and_are_the_sum_of_their_places() -> None:
    maps = np.random.default_rng(0).random((8, 5, 4)).astype(np.float32)
    found = features_in(maps)
    assert np.linalg.norm(found.vector) == pytest.approx(1, abs=1e-6)
    assert found.maps.sum(axis=(1, 2)) == pytest.approx(found.vector, abs=1e-6)
    assert np.isfinite(features_in(np.zeros((8, 5, 4), np.float32)).vector).all()
