"""Pictures brighter than paper (BT.2100: PQ and HLG), tone-mapped to sRGB as browsers show them."""

from functools import lru_cache

import numpy as np
from PIL import Image

from page.pictures.spaces import BT709, BT2020, HLG, PQ, HdrSpace, to_xyz

WHITE = 203.0
"""cd/m² of white paper in an HDR picture (ITU-R BT.2408, table 1)."""

_HLG_PEAK = 1000.0  # cd/m² of the screen that HLG is judged on (BT.2100, note 5f)
_STRIP = 1 << 18  # pixels that are mapped at a time
_FINE = 8191  # the table from light to levels has one more entry
_BEND = 0.65  # how far the curve's middle point leans towards its corner


def pq_light(values: np.ndarray) -> np.ndarray:
    """Return light in cd/m², 0 to 10,000, of PQ values 0 to 1 (SMPTE ST 2084, BT.2100 table 4)."""
    m1, m2 = 2610 / 16384, 2523 / 4096 * 128
    c1, c2, c3 = 3424 / 4096, 2413 / 4096 * 32, 2392 / 4096 * 32
    root = np.asarray(values, np.float64) ** (1 / m2)
    light: np.ndarray = 10_000 * (np.maximum(root - c1, 0) / (c2 - c3 * root)) ** (1 / m1)
    return light


def hlg_scene(values: np.ndarray) -> np.ndarray:
    """Return the light before the camera, 0 to 1, of HLG values 0 to 1 (BT.2100 table 5)."""
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    scene: np.ndarray = np.where(values <= 0.5, values**2 / 3, (np.exp((values - c) / a) + b) / 12)
    return scene


def hlg_light(scene: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return light in cd/m² on a screen of 1,000 for colours (..., 3) before the camera; `weights` add up to Y.

    The system gamma of 1.2 works on brightness, so that colours keep their hue (BT.2100 table 5, OOTF).
    """
    brightness = np.maximum(scene @ weights.astype(scene.dtype), scene.dtype.type(1e-9))
    light: np.ndarray = scene * (_HLG_PEAK * brightness[..., None] ** scene.dtype.type(0.2))
    return light


def toned(light: np.ndarray, peak: float) -> np.ndarray:
    """Return what a screen shows, 0 to 1, of light that counts paper as 1 and reaches up to `peak` of it.

    The reference white operator of SMPTE ST 2094-50, by which Chromium shows HDR on ordinary screens: what is darker
    than paper gets up to one stop darker, in equal measure, and leaves room for what is brighter, which follows a
    quadratic Bézier curve from there to white at the peak. A picture without such light is only clipped.
    """
    if peak < 1.01:
        clipped: np.ndarray = np.clip(light, 0, 1)
        return clipped
    paper = 1 - 0.5 * min(float(np.log(peak) / np.log(1000 / WHITE)), 1.0)
    corner_x, corner_y = 1 + _BEND * (1 / paper - 1), paper + _BEND * (1 - paper)
    square, line = 1 - 2 * corner_x + peak, 2 * (corner_x - 1)
    above = np.clip(light, 1, peak) - 1
    along = 2 * above / (line + np.sqrt(line * line + 4 * square * above))
    bright = paper + along * (2 * (corner_y - paper) + along * (paper - 2 * corner_y + 1))
    shown: np.ndarray = np.where(light < 1, light * paper, bright)
    return shown


def shown(image: Image.Image, space: HdrSpace) -> Image.Image:
    """Return an L or RGB picture of values in `space` as RGB in sRGB; colours too vivid for it are clipped.

    Raises LinAlgError where the space's primaries span no colours.
    """
    pixels = np.array(image.convert("RGB"))
    rows = max(1, _STRIP // image.width)
    for top in range(0, image.height, rows):  # so that no full-size picture of floats is in memory
        pixels[top : top + rows] = _to_srgb(pixels[top : top + rows], space)
    return Image.fromarray(pixels)


def _to_srgb(levels: np.ndarray, space: HdrSpace) -> np.ndarray:
    """Return levels (..., 3) of 8 bits in sRGB; tones are mapped in BT.2020 by the largest of three: no hue shifts."""
    own, wide, narrow = (to_xyz(primaries) for primaries in (space.primaries, BT2020, BT709))
    values = np.arange(256) / 255
    table = pq_light(values) if space.transfer == PQ else hlg_scene(values)
    light: np.ndarray = table.astype(np.float32)[levels]
    if space.transfer == HLG:
        light = hlg_light(light, own[1])
    light = light @ (np.linalg.solve(wide, own).T / WHITE).astype(np.float32)
    largest = np.maximum(light.max(axis=-1, keepdims=True), np.float32(1e-9))
    light *= toned(largest, space.peak / WHITE) / largest
    shares = np.clip(light @ np.linalg.solve(narrow, wide).T.astype(np.float32), 0, 1)
    shown: np.ndarray = _encoded()[np.rint(np.sqrt(shares) * _FINE).astype(np.uint16)]
    return shown


@lru_cache(1)
def _encoded() -> np.ndarray:
    """Return sRGB's levels for all square roots of light, which are as evenly seen as the levels are."""
    light = np.linspace(0, 1, _FINE + 1) ** 2
    values = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    levels: np.ndarray = np.rint(255 * values).astype(np.uint8)
    return levels
