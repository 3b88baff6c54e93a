"""docs/add-a-method.md, followed word by word."""

from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
import torch
from PIL import Image

from explainer import methods
from explainer.explain import explain
from explainer.methods import METHODS, Method
from models.catalogue import DEFAULT
from models.store import ClassifierStore
from tests.docs.reading import blocks, photo, text


def test_method_is_added_as_described(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names: dict[str, Any] = {}
    (code,) = blocks(text("docs/add-a-method.md"), "python")
    exec(compile(code, "docs/add-a-method.md", "exec"), names)
    method = names["method"]
    assert isinstance(method, Method)
    assert method.title not in [known.title for known in METHODS.values()]
    more = MappingProxyType({**METHODS, "added": method})
    monkeypatch.setattr(methods, "METHODS", more)
    with Image.open(photo(tmp_path)) as picture:
        added = explain(ClassifierStore(torch.device("cpu")).get(DEFAULT), picture.convert("RGB"), method="added")
    assert added.method == "added"
    assert all(layer.grid.max() == 1 for layer in added.layers)
    activations, gradients = torch.rand(2, 3, 4, 5), torch.randn(2, 3, 4, 5)
    assert method.function(activations, gradients).shape == (2, 4, 5)
