"""docs/add-a-model.md, followed word by word."""

from pathlib import Path
from typing import Any

import pytest
import torch
from PIL import Image

from explainer.explain import explain
from models.catalogue import ClassifierSpec, built_in
from models.store import ClassifierStore
from tests.docs.reading import blocks, photo, text


def test_model_is_added_as_described(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its weights, as they would arrive, are random ones with the published file's name and shapes."""
    from torchvision.models import get_model, get_model_weights

    names: dict[str, Any] = {}
    (code,) = blocks(text("docs/add-a-model.md"), "python")
    exec(compile(code, "docs/add-a-model.md", "exec"), names)
    spec = names["spec"]
    assert isinstance(spec, ClassifierSpec)
    assert spec.name not in built_in()
    assert spec.default_layer in [layer.name for layer in spec.layers]

    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    monkeypatch.setattr("torch.hub._hub_dir", None)
    monkeypatch.setattr("models.weights.is_whole", lambda path: True)
    with torch.random.fork_rng():
        torch.manual_seed(0)
        state = get_model(spec.name).state_dict()
    path = tmp_path / "hub" / "checkpoints" / Path(get_model_weights(spec.name)["IMAGENET1K_V1"].url).name
    path.parent.mkdir(parents=True)
    torch.save(state, path)

    store = ClassifierStore(torch.device("cpu"), offline=True, catalogue={**built_in(), spec.name: spec})
    assert spec.name in store.available()
    with Image.open(photo(tmp_path)) as picture:
        explanation = explain(store.get(spec.name), picture.convert("RGB"))
    assert [layer.name for layer in explanation.layers] == [layer.name for layer in spec.layers]
    sizes = [layer.grid.shape[0] for layer in explanation.layers]
    assert sizes == sorted(sizes, reverse=True)
    assert explanation.layer(spec.default_layer).grid.max() in (0, 1)
