"""Pictures that look alike are one kind; of each kind the first comes first."""

import numpy as np

from explainer.teach.different import first_of_each, kinds_of, varied
from tests.explainer.teach.made import features


def test_near_duplicates_count_once() -> None:
    vectors = np.concatenate([features(0, 8, noise=0.05), features(1, 4, noise=0.05), features(0, 2, noise=0.05)])
    kinds = kinds_of(vectors)
    assert kinds.tolist() == [0] * 8 + [1] * 4 + [0] * 2
    assert first_of_each(kinds) == [0, 8]
    assert first_of_each(kinds, 1) == [0]


def test_pictures_that_differ_are_kinds_of_their_own() -> None:
    assert kinds_of(np.eye(5, dtype=np.float32)).tolist() == [0, 1, 2, 3, 4]
    assert kinds_of(np.empty((0, 5), np.float32)).tolist() == []


def test_of_the_best_one_of_each_kind_comes_first() -> None:
    assert varied([4, 0, 2, 1, 3], [0, 0, 0, 1, 1], 3) == [4, 0, 2]
    assert varied([0, 1, 2], [0, 0, 1], 2) == [0, 2]
    assert varied([0, 1], [0, 0], 5) == [0, 1]
