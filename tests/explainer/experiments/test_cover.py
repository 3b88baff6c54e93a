import numpy as np
import pytest
from PIL import Image
from skimage import data

from explainer.asking import Asking
from explainer.experiments.cover import Cover, CoverVerdict, NothingBright, bright_part, cover, weigh
from explainer.experiments.fill import UnknownFilling
from explainer.experiments.mask import Mask, NothingSeen, TooMuchMarked
from explainer.target import Target
from models.classifier import Classifier
from models.preprocess import Box
from tests.explainer.planted import PATCH, SIDE, marked, patched, planted, sure_of

HALF = Box(PATCH.x, PATCH.y, PATCH.width / 2, PATCH.height)


def covered(box: Box, filling: str = "grey", picture: Image.Image | None = None, **how: object) -> Cover:
    mask = Mask.fitted(marked(box), SIDE, SIDE)
    return cover(Asking(planted()), picture or patched(), mask, filling, **how)  # type: ignore[arg-type]


@pytest.mark.parametrize(("box", "left"), [(PATCH, 0), (HALF, 0.5), (Box(0.625, 0.125, 0.25, 0.25), 1)])
def test_confidences_are_those_worked_out_by_hand(box: Box, left: float) -> None:
    result = covered(box)
    assert result.answers.before.target_confidence == pytest.approx(sure_of(1), abs=1e-5)
    assert result.answers.after.target_confidence == pytest.approx(sure_of(left), abs=1e-5)
    assert result.answers.before.target == result.answers.after.target == Target("class 1", (1,))
    assert result.share == box.width * box.height


@pytest.mark.parametrize("filling", ["grey", "blur", "paint"])
def test_of_all_parts_the_planted_patch_is_found(filling: str) -> None:
    tries = {
        (x, y): covered(Box(x, y, 0.25, 0.25), filling, patched(patch=Box(0.25, 0.5, 0.25, 0.25)))
        for x in (0, 0.25, 0.5, 0.75)
        for y in (0, 0.5)
    }
    found = {place for place, each in tries.items() if each.verdict == CoverVerdict.A_LOT}
    assert found == {(0.25, 0.5)}
    assert all(each.control is not None for each in tries.values())


def test_the_control_hides_as_much_elsewhere_and_is_averaged() -> None:
    result = covered(PATCH)
    assert len(result.elsewhere.places) == len(result.controls) == 5
    assert all(place.marks.sum() == 256 for place in result.elsewhere.places)
    assert result.controls == pytest.approx([sure_of(1)] * 5, abs=1e-5)
    assert result.control == pytest.approx(sure_of(1), abs=1e-5)


def test_the_label_changes_with_the_patch_and_both_maps_are_for_the_first() -> None:
    result = covered(PATCH)
    assert result.answers.changed
    assert result.answers.after.answer.label == "class 0"
    assert (result.answers.before.layer("2").maximum > 0, result.answers.after.layer("2").maximum) == (True, 0)
    assert not covered(Box(0.625, 0.125, 0.25, 0.25)).answers.changed


def test_the_picture_that_was_asked_about_is_handed_back() -> None:
    pixels = np.asarray(covered(PATCH).answers.picture)
    here = marked(PATCH) > 0
    assert (np.ptp(pixels[here], axis=-1) == 0).all()
    np.testing.assert_array_equal(pixels[~here], np.asarray(patched())[~here])


def test_another_target_can_be_asked_about() -> None:
    result = covered(PATCH, target=Target("class 0", (0,)))
    assert result.answers.before.target_confidence == pytest.approx(1 - sure_of(1), abs=1e-5)
    assert result.verdict == CoverVerdict.SURER


def test_without_a_free_place_the_control_overlaps_and_says_how_much() -> None:
    result = covered(Box(0, 0.25, 0.625, 0.75))  # at best it moves by 3 of 5 columns, and by a third of its rows
    assert (result.elsewhere.dark, result.elsewhere.overlap) == (False, pytest.approx(0.4 * 2 / 3, abs=0.03))
    assert len(result.controls) == len(result.elsewhere.places) == 1


def test_where_no_other_place_is_left_there_is_no_control() -> None:
    result = covered(Box(0.125, 0.125, 0.75, 0.75))
    assert (result.controls, result.control, result.verdict) == ((), None, CoverVerdict.ALONE)


def test_an_empty_map_is_compared_with_any_other_place() -> None:
    result = covered(PATCH, picture=patched(patch=None), target=Target("class 1", (1,)))
    assert (result.elsewhere.dark, len(result.controls), result.verdict) == (True, 5, CoverVerdict.LITTLE)


def test_without_a_mask_the_brightest_tenth_is_covered() -> None:
    result = cover(Asking(planted()), patched(), None, "grey")
    assert result.share == pytest.approx(0.1, abs=0.005)
    hidden = result.mask.marks
    assert hidden[marked(PATCH) > 0].sum() == pytest.approx(hidden.sum(), rel=0.5)  # smooth edges reach beyond it
    assert result.verdict == CoverVerdict.A_LOT


def test_the_brightest_part_lies_in_what_was_seen_and_holds_the_largest_values() -> None:
    slope = np.tile(np.linspace(0, 1, 10, dtype=np.float32), (10, 1))
    marks = bright_part(slope, Box(0.5, 0, 0.5, 1), (200, 100)).marks
    assert marks.shape == (100, 200)
    np.testing.assert_array_equal(np.flatnonzero(marks.any(axis=0)), np.arange(190, 200))


def test_a_map_that_is_the_same_everywhere_has_no_brightest_part() -> None:
    with pytest.raises(NothingBright):
        cover(Asking(planted()), patched(patch=None), None, "grey", Target("class 1", (1,)))


def test_a_window_is_what_the_model_sees_before_and_after() -> None:
    asking = Asking(planted()).framed(Box(0.5, 0, 0.5, 1))
    with pytest.raises(NothingSeen):
        cover(asking, patched(), Mask.fitted(marked(PATCH), SIDE, SIDE), "grey")


def test_covering_nearly_everything_is_refused() -> None:
    with pytest.raises(TooMuchMarked):
        covered(Box(0, 0, 1, 0.7))


def test_an_unknown_filling_is_refused_before_the_model_is_asked() -> None:
    with pytest.raises(UnknownFilling):
        covered(PATCH, "glitter")


@pytest.mark.parametrize(
    ("before", "after", "controls", "verdict"),
    [
        (0.63, 0.13, (0.60, 0.64), CoverVerdict.A_LOT),
        (0.60, 0.30, (0.60,), CoverVerdict.A_LOT),  # exactly half
        (0.60, 0.31, (0.60,), CoverVerdict.SOME),
        (0.60, 0.53, (0.60, 0.58), CoverVerdict.SOME),
        (0.60, 0.53, (0.65, 0.52), CoverVerdict.LITTLE),  # no less than with one of the controls
        (0.60, 0.56, (0.60,), CoverVerdict.LITTLE),  # less than is noticed
        (0.60, 0.20, (0.10, 0.30), CoverVerdict.ANYWHERE),
        (0.60, 0.70, (0.60,), CoverVerdict.SURER),
        (0.60, 0.70, (0.70,), CoverVerdict.LITTLE),  # covering elsewhere makes it as sure
        (0.60, 0.58, (0.68, 0.70), CoverVerdict.SOME),  # covering elsewhere helps, covering this does not
        (0.60, 0.10, (), CoverVerdict.ALONE),
        (0.60, 0.58, (), CoverVerdict.LITTLE),
        (0.60, 0.80, (), CoverVerdict.SURER),
    ],
)
def test_verdicts_weigh_the_loss_against_the_control(
    before: float, after: float, controls: tuple[float, ...], verdict: CoverVerdict
) -> None:
    assert weigh(before, after, controls) == verdict


def test_on_a_real_photograph_the_coffee_makes_the_espresso(bundled: Classifier) -> None:
    mask = np.zeros((400, 600), np.uint8)
    mask[80:200, 210:390] = 255
    asking = Asking(bundled, layers=(bundled.spec.default_layer,))
    result = cover(asking, Image.fromarray(data.coffee()), Mask.fitted(mask, 600, 400))
    assert result.answers.before.answer.label == "espresso"
    assert result.verdict == CoverVerdict.A_LOT
    assert min(result.controls) > result.answers.before.target_confidence - 0.1
