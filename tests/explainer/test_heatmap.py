import subprocess
import sys

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from explainer.heatmap import COLORMAPS, DEFAULT_COLORMAP, DEFAULT_OPACITY, blend, palette, pixel_box, upsample

WHOLE = (0.0, 0.0, 1.0, 1.0)
INFERNO = {"first": (0, 0, 4), "last": (252, 255, 164)}


def noise(*shape: int, seed: int = 0) -> NDArray[np.float32]:
    return np.random.default_rng(seed).random(shape, dtype=np.float32)


def photograph(height: int, width: int) -> NDArray[np.uint8]:
    return np.random.default_rng(1).integers(0, 256, (height, width, 3), dtype=np.uint8)


def cubic(distance: float) -> float:
    """Keys' kernel with a = -0.75."""
    a, d = -0.75, abs(distance)
    if d <= 1:
        return (a + 2) * d**3 - (a + 3) * d**2 + 1
    return a * d**3 - 5 * a * d**2 + 8 * a * d - 4 * a if d < 2 else 0.0


def enlarged(grid: NDArray[np.float32], width: int, height: int) -> NDArray[np.float64]:
    """Cubic interpolation between cell centres, place by place; beyond the border the last cell goes on."""
    rows, columns = grid.shape
    result = np.zeros((height, width))
    for i in range(height):
        for j in range(width):
            y, x = (i + 0.5) * rows / height - 0.5, (j + 0.5) * columns / width - 0.5
            for m in range(int(np.floor(y)) - 1, int(np.floor(y)) + 3):
                for n in range(int(np.floor(x)) - 1, int(np.floor(x)) + 3):
                    cell = grid[min(max(m, 0), rows - 1), min(max(n, 0), columns - 1)]
                    result[i, j] += cell * cubic(y - m) * cubic(x - n)
    return np.clip(result, 0, 1)


def test_the_palette_starts_at_22_percent_of_inferno_and_ends_with_its_last_colour() -> None:
    colours = palette()
    inferno = cv2.applyColorMap(np.arange(256, dtype=np.uint8).reshape(-1, 1), cv2.COLORMAP_INFERNO)[:, 0, ::-1]
    assert colours.shape == (256, 3)
    assert colours.dtype == np.uint8
    assert tuple(inferno[0]) == INFERNO["first"]
    assert tuple(colours[255]) == INFERNO["last"]
    for step in range(256):
        position = 0.22 * 255 + step / 255 * (255 - 0.22 * 255)
        near = {tuple(inferno[int(np.floor(position + shift))]) for shift in (0.49, 0.5, 0.51)}
        assert tuple(colours[step]) in near
    assert tuple(colours[0]) == tuple(inferno[56])


@pytest.mark.parametrize("name", COLORMAPS)
def test_every_colormap_gets_brighter_from_step_to_step(name: str) -> None:
    luminance = palette(name).astype(float) @ (0.2126, 0.7152, 0.0722)
    assert (np.diff(luminance) > -0.75).all()
    assert luminance[255] - luminance[0] > 120


def test_colormaps_are_known_by_name_and_cannot_be_changed() -> None:
    assert set(COLORMAPS) == {"inferno", "viridis", "cividis"}
    assert DEFAULT_COLORMAP == "inferno"
    with pytest.raises(KeyError):
        palette("jet")
    with pytest.raises(TypeError):
        COLORMAPS["jet"] = cv2.COLORMAP_JET  # type: ignore[index]


@pytest.mark.parametrize("shape", [(7, 7), (3, 5), (1, 4), (1, 1)])
@pytest.mark.parametrize(("width", "height"), [(23, 17), (40, 3), (4, 9), (1, 1)])
def test_upsampling_is_cubic_between_cell_centres(shape: tuple[int, int], width: int, height: int) -> None:
    grid = noise(*shape)
    result = upsample(grid, width, height)
    assert result.shape == (height, width)
    assert result.dtype == np.float32
    np.testing.assert_allclose(result, enlarged(grid, width, height), atol=2e-5)


def test_upsampling_stays_within_zero_and_one() -> None:
    grid = (noise(7, 7) > 0.5).astype(np.float32)
    result = upsample(grid, 50, 50)
    assert result.min() == 0
    assert result.max() == 1


def test_upsampling_keeps_the_places() -> None:
    grid = np.zeros((4, 8), np.float32)
    grid[3, 1] = 1
    row, column = np.unravel_index(upsample(grid, 80, 40).argmax(), (40, 80))
    assert (row // 10, column // 10) == (3, 1)


@pytest.mark.parametrize("size", [(1, 1), (1, 10_000), (10_000, 1), (2, 3), (61, 68), (224, 224), (1600, 1067)])
def test_a_box_of_pixels_lies_in_the_picture_and_holds_a_pixel(size: tuple[int, int]) -> None:
    width, height = size
    fractions = [0, 1e-9, 1 / 16, 0.2083, 1 / 3, 0.4999, 0.5, 0.9375, 0.9999, 1 - 1e-12, 1]
    for x in fractions:
        for w in (fraction for fraction in fractions if x + fraction <= 1 + 1e-9):
            left, top, right, bottom = pixel_box((x, x, w, w), width, height)
            assert 0 <= left < right <= width
            assert 0 <= top < bottom <= height


def test_a_box_of_pixels_is_rounded_half_up_like_the_browser_does() -> None:
    assert pixel_box(WHOLE, 20, 10) == (0, 0, 20, 10)
    assert pixel_box((0.1, 0.25, 0.5, 0.5), 20, 10) == (2, 3, 12, 8)
    assert pixel_box((0.125, 0.05, 0.5, 0.5), 20, 10) == (3, 1, 13, 6)


def test_a_box_of_pixels_follows_what_the_model_saw() -> None:
    assert pixel_box((0.0625, 0.10526315789473684, 0.875, 0.7859649122807018), 61, 68) == (4, 7, 57, 61)


def looped(
    picture: NDArray[np.uint8],
    grid: NDArray[np.float32],
    box: tuple[int, int, int, int],
    opacity: float,
    colours: NDArray[np.uint8],
) -> NDArray[np.float64]:
    """The blend as the design gives it, pixel by pixel: alpha = glow * min(1, m / .75) ** 1.15."""
    left, top, right, bottom = box
    values = enlarged(grid, right - left, bottom - top)
    result = np.zeros(picture.shape)
    for i, j in np.ndindex(picture.shape[:2]):
        pixel = picture[i, j].astype(float)
        if top <= i < bottom and left <= j < right:
            m = values[i - top, j - left]
            alpha = opacity * min(1.0, m / 0.75) ** 1.15
            result[i, j] = pixel * (1 - alpha) + colours[round(255 * m)] * alpha
        else:
            result[i, j] = pixel * 0.34 + np.array([12, 9, 7]) * 0.66
    return result


@pytest.mark.parametrize("opacity", [0.3, DEFAULT_OPACITY, 1.0])
@pytest.mark.parametrize("colormap", COLORMAPS)
def test_the_blend_is_the_designs_formula(opacity: float, colormap: str) -> None:
    picture, grid = photograph(24, 40), noise(5, 7)
    blended = blend(picture, grid, (0.25, 0.125, 0.5, 0.75), opacity, colormap)
    expected = looped(picture, grid, (10, 3, 30, 21), opacity, palette(colormap))
    assert blended.dtype == np.uint8
    assert blended.shape == picture.shape
    # One step where the colour's index is rounded the other way.
    assert np.abs(blended - expected).max() < 2.5
    assert np.abs(blended - expected).mean() < 0.3


def test_the_default_blend_is_inferno_at_66_percent() -> None:
    picture, grid = photograph(8, 8), noise(3, 3)
    assert DEFAULT_OPACITY == 0.66
    np.testing.assert_array_equal(blend(picture, grid, WHOLE), blend(picture, grid, WHOLE, 0.66, "inferno"))


def test_full_opacity_shows_the_pure_colour_from_three_quarters_on() -> None:
    picture = photograph(6, 6)
    for value in (0.75, 0.8, 1.0):
        blended = blend(picture, np.full((2, 2), value, np.float32), WHOLE, opacity=1)
        assert np.abs(blended.astype(int) - palette()[round(255 * value)]).max() <= 1


def test_where_the_map_is_zero_the_picture_stays() -> None:
    picture = photograph(9, 5)
    np.testing.assert_array_equal(blend(picture, np.zeros((7, 7), np.float32), WHOLE, opacity=1), picture)


def test_opacity_zero_leaves_the_seen_part_and_dims_the_rest() -> None:
    picture = photograph(20, 40)
    blended = blend(picture, noise(7, 7), (0.25, 0.25, 0.5, 0.5), opacity=0)
    np.testing.assert_array_equal(blended[5:15, 10:30], picture[5:15, 10:30])
    unseen = np.ones((20, 40), bool)
    unseen[5:15, 10:30] = False
    expected = np.rint(picture[unseen] * 0.34 + np.array([12, 9, 7]) * 0.66)
    assert np.abs(blended[unseen] - expected).max() <= 1
    assert blended[unseen].mean() < picture[unseen].mean() / 2


def test_the_picture_itself_is_not_painted_on() -> None:
    picture = photograph(8, 8)
    before = picture.copy()
    blend(picture, noise(3, 3), (0.25, 0.25, 0.5, 0.5))
    np.testing.assert_array_equal(picture, before)


@pytest.mark.parametrize("shape", [(1, 1), (1, 500), (500, 1), (2, 3)])
@pytest.mark.parametrize("seen", [WHOLE, (0.49, 0.49, 0.01, 0.01), (1 / 3, 0.0, 1 / 3, 1.0)])
def test_the_smallest_and_thinnest_pictures_are_blended(
    shape: tuple[int, int], seen: tuple[float, float, float, float]
) -> None:
    blended = blend(photograph(*shape), np.ones((7, 7), np.float32), seen, opacity=1)
    assert blended.shape == (*shape, 3)
    left, top, right, bottom = pixel_box(seen, shape[1], shape[0])
    assert (blended[top:bottom, left:right] == palette()[255]).all()


def test_rendering_loads_no_torch() -> None:
    program = "import sys, explainer.heatmap; sys.exit(any(name.split('.')[0] == 'torch' for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
