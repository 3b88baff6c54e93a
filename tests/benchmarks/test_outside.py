"""The bound is made of one half and tried on the other; kinds count on their own."""

import pytest
from PIL import Image

from benchmarks.kinds import KINDS, blank, digits, drawings, noise, text
from benchmarks.outside import NoPhotographs, goals_of, measure
from explainer.outside.bounds import Measured, OutsideRate
from explainer.outside.outside import LEAST
from tests.explainer.networks import classifier_of, images, small


def pictures(count: int) -> list[Image.Image]:
    """Blotches that are alike."""
    noise = (images(count, 8, 8, 3) * 40 + 128).clamp(0, 255).byte().numpy()
    return [Image.fromarray(each).resize((40, 40)) for each in noise]


def test_other_pictures_are_caught_and_the_other_half_is_not() -> None:
    classifier = classifier_of(small(), ["1", "3"], 7, side=16)
    odd = [Image.new("RGB", (40, 40), colour) for colour in ("black", "white")]
    measured, extra = measure(classifier, pictures(80), {"blank": odd, "mine": odd[:1]})
    assert (measured.bound.count, measured.photographs.count) == (40, 40)
    assert measured.photographs.share <= 0.2
    assert measured.outside == (OutsideRate("blank", 2, 2),)
    assert extra[-1] == OutsideRate("mine", 1, 1)
    assert "40 photographs" in measured.origin
    assert "every other one of 80" in measured.origin


def test_too_few_photographs_are_refused() -> None:
    with pytest.raises(NoPhotographs, match="at least 40"):
        measure(classifier_of(small(), ["1", "3"], 7), pictures(2 * LEAST - 1), {})


def test_goals_by_hand() -> None:
    measured, _ = measure(classifier_of(small(), ["1", "3"], 7), pictures(40), {})
    rates = (OutsideRate("faces", 7, 10), OutsideRate("noise", 9, 10))
    goals = goals_of(Measured(measured.bound, "", OutsideRate("photographs", 9, 100), rates))
    assert [(goal.value, goal.limit, goal.reached) for goal in goals] == [
        (0.09, 0.08, False),
        (0.8, 0.7, True),
        (0.7, 0.7, True),
        (0.9, 1, False),
    ]


@pytest.mark.parametrize("made", [text, drawings, digits, noise, blank])
def test_a_kind_is_drawn_alike_each_time(made: object) -> None:
    assert callable(made)
    first, second = made(), made()
    assert len(first) >= 16
    assert [each.tobytes() for each in first] == [each.tobytes() for each in second]
    assert len({each.tobytes() for each in first}) == len(first)


def test_every_kind_that_must_be_caught_has_pictures() -> None:
    assert set(KINDS) == {
        "faces", "text", "drawings", "digits", "textures", "noise", "blank", "microscope", "telescope",
    }  # fmt: skip
    assert all(
        each.mode == "RGB" for kind in ("microscope", "telescope", "textures", "faces") for each in KINDS[kind]()
    )
