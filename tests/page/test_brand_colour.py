"""A host's colour: what is taken for one, and that all its shades can be read."""

import re

import pytest

from page.brand_colour import CLEAR, DARK, PAPER, TEXT, WHITE, contrast, parse, shades


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast((0, 0, 0), WHITE) == pytest.approx(21)
    assert contrast((119, 119, 119), WHITE) == pytest.approx(4.48, abs=0.01)
    assert contrast(WHITE, WHITE) == 1


def test_colour_is_read() -> None:
    assert parse("#0A5a69") == (10, 90, 105)


@pytest.mark.parametrize("text", ["", "red", "#abc", "#0A5A6G", "0A5A69", "#0A5A69;}", "#0A5A69\n"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="six digits"):
        parse(text)


@pytest.mark.parametrize("accent", ["#0A5A69", "#000000", "#8A0040", "#0000FF", "#3D3D00"])
def test_shades_can_be_read_by_day_and_by_night(accent: str) -> None:
    light, dark = (
        {name: parse(value) for name, value in re.findall(r"(--[\w-]+): (#\w{6})", part)}
        for part in shades(parse(accent)).split(".dark", 1)
    )
    assert light["--lake"] == parse(accent)
    assert contrast(light["--lake"], PAPER) >= TEXT
    assert contrast(light["--lake"], light["--on-lake"]) >= TEXT
    assert contrast(light["--lake"], light["--lake-tint"]) >= TEXT
    assert contrast(light["--yours"], light["--on-yours"]) >= CLEAR
    assert contrast(dark["--lake"], DARK) >= CLEAR
    assert contrast(dark["--lake"], dark["--lake-tint"]) >= TEXT
