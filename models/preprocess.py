"""From an upright picture to the tensor that a model takes, and which part of the picture that is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from PIL import Image

from models.later import torch

if TYPE_CHECKING:  # torchvision takes seconds to load, and the default model needs none of it
    from torchvision.transforms._presets import ImageClassification

Numbers = tuple[float, ...]


@dataclass(frozen=True)
class Box:
    """A rectangle in fractions of the upright picture's width and height; x and y are its upper left corner."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Preprocess:
    """The short side to a fixed length, a square from the centre, then normalised: what ImageNet models are fed with.

    `mean` and `std` are of the red, green and blue share 0..1. Raises ValueError where the square would not fit.
    """

    resize_side: int
    crop_side: int
    mean: Numbers
    std: Numbers
    resampling: Image.Resampling

    def __post_init__(self) -> None:
        if self.crop_side > self.resize_side:
            raise ValueError(f"a square of {self.crop_side} does not fit into {self.resize_side}")

    @classmethod
    def published(cls, transform: ImageClassification) -> Preprocess:
        """Take the numbers of a transform that torchvision publishes with weights."""
        return cls(
            resize_side=transform.resize_size[0],
            crop_side=transform.crop_size[0],
            mean=tuple(transform.mean),
            std=tuple(transform.std),
            resampling=Image.Resampling[transform.interpolation.name],
        )

    def __call__(self, picture: Image.Image, window: Box | None = None) -> torch.Tensor:
        """Turn an RGB picture into a float32 tensor of shape (3, side, side), as `array` does."""
        return torch.from_numpy(self.array(picture, window))

    def array(self, picture: Image.Image, window: Box | None = None) -> npt.NDArray[np.float32]:
        """Turn an RGB picture into a contiguous float32 array of shape (3, side, side).

        Before normalising, a photograph comes within 1/255 of resizing all of it and cropping then, as the published
        transforms do. Single pixels of black-and-white noise, and strips thousands of pixels long, come within 2/255.

        `window` takes the place of the square from the centre: all of it is seen, squeezed where it is not square.
        """
        return self.normalised(self.seen_pixels(picture, window))

    def seen_pixels(self, picture: Image.Image, window: Box | None = None) -> npt.NDArray[np.uint8]:
        """Turn an RGB picture into the pixels that the model gets of it: (side, side, 3) uint8."""
        kept = self._resized_centre(picture) if window is None else self._resized_window(picture, window)
        return np.asarray(kept)

    def normalised(self, pixels: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
        """Turn pixels (height, width, 3) into a contiguous float32 array (3, height, width) for the model."""
        planes = pixels.transpose(2, 0, 1)
        shares = np.ascontiguousarray(planes).astype(np.float32)
        shares /= np.float32(255)
        shares -= _column(self.mean)
        shares /= _column(self.std)
        return shares

    def pixels(self, inputs: npt.NDArray[np.float32]) -> npt.NDArray[np.uint8]:
        """Turn what `array` gives, (3, height, width), back into pixels to look at: (height, width, 3) uint8."""
        shares = inputs * _column(self.std) + _column(self.mean)
        pixels: npt.NDArray[np.uint8] = np.rint(255 * shares.clip(0, 1)).astype(np.uint8)
        return np.ascontiguousarray(pixels.transpose(1, 2, 0))

    def framed(self, pixels: npt.NDArray[np.uint8], around: Image.Image) -> Image.Image:
        """Turn pixels (side, side, 3) that a model is to get into a picture that gives it exactly these.

        They go into the middle of `around`, an RGB picture, cut to a square and made so large that nothing is resized
        any more: `seen_pixels(framed(pixels, around))` is `pixels`, also after a file without losses.
        """
        whole = replace(self, crop_side=self.resize_side)._resized_centre(around)
        left = self._offset(self.resize_side)
        whole.paste(Image.fromarray(pixels), (left, left))
        return whole

    def seen(self, width: int, height: int, window: Box | None = None) -> Box:
        """Return which part of a picture of `width` by `height` pixels is left after resizing and cropping."""
        if window is not None:
            return window
        resized = self._resized(width, height)
        left, top = (self._offset(length) for length in resized)
        return Box(
            x=left / resized[0],
            y=top / resized[1],
            width=min(self.crop_side, resized[0]) / resized[0],
            height=min(self.crop_side, resized[1]) / resized[1],
        )

    def _resized(self, width: int, height: int) -> tuple[int, int]:
        """Return the size after resizing, rounded down as torchvision does it."""
        short = self.resize_side
        if width <= height:
            return short, int(short * height / width)
        return int(short * width / height), short

    def _offset(self, length: int) -> int:
        """Return how much is cropped off before the centre, rounded as torchvision does it."""
        return max(0, round((length - self.crop_side) / 2))

    def _resized_centre(self, picture: Image.Image) -> Image.Image:
        """Resize little more than what is kept: it takes about 0.6 of the time, and no strip can fill the memory.

        Pillow's filter still sees the pixels around the box, so that no edge appears.
        """
        width, height = self._resized(picture.width, picture.height)
        left, right = self._made(picture.width, width)
        top, bottom = self._made(picture.height, height)
        made = picture.resize(
            (right - left, bottom - top),
            self.resampling,
            box=(
                left * picture.width / width,
                top * picture.height / height,
                min(picture.width, right * picture.width / width),
                min(picture.height, bottom * picture.height / height),
            ),
        )
        x, y = self._offset(width) - left, self._offset(height) - top
        return made.crop((x, y, x + self.crop_side, y + self.crop_side))

    def _resized_window(self, picture: Image.Image, window: Box) -> Image.Image:
        """Resize a window alone; Pillow refuses a box that a rounding carries beyond the picture."""
        return picture.resize(
            (self.crop_side, self.crop_side),
            self.resampling,
            box=(
                window.x * picture.width,
                window.y * picture.height,
                min(picture.width, (window.x + window.width) * picture.width),
                min(picture.height, (window.y + window.height) * picture.height),
            ),
        )

    def _made(self, length: int, resized: int) -> tuple[int, int]:
        """Return the first line that is made where `length` lines become `resized`, and the one after the last.

        Those that are kept. But Pillow rounds its box to 32 bits, which moves a colour by 1/255 here and there, and by
        2/255 where it happens in both directions. So the short side, of which little is cropped, is made whole unless
        its box needs no rounding; the usual 224 of 256 never do.
        """
        first = self._offset(resized)
        start = first * length / resized
        if resized == self.resize_side and float(np.float32(start)) != start:
            return 0, resized
        return first, first + self.crop_side


@dataclass(frozen=True)
class Squashed(Preprocess):
    """All of the picture, squeezed into the square: fast.ai's "squish"."""

    def seen_pixels(self, picture: Image.Image, window: Box | None = None) -> npt.NDArray[np.uint8]:
        """Turn an RGB picture into the pixels that the model gets of it: (side, side, 3) uint8."""
        return np.asarray(self._resized_window(picture, window or WHOLE))

    def framed(self, pixels: npt.NDArray[np.uint8], around: Image.Image) -> Image.Image:
        """Turn pixels (side, side, 3) that a model is to get into a picture that gives it exactly these: nothing is
        around them."""
        return Image.fromarray(pixels)

    def seen(self, width: int, height: int, window: Box | None = None) -> Box:
        """Return which part of a picture is left: all of it."""
        return window or WHOLE


WHOLE = Box(0.0, 0.0, 1.0, 1.0)


def _column(values: Numbers) -> npt.NDArray[np.float32]:
    return np.array(values, np.float32)[:, None, None]
