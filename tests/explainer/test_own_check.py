"""What a network makes of pictures of its classes is counted, and what is usual for it is kept with its weights."""

import json
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from statistics import median

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file, save_file
from torch import nn

from explainer.explain import explain
from explainer.outside.bounds import Bounds
from explainer.own_check import Checked, Look, check, look, measures, noise, opened, pictures_of
from explainer.strength import share_of_full, strength
from models.catalogue import ClassifierSpec, Measures, TargetLayer
from models.classifier import Classifier
from models.labels import Labels
from models.own.folder import keep_measures
from models.preprocess import Preprocess

RED, GREEN = (220, 20, 20), (20, 220, 20)


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


def folders(folder: Path) -> Path:
    for name, colours in {"red": [RED, RED, GREEN], "green": [GREEN, GREEN], "blue": [RED]}.items():
        (folder / name).mkdir()
        for number, colour in enumerate(colours):
            Image.new("RGB", (20, 30), colour).save(folder / name / f"{number}.png")
    (folder / "red" / "notes.txt").touch()
    return folder


def test_pictures_are_counted_by_their_folders_and_mistakes_are_named(tmp_path: Path) -> None:
    (folders(tmp_path) / "red" / "cut.png").write_bytes(b"\x89PNG\r\n")
    found = pictures_of(tmp_path, ("Red", "green", "a/b", ".."))
    assert {name: len(paths) for name, paths in found.items()} == {"Red": 4, "green": 2}
    checked = check(classifier(), {"red": found["Red"], "green": found["green"]})
    assert (checked.right, checked.count) == (4, 5)
    assert dict(checked.mistaken) == {("red", "green"): 1}
    assert checked.broken == ("cut.png",)
    assert checked.table() == ["is \\ called  green  red", "red              1    2", "green            2    0"]
    assert pictures_of(tmp_path / "none", ("red",)) == {}


def test_of_many_classes_the_mistakes_are_listed() -> None:
    seen = look(classifier(), Image.new("RGB", (9, 9), RED))
    looks: dict[str, Sequence[Look]] = {f"kind {number}": [replace(seen, called="kind 0")] for number in range(12)}
    table = Checked(looks, ()).table()
    assert len(table) == 11
    assert table[0] == "kind 1 was called kind 0: 1"


def photographs(count: int, seed: int) -> list[Image.Image]:
    """More or less red, with a soft pattern."""
    drawn = np.random.default_rng(seed)
    return [
        Image.fromarray((drawn.integers(60, 90, (4, 4, 3)) + np.array(RED) // 2).astype(np.uint8)).resize((32, 32))
        for _ in range(count)
    ]


@pytest.fixture(scope="module")
def measured() -> Classifier:
    """A classifier with what was measured of 50 pictures."""
    made = classifier()
    looks = [look(made, picture) for picture in photographs(50, 1)]
    return replace(made, spec=replace(made.spec, measures=measures(made, Checked({"red": looks, "green": []}, ()))))


def test_its_bound_is_made_of_half_of_them_and_notices_what_is_strange(measured: Classifier) -> None:
    found = Bounds().of(measured)
    assert found is not None
    assert (found.bound.count, found.photographs.count) == (25, 25)
    assert found.photographs.called <= 8
    assert {rate.kind: rate.count for rate in found.outside} == {"noise": 15, "blank": 10}
    outside = [explain(measured, picture, bound=found.bound).outside for picture in noise()]
    assert sum(outside) == found.outside[0].called >= 10
    assert not all(explain(measured, picture, bound=found.bound).outside for picture in photographs(9, 2))


def test_its_maps_are_as_strong_as_usual(measured: Classifier) -> None:
    maxima = [explain(measured, picture, method="layercam").layer("1").maximum for picture in photographs(50, 1)]
    assert strength(measured.spec, "layercam", "1", median(maxima)) == pytest.approx(1, rel=0.01)
    assert share_of_full(measured.spec, "layercam", "1", max(maxima)) == 1
    assert strength(measured.spec, "layercam", "other", 1.0) is None


def test_of_few_pictures_nothing_is_kept() -> None:
    made = classifier()
    looks = [look(made, picture) for picture in photographs(19, 1)]
    assert measures(made, Checked({"red": looks}, ())) == Measures()


def test_what_belongs_to_other_weights_or_is_damaged_counts_as_none(
    measured: Classifier, caplog: pytest.LogCaptureFixture
) -> None:
    other = replace(measured, module=nn.Sequential(nn.Conv2d(3, 2, 1), *list(measured.module)[1:]))
    assert Bounds().of(other) is None
    assert not caplog.records
    for bound in ("[", "{}", json.dumps({"fingerprint": "1"})):
        spoilt = replace(measured.spec, measures=Measures(bound, "["))
        assert Bounds().of(replace(measured, spec=spoilt)) is None
        assert "its bound" in caplog.text or "the bound of colours is damaged" in caplog.text
        assert strength(spoilt, "layercam", "1", 1.0) is None


def test_it_is_kept_in_the_file_of_weights_which_stay_as_they_are(tmp_path: Path) -> None:
    weights = {"0.weight": torch.randn(2, 3), "0.bias": torch.randn(2).half()}
    save_file(weights, tmp_path / "net.safetensors")
    keep_measures(tmp_path, "net", Measures("{}", "[]"))
    kept = load_file(tmp_path / "net.safetensors")
    assert all(torch.equal(kept[name], weights[name]) for name in weights)
    assert [path.name for path in tmp_path.iterdir()] == ["net.safetensors"]


def test_a_file_that_is_no_picture_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"no picture")
    assert opened(tmp_path / "a.png") is None
