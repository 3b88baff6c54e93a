"""From the pixels of any picture file to plain 8-bit RGB in sRGB."""

import struct
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache, partial
from io import BytesIO

import numpy as np
from PIL import Image, ImageCms

from page.pictures import hdr
from page.pictures.spaces import SRGB, HdrSpace, Space, profile
from page.pictures.told import Kind, Source

Conversion = Callable[[Image.Image], Image.Image]
Range = tuple[float, float]

_STRIP = 1 << 20  # pixels that are converted at a time, so that no second full-size picture is in memory
_KEPT = 1 << 16  # bytes; the conversion of a longer profile is made anew for each picture
# By a picture's kind: the mode in which it is given to a profile for each kind of colours.
_FITTING: dict[Kind, dict[str, str]] = {
    "grey": {"GRAY": "L", "RGB": "RGB"},
    "colours": {"RGB": "RGB"},
    "inks": {"CMYK": "CMYK"},
}
_TIFF_BITS, _TIFF_PHOTOMETRIC, _TIFF_WHITE_IS_ZERO = 258, 262, 0


def strips(image: Image.Image, step: int = 1) -> Iterator[tuple[int, Image.Image]]:
    """Yield (top, strip) from top to bottom; every height but the last is a multiple of `step`."""
    rows = max(1, _STRIP // image.width // step) * step
    for top in range(0, image.height, rows):
        yield top, image.crop((0, top, image.width, min(top + rows, image.height)))


def grey_range(image: Image.Image) -> Range | None:
    """Return the values that mean black and white in a grey picture of more than 8 bits, None for any other.

    16 bits are 0 to 65,535. Wider numbers have no agreed white: the usual ranges are tried first, then their own.
    """
    if image.mode.startswith("I;16"):
        tags = getattr(image, "tag_v2", {})
        white = 2.0 ** tags.get(_TIFF_BITS, (16,))[0] - 1
        return (white, 0.0) if tags.get(_TIFF_PHOTOMETRIC) == _TIFF_WHITE_IS_ZERO else (0.0, white)
    if image.mode not in ("I", "F"):
        return None
    values = [array[np.isfinite(array)] for array in (np.asarray(strip) for _, strip in strips(image))]
    low = min((float(array.min()) for array in values if array.size), default=0.0)
    high = max((float(array.max()) for array in values if array.size), default=0.0)
    usual = (1.0, 255.0) if image.mode == "F" else (255.0, 65535.0)
    white = next((limit for limit in usual if high <= limit), None)
    return (0.0, white) if low >= 0 and white else (min(low, 0.0), max(high, 0.0))


def flat(strip: Image.Image, grey: Range | None, alpha: bool = False) -> Image.Image:
    """Return a copy of 8 bits in mode L, RGB or CMYK, or RGBA if `alpha` may stay; `grey` is scaled, never clipped.

    What is clear is put on white, unless it stays clear: colours have to be sRGB's before they are mixed with another.
    """
    if grey:
        return _scaled(strip, grey)
    if strip.has_transparency_data:
        clear = strip.info.get("transparency")
        if isinstance(clear, tuple) and max(clear) > 255:  # of a 16-bit PNG, which Pillow opens with 8 bits
            strip.info["transparency"] = tuple(value >> 8 for value in clear)
        pixels = strip.convert("RGBA")
        return pixels if alpha else on_white(pixels)
    if strip.mode in ("L", "RGB", "CMYK"):
        return strip
    return strip.convert("L" if strip.mode == "1" else "RGB")


def _scaled(strip: Image.Image, grey: Range) -> Image.Image:
    black, white = grey
    values = np.asarray(strip)
    shares = np.nan_to_num((values.astype(np.float64) - black) / (white - black), nan=0.0, posinf=1.0, neginf=0.0)
    levels = np.rint(np.clip(shares, 0.0, 1.0) * 255).astype(np.uint8)
    if "transparency" in strip.info:
        levels[values == strip.info["transparency"]] = 255
    return Image.fromarray(levels)


def on_white(pixels: Image.Image) -> Image.Image:
    """Return an RGBA picture as RGB on white."""
    return Image.alpha_composite(Image.new("RGBA", pixels.size, "white"), pixels).convert("RGB")


def conversion(sources: Iterable[Source], kind: Kind) -> Conversion | None:
    """Return what brings a picture of a kind to RGB in sRGB once it is `flat`, None where it is there already.

    The first source that can be read and fits the kind counts.
    """
    for source in sources:
        try:
            return _of(source, kind)
        except (ImageCms.PyCMSError, np.linalg.LinAlgError, struct.error, KeyError, OSError, TypeError, ValueError):
            pass  # the colours stay a little off, which beats no picture at all
    return None


def to_srgb(image: Image.Image, convert: Conversion | None) -> Image.Image:
    """Return an L, RGB, CMYK or RGBA picture as RGB in sRGB, on white where it is clear."""
    if not convert:
        return image.convert("RGB")
    if image.mode != "RGBA":
        return convert(image)
    opaque = convert(image.convert("RGB"))
    opaque.putalpha(image.getchannel("A"))
    return on_white(opaque)


def _of(source: Source, kind: Kind) -> Conversion | None:
    if source == SRGB:
        return None
    if isinstance(source, HdrSpace):
        return partial(hdr.shown, space=source)
    icc = profile(source) if isinstance(source, Space) else source
    return (_kept_transform if len(icc) <= _KEPT else _transform)(icc, kind)


def _transform(icc: bytes, kind: Kind) -> Conversion | None:
    """Return what brings pictures of a kind to sRGB; None for sRGB itself, which moves no value by more than one.

    Raises KeyError where the profile is meant for another kind.
    """
    source = ImageCms.ImageCmsProfile(BytesIO(icc))
    mode = _FITTING[kind][source.profile.xcolor_space.strip()]
    transform = ImageCms.buildTransform(source, ImageCms.createProfile("sRGB"), mode, "RGB")
    if mode == "RGB":
        levels = np.arange(0, 256, 5, dtype=np.uint8)
        colours = np.stack(np.meshgrid(levels, levels, levels), axis=-1).reshape(len(levels), -1, 3)
        moved = np.asarray(transform.apply(Image.fromarray(colours)), dtype=np.int16) - colours
        if abs(moved).max() <= 1:  # programs write sRGB with numbers that are rounded in different ways
            return None
    return lambda image: transform.apply(image.convert(mode))


# Half of all decoding was this for the same few profiles that cameras and programs write. It depends on nothing else of
# a picture, and threads may share it: applying it changes nothing in it.
_kept_transform = lru_cache(8)(_transform)
