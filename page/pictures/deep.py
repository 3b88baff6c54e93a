"""TIFFs of other numbers than whole ones of 8 bits: 10 to 64 bits, signed, fractions, heights, bands of satellites.

Pillow mixes up the planes, signs and byte orders of some and knows nothing of others. Here tifffile unpacks one strip
or tile after the other, so that no full-size picture of wide numbers is ever in memory.
"""

import logging
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import numpy as np
from PIL import Image

_MOST_SEGMENT = 96 << 20  # bytes of one strip or tile
_MOST_NUMBERS = 80 << 20  # bytes of all numbers that are kept until their range is known
_MOST_SEGMENTS = 50_000  # a strip of each line of a picture, and then some
_AT_ONCE = 4 << 20  # bytes of a file that are read at a time
_PIECE = 1 << 20  # numbers that are stretched at a time
_NO_NUMBER = 1e30  # what is beyond is a mark for "nothing here", whether or not the file says so
_MARKS = (-9999.0, -32767.0, -32768.0, -99999.0)  # what programs that make maps write where nothing is known
_WHITES = (255.0, 65535.0, 2.0**32 - 1)  # of pictures in wider numbers than they need
_UNPACKED = {1, 5, 8, 32773, 32946, 50000}  # none, LZW, Deflate, PackBits, Deflate again, Zstandard
_WHITE_IS_ZERO, _BLACK_IS_ZERO, _RGB, _INKS = 0, 1, 2, 5
_BANDS = {_WHITE_IS_ZERO: 1, _BLACK_IS_ZERO: 1, _RGB: 3, _INKS: 4}
_MULTIPLIED, _PLAIN_ALPHA = 1, 2  # kinds of extra samples
_PROFILE, _NODATA = 34675, 42113


class UnknownKind(ValueError):
    """The picture is of a kind that isn't handled here."""


@dataclass(frozen=True)
class _Plan:
    """What of a page is shown: how many bands of colour, whether one of alpha follows, every how many-th pixel."""

    colours: int
    alpha: bool
    step: int

    @property
    def bands(self) -> int:
        return self.colours + self.alpha


def opened(data: bytes) -> Image.Image:
    """Return the first picture of a TIFF in 8 bits, decoded, in mode L, LA, RGB, RGBA or CMYK.

    Whole numbers up to 16 bits keep the range of their bits; what else there is gets stretched as `span` says, and is
    black where nothing is. A picture of very many numbers comes with every second or third pixel only. Raises
    UnknownKind, ValueError for one that would take too much memory, and whatever tifffile raises for a broken one.
    """
    import tifffile  # here, since few visitors bring such pictures

    logging.getLogger("tifffile").setLevel(logging.CRITICAL)  # a stranger's odd file is no news for the log
    # Files of these makers it would read through to the end.
    makers = {"is_lsm": False, "is_ndpi": False, "is_scanimage": False}
    with tifffile.TiffFile(BytesIO(data), _multifile=False, **makers) as file:  # type: ignore[arg-type]
        page = file.pages.first
        plan = _plan(page)
        image = _image(page, plan, _levels(page, plan))
        if profile := page.tags.valueof(_PROFILE):
            image.info["icc_profile"] = bytes(profile)
    return image


def span(low: float, high: float, usual: Sequence[float], measured: bool) -> tuple[float, float]:
    """Return the numbers that mean black and white where they go from `low` to `high`.

    `measured` ones (heights, temperatures) use their own range. For others 0 is black and white the least `usual` value
    that none exceeds; ones that fill less than a quarter of a large white go up to their own highest.
    """
    if measured and high > low:
        return low, high
    white = next((value for value in usual if high <= value), high)
    mostly_unused = white > 255 and high < white / 4
    return (min(low, 0.0), max(high, 0.0)) if low < 0 or mostly_unused else (0.0, white)


def _plan(page: Any) -> _Plan:
    planes, depth, height, width, contiguous = page.shaped
    found, colours = planes * contiguous, _BANDS.get(int(page.photometric))
    alpha = bool(page.extrasamples) and page.extrasamples[0] in (_MULTIPLIED, _PLAIN_ALPHA) and colours in (1, 3)
    if colours == 1 and found >= 3 and not alpha:
        colours = 3  # a satellite's; no band says its colour, and the first three are as good as any
    if not colours or colours + alpha > found or depth != 1 or page.compression not in _UNPACKED:
        raise UnknownKind(f" {page.photometric}, {page.shaped}, {page.compression}")
    if page.dtype is None or page.dtype.kind not in "iuf":
        raise UnknownKind(f" {page.sampleformat} of {page.bitspersample} bits")
    segment, count = math.prod(page.chunks) * page.dtype.itemsize, math.prod(page.chunked)
    if segment > _MOST_SEGMENT or count > _MOST_SEGMENTS:
        raise ValueError(f"{count} segments of {segment} bytes")
    numbers = height * width * (colours + alpha) * (1 if _full(page) else 4)
    return _Plan(colours, alpha, math.ceil(math.sqrt(numbers / _MOST_NUMBERS)))


def _full(page: Any) -> int | None:
    """Return the value of white where the number of bits says it, else None."""
    fixed = page.dtype.kind == "u" and isinstance(page.bitspersample, int) and page.bitspersample <= 16
    return 2**page.bitspersample - 1 if fixed else None


def _levels(page: Any, plan: _Plan) -> np.ndarray:
    full, nodata = _full(page), _nodata(page)
    if full and (plan.colours > 1 or nodata is None):
        table = np.rint(np.arange(full + 1) * (255 / full)).astype(np.uint8)
        return _filled(page, plan, np.uint8, lambda numbers: table[np.minimum(numbers, full)])
    largest = 1.0 if page.dtype.kind == "f" else float(np.iinfo(page.dtype).max)
    usual = (1.0, 255.0) if page.dtype.kind == "f" else (*(white for white in _WHITES if white < largest), largest)
    numbers = _filled(page, plan, np.float32, _as_float)
    levels = np.empty(numbers.shape, np.uint8)
    levels[..., : plan.colours] = _stretched(numbers[..., : plan.colours], usual, nodata)
    if plan.alpha:
        levels[..., plan.colours] = _shares(numbers[..., plan.colours], 0.0, largest)
    return levels


def _nodata(page: Any) -> float | None:
    """Return the number that stands for "nothing here" by GDAL's tag, which may be NaN, or None without one."""
    try:
        return float(str(page.tags.valueof(_NODATA)).strip("\0 ").replace(",", "."))
    except ValueError:
        return None


def _filled(page: Any, plan: _Plan, kind: type, made: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """Return the bands that are shown (height, width, bands), each segment `made` into numbers of a kind.

    What the file has no segment for is 0: programs that make maps leave out tiles without content.
    """
    _, _, height, width, _ = page.shaped
    step = plan.step
    shown = np.zeros((math.ceil(height / step), math.ceil(width / step), plan.bands), kind)
    for numbers, (plane, _, top, left, _), shape in page.segments(maxworkers=1, buffersize=_AT_ONCE, _fullsize=False):
        if numbers is None or plane >= plan.bands:
            continue
        rows, columns = min(shape[1], height - top), min(shape[2], width - left)
        part = made(numbers[0, -top % step : rows : step, -left % step : columns : step, : plan.bands])
        across, down, bands = -(-left // step), -(-top // step), plane + part.shape[2]
        shown[down : down + part.shape[0], across : across + part.shape[1], plane:bands] = part
    return shown


def _as_float(numbers: np.ndarray) -> np.ndarray:
    with np.errstate(over="ignore"):
        narrow: np.ndarray = numbers.astype(np.float32)
    return narrow


def _stretched(numbers: np.ndarray, usual: Sequence[float], nodata: float | None) -> np.ndarray:
    """Return levels; `numbers` lose what stands for nothing."""
    marks = np.array(_MARKS if nodata is None else [nodata], np.float32)
    count = min(len(numbers), numbers.size // _PIECE + 1)
    pieces, marked = np.array_split(numbers, count), nodata is not None
    lows, highs = [], []
    for piece in pieces:
        nothing = np.isin(piece, marks)
        marked = marked or bool(nothing.any())
        piece[nothing | (np.isfinite(piece) & (abs(piece) > _NO_NUMBER))] = np.nan
        known = piece[np.isfinite(piece)]
        if known.size:
            lows.append(float(known.min()))
            highs.append(float(known.max()))
    black, white = span(min(lows, default=0.0), max(highs, default=0.0), usual, measured=marked)
    return np.concatenate([_shares(piece, black, white) for piece in pieces])


def _shares(numbers: np.ndarray, black: float, white: float) -> np.ndarray:
    shares = np.nan_to_num((numbers - black) / (white - black), nan=0.0, posinf=1.0, neginf=0.0)
    levels: np.ndarray = np.rint(np.clip(shares, 0, 1) * 255).astype(np.uint8)
    return levels


def _image(page: Any, plan: _Plan, levels: np.ndarray) -> Image.Image:
    if page.photometric == _WHITE_IS_ZERO:
        levels[..., 0] = 255 - levels[..., 0]
    if plan.colours == 1 and not plan.alpha:
        return Image.fromarray(levels[..., 0])
    if plan.colours == 4:
        return Image.fromarray(levels, "CMYK")
    image = Image.fromarray(levels)  # LA, RGB or RGBA
    if plan.alpha and page.extrasamples[0] == _MULTIPLIED:
        return Image.frombuffer(image.mode[:-1] + "a", image.size, levels).convert(image.mode)
    return image
