"""A network of a host's own is tried before anybody is shown its maps."""

import threading
import tomllib
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor, nn

from explainer.own_trial import EXACT, Trials, check, main, pictures_of, slopes
from models.catalogue import ClassifierSpec, TargetLayer, built_in
from models.classifier import Classifier
from models.labels import Labels
from models.own.adding import Wishes, add
from models.preprocess import Preprocess

RED, GREEN = (220, 20, 20), (20, 220, 20)


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


def classifier(*late: nn.Module) -> Classifier:
    """Says "red" or "green" by the mean of each colour; its layers are "0" and "1"."""
    first = nn.Conv2d(3, 2, 1, bias=False)
    first.weight.data = torch.tensor([[1.0, 0, 0], [0, 1, 0]])[:, :, None, None]
    module = nn.Sequential(first, nn.ReLU(), *late, nn.AdaptiveAvgPool2d(1), nn.Flatten()).eval()
    layers = (TargetLayer("0", "Edges"), TargetLayer("1", "Whole things"))
    spec = ClassifierSpec("colours", "Colours", None, layers, "1")  # type: ignore[arg-type]
    fed = Preprocess(16, 16, (0.0,) * 3, (1.0,) * 3, Image.Resampling.BILINEAR)
    labels = Labels(("red", "green"), ((), ()))
    return Classifier(spec, module, fed, labels, torch.device("cpu"), threading.Lock())


def test_gradients_that_are_right_agree_with_differences_of_the_score() -> None:
    found = slopes(classifier())
    assert set(found) == {"0", "1"}
    assert max(found.values()) < EXACT


def test_gradients_that_are_wrong_are_told() -> None:
    found = slopes(classifier(Liar()))
    assert found["1"] == pytest.approx(0.5, abs=1e-3)
    assert "wrong at 0, 1" in Trials(found, None, 0, 0).sentences()["gradients"]


def folders(folder: Path) -> Path:
    for name, colours in {"red": [RED, RED, GREEN], "green": [GREEN, GREEN], "blue": [RED]}.items():
        (folder / name).mkdir()
        for number, colour in enumerate(colours):
            Image.new("RGB", (20, 30), colour).save(folder / name / f"{number}.png")
    (folder / "red" / "notes.txt").touch()
    return folder


def test_pictures_are_counted_by_their_folders_and_mistakes_are_named(tmp_path: Path) -> None:
    found = pictures_of(folders(tmp_path), ("red", "green"))
    assert {name: len(paths) for name, paths in found.items()} == {"red": 3, "green": 2}
    checked = check(classifier(), found)
    assert (checked.right, checked.count) == (4, 5)
    assert dict(checked.mistaken) == {("red", "green"): 1}


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
    assert told["hiding the brightest fifth"].endswith("of 4")
    assert "blank brain: " in capsys.readouterr().out


def test_what_is_not_there_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["net", "--models", str(tmp_path)]) == 1
    assert capsys.readouterr().err == "There is no network of your own called net. There are: none.\n"
