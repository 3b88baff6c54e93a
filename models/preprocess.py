"""From an upright picture to the tensor that a model takes, and which part of the picture that is."""

from dataclasses import dataclass

import torch
from PIL import Image
from torchvision.transforms import functional
from torchvision.transforms._presets import ImageClassification

# Sixteen megabytes as a picture. Beyond it lie only strips, whose ends are cropped away anyway.
MOST_RESIZED_PIXELS = 4_000_000


@dataclass(frozen=True)
class Box:
    """A rectangle in fractions of the upright picture's width and height; x and y are its upper left corner."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Preprocess:
    """A published ImageNet transform: the short side to a fixed length, a square from the centre, then normalised."""

    transform: ImageClassification

    def __call__(self, picture: Image.Image) -> torch.Tensor:
        """Turn an RGB picture into a float32 tensor of shape (3, side, side).

        Equal to the published transform, but for strips so long that resizing them whole would fill the memory:
        of those only the part that is kept is resized, with the same filter.
        """
        width, height = self._resized(picture.width, picture.height)
        if width * height <= MOST_RESIZED_PIXELS:
            whole: torch.Tensor = self.transform(picture)
            return whole
        pixels = functional.pil_to_tensor(self._resized_centre(picture))
        fractions = functional.convert_image_dtype(pixels, torch.float)
        centre: torch.Tensor = functional.normalize(fractions, mean=self.transform.mean, std=self.transform.std)
        return centre

    def seen(self, width: int, height: int) -> Box:
        """Return which part of a picture of `width` by `height` pixels is left after resizing and cropping."""
        resized = self._resized(width, height)
        left, top = (self._offset(length) for length in resized)
        return Box(
            x=left / resized[0],
            y=top / resized[1],
            width=min(self.side, resized[0]) / resized[0],
            height=min(self.side, resized[1]) / resized[1],
        )

    @property
    def side(self) -> int:
        """Height and width of what the model takes, in pixels."""
        side: int = self.transform.crop_size[0]
        return side

    def _resized(self, width: int, height: int) -> tuple[int, int]:
        """Return the size after resizing, rounded down as torchvision does it."""
        short: int = self.transform.resize_size[0]
        if width <= height:
            return short, int(short * height / width)
        return int(short * width / height), short

    def _offset(self, length: int) -> int:
        """Return how much is cropped off before the centre, rounded as torchvision does it."""
        return max(0, round((length - self.side) / 2))

    def _resized_centre(self, picture: Image.Image) -> Image.Image:
        """Resize only what is kept. Pillow's filter still sees the pixels around the box, so that no edge appears."""
        box = self.seen(picture.width, picture.height)
        return picture.resize(
            (self.side, self.side),
            functional.pil_modes_mapping[self.transform.interpolation],
            box=(
                box.x * picture.width,
                box.y * picture.height,
                min(picture.width, (box.x + box.width) * picture.width),
                min(picture.height, (box.y + box.height) * picture.height),
            ),
        )
