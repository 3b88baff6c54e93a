"""What a class taught is a model of a host's page: one file in the folder, on the network that is there anyway."""

from pathlib import Path

import numpy as np
import pytest
import torch

from models.__main__ import main
from models.catalogue import DEFAULT, built_in, with_own
from models.own.folder import read_folder
from models.store import ClassifierStore
from models.taught.file import TaughtFile, write
from models.taught.head import TaughtHead
from models.taught.network import TaughtClassifier
from models.weights import WeightsBroken
from tests.explainer.networks import CPU


def head(names: tuple[str, ...] = ("Cup", "Toy", "None of these")) -> TaughtHead:
    drawn = np.random.default_rng(0).normal(size=(len(names), 1280)).astype(np.float32)
    return TaughtHead(names, drawn, np.zeros(len(names), np.float32), 1.0, (3,) * len(names), len(names) - 1)


@pytest.fixture(scope="module")
def fingerprint() -> str:
    return ClassifierStore(CPU, offline=True).get(DEFAULT).fingerprint()


def test_a_file_in_the_folder_is_a_model_that_shares_its_network(tmp_path: Path, fingerprint: str) -> None:
    (tmp_path / "Class 5b.seewhy").write_bytes(write(TaughtFile(head(), DEFAULT, fingerprint)))
    own = read_folder(tmp_path, built_in())
    assert (list(own.specs), own.problems) == (["class_5b"], ())
    spec = own.specs["class_5b"]
    assert (spec.title, list(spec.labels)) == ("Cup · Toy", ["Cup", "Toy", "None of these"])
    store = ClassifierStore(CPU, offline=True, catalogue=with_own(own.specs))
    taught, backbone = store.get("class_5b"), store.get(DEFAULT)
    assert isinstance(taught, TaughtClassifier)
    assert (taught.backbone, taught.spec.name) == (backbone, "class_5b")
    assert store.loads == {DEFAULT: 1}
    assert set(store.loaded()) == {DEFAULT, "class_5b"}
    picture = torch.zeros(1, 3, 224, 224)
    assert taught.module(picture).shape == (1, 3)


def test_of_another_network_it_is_broken_and_a_damaged_one_is_told(tmp_path: Path) -> None:
    (tmp_path / "other.seewhy").write_bytes(write(TaughtFile(head(), DEFAULT, "0" * 32)))
    (tmp_path / "damaged.seewhy").write_bytes(b"Dear host")
    (tmp_path / "far.seewhy").write_bytes(write(TaughtFile(head(), "nobody", "0" * 32)))
    own = read_folder(tmp_path, built_in())
    assert list(own.specs) == ["other"]
    assert sorted(str(each).partition(" ")[0] for each in own.problems) == ["damaged.seewhy", "far.seewhy"]
    with pytest.raises(WeightsBroken):
        ClassifierStore(CPU, offline=True, catalogue=with_own(own.specs)).get("other")


def test_the_command_adds_lists_and_removes_it(
    tmp_path: Path, fingerprint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "cups.seewhy"
    file.write_bytes(write(TaughtFile(head(), DEFAULT, fingerprint)))
    folder = tmp_path / "own"
    assert main(["add", str(file), "--models", str(folder)]) == 0
    assert (folder / "cups.seewhy").is_file()
    assert main(["list", "--models", str(folder)]) == 0
    assert "cups" in capsys.readouterr().out
    assert main(["add", str(file), "--models", str(folder)]) == 1
    assert main(["remove", "cups", "--models", str(folder)]) == 0
    assert not (folder / "cups.seewhy").exists()
