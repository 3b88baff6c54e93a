"""What is no place of a thing is told from one that the thing stood in."""

import numpy as np

from explainer.teach.novelty import is_elsewhere
from tests.explainer.teach.made import features, strangers


def test_the_place_of_a_thing_has_more_in_common_with_its_pictures_than_other_pictures_have() -> None:
    thing, place, others = features(0, 1)[0], features(1, 1)[0], strangers(12)
    taught = np.stack([thing + share * place for share in (0.5, 0.7)])
    taught /= np.linalg.norm(taught, axis=1, keepdims=True)
    assert not is_elsewhere(place, taught, others), "the thing is gone, its place is there"
    assert is_elsewhere(strangers(1, seed=40)[0], taught, others)
    assert not is_elsewhere(taught[0], taught, others)


def test_without_anything_to_compare_with_nothing_is_elsewhere() -> None:
    (picture,) = features(3, 1)
    assert not is_elsewhere(picture, features(0, 2)[:0], strangers(4))
    assert not is_elsewhere(picture, features(0, 2), strangers(4)[:0])
