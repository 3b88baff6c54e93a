"""The picture with its map: layers, glow, colours, the bare photo, saving."""

import io
from pathlib import Path

import numpy as np
import pytest
from gradio_client import Client, handle_file
from PIL import Image

from page.pictures.picture import base_jpeg, decode
from page.words import load
from tests.browser.conftest import Open
from tests.browser.visit import Visit, photo, png_pixels, resized

WORDS = load()


@pytest.fixture
def cheetah(visit: Open) -> Visit:
    """A desk that shows the answer to the cheetah."""
    page = visit()
    page.answered(lambda: page.choose(photo("cheetah")))
    return page


def test_the_picture_says_in_words_what_it_shows(cheetah: Visit) -> None:
    assert cheetah.canvas.get_attribute("role") == "img"
    assert cheetah.canvas.evaluate("(canvas) => canvas.getContext('2d') !== null")
    title = cheetah.layers.nth(cheetah.layer).locator("xpath=..").inner_text()
    words = cheetah.canvas.get_attribute("aria-label") or ""
    assert f"Layer: {title}." in words
    assert "“cheetah”" in words
    assert any(place in words for place in WORDS.section("place").values())


def test_the_layers_are_one_choice_from_early_to_late(cheetah: Visit) -> None:
    titles = [text.strip() for text in cheetah.page.locator("#viewer [role=radiogroup] label").all_inner_texts()]
    assert titles == ["Edges", "Textures", "Patterns", "Parts", "Whole things"]
    assert len({cheetah.layers.nth(i).get_attribute("name") for i in range(5)}) == 1
    assert cheetah.layer > 0
    assert cheetah.page.get_by_role("radiogroup", name="From edges to whole things: 5 layers").count() == 1


def test_layer_glow_and_colours_change_the_picture_without_any_request(cheetah: Visit) -> None:
    page = cheetah
    asked, seen = len(page.requests), [page.pixels()]

    def changed(act: object) -> None:
        before = page.draws
        act()  # type: ignore[operator]
        assert page.draws > before
        seen.append(page.pixels())
        assert all(np.abs(seen[-1] - other).max() > 20 for other in seen[:-1])

    for number in (0, 1, 2):
        changed(lambda number=number: page.pick_layer(number))
    for percent in (20, 100):
        changed(lambda percent=percent: page.set_glow(percent))
    page.page.locator("#viewer summary").click()
    for colours in ("viridis", "cividis"):
        changed(lambda colours=colours: page.page.locator("#viewer select").select_option(colours))
    assert [each.url for each in page.requests[asked:]] == []


def test_without_glow_the_seen_part_is_the_photo_itself(cheetah: Visit, tmp_path: Path) -> None:
    cheetah.set_glow(0)
    assert np.abs(middle(cheetah.pixels()) - middle(bare(photo("cheetah"), tmp_path))).max() <= 3


def test_holding_the_button_shows_the_photo_only(cheetah: Visit, tmp_path: Path) -> None:
    page, button = cheetah.page, cheetah.page.locator("#viewer .hold")
    before, photograph = cheetah.pixels(), middle(bare(photo("cheetah"), tmp_path))
    for key in ("pointer", "Space", "Enter"):
        if key == "pointer":
            button.hover()
            page.mouse.down()
        else:
            button.focus()
            page.keyboard.down(key)
        held = cheetah.pixels()
        assert button.get_attribute("aria-pressed") == "true", key
        if key == "pointer":
            page.mouse.move(5, 5)  # a finger slips
            page.mouse.up()
        else:
            page.keyboard.up(key)
        assert np.abs(middle(held) - photograph).max() <= 3, key
        assert button.get_attribute("aria-pressed") == "false", key
        assert (cheetah.pixels() == before).all(), key


def test_layer_and_glow_are_kept_for_the_next_picture(cheetah: Visit) -> None:
    cheetah.pick_layer(1)
    cheetah.set_glow(35)
    cheetah.answered(lambda: cheetah.paste(photo("coffee")))
    assert cheetah.layer == 1
    assert cheetah.page.locator("#glow").input_value() == "35"
    assert "Textures" in (cheetah.canvas.get_attribute("aria-label") or "")
    assert cheetah.page.locator("#viewer output").inner_text() == "35\u00a0%"


SHAPES = {
    "wide": lambda: resized("coffee", 900, 300),
    "tall": lambda: resized("cat", 240, 720),
    "large": lambda: resized("lion", 1500, 1000),
    "one dot": lambda: resized("lion", 1, 1),
}


def test_the_canvas_equals_the_file_that_programs_get(visit: Open, client: Client, tmp_path: Path) -> None:
    page = visit()
    default = None
    for shape, made in SHAPES.items():
        path = tmp_path / f"{shape}.png"
        path.write_bytes(made())
        page.answered(lambda path=path: page.choose(path.read_bytes(), kind="image/png"))
        default = page.layer if default is None else default
        for number, percent in ((0, 100), (default, 66), (-1, 40)):
            page.pick_layer(number)
            page.set_glow(percent)
            name = page.layers.nth(number).get_attribute("value")
            answer = client.predict(handle_file(path), None, None, None, name, percent / 100, api_name="/heatmap")
            expected = png_pixels(Path(answer).read_bytes())
            assert page.pixels().shape == expected.shape, shape
            assert np.abs(page.pixels() - expected).max() <= 3, shape


def test_what_the_model_did_not_see_is_dimmed_and_said_so(visit: Open) -> None:
    page = visit()
    page.answered(lambda: page.choose(resized("coffee", 900, 300), kind="image/png"))
    page.set_glow(0)
    assert page.page.locator("#viewer .unseen").inner_text() == WORDS("viewer.unseen")
    pixels = page.pixels()
    original = png_pixels(resized("coffee", 900, 300))
    assert pixels[:, :100].mean() < 0.5 * original[:, :100].mean()
    assert np.abs(middle(pixels).mean() - middle(original).mean()) < 3


def test_the_saved_picture_has_a_caption_and_a_name(cheetah: Visit) -> None:
    cheetah.pick_layer(2)
    with cheetah.page.expect_download() as download:
        cheetah.page.locator("#viewer .save").click()
    assert download.value.suggested_filename == "seewhy-cheetah.png"
    saved = Image.open(io.BytesIO(Path(download.value.path()).read_bytes())).convert("RGB")
    shown = cheetah.pixels()
    height, width, _ = shown.shape
    assert saved.width == max(width, 1000), "a small picture is saved large"
    below = round(height * saved.width / width)
    assert saved.height > below
    upper = saved.crop((0, 0, saved.width, below)).resize((width, height), Image.Resampling.BOX)
    away = np.abs(np.asarray(upper).astype(np.int16) - shown)
    assert away.mean() < 3, "what is shown, but for what enlarging and shrinking take"
    words = np.asarray(saved)[below:]
    assert words.max() > 200, "light words"
    assert np.median(words) < 40, "on a dark ground"


def middle(pixels: np.ndarray) -> np.ndarray:
    """The middle of a picture, which every model sees."""
    height, width, _ = pixels.shape
    side = min(height, width) // 4
    return pixels[height // 2 - side : height // 2 + side, width // 2 - side : width // 2 + side]


def bare(data: bytes, folder: Path) -> np.ndarray:
    """The picture as the page gets it, without a map."""
    path = folder / "picture"
    path.write_bytes(data)
    return png_pixels(base_jpeg(decode(path)))
