"""The endpoints for programs, as docs/api.md describes them, on the real server with the real model."""

import io
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from PIL import Image

from explainer.heatmap import blend, pixel_box
from explainer.methods import METHODS, titles
from models.catalogue import built_in
from models.labels import Labels
from page.examples import find_examples
from page.experiments import EXPERIMENTS, ParameterType
from page.pictures.picture import base_jpeg, decode
from page.texts import LONGER, LONGEST
from page.words import Words
from tests.page import corpus
from tests.page.talk import HTTP, Program, Refusal
from tests.server import Server

KEYS = {
    "model": str,
    "method": str,
    "label": str,
    "index": int,
    "confidence": float,
    "top": list,
    "target": dict,
    "seen": dict,
    "layers": list,
    "default_layer": str,
    "outside": dict,
    "notes": list,
    "milliseconds": dict,
}
DOGS, CATS = Labels.imagenet().resolve("dogs").indices, Labels.imagenet().resolve("cats").indices


@pytest.fixture(scope="module")
def photos(words: Words) -> dict[str, Path]:
    """The example photographs by their captions."""
    return {example.caption: example.path for example in find_examples(words, Path("nowhere"))}


@pytest.fixture(scope="module")
def cat(program: Program, photos: dict[str, Path]) -> dict[str, Any]:
    """An uploaded photograph of a cat."""
    return program.send(photos["Cat"].read_bytes())


@pytest.fixture(scope="module")
def answer(program: Program, cat: Any) -> Any:
    return program.explain(cat)


def refusal(ask: Any, *values: Any, **named: Any) -> str:
    with pytest.raises(Refusal) as caught:
        ask(*values, **named)
    sentence: str = caught.value.sentence
    return sentence


# --- /explain ---


def test_answer_has_the_described_keys_and_no_others(answer: Any) -> None:
    assert {key: type(value) for key, value in answer.items()} == KEYS
    assert set(answer["target"]) == {"index", "label", "confidence"}
    assert set(answer["seen"]) == {"x", "y", "width", "height"}
    assert set(answer["milliseconds"]) == {"decode", "explain"}
    for layer in answer["layers"]:
        assert set(layer) == {"name", "title", "width", "height", "grid", "maximum"}


def test_first_answers_run_from_the_surest_down(answer: Any) -> None:
    top = answer["top"]
    assert len(top) == 5
    assert all(set(each) == {"index", "label", "confidence"} for each in top)
    assert [each["confidence"] for each in top] == sorted((each["confidence"] for each in top), reverse=True)
    assert 0 < sum(each["confidence"] for each in top) <= 1
    assert len({each["index"] for each in top}) == 5
    assert {key: answer[key] for key in ("label", "index", "confidence")} == top[0]
    assert all(Labels.imagenet()[each["index"]] == each["label"] for each in top)


def test_cat_is_called_one_of_its_kind(answer: Any) -> None:
    assert answer["index"] in CATS
    assert {**answer["target"], "confidence": pytest.approx(answer["confidence"])} == answer["top"][0]


def test_layers_run_from_early_to_late_with_grids_of_shares(answer: Any) -> None:
    spec = built_in()[answer["model"]]
    assert [(layer["name"], layer["title"]) for layer in answer["layers"]] == [
        (layer.name, layer.title) for layer in spec.layers
    ]
    widths = [layer["width"] for layer in answer["layers"]]
    assert widths == sorted(widths, reverse=True)
    for layer in answer["layers"]:
        grid = np.array(layer["grid"])
        assert grid.shape == (layer["width"] * layer["height"],)
        assert grid.min() >= 0
        assert grid.max() == (1 if layer["maximum"] > 0 else 0)
        assert layer["maximum"] >= 0


def test_default_layer_is_one_of_the_layers_and_not_the_first(answer: Any) -> None:
    assert answer["default_layer"] in [layer["name"] for layer in answer["layers"]][1:]


def test_seen_part_lies_inside_the_picture(answer: Any, photos: dict[str, Path]) -> None:
    seen = answer["seen"]
    assert 0 <= seen["x"] <= seen["x"] + seen["width"] <= 1
    assert 0 <= seen["y"] <= seen["y"] + seen["height"] <= 1
    with Image.open(photos["Cat"]) as photo:
        across, down = seen["width"] * photo.width, seen["height"] * photo.height
    assert across == pytest.approx(down, rel=0.02)  # a square


def test_brightest_place_lies_in_the_picture_the_right_way_up(program: Program, photos: dict[str, Path]) -> None:
    """A cat in one corner of a grey square makes that corner bright: neither turned, nor mirrored."""
    with Image.open(photos["Cat"]) as photo:
        face = photo.crop((80, 0, 380, 300)).resize((200, 200))
    for column, row in ((0, 0), (1, 0), (0, 1), (1, 1)):
        square = Image.new("RGB", (420, 420), (128, 128, 128))
        square.paste(face, (10 + 200 * column, 10 + 200 * row))
        said = program.explain(program.send(corpus.encoded(square, "PNG")), target="cats")
        layer = said["layers"][-1]
        grid = np.array(layer["grid"]).reshape(layer["height"], layer["width"])
        half = (grid.shape[0] + 1) // 2
        halves = {(x, y): grid[y * -half :, x * -half :][:half, :half].sum() for x in (0, 1) for y in (0, 1)}
        assert max(halves, key=lambda place: halves[place]) == (column, row)


def test_arguments_may_be_null_empty_or_left_out(program: Program, cat: Any, answer: Any) -> None:
    for said in (
        program.explain(cat, "", "", ""),
        program.call_by_name("explain", picture=cat),
        program.call_by_name("explain", picture=cat, method="gradcam"),
        program.explain(cat, "efficientnet_lite0", None, "gradcam"),
        program.call("explain", cat),
        program.call("explain", cat, None, None, None, ""),
    ):
        assert said | {"milliseconds": 0} == answer | {"milliseconds": 0}


@pytest.mark.parametrize("layer", ["default", "blocks.4"])
def test_one_layer_alone_is_the_same_map(program: Program, cat: Any, answer: Any, layer: str) -> None:
    said = program.call("explain", cat, None, None, None, layer)
    (alone,) = said["layers"]
    (among,) = (
        one for one in answer["layers"] if one["name"] == (said["default_layer"] if layer == "default" else layer)
    )
    assert alone["name"] == among["name"]
    assert alone["grid"] == pytest.approx(among["grid"], abs=1e-3)
    assert alone["maximum"] == pytest.approx(among["maximum"], rel=1e-3)


def test_layer_that_the_model_does_not_list_is_refused(program: Program, cat: Any) -> None:
    with pytest.raises(Refusal, match=r"blocks\.4"):
        program.call("explain", cat, None, None, None, "conv9")


@pytest.mark.parametrize("target", [281, "281", " 281 ", "tabby cat", "Tabby Cat", "tabby", "TABBY"])
def test_class_is_asked_for_by_number_label_or_synonym(program: Program, cat: Any, target: Any) -> None:
    said = program.explain(cat, target=target)["target"]
    assert (said["index"], said["label"]) == (281, "tabby cat")
    assert 0 < said["confidence"] < 1


@pytest.mark.parametrize("target", ["dogs", "dog", "Dogs"])
def test_group_lists_its_classes(program: Program, cat: Any, target: str) -> None:
    said = program.explain(cat, target=target)["target"]
    assert set(said) == {"index", "indices", "label", "confidence"}
    assert (said["index"], tuple(said["indices"]), said["label"]) == (None, DOGS, "dogs")


def test_confidence_of_a_group_is_the_sum_of_its_classes(program: Program, cat: Any, answer: Any) -> None:
    said = program.explain(cat, target="cats")["target"]
    listed = sum(each["confidence"] for each in answer["top"] if each["index"] in CATS)
    assert listed - 1e-9 <= said["confidence"] <= 1


def test_contrast_lists_both_sides_and_mirrors(program: Program, cat: Any) -> None:
    dogs = program.explain(cat, target="dogs rather than cats")
    cats = program.explain(cat, target="cats rather than dogs")
    said = dogs["target"]
    assert (said["index"], said["label"]) == (None, "dogs rather than cats")
    assert (tuple(said["indices"]), tuple(said["against"])) == (DOGS, CATS)
    assert said["confidence"] + cats["target"]["confidence"] == pytest.approx(1)
    assert cats["target"]["confidence"] > 0.9
    assert dogs["label"] == cats["label"]  # the answer stays the model's own
    assert dogs["layers"][-1]["grid"] != cats["layers"][-1]["grid"]


@pytest.mark.parametrize("method", METHODS)
def test_every_method_answers_the_same_with_a_map_of_its_own(
    program: Program, cat: Any, answer: Any, method: str
) -> None:
    said = program.explain(cat, method=method)
    assert (said["method"], said["label"]) == (method, answer["label"])
    assert said["confidence"] == pytest.approx(answer["confidence"], abs=1e-5)  # some methods run on torch's engine
    differs = [one["grid"] != other["grid"] for one, other in zip(said["layers"], answer["layers"], strict=True)]
    assert any(differs) == (method != "gradcam")


@pytest.mark.parametrize(
    ("asked", "key", "value", "known"),
    [
        ({"model": "resnet9"}, "model", "resnet9", ", ".join(built_in())),
        ({"method": "scorecam"}, "method", "scorecam", ", ".join(titles())),
        ({"model": "../../etc"}, "model", "../../etc", ", ".join(built_in())),
    ],
)
def test_unknown_name_is_refused_with_what_is_known(
    program: Program, words: Words, cat: Any, asked: Any, key: str, value: str, known: str
) -> None:
    assert refusal(program.explain, cat, **asked) == words(f"{key}.unknown", **{key: value, "known": known})


def test_unknown_target_is_refused_with_groups_to_ask_for(program: Program, words: Words, cat: Any) -> None:
    start = words("target.unknown", query="zebroid", known="animals").removesuffix(".")
    assert refusal(program.explain, cat, target="zebroid").startswith(start)
    for query in (1000, -1, "1000", "99999999999", "{0}", "%s"):
        sentence = refusal(program.explain, cat, target=query)
        assert f"“{query}”" in sentence


def test_markup_in_a_question_comes_back_as_none(program: Program, cat: Any) -> None:
    sentence = refusal(program.explain, cat, target="<b>")
    assert "“\u2039b\u203a”" in sentence
    assert "<" not in sentence


def test_target_of_several_meanings_is_refused_with_them(program: Program, words: Words, cat: Any) -> None:
    candidates = "crane (bird), crane (machine)"
    sentence = refusal(program.explain, cat, target="crane")
    assert sentence.startswith(words("target.ambiguous", query="crane", candidates="x").partition("x")[0])
    for index in (134, 517):
        assert Labels.imagenet()[index] in sentence, candidates


def test_contrast_of_a_thing_with_itself_is_refused(program: Program, words: Words, cat: Any) -> None:
    sentence = refusal(program.explain, cat, target="tabby rather than cats")
    assert sentence == words("target.same_twice", first="tabby cat", second="cats")


@pytest.mark.parametrize("nonsense", [{"a": 1}, ["a"], True, 1.5, "x" * 2000, "\x00", "💥"])
def test_nonsense_among_the_arguments_is_refused_in_a_sentence(program: Program, cat: Any, nonsense: Any) -> None:
    for name in ("model", "target", "method"):
        sentence = refusal(program.explain, cat, **{name: nonsense})
        assert "went wrong" not in sentence
        assert len(sentence) < 3000


def test_notes_speak_of_small_pictures_and_unsure_answers(program: Program, words: Words, answer: Any) -> None:
    dot = program.explain(program.send(corpus.taken()["one dot"].data))
    assert words("notes.small", width=1, height=1) in dot["notes"]
    for said in (dot, answer):
        low = said["confidence"] < 0.4 and not said["outside"]["called"]
        assert (words("notes.low", classes="1,000") in said["notes"]) == low
    assert words("notes.small", width=1, height=1) not in answer["notes"]


def test_eight_programs_at_once_get_their_own_answers(program: Program, photos: dict[str, Path]) -> None:
    files = [path.read_bytes() for path in photos.values()]
    alone = [program.explain(program.send(data)) for data in files]
    turns = [(number, method) for number in range(len(files)) for method in ("gradcam", "layercam")] * 2
    alone_layer = [program.explain(program.send(data), method="layercam") for data in files]

    def right(turn: tuple[int, str]) -> bool:
        number, method = turn
        own = Program(program.url)
        said = own.explain(own.send(files[number]), method=method)
        expected = (alone if method == "gradcam" else alone_layer)[number]
        return all(said[key] == expected[key] for key in ("method", "top", "seen", "layers"))

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(right, turns))


# --- /heatmap ---


def opened(program: Program, path: str) -> np.ndarray:
    given = program.fetch(path)
    assert given.status_code == 200
    with Image.open(io.BytesIO(given.content)) as image:
        assert (image.format, image.mode) == ("PNG", "RGB")
        return np.asarray(image)


def base(path: Path) -> np.ndarray:
    """The picture as the page is sent it."""
    return np.asarray(Image.open(io.BytesIO(base_jpeg(decode(path)))))


@pytest.mark.parametrize("opacity", [0, 0.3, 1, None])
def test_heatmap_is_the_blend_that_the_page_shows(
    program: Program, cat: Any, answer: Any, photos: dict[str, Path], opacity: float | None
) -> None:
    seen = tuple(answer["seen"].values())
    layer = answer["layers"][-1]
    grid = np.array(layer["grid"], np.float32).reshape(layer["height"], layer["width"])
    expected = blend(base(photos["Cat"]), grid, seen, 0.66 if opacity is None else opacity)
    got = opened(program, program.heatmap(cat, opacity=opacity))
    assert got.shape == expected.shape
    away = np.abs(got.astype(int) - expected)
    assert away.max() <= 3  # the digits of the grid end at the fifth, so that a colour may be the next one
    assert away.mean() < 0.01


def test_heatmap_of_no_opacity_is_the_picture_where_it_was_seen(
    program: Program, cat: Any, answer: Any, photos: dict[str, Path]
) -> None:
    picture = base(photos["Cat"])
    height, width = picture.shape[:2]
    left, top, right, bottom = pixel_box(tuple(answer["seen"].values()), width, height)
    got = opened(program, program.heatmap(cat, opacity=0))
    assert np.array_equal(got[top:bottom, left:right], picture[top:bottom, left:right])
    assert (got[:, :left].mean() < picture[:, :left].mean() / 2) if left else True  # dimmed


def test_heatmap_differs_by_layer_opacity_target_and_method(program: Program, cat: Any) -> None:
    plain = opened(program, program.heatmap(cat))
    names = [layer.name for layer in built_in()["efficientnet_lite0"].layers]
    layers = [opened(program, program.heatmap(cat, layer=name)).tobytes() for name in names]
    assert len(set(layers)) == len(names)
    assert layers[-1] == plain.tobytes()  # the default
    for other in ({"opacity": 0.2}, {"target": "dogs"}, {"method": "xgradcam", "layer": "blocks.4"}):
        assert opened(program, program.heatmap(cat, **other)).tobytes() not in (plain.tobytes(), layers[2])


def test_heatmap_is_at_most_1280_pixels_long(program: Program) -> None:
    picture = program.send(corpus.taken()["a photo"].data, "a.jpg")
    assert opened(program, program.heatmap(picture)).shape == (960, 1280, 3)


def test_heatmap_has_a_new_name_each_time_that_nobody_guesses(program: Program, cat: Any) -> None:
    one, other = (Path(program.heatmap(cat)) for _ in range(2))
    assert one.parent != other.parent
    assert one.name != other.name
    for path in (one, other):
        assert len(path.stem) >= 22  # 128 bits
        assert len(path.parent.name) >= 22
    assert program.fetch(str(one.parent)).status_code in (403, 404)
    assert program.fetch(str(one.parent.parent)).status_code in (403, 404)


@pytest.mark.parametrize("layer", ["blocks.99", "classifier", "", "bn2.weight", "../bn2", 5, ["bn2"], {"a": 1}])
def test_unknown_layer_is_refused_with_those_there_are(program: Program, words: Words, cat: Any, layer: Any) -> None:
    if layer == "":
        assert program.heatmap(cat, layer=layer)  # left out
        return
    known = ", ".join(layer.name for layer in built_in()["efficientnet_lite0"].layers)
    echoed = isinstance(layer, str | int)
    expected = words("layer.unknown", layer=layer, known=known) if echoed else words("api.not_text")
    assert refusal(program.heatmap, cat, layer=layer) == expected


@pytest.mark.parametrize("opacity", [-0.01, 1.01, 2, -1, float("nan"), float("inf"), float("-inf")])
def test_opacity_out_of_range_is_refused(program: Program, words: Words, cat: Any, opacity: Any) -> None:
    assert refusal(program.heatmap, cat, opacity=opacity) == words("opacity.range", opacity=opacity)


@pytest.mark.parametrize("opacity", ["half", "0.5", [0.5], {"a": 1}])
def test_opacity_that_is_no_number_is_refused(program: Program, words: Words, cat: Any, opacity: Any) -> None:
    echoed = isinstance(opacity, str)
    expected = words("opacity.range", opacity=opacity) if echoed else words("api.not_text")
    assert refusal(program.heatmap, cat, opacity=opacity) == expected


def test_heatmap_asks_as_explain_does(program: Program, words: Words, cat: Any) -> None:
    known = ", ".join(titles())
    assert refusal(program.heatmap, cat, method="x") == words("method.unknown", method="x", known=known)
    assert refusal(program.heatmap, cat, model="x").startswith("There is no model")
    assert "“1000”" in refusal(program.heatmap, cat, target="1000")


# --- /healthz and /fetching ---


def test_health_names_the_model_that_is_warm(server: Server) -> None:
    answered = httpx.get(f"{server.url}/healthz", **HTTP)
    assert (answered.status_code, answered.headers["content-type"]) == (200, "application/json")
    body = answered.json()
    assert (body["status"], body["model"], body["device"]) == ("ok", "efficientnet_lite0", "cpu")


def test_nothing_is_being_fetched(server: Server) -> None:
    assert httpx.get(f"{server.url}/fetching", **HTTP).json() == {}


# --- long texts ---

TEXTS = [
    *[("explain", at, name) for at, name in enumerate(("model", "target", "method", "layer"), 1)],
    *[("heatmap", at, name) for at, name in enumerate(("model", "target", "method", "layer", "opacity"), 1)],
    *[
        (each.name, at, name)
        for each in EXPERIMENTS
        for at, (name, holds) in enumerate(each.parameters().items())
        if holds in (ParameterType.TEXT, ParameterType.JSON)
    ],
]
WORDS = ("dog " * 60_000, "\u0301" * 40_000, "\u202e\u200b" * 20_000, "\ufdfa " * 30_000)


@pytest.mark.parametrize(("endpoint", "at", "name"), TEXTS)
def test_long_text_is_refused_wherever_it_is_sent(
    program: Program, words: Words, endpoint: str, at: int, name: str
) -> None:
    limit = LONGER.get(name, LONGEST)
    long = words("api.long", limit=limit)
    for text in (*WORDS, ["dog " * 60_000]):
        said = refusal(program.call, endpoint, *[None] * at, text)
        # Rows are not read as text at all.
        expected = [long] if isinstance(text, str) else [long, words("api.not_text")]
        assert said in expected if limit else said == words("many.no_answers")
