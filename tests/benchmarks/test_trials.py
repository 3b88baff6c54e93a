"""How often maps pass, own ones and wrong ones."""

from pathlib import Path

import pytest
from PIL import Image

from benchmarks.trials import main, trials
from models.preprocess import Box
from tests.explainer.planted import patched, planted


def test_own_maps_pass_and_those_of_another_picture_do_not(tmp_path: Path) -> None:
    pictures = [patched(), patched(patch=Box(0.75, 0, 0.25, 0.25))]
    files = [tmp_path / f"{number}.png" for number in range(2)]
    for picture, file in zip(pictures, files, strict=True):
        picture.save(file)
    own, other = trials(planted(), files)
    assert own == {"passed": 2}
    assert "passed" not in other
    assert own.total() == other.total() == 2


def test_a_folder_without_pictures_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Image.new("RGB", (4, 4)).save(tmp_path / "no.pdf")
    assert main([str(tmp_path)]) == 1
    assert str(tmp_path) in capsys.readouterr().err
