"""A network of a host's own is tried before anybody is shown its maps."""

import tomllib
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor, nn

from explainer.own_trial import EXACT, FAILURES, Trials, main, slopes
from models.catalogue import Measures, built_in
from models.own.adding import Wishes, add
from models.own.entry import TRIALS
from models.own.folder import read_folder
from tests.explainer.test_own_check import classifier, folders


class Lying(torch.autograd.Function):
    """Twice the gradient that there is."""

    @staticmethod
    def forward(ctx: object, inputs: Tensor) -> Tensor:
        return inputs.clone()

    @staticmethod
    def backward(ctx: object, *gradients: Tensor) -> Tensor:
        return 2 * gradients[0]


class Liar(nn.Module):
    def forward(self, inputs: Tensor) -> Tensor:
        return Lying.apply(inputs)


def test_gradients_that_are_right_agree_with_differences_of_the_score() -> None:
    found = slopes(classifier())
    assert set(found) == {"0", "1"}
    assert max(found.values()) < EXACT


def test_gradients_that_are_wrong_are_told() -> None:
    found = slopes(classifier(Liar()))
    assert 10 * EXACT < found["1"] <= 0.5
    assert "wrong at 0, 1" in Trials(found, None, 0, 0).sentences()["gradients"]


@pytest.mark.parametrize(
    ("trials", "failed"),
    [
        (Trials({"0": 0.0}, None, 0, 0), ()),
        (Trials({"0": 0.0, "1": 0.1}, 0.2, 4, 4), ("gradients",)),
        (Trials({"0": 0.0}, 0.5, 2, 4), ("blank_brain",)),
        (Trials({"0": 0.0}, 0.1, 1, 4), ("hiding",)),
        (Trials({"0": 0.0}, 0.1, 0, 3), ()),  # so few tell nothing
    ],
)
def test_a_trial_is_failed_by_what_was_found(trials: Trials, failed: tuple[str, ...]) -> None:
    assert trials.failed == failed
    assert set(failed) <= set(FAILURES) == set(TRIALS)


def test_the_command_keeps_what_came_of_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from torchvision.models import squeezenet1_1

    with torch.random.fork_rng():
        torch.manual_seed(0)
        torch.save(squeezenet1_1(num_classes=2).state_dict(), tmp_path / "net.pth")
    wishes = Wishes(architecture="torchvision/squeezenet1_1", classes=("red", "green"), size=48)
    add(tmp_path / "net.pth", tmp_path / "own", wishes, tuple(built_in()), tmp_path, lambda line: None)
    (tmp_path / "pictures").mkdir()
    folder = folders(tmp_path / "pictures")
    noise = np.random.default_rng(0).integers(0, 255, (50, 50, 3), np.uint8)
    Image.fromarray(noise).save(folder / "red" / "0.png")
    assert main(["net", "--models", str(tmp_path / "own"), "--check", str(folder)]) == 0
    told = tomllib.loads((tmp_path / "own" / "net.toml").read_text())["trial"]
    assert told["finite"] == "yes"
    assert told["gradients"] == "as the finite differences of the score"
    assert told["right"].endswith("of 5 pictures")
    assert told["strange pictures"].startswith("nothing is said of them")
    said = capsys.readouterr().out
    assert "blank brain: " in said
    assert "is \\ called" in said
    assert read_folder(tmp_path / "own").specs["net"].measures == Measures()


def test_what_is_not_there_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["net", "--models", str(tmp_path)]) == 1
    assert capsys.readouterr().err == "There is no network of your own called net. There are: none.\n"
