"""Take a visitor's picture in: from a file of any kind to upright RGB, or to a refusal with a reason."""

import hashlib
import math
import os
from dataclasses import dataclass, field
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image, JpegImagePlugin

from models.problems import Problem
from page.pictures import colour, formats, kinds, orientation, profiles
from page.pictures.bare import Bare, Size
from page.pictures.told import kind, told

if TYPE_CHECKING:  # it loads torch, and what decodes does without
    from models.preprocess import Preprocess

MAX_BYTES = 15 * 1024 * 1024
MAX_PIXELS = 40_000_000
LONGEST_SIDE = 1600
SHORTEST_SIDE = 512
LARGEST = LONGEST_SIDE**2  # pixels; what is asked about a picture costs by its pixels
LONGEST_STRIP = 20_000

_LARGE_PROGRESSIVE = 20_000_000


class NotAPicture(Problem):
    """The file is something else than a picture, or of a format that is not taken."""

    key = "picture.not_a_picture"


class BrokenPicture(Problem):
    """The file is cut off or damaged, or of a rare kind that can't be read."""

    key = "picture.broken"


class EmptyFile(Problem):
    """The file holds no byte."""

    key = "picture.empty"


class SvgPicture(Problem):
    """The file is a drawing made of shapes; a photograph or a screenshot of it would do."""

    key = "picture.svg"


class TooManyPixels(Problem):
    """Values: `limit` and `megapixels` in millions of pixels, `width` and `height` in pixels."""

    key = "picture.too_many_pixels"


class TooManyBytes(Problem):
    """Values: `limit` and `size` in megabytes of 1,048,576 bytes."""

    key = "picture.too_many_bytes"


@dataclass(frozen=True)
class Limits:
    """What is refused: files of more than `bytes`, pictures of more than `pixels`, counted before decoding."""

    bytes: int = MAX_BYTES
    pixels: int = MAX_PIXELS


_DEFAULT_LIMITS = Limits()


@dataclass(frozen=True)
class Picture:
    """A picture that is ready to be looked at: `rgb` has mode RGB, stands upright and carries no metadata.

    `known` is its `name`, where somebody knows it already; `seen` holds what the model that was asked last got of it.
    """

    rgb: Image.Image
    known: str = field(default="", compare=False, repr=False)
    seen: "dict[Preprocess, NDArray[np.uint8]]" = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def name(self) -> str:
        """The same for the same pixels and for no others, however they came here: a digest of them."""
        return self.known or hashlib.sha256(b"%d %d " % self.size + self.rgb.tobytes()).hexdigest()

    def seen_by(self, preprocess: "Preprocess") -> NDArray[np.uint8]:
        """What a model gets of it, (side, side, 3), to be left as it is: made for the first question, then kept."""
        pixels = self.seen.get(preprocess)
        if pixels is None:
            pixels = preprocess.seen_pixels(self.rgb)
            self.seen.clear()
            self.seen[preprocess] = pixels
        return pixels

    @property
    def array(self) -> NDArray[np.uint8]:
        """Its pixels, (height, width, 3), to be left as they are."""
        return np.asarray(self.rgb)

    @property
    def size(self) -> Size:
        """Width and height in pixels, each at least 1."""
        return self.rgb.size

    @property
    def width(self) -> int:
        """Width in pixels, at least 1."""
        return self.size[0]

    @property
    def height(self) -> int:
        """Height in pixels, at least 1."""
        return self.size[1]


def decode(file: str | Path | bytes, limits: Limits = _DEFAULT_LIMITS) -> Picture:
    """Decode a picture, shrunk to at most 1,600 pixels while its short side keeps 512 or more.

    One more than ten times as long as wide gets as many pixels as a square of 1,600, so its short side less than 512.

    `file` is the path of a picture file, or what such a file holds.

    A strip so narrow that this would leave it whole is at most 20,000 pixels long.

    Taken: JPEG, PNG, WebP, AVIF, BMP, TIFF, ICO, CUR, HEIC, JPEG 2000, PSD, TGA, portable maps, the preview in a raw
    photograph, and the first frame of what moves; alpha is put on white.
    Raises one of the problems above, or of `bare`, `kinds` and `raw`; any failure inside a decoder is a `BrokenPicture`
    with its cause attached.
    Raises OSError when there is no file to read.
    """
    data, size = (file, len(file)) if isinstance(file, bytes) else _read(file, limits)
    if not data:
        raise EmptyFile()
    if size > limits.bytes:
        raise TooManyBytes(limit=_rounded_up(limits.bytes, 2**20), size=_rounded_up(size, 2**20))
    found = formats.sniff(data)
    if not found:
        raise SvgPicture() if formats.is_svg(data) else kinds.named(data) or NotAPicture()
    try:
        return Picture(_decode(found.bare(data), found, limits))
    except Problem:
        raise
    except Exception as error:  # decoders raise whatever comes to their mind on a hostile file
        raise BrokenPicture() from error


def base_jpeg(picture: Picture, longest: int = 1280) -> bytes:
    """Return the picture as a JPEG without metadata, its longer side at most `longest`, each side at least 1."""
    scale = min(1.0, longest / max(picture.size))
    if scale < 1:  # by OpenCV: a third of the time of Pillow's Lanczos, for a picture that is only looked at
        size = _scaled(picture.size, scale)
        small = Image.fromarray(cv2.resize(picture.array, size, interpolation=cv2.INTER_AREA))
    else:
        small = picture.rgb
    file = BytesIO()
    small.save(file, "JPEG", quality=88, subsampling="4:4:4")
    return file.getvalue()


def _read(path: str | Path, limits: Limits) -> tuple[bytes, int]:
    """Return what a file holds, never much more than the limit of it, and how large the file is."""
    with open(path, "rb") as file:
        data = file.read(limits.bytes + 1)
        return data, max(len(data), os.fstat(file.fileno()).st_size)


def _decode(bare: Bare, found: formats.Format, limits: Limits) -> Image.Image:
    most = min(limits.pixels, found.pixels)
    for size in bare.sizes:
        _check(size, most)
    with found.open(bare) as image:
        _check(image.size, most)
        if profile := bare.profile or image.info.get("icc_profile"):
            image.info["icc_profile"] = profiles.bare(profile)
        if isinstance(image, JpegImagePlugin.JpegImageFile):
            image.draft(None, _draft(image))
        image.load()
        _check(image.size, most)
        sources = told(bare.data, image) if image.mode != "LAB" else ()
        convert = colour.conversion(sources, kind(bare.data, image))
        small = _shrink(image, alpha=convert is not None)
        turn = _orientation(image) if bare.orientation == orientation.UPRIGHT else bare.orientation
    rgb = colour.to_srgb(orientation.turned(small, turn), convert)
    rgb.info.clear()
    return rgb


def _check(size: Size, most: float) -> None:
    width, height = size
    if width * height > most:
        limit, megapixels = _rounded_up(int(most), 10**6), _rounded_up(width * height, 10**6)
        raise TooManyPixels(limit=limit, width=width, height=height, megapixels=megapixels)


def _draft(image: Image.Image) -> Size:
    """Return the smallest size in which a JPEG may be decoded: half of a large progressive one, whatever its shape.

    All of its numbers are kept until the last has come, six bytes a pixel beside the picture itself.
    """
    width, height = _target(image.size)
    if image.info.get("progressive") and image.width * image.height > _LARGE_PROGRESSIVE:
        return min(width, image.width // 2), min(height, image.height // 2)
    return width, height


def _rounded_up(count: int, unit: int) -> float:
    """Return `count` in `unit`s, up to the next tenth, so that what is over a limit never reads like the limit."""
    tenths = -(-10 * count // unit)
    return tenths / 10 if tenths % 10 else tenths // 10


def _target(size: Size) -> Size:
    scale = max(LONGEST_SIDE / max(size), SHORTEST_SIDE / min(size))
    return _scaled(size, min(1.0, scale, math.sqrt(LARGEST / math.prod(size)), LONGEST_STRIP / max(size)))


def _scaled(size: Size, scale: float) -> Size:
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _shrink(image: Image.Image, alpha: bool) -> Image.Image:
    """Return an 8-bit copy in its final size: averaged strip by strip to about twice that, then resampled.

    It is opaque unless `alpha` may stay, in which case mode RGBA may come out.
    """
    target = _target(image.size)
    across, down = (max(1, round(side / (2 * goal))) for side, goal in zip(image.size, target, strict=True))
    grey = colour.grey_range(image)
    reduced: Image.Image | None = None
    for top, strip in colour.strips(image, down):
        piece = colour.flat(strip, grey, alpha)
        if (across, down) != (1, 1):  # else it would only be copied
            piece = piece.reduce((across, down))
        if reduced is None:
            reduced = Image.new(piece.mode, (piece.width, math.ceil(image.height / down)))
        reduced.paste(piece, (0, top // down))
    if reduced is None:
        raise ValueError("a picture without rows")
    if reduced.size == target:
        return reduced
    box = (0.0, 0.0, image.width / across, image.height / down)
    return reduced.resize(target, Image.Resampling.LANCZOS, box=box)


def _orientation(image: Image.Image) -> int:
    """Return what a decoder says that it left undone, such as AVIF's turns; the file's notes are not there any more."""
    return int(image.getexif().get(ExifTags.Base.Orientation, orientation.UPRIGHT))
