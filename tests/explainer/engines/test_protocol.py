"""Scores and slopes of rows that each have a question of their own."""

import torch
from torch.testing import assert_close

from explainer.engines.protocol import best_score, scores, slopes
from explainer.target import Target

LOGITS = torch.tensor([[1.0, 5, 3], [-1, -7, -2], [0, 0, 0]])
TARGETS = [None, Target("one", (1,)), Target("both", (0, 1), (2,))]


def test_each_row_is_scored_by_its_own_target() -> None:
    assert_close(scores(LOGITS, TARGETS), torch.tensor([5.0, -7, torch.tensor(2.0).log().item()]))


def test_slopes_are_one_for_a_class_and_shares_for_the_two_sides_of_a_contrast() -> None:
    expected = torch.tensor([[0.0, 1, 0], [0, 1, 0], [0.5, 0.5, -1]])
    assert_close(slopes(LOGITS, TARGETS), expected)
    with torch.inference_mode():
        assert_close(slopes(LOGITS.clone(), TARGETS), expected)


def test_the_best_score_is_the_largest_logit_of_each_picture() -> None:
    assert best_score(LOGITS).tolist() == [5, -1, 0]
