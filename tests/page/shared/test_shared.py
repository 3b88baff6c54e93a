"""What the browser computes by itself is what the server computes, and travels as one script."""

import json
import re

import numpy as np

from explainer import heatmap
from page.confidence import percent
from page.front.viewer.viewer import constants
from page.shared import MODULES, joined
from page.shared.joined import HERE
from page.words import Words
from tests.page.scripts import call, run

EXPORTED = re.compile(r"^export (?:async )?function (\w+)", re.MULTILINE)


def exported() -> list[str]:
    return [name for path in HERE.glob("*.js") for name in EXPORTED.findall(path.read_text(encoding="utf-8"))]


# --- the same numbers ---

SIZES = [(7, 7, 224, 224), (14, 14, 100, 37), (1, 1, 5, 3), (3, 5, 2, 4), (2, 1, 320, 200), (56, 56, 56, 56)]


def test_a_map_is_made_larger_as_on_the_server() -> None:
    random = np.random.default_rng(7)
    grids = [random.random((height, width), dtype=np.float32) for width, height, _, _ in SIZES]
    given = [{"width": each.shape[1], "height": each.shape[0], "values": each.ravel().tolist()} for each in grids]
    here = call(*(("upsample", each, *size[2:]) for each, size in zip(given, SIZES, strict=True)))
    for grid, values, (_, _, width, height) in zip(grids, here, SIZES, strict=True):
        there = heatmap.upsample(grid, width, height)
        assert np.abs(np.array(values).reshape(height, width) - there).max() < 1e-5


def test_a_seen_part_lies_on_the_same_pixels_as_on_the_server() -> None:
    random = np.random.default_rng(5)
    shares = random.random((200, 4))
    shares[:, 2:] *= 1 - shares[:, :2]
    sizes = random.integers(1, 1281, (200, 2)).tolist()
    cases = [(tuple(seen), width, height) for seen, (width, height) in zip(shares.tolist(), sizes, strict=True)]
    boxes = call(*(("pixelBox", *case) for case in cases))
    here = [tuple(box[side] for side in ("left", "top", "right", "bottom")) for box in boxes]
    assert here == [heatmap.pixel_box(*case) for case in cases]


def test_the_glow_is_the_servers() -> None:
    opacities = (0.0, 0.3, heatmap.DEFAULT_OPACITY, 1.0)
    values = np.linspace(0, 1, 1025, dtype=np.float32)
    for opacity, alphas in zip(
        opacities, call(*(("alphaTable", constants(), each) for each in opacities)), strict=True
    ):
        assert np.abs(np.array(alphas) - heatmap.glow(values, opacity)).max() < 1e-6


def test_every_value_has_the_colour_that_the_server_gives_it() -> None:
    values = np.linspace(0, 1, 999, dtype=np.float32)
    places = np.floor(values.astype(np.float64) * 255 + 0.5).astype(int)
    palettes = [heatmap.palette(name) for name in heatmap.COLORMAPS]
    (alphas,) = call(("alphaTable", constants(), 0.66))
    drawn = call(*(("colours", values.tolist(), each.ravel().tolist(), alphas) for each in palettes))
    for palette, pixels in zip(palettes, drawn, strict=True):
        here = np.array(pixels).reshape(-1, 4)
        assert (here[:, :3] == palette[places]).all()
        assert np.abs(here[:, 3] / 255 - heatmap.glow(values, 0.66)).max() < 1 / 255


def test_the_palettes_travel_whole() -> None:
    look = constants()
    palettes = look["palettes"]
    assert isinstance(palettes, dict)
    decoded = call(*(("decodeBytes", text) for text in palettes.values()))
    assert [np.array(each).reshape(256, 3).tolist() for each in decoded] == [
        heatmap.palette(name).tolist() for name in palettes
    ]


def test_shares_are_rounded_as_on_the_server(words: Words) -> None:
    shares = [*np.linspace(0, 1, 2001).tolist(), 0.005 - 1e-9, 0.995 - 1e-9, 1 - 2e-6, 1 - 1e-7]
    section = words.section("answer")
    assert call(*(("percent", share, section) for share in shares)) == [percent(share, words) for share in shares]


# --- one script of all of them ---


def test_every_module_travels() -> None:
    assert set(MODULES) == {path.name for path in HERE.glob("*.js")}


def test_no_two_of_them_use_a_name_for_different_things() -> None:
    names = [
        name
        for module in MODULES
        for name in re.findall(
            r"^(?:export )?(?:async )?(?:function|const|let|class) (\w+)",
            (HERE / module).read_text(encoding="utf-8"),
            re.MULTILINE,
        )
    ]
    assert len(names) == len(set(names))


def test_a_module_imports_only_what_comes_before_it() -> None:
    for number, module in enumerate(MODULES):
        imported = re.findall(r'from "(.*)";', (HERE / module).read_text(encoding="utf-8"))
        assert {name.removeprefix("./") for name in imported} <= set(MODULES[:number]), module


def test_joined_they_are_one_object_with_all_that_they_export() -> None:
    assert not re.search(r"^(import|export)\b", joined(), re.MULTILINE)
    told = run("deno", "eval", f"console.log(JSON.stringify(Object.keys({joined()})))")
    assert told.returncode == 0, told.stderr
    assert sorted(json.loads(told.stdout)) == sorted(exported())
