"""One command takes a file to a network of the page, with everything that belongs to it."""

import subprocess
import sys
import tomllib
import types
from pathlib import Path
from typing import Any

import pytest
import torch
from PIL import Image
from torch import nn

from models.__main__ import main
from models.catalogue import built_in, with_own
from models.own.adding import Wishes, add, remove
from models.own.architectures import Architecture
from models.own.folder import read_folder
from models.own.problems import NotANetwork
from models.preprocess import Squashed
from models.store import ClassifierStore
from models.weights import WeightsBroken
from tests.models.own.conftest import Saved

CPU = torch.device("cpu")
PICTURE = Image.effect_noise((120, 80), 90).convert("RGB")


def added(path: Path, **wishes: Any) -> list[str]:
    """Add to the folder `own` beside the file; return what was told."""
    told: list[str] = []
    add(path, path.parent / "own", Wishes(**wishes), tuple(built_in()), path.parent, told.append)
    return told


def refusal(path: Path, **wishes: Any) -> str:
    with pytest.raises(NotANetwork) as caught:
        added(path, **wishes)
    assert not list((path.parent / "own").glob("*"))
    return str(caught.value)


@pytest.mark.usefixtures("few")
def test_an_added_network_answers_in_the_store_as_it_did_before(saved: Saved, squeezenet: nn.Module) -> None:
    path = saved(squeezenet.state_dict(), "Five Things.pth")
    names = ("ant", "bee", "cat", "dog", "eel")
    added(path, classes=names, size=96)
    own = read_folder(path.parent / "own")
    assert own.problems == ()
    classifier = ClassifierStore(CPU, catalogue=with_own(own.specs)).get("five_things")
    assert classifier.spec.title == "Five things"
    assert tuple(classifier.labels) == names
    assert classifier.preprocess.crop_side == 96
    inputs = classifier.preprocess(PICTURE)[None]
    with torch.no_grad():
        assert torch.allclose(classifier.module(inputs), squeezenet(inputs), atol=1e-5)
    assert classifier.spec.default_layer == classifier.spec.layers[-1].name == "classifier.2"
    untrained = classifier.spec.source.untrained()
    assert not torch.equal(untrained.features[0].weight, squeezenet.features[0].weight)


@pytest.mark.usefixtures("few")
def test_without_names_classes_are_numbered_and_that_is_said(saved: Saved, squeezenet: nn.Module) -> None:
    path = saved(squeezenet.state_dict())
    assert any("--classes" in line for line in added(path))
    (spec,) = read_folder(path.parent / "own").specs.values()
    assert tuple(spec.source.build().labels) == ("class 1", "class 2", "class 3", "class 4", "class 5")


@pytest.mark.usefixtures("few")
def test_names_in_a_checkpoint_are_taken(saved: Saved, squeezenet: nn.Module) -> None:
    order = {"eel": 4, "ant": 0, "cat": 2, "bee": 1, "dog": 3}
    path = saved({"state_dict": squeezenet.state_dict(), "hyper_parameters": {"class_to_idx": order}})
    added(path)
    (spec,) = read_folder(path.parent / "own").specs.values()
    assert tuple(spec.source.build().labels) == ("ant", "bee", "cat", "dog", "eel")


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize(
    ("wishes", "sentence"),
    [
        ({"name": "Not good"}, "can't be called Not good"),
        ({"name": "vgg16"}, "already"),
        ({"classes": ("a", "b")}, "has 5 classes, and 2 names"),
        ({"size": 8}, "can't take pictures of 8 by 8"),
        ({"architecture": "torchvision/resnet18"}, "nearest is torchvision/resnet18"),
    ],
)
def test_what_can_not_be_is_one_sentence_and_leaves_nothing(
    saved: Saved, squeezenet: nn.Module, wishes: dict[str, Any], sentence: str
) -> None:
    assert sentence in refusal(saved(squeezenet.state_dict()), **wishes)


@pytest.mark.usefixtures("few")
def test_what_a_transformer_reads_its_answer_off_is_kept(saved: Saved) -> None:
    from timm import create_model

    path = saved(create_model("vit_tiny_patch16_224", num_classes=2).state_dict())
    added(path, classes=("cat", "dog"))
    entry = path.parent / "own" / "net.toml"
    assert tomllib.loads(entry.read_text())["class_token"] is True
    assert read_folder(path.parent / "own").specs["net"].class_token
    for wrong in ('class_token = "yes"', "class_token = 1"):
        entry.write_text(entry.read_text().replace("class_token = true", wrong))
        (problem,) = read_folder(path.parent / "own").problems
        assert "class_token" in str(problem)
        entry.write_text(entry.read_text().replace(wrong, "class_token = true"))
    entry.write_text(entry.read_text().replace("tokens = 1", ""))
    assert "class_token is for layers" in str(read_folder(path.parent / "own").problems[0])


@pytest.mark.usefixtures("few")
def test_a_network_that_answers_all_alike_is_added_with_a_warning(saved: Saved, squeezenet: nn.Module) -> None:
    state = {name: torch.zeros_like(tensor) for name, tensor in squeezenet.state_dict().items()}
    path = saved(state)
    assert any("alike" in line for line in added(path))
    told = tomllib.loads((path.parent / "own" / "net.toml").read_text())
    assert told["trial"]["different answers"] == "no"


def test_every_wrong_entry_is_told_and_the_others_are_offered(saved: Saved, squeezenet: nn.Module, few: None) -> None:
    path = saved(squeezenet.state_dict())
    added(path)
    own = path.parent / "own"
    good = (own / "net.toml").read_text()
    for name, old, new in (
        ("size", "size = 224", "size = -1"),
        ("std", "std = [0.229", "std = [0"),
        ("crop", '"centre"', '"sideways"'),
        ("twice", '"class 2"', '"class 1"'),
        ("cut", "mean =", "mean"),
    ):
        assert old in good
        (own / f"{name}.toml").write_text(good.replace(old, new))
        (own / f"{name}.safetensors").touch()
    (own / "lonely.toml").write_text(good)
    found = read_folder(own)
    assert list(found.specs) == ["net"]
    assert sorted(str(problem).split(" ")[0] for problem in found.problems) == [
        *("crop.toml", "cut.toml", "lonely.safetensors", "size.toml", "std.toml", "twice.toml")
    ]


@pytest.mark.parametrize(("old", "new"), [("features.12", "features.99"), ("squeezenet1_1", "squeezenet1_0")])
def test_an_entry_that_does_not_belong_to_its_weights_is_broken(
    saved: Saved, squeezenet: nn.Module, few: None, old: str, new: str
) -> None:
    path = saved(squeezenet.state_dict())
    added(path)
    entry = path.parent / "own" / "net.toml"
    entry.write_text(entry.read_text().replace('name = "classifier.2"', 'name = "features.12"').replace(old, new))
    (spec,) = read_folder(path.parent / "own").specs.values()
    with pytest.raises(WeightsBroken):
        spec.source.build()


def test_a_removed_network_is_gone_with_both_files(saved: Saved, squeezenet: nn.Module, few: None) -> None:
    path = saved(squeezenet.state_dict())
    added(path)
    own = path.parent / "own"
    assert len(list(own.iterdir())) == 2
    with pytest.raises(NotANetwork, match="There are: net"):
        remove(own, "other", tuple(read_folder(own).specs))
    remove(own, "net", tuple(read_folder(own).specs))
    assert list(own.iterdir()) == []


def test_the_command_adds_lists_and_removes(
    saved: Saved,
    squeezenet: nn.Module,
    few: None,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """That its trial runs, tests/docs/test_own_model.py sees."""
    tried: list[list[str]] = []

    def trial(command: list[str], check: bool) -> Any:
        tried.append(command)
        return subprocess.CompletedProcess(command, len(tried) - 1)

    monkeypatch.setattr("models.__main__.subprocess.run", trial)
    path = saved(squeezenet.state_dict())
    (path.parent / "names.txt").write_text("ant\nbee\ncat, big\ndog\neel\n")
    folder = ["--models", str(path.parent / "own")]
    assert main(["add", str(path), *folder, "--title", "Five", "--classes", str(path.parent / "names.txt")]) == 0
    told = capsys.readouterr().out
    assert "It is torchvision/squeezenet1_1 with 5 classes." in told
    assert tried == [[sys.executable, "-m", "explainer.own_trial", "net", *folder]]
    assert main(["list", *folder]) == 0
    assert "Five (here)" in capsys.readouterr().out
    entry = path.parent / "own" / "net.toml"
    entry.write_text(entry.read_text().replace("failed = []", 'failed = ["hiding"]'))
    assert main(["list", *folder]) == 0
    assert "Five (here; it failed a trial: hiding)" in capsys.readouterr().out
    assert main(["remove", "net", *folder]) == 0
    assert main(["remove", "net", *folder]) == 1
    assert capsys.readouterr().err == "There is no network of your own called net. There are: none.\n"
    checked = ["add", str(path), *folder, "--check", str(path.parent)]
    assert main(checked) == 1, "its trial fails"
    assert tried[-1][-2:] == checked[-2:]
    assert "its trial did not come to an end" in capsys.readouterr().err
    assert main(["add", str(path), *folder, "--name", "other", "--check", str(path.parent / "none")]) == 1
    assert len(list((path.parent / "own").iterdir())) == 2


def test_the_folder_may_be_named_by_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SEEWHY_MODELS", str(tmp_path / "here"))
    assert main(["add", str(tmp_path / "none.pth")]) == 1
    assert capsys.readouterr().err == "none.pth is not there.\n"
    assert main(["list"]) == 0


# --- fast.ai


@pytest.fixture
def fastai(monkeypatch: pytest.MonkeyPatch) -> types.SimpleNamespace:
    """Classes under the names of fast.ai's that an export.pkl refers to; none of them is there when it is read."""

    def put(path: str) -> type:
        module, _, name = path.rpartition(".")
        made = type(name, (), {"__module__": module})
        for part in range(1, len(module.split(".")) + 1):
            parent = ".".join(module.split(".")[:part])
            if parent not in sys.modules:
                monkeypatch.setitem(sys.modules, parent, types.ModuleType(parent))
        setattr(sys.modules[module], name, made)
        return made

    return types.SimpleNamespace(
        Learner=put("fastai.learner.Learner"),
        DataLoaders=put("fastai.data.core.DataLoaders"),
        CategoryMap=put("fastai.data.transforms.CategoryMap"),
        MultiCategorize=put("fastai.data.transforms.MultiCategorize"),
        Normalize=put("fastai.data.transforms.Normalize"),
        Resize=put("fastai.vision.augment.Resize"),
        L=put("fastcore.foundation.L"),
    )


def made(kind: type, **state: object) -> Any:
    thing = kind()
    vars(thing).update(state)
    return thing


def learner(fastai: types.SimpleNamespace, arch: object, module: nn.Module, *more: object) -> Any:
    mean, std = torch.tensor([0.5, 0.25, 0.125]), torch.tensor([0.2, 0.3, 0.4])
    vocab = made(fastai.CategoryMap, items=made(fastai.L, items=["dog", "frog", "newt"]), o2i={"dog": 0})
    parts = [
        made(fastai.Resize, size=(64, 64), method="squish", pad_mode="reflection"),
        made(fastai.Normalize, mean=mean.view(1, 3, 1, 1), std=std.view(1, 3, 1, 1)),
        vocab,
        *more,
    ]
    return made(fastai.Learner, model=module, arch=arch, dls=made(fastai.DataLoaders, loaders=parts))


def fastais(classes: int = 3) -> nn.Module:
    """As fast.ai's `create_head` makes it, around SqueezeNet's body."""
    from torchvision.models import squeezenet1_1

    with torch.random.fork_rng():
        torch.manual_seed(3)
        pools = nn.Module()
        head = nn.Sequential(
            *(pools, nn.Flatten(), nn.BatchNorm1d(1024), nn.Dropout(0.25), nn.Linear(1024, 512, bias=False)),
            *(nn.ReLU(), nn.BatchNorm1d(512), nn.Dropout(0.5), nn.Linear(512, classes, bias=False)),
        )
        return nn.Sequential(nn.Sequential(squeezenet1_1().features), head).eval()


def test_an_export_of_fastais_tells_all_by_itself(
    saved: Saved, fastai: types.SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither is it run, nor is anything searched: it names its architecture."""
    from torchvision.models import squeezenet1_1

    monkeypatch.setattr("models.own.index.load", lambda *_: pytest.fail("a search"))
    module = fastais()
    path = saved(learner(fastai, squeezenet1_1, module), "export.pkl")
    for name in [each for each in sys.modules if each.startswith(("fastai", "fastcore"))]:
        monkeypatch.delitem(sys.modules, name)
    assert added(path) == ["It is fastai/torchvision/squeezenet1_1 with 3 classes."]
    (spec,) = read_folder(path.parent / "own").specs.values()
    network = spec.source.build()
    assert tuple(network.labels) == ("dog", "frog", "newt")
    assert isinstance(network.preprocess, Squashed)
    assert network.preprocess.crop_side == 64
    assert network.preprocess.mean == (0.5, 0.25, 0.125)
    assert network.preprocess.std == pytest.approx((0.2, 0.3, 0.4))
    picture = torch.randn(2, 3, 64, 64)
    with torch.no_grad():
        features = module[0](picture)
        pooled = torch.cat([features.amax((2, 3)), features.mean((2, 3))], 1)
        assert torch.allclose(network.module(picture), module[1][2:](pooled), atol=1e-5)


def test_a_network_of_several_answers_at_a_time_is_refused(saved: Saved, fastai: types.SimpleNamespace) -> None:
    path = saved(learner(fastai, "resnet18", fastais(), made(fastai.MultiCategorize)), "export.pkl")
    assert "any number of answers" in refusal(path)


@pytest.mark.usefixtures("few")
def test_a_save_of_fastais_is_recognised_by_its_body(saved: Saved) -> None:
    path = saved({"model": fastais().state_dict(), "opt": {"state": [], "hypers": []}})
    assert "It is fastai/torchvision/squeezenet1_1 with 3 classes." in added(path)


@pytest.mark.usefixtures("few")
def test_a_body_of_timms_is_recognised(saved: Saved) -> None:
    from timm import create_model

    body = nn.Module()
    body.model = create_model("mobilenetv3_small_050", num_classes=0)
    head = nn.Sequential(
        *(nn.Identity(), nn.Flatten(), nn.BatchNorm1d(576), nn.Dropout(), nn.Linear(576, 4, bias=False))
    )
    path = saved(nn.Sequential(body, head).state_dict())
    assert "It is fastai/timm/mobilenetv3_small_050 with 4 classes." in added(path)


def test_an_architecture_says_how_it_is_fed() -> None:
    assert Architecture("torchvision/resnet18").preprocess().resize_side == 256
    assert Architecture("timm/tf_efficientnet_b0").preprocess().mean == (0.485, 0.456, 0.406)
    fed = Architecture("fastai/torchvision/mobilenet_v3_small").preprocess()
    assert (fed.resize_side, fed.mean, fed.std) == (224, (0.0,) * 3, (1.0,) * 3)
