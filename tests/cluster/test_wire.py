"""What travels comes out as it went in, and nothing else comes out."""

import pickle
from functools import partial
from typing import Any

import numpy as np
import orjson
import pytest
from PIL import Image

from cluster import wire
from explainer.explain import Answer, Explanation, LayerMap
from explainer.target import Target
from models.catalogue import DEFAULT, built_in
from models.facts import ClassifierFacts
from models.labels import Label
from models.preprocess import Box, Preprocess, Squashed
from models.store import UnknownModel
from page.pictures.picture import Picture
from page.question import NoPicture
from page.travel import given, refused

HALF = (0.5, 0.5, 0.5)
PREPROCESS = Preprocess(256, 224, HALF, HALF, Image.Resampling.BICUBIC)


def there_and_back(value: Any) -> Any:
    return wire.decode(wire.encode(value))


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        [1, 2.5, "three", None],
        {"a": [0.1, 0.2], "b": {"c": (1, (2, 3))}},
        {1: "a number as a key"},
        {"$": "facts", "name": "what a stranger may write"},
        [{"$": "Answer", "fields": {}}],
        b"\x00\xff",
        Target("cat", (281,), (3, 4)),
        Squashed(8, 8, HALF, HALF, Image.Resampling.BILINEAR),
    ],
)
def test_value_comes_out_as_it_went_in(value: Any) -> None:
    out = there_and_back(value)
    assert out == value
    assert type(out) is type(value)


def test_label_stays_one_that_is_told_in_other_languages() -> None:
    out = there_and_back({"label": Label("tabby cat")})["label"]
    assert type(out) is Label
    assert out.told("de") == Label("tabby cat").told("de") != "tabby cat"


@pytest.mark.parametrize("dtype", [np.uint8, np.float32, np.float64, bool, np.int64])
def test_array_keeps_every_number(dtype: Any) -> None:
    array = np.arange(24).reshape(2, 3, 4).astype(dtype)[:, ::2]
    out = there_and_back(array)
    assert out.dtype == array.dtype
    assert np.array_equal(out, array)


def test_picture_keeps_every_pixel_and_its_name() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (7, 5, 3), np.uint8)
    out = there_and_back(Picture(Image.fromarray(pixels), "known"))
    assert np.array_equal(np.asarray(out.rgb), pixels)
    assert out.name == "known"


def test_pictures_that_were_opened_on_the_way_are_opened_again() -> None:
    opening, broken = there_and_back([partial(given, 3), partial(refused, NoPicture())])
    assert opening() == 3
    with pytest.raises(NoPicture):
        broken()


def test_problem_comes_with_its_values() -> None:
    problem = there_and_back(UnknownModel("x", ("a", "b")))
    assert type(problem) is UnknownModel
    assert problem.values == {"model": "x", "known": ("a", "b")}


def explanation() -> Explanation:
    spec = built_in()[DEFAULT]
    facts = ClassifierFacts(spec, PREPROCESS, spec.labels)
    top = tuple(Answer(index, spec.labels[index], 0.2) for index in range(5))
    sides = (56, 28, 14, 14, 7)
    rng = np.random.default_rng(0)
    layers = tuple(
        LayerMap(layer.name, rng.random((side, side), np.float32), 1.5)
        for layer, side in zip(spec.layers, sides, strict=True)
    )
    target = Target(top[0].label, (0,))
    return Explanation(facts, "cpu", "gradcam", top, target, 0.2, Box(0, 0, 1, 1), layers)


def test_explanation_travels_small_and_names_its_classifier() -> None:
    sent = explanation()
    data = wire.encode(sent)
    assert len(data) <= 60_000
    named: list[tuple[str, Preprocess]] = []

    def facts_of(name: str, preprocess: Preprocess) -> ClassifierFacts:
        named.append((name, preprocess))
        return sent.classifier

    out = wire.decode(data, facts_of)
    assert named == [(DEFAULT, PREPROCESS)]
    assert (out.top, out.target, out.seen, out.device) == (sent.top, sent.target, sent.seen, "cpu")
    assert all(np.array_equal(one.grid, other.grid) for one, other in zip(out.layers, sent.layers, strict=True))


def test_question_travels_small() -> None:
    square = np.zeros((224, 224, 3), np.uint8)
    call = {"name": "explain", "values": [DEFAULT, square, Box(0, 0, 1, 1), None, "gradcam", ("bn2",)], "named": {}}
    assert len(wire.encode(call)) <= 160_000


def test_code_does_not_travel() -> None:
    for value in (print, object(), Image.new("RGB", (1, 1)), type):
        with pytest.raises(TypeError, match="does not travel"):
            wire.encode(value)


def message(told: Any, sizes: Any = (), blobs: bytes = b"") -> bytes:
    data = orjson.dumps({"value": told, "sizes": list(sizes)})
    return wire.LENGTH.pack(len(data)) + data + blobs


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xff\xff\xff",
        pickle.dumps(print),
        message({"$": "os.system", "text": "true"}),
        message({"$": "read"}),
        message({"$": "init__"}),
        message({"$": "Answer", "fields": {"no": 1}}),
        message({"$": "problem", "kind": "builtins.SystemExit", "values": {}}),
        message({"$": "array", "type": "O", "shape": [1], "blob": 0}, [8], bytes(8)),
        message({"$": "array", "type": "<f4", "shape": [9, 9], "blob": 0}, [4], bytes(4)),
        message({"$": "bytes", "blob": 0}, [10], bytes(4)),
        message({"$": "bytes", "blob": 0}, [-1], bytes(4)),
        message({"$": "bytes", "blob": 7}),
        message({"$": "picture", "size": [5, 5], "name": "", "blob": 0}, [3], bytes(3)),
    ],
)
def test_bytes_of_somebody_else_are_refused(data: bytes) -> None:
    with pytest.raises(wire.Malformed):
        wire.decode(data)
