import io
import re
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from PIL import Image
from skimage import data
from torch import nn
from torchvision.models import densenet121, mobilenet_v3_large

from models.download import DownloadFailed
from models.labels import Labels
from models.lite import LITE0
from models.weights import (
    PipWeights,
    TorchvisionWeights,
    WeightsBroken,
    WeightsOffline,
    frozen,
    renamed_in_order,
)
from tests.models.conftest import Server, hashed_name, put

PROJECT = Path(__file__).parents[2]
BODY = b"not weights, but a file with the right hash"


def saved(state: dict[str, torch.Tensor]) -> bytes:
    buffer = io.BytesIO()
    torch.save(state, buffer)
    return buffer.getvalue()


def source(url: str, builder: str = "mobilenet_v3_large", timeout: float = 5) -> TorchvisionWeights:
    return TorchvisionWeights("Net", builder, url=url, timeout=timeout)


def assert_ready(module: nn.Module) -> None:
    assert not any(part.training for part in module.modules())
    assert not any(parameter.requires_grad or parameter.is_meta for parameter in module.parameters())
    assert not any(buffer.is_meta for buffer in module.buffers())
    assert not any(getattr(part, "inplace", False) for part in module.modules())


# --- the bundled model ---------------------------------------------------------------------------------------------


def test_the_bundled_weights_are_here_and_whole(no_network: None) -> None:
    bundled = PipWeights("Lite", LITE0)
    assert bundled.available()
    bundled.fetch(offline=True)


def test_the_bundled_model_is_ready_and_names_a_photograph(no_network: None) -> None:
    network = PipWeights("Lite", LITE0).build()
    assert_ready(network.module)
    cat = network.preprocess(Image.fromarray(data.chelsea()))
    with torch.no_grad():
        best = int(network.module(cat.unsqueeze(0)).argmax())
    assert network.labels[best] in ("tabby cat", "tiger cat", "Egyptian cat")


def test_a_damaged_bundled_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "efficientnet-lite0-57934424.pth"
    broken.write_bytes(b"cut")
    monkeypatch.setattr(PipWeights, "_path", broken)
    with pytest.raises(WeightsBroken):
        PipWeights("Lite", LITE0).fetch()
    with pytest.raises(WeightsBroken):
        PipWeights("Lite", LITE0).build()


def test_a_package_without_its_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PipWeights, "_path", tmp_path / "none-57934424.pth")
    assert not PipWeights("Lite", LITE0).available()
    with pytest.raises(WeightsBroken):
        PipWeights("Lite", LITE0).fetch()


def test_entries_take_the_name_at_their_place() -> None:
    one, two = torch.ones(2), torch.zeros(3)
    state = renamed_in_order(
        {"_bn.weight": one, "_bn.bias": two}, {"bn1.weight": torch.empty(2), "bn1.bias": torch.empty(3)}
    )
    assert list(state) == ["bn1.weight", "bn1.bias"]
    assert state["bn1.weight"] is one
    assert state["bn1.bias"] is two


@pytest.mark.parametrize(
    "expected",
    [
        {"bn1.weight": torch.empty(2)},
        {"bn1.weight": torch.empty(2), "bn1.bias": torch.empty(4)},
        {"bn1.bias": torch.empty(2), "bn1.weight": torch.empty(3)},
    ],
    ids=["another count", "another shape", "another kind"],
)
def test_entries_that_do_not_correspond_are_refused(expected: dict[str, torch.Tensor]) -> None:
    with pytest.raises(ValueError, match=r"entries|fit"):
        renamed_in_order({"_bn.weight": torch.ones(2), "_bn.bias": torch.zeros(3)}, expected)


# --- torchvision's models ------------------------------------------------------------------------------------------


def test_a_download_lands_in_torchvisions_own_cache_and_is_not_repeated(server: Server, cache: Path) -> None:
    weights = source(server.serve(hashed_name("net", BODY), BODY))
    assert not weights.available()
    weights.fetch()
    weights.fetch()
    assert weights.available()
    assert (cache / hashed_name("net", BODY)).read_bytes() == BODY
    assert len(server.requests) == 1


def test_the_address_is_torchvisions_unless_a_mirror_is_named(cache: Path, no_network: None) -> None:
    cache.mkdir(parents=True)
    (cache / "vgg16-397923af.pth").write_bytes(BODY)
    assert TorchvisionWeights("VGG-16", "vgg16").available()
    assert not TorchvisionWeights("ResNet-18", "resnet18").available()


def test_an_empty_cache_has_nothing_and_needs_no_look_at_torchvision(cache: Path) -> None:
    code = "import sys; from models.store import ClassifierStore; import torch; "
    code += "print(ClassifierStore(torch.device('cpu'), offline=True).available(), 'torchvision' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert done.stdout.split(") ")[-1].strip() == "False"
    assert done.stdout.startswith("('efficientnet_lite0', 'efficientnet_lite2')")


def test_a_cut_file_in_the_cache_is_fetched_again(server: Server, cache: Path) -> None:
    weights = source(server.serve(hashed_name("net", BODY), BODY))
    cache.mkdir(parents=True)
    (cache / hashed_name("net", BODY)).write_bytes(BODY[:10])
    weights.fetch()
    assert (cache / hashed_name("net", BODY)).read_bytes() == BODY


def test_offline_a_cut_file_is_refused_and_no_socket_opened(cache: Path, no_network: None) -> None:
    cache.mkdir(parents=True)
    (cache / hashed_name("net", BODY)).write_bytes(BODY[:10])
    with pytest.raises(WeightsBroken) as caught:
        source("http://192.0.2.1/" + hashed_name("net", BODY)).fetch(offline=True)
    assert caught.value.values == {"title": "Net"}


def test_offline_missing_weights_are_refused_and_no_socket_opened(cache: Path, no_network: None) -> None:
    with pytest.raises(WeightsOffline) as caught:
        source("http://192.0.2.1/net-01234567.pth").fetch(offline=True)
    assert caught.value.values == {"title": "Net"}


def test_offline_a_whole_file_is_enough(cache: Path, no_network: None) -> None:
    name = put(cache, "net", BODY)
    source(f"http://192.0.2.1/{name}").fetch(offline=True)


def test_a_stalling_mirror_is_given_up_after_the_sources_own_timeout(server: Server, cache: Path) -> None:
    with pytest.raises(DownloadFailed) as caught:
        source(server.stall(hashed_name("net", BODY), BODY), timeout=0.2).fetch()
    assert caught.value.values == {"title": "Net", "reason": "timeout"}


def test_a_downloaded_model_computes_what_its_weights_say(server: Server, cache: Path, seeded: None) -> None:
    original = mobilenet_v3_large().eval()
    body = saved(original.state_dict())
    weights = source(server.serve(hashed_name("mobile", body), body))
    weights.fetch()
    network = weights.build()
    assert_ready(network.module)
    picture = torch.rand(1, 3, 64, 64)
    with torch.no_grad():
        assert torch.equal(network.module(picture), original(picture))
    assert network.labels is Labels.imagenet()
    assert network.preprocess(Image.new("RGB", (300, 200))).shape == (3, 224, 224)


def test_densenets_old_names_are_understood(cache: Path, seeded: None) -> None:
    original = densenet121().eval()
    old = {
        re.sub(r"(denselayer\d+\.(?:norm|conv))([12])", r"\1.\2", name): tensor
        for name, tensor in original.state_dict().items()
        if not name.endswith("num_batches_tracked")  # the published file is older than these
    }
    assert "features.denseblock1.denselayer1.norm.1.weight" in old
    name = put(cache, "densenet121", saved(old))
    network = source(f"http://192.0.2.1/{name}", "densenet121").build()
    assert_ready(network.module)
    picture = torch.rand(1, 3, 64, 64)
    with torch.no_grad():
        assert torch.equal(network.module(picture), original(picture))


@pytest.mark.parametrize("body", [BODY, saved({"other.weight": torch.ones(2)})], ids=["no weights", "another model's"])
def test_a_file_that_does_not_fit_never_becomes_a_random_network(cache: Path, body: bytes) -> None:
    name = put(cache, "net", body)
    with pytest.raises(WeightsBroken):
        source(f"http://192.0.2.1/{name}").build()


def test_a_file_that_would_run_code_is_refused(cache: Path, tmp_path: Path) -> None:
    class Bomb:
        def __reduce__(self) -> tuple[object, ...]:
            return Path.touch, (tmp_path / "exploded",)

    buffer = io.BytesIO()
    torch.save({"weight": Bomb()}, buffer)
    name = put(cache, "net", buffer.getvalue())
    with pytest.raises(WeightsBroken):
        source(f"http://192.0.2.1/{name}").build()
    assert not (tmp_path / "exploded").exists()


def test_weights_for_other_classes_are_refused(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name = put(cache, "mobile", saved(mobilenet_v3_large().state_dict()))
    monkeypatch.setattr(Labels, "agree_with", lambda self, names: False)
    with pytest.raises(WeightsBroken):
        source(f"http://192.0.2.1/{name}").build()


def test_freezing_reaches_every_part() -> None:
    module = nn.Sequential(nn.Conv2d(3, 2, 1), nn.Sequential(nn.BatchNorm2d(2), nn.ReLU(inplace=True)))
    assert frozen(module) is module
    assert_ready(module)
