"""Two kinds of things in one picture: by groups with a tenth each, or by a second answer of another group."""

import pytest

from explainer.explain import Answer
from explainer.two_kinds import two_kinds
from models.labels import Labels

LABELS = Labels.imagenet()


def top(*answers: tuple[str, float]) -> list[Answer]:
    return [
        Answer(LABELS.resolve(word).indices[0], LABELS[LABELS.resolve(word).indices[0]], share)
        for word, share in answers
    ]


def named(*answers: tuple[str, float]) -> tuple[str, ...] | None:
    kinds = two_kinds(top(*answers), LABELS)
    return kinds and tuple(kind.label for kind in kinds)


@pytest.mark.parametrize(
    ("answers", "kinds"),
    [
        pytest.param([("lion", 0.9), ("tibetan mastiff", 0.01)], None, id="a lion and hardly a dog"),
        pytest.param([("golden retriever", 0.59), ("tabby cat", 0.11)], ("dogs", "cats"), id="a dog and a cat"),
        pytest.param([("golden retriever", 0.59), ("tabby cat", 0.09)], None, id="less than a tenth"),
        pytest.param(
            [("golden retriever", 0.5), ("tabby cat", 0.06), ("tiger cat", 0.05)], ("dogs", "cats"), id="added up"
        ),
        pytest.param([("lion", 0.4), ("tiger", 0.3)], None, id="big cats both"),
        pytest.param([("espresso", 0.5), ("cup", 0.3)], None, id="drinks both"),
    ],
)
def test_groups_with_a_tenth_each(answers: list[tuple[str, float]], kinds: tuple[str, ...] | None) -> None:
    assert named(*answers) == kinds


def test_a_second_answer_with_a_fifth_and_another_group_stands_alone() -> None:
    kinds = two_kinds(top(("lion", 0.6), ("envelope", 0.2)), LABELS)
    assert kinds
    words = ("lion", "envelope")
    assert [kind.asked for kind in kinds] == [LABELS.resolve(word).indices[0] for word in words]
    assert named(("lion", 0.6), ("envelope", 0.19)) is None
    assert named(("envelope", 0.6), ("book jacket", 0.3)) is None, "of neither it can be told what kind it is"
