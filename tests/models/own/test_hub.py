"""timm's networks on the Hub, brought by its own client from a server of this machine or from its cache."""

import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import torch
from PIL import Image
from safetensors.torch import save
from torch import nn

from models.own.adding import Wishes, add
from models.own.folder import read_folder
from models.own.hub import bring, name_of
from models.own.problems import NotANetwork

ROOT = Path(__file__).parents[3]
CONFIG: dict[str, Any] = {
    "architecture": "vit_tiny_patch16_224",
    "num_classes": 2,
    "label_names": ["n1", "n2"],
    "label_descriptions": {"n1": "cat", "n2": "dog"},
    "pretrained_cfg": {
        "input_size": [3, 224, 224],
        "mean": [0.5, 0.5, 0.5],
        "std": [0.25, 0.25, 0.25],
        "crop_pct": 0.8,
        "interpolation": "bilinear",
    },
}
COMMIT = "0123456789" * 4


class Hub(ThreadingHTTPServer):
    """Answers as the Hub does: `files` by their addresses, whatever else is missing by the `missing` header."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.files: dict[str, bytes] = {}
        self.missing = "EntryNotFound"
        self.asked: list[str] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Answer(BaseHTTPRequestHandler):
    server: Hub

    def do_HEAD(self) -> None:
        self._answer(body=False)

    def do_GET(self) -> None:
        self._answer(body=True)

    def _answer(self, body: bool) -> None:
        name = self.path.partition("?")[0]
        self.server.asked.append(f"{self.command} {name}")
        found = self.server.files.get(name)
        self.send_response(404 if found is None else 200)
        if found is None:
            self.send_header("X-Error-Code", self.server.missing)
        self.send_header("X-Repo-Commit", COMMIT)
        self.send_header("ETag", f'"{sha256(found or b"").hexdigest()}"')
        self.send_header("Content-Length", str(len(found or b"")))
        self.end_headers()
        if body and found:
            self.wfile.write(found)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with Hub() as server:
        Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture(scope="module")
def network() -> nn.Module:
    from timm import create_model

    with torch.random.fork_rng():
        torch.manual_seed(1)
        return create_model("vit_tiny_patch16_224", num_classes=2).eval()


def offer(hub: Hub, network: nn.Module, name: str = "timm/tiny.ours", **changed: Any) -> str:
    start = f"/{name}/resolve/main"
    hub.files[f"{start}/config.json"] = json.dumps({**CONFIG, **changed}).encode()
    hub.files[f"{start}/model.safetensors"] = save(network.state_dict())
    return f"hf-hub:{name}"


def refusal(address: str, hub: Hub, cache: Path, most_gigabytes: float = 2.0) -> str:
    with pytest.raises(NotANetwork) as caught:
        bring(address, most_gigabytes, hub.address, cache)
    return str(caught.value)


def test_a_network_is_added_by_its_address_and_again_from_the_cache_without_a_server(
    hub: Hub, network: nn.Module, tmp_path: Path
) -> None:
    """By the command, where the client reads its server's address from the environment; without its trial."""
    address = offer(hub, network)
    told = {"HF_ENDPOINT": hub.address, "HF_HOME": str(tmp_path / "hf"), "SEEWHY_CACHE": str(tmp_path)}
    started = "import sys, subprocess; from types import SimpleNamespace as S; from models import __main__ as m; "
    started += "subprocess.run = lambda *a, **k: S(returncode=0); sys.exit(m.main(sys.argv[1:]))"

    def command(*more: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", started, "add", address, "--models", str(tmp_path / "own"), *more],
            cwd=ROOT,
            env={**os.environ, "NO_PROXY": "127.0.0.1", "OMP_NUM_THREADS": "1", **told, **environment},
            capture_output=True,
            text=True,
        )

    done = command()
    assert done.returncode == 0, done.stderr
    assert "It is timm/vit_tiny_patch16_224 with 2 classes." in done.stdout
    entry = tomllib.loads((tmp_path / "own" / "tiny_ours.toml").read_text())
    assert (entry["classes"], entry["came_from"], entry["class_token"]) == (["cat", "dog"], address, True)
    assert (entry["size"], entry["resize"], entry["interpolation"], entry["std"]) == (224, 280, "bilinear", [0.25] * 3)
    built = read_folder(tmp_path / "own").specs["tiny_ours"].source.build()
    inputs = built.preprocess(Image.effect_noise((300, 260), 90).convert("RGB"))[None]
    with torch.no_grad():
        assert torch.allclose(built.module(inputs), network(inputs), atol=1e-5)
    hub.files.clear()
    asked = len(hub.asked)
    again = command("--name", "again", HF_HUB_OFFLINE="1")
    assert again.returncode == 0, again.stderr
    assert len(hub.asked) == asked


def test_a_name_that_is_taken_is_told_before_anything_is_asked_for(tmp_path: Path) -> None:
    with pytest.raises(NotANetwork, match="There is a model called vgg16 already"):
        add("hf-hub:nobody/vgg16", tmp_path, Wishes(), ("vgg16",), tmp_path, print)


def test_without_a_server_or_a_cache_the_sentence_says_what_to_do(
    hub: Hub, network: nn.Module, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huggingface_hub.utils._http.time.sleep", lambda seconds: None)  # between its tries
    address = offer(hub, network)
    hub.shutdown()
    hub.server_close()
    assert "can't be reached; check the network, or bring its model.safetensors here" in refusal(address, hub, tmp_path)


@pytest.mark.parametrize(
    ("missing", "said"),
    [
        ("RepoNotFound", "there is no such network"),
        ("GatedRepo", "asks for an agreement first"),
        ("RevisionNotFound", "no such revision"),
        ("EntryNotFound", "a file that it should have is missing"),
    ],
)
def test_what_the_hub_refuses_is_said(hub: Hub, tmp_path: Path, missing: str, said: str) -> None:
    hub.missing = missing
    assert said in refusal("hf-hub:timm/none", hub, tmp_path)


@pytest.mark.parametrize("address", ["hf-hub:", "hf-hub:a/b/c", "hf-hub:timm/../x", "hf-hub:timm/a b"])
def test_what_is_no_address_is_said_without_asking(hub: Hub, tmp_path: Path, address: str) -> None:
    assert "is no address of a network" in refusal(address, hub, tmp_path)
    assert hub.asked == []


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"architecture": None}, "is none of timm's"),
        ({"architecture": ["ViTForImageClassification"]}, "is none of timm's"),
        ({"pretrained_cfg": [1]}, "is none of timm's"),
        ({"model_args": {"act_layer": "relu", "num_classes": 2}}, "built with changes (act_layer)"),
    ],
)
def test_other_networks_are_refused_before_their_weights_are_brought(
    hub: Hub, network: nn.Module, tmp_path: Path, changed: dict[str, Any], said: str
) -> None:
    assert said in refusal(offer(hub, network, **changed), hub, tmp_path)
    assert not any("safetensors" in each for each in hub.asked)


def test_too_large_a_file_is_not_downloaded(hub: Hub, network: nn.Module, tmp_path: Path) -> None:
    assert "--max-gigabytes allows 0.01" in refusal(offer(hub, network), hub, tmp_path, most_gigabytes=0.01)
    assert not any(each.startswith("GET") and "safetensors" in each for each in hub.asked)


def test_one_without_weights_is_said(hub: Hub, network: nn.Module, tmp_path: Path) -> None:
    address = offer(hub, network)
    del hub.files["/timm/tiny.ours/resolve/main/model.safetensors"]
    assert "has no model.safetensors or pytorch_model.bin" in refusal(address, hub, tmp_path)


def test_old_weights_and_odd_figures_are_taken_for_what_they_are(hub: Hub, network: nn.Module, tmp_path: Path) -> None:
    odd = {"input_size": "large", "mean": [0, 0], "std": [0, 0, 0], "crop_pct": 7, "interpolation": "random"}
    offer(hub, network, pretrained_cfg=odd, label_descriptions={"n1": "cat", "n2": "cat"})
    start = "/timm/tiny.ours/resolve/main"
    hub.files[f"{start}/pytorch_model.bin"] = hub.files.pop(f"{start}/model.safetensors")
    brought = bring("hf-hub:timm/tiny.ours", 2.0, hub.address, tmp_path)
    assert brought.file.name == "pytorch_model.bin"
    told = brought.told
    assert (told.size, told.mean, told.std, told.share, told.interpolation) == (None, (), (), None, None)
    assert told.classes == ("n1", "n2"), "two that read alike can't be told apart"


def test_its_name_is_the_last_part_of_its_address() -> None:
    assert name_of("hf-hub:timm/vit_tiny.augreg@main") == "vit_tiny.augreg"
