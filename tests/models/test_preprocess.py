import numpy as np
import pytest
import torch
from PIL import Image
from torchvision.models import ConvNeXt_Tiny_Weights, EfficientNet_B0_Weights, VGG16_Weights
from torchvision.transforms import functional
from torchvision.transforms._presets import ImageClassification

from models.preprocess import MOST_RESIZED_PIXELS, Box, Preprocess

PUBLISHED = {
    "VGG-16": VGG16_Weights.IMAGENET1K_V1.transforms(),
    "EfficientNet-B0": EfficientNet_B0_Weights.IMAGENET1K_V1.transforms(),
    "ConvNeXt-Tiny": ConvNeXt_Tiny_Weights.IMAGENET1K_V1.transforms(),
}
VGG = Preprocess(PUBLISHED["VGG-16"])


def noise(width: int, height: int) -> Image.Image:
    pixels = np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype=np.uint8)
    return Image.fromarray(pixels)


@pytest.mark.parametrize("transform", PUBLISHED.values(), ids=PUBLISHED)
@pytest.mark.parametrize("size", [(640, 480), (480, 641), (224, 224), (100, 37), (1600, 900), (1, 1), (30, 500)])
def test_ordinary_shapes_equal_the_published_transform(transform: ImageClassification, size: tuple[int, int]) -> None:
    picture = noise(*size)
    tensor = Preprocess(transform)(picture)
    assert tensor.dtype == torch.float32
    assert tensor.shape == (3, 224, 224)
    assert torch.equal(tensor, transform(picture))


@pytest.mark.parametrize("size", [(10_000, 10), (10, 10_000), (9_000, 100), (90, 7_000)])
def test_long_strips_come_close_to_the_published_transform(size: tuple[int, int]) -> None:
    picture = noise(8, 8).resize(size, Image.Resampling.BICUBIC)
    largest = (VGG(picture) - VGG.transform(picture)).abs().max() * 0.229 * 255
    assert largest <= 2


def test_a_long_strip_is_never_resized_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []
    resize = Image.Image.resize

    def watched(self: Image.Image, size: tuple[int, int], *args: object, **kwargs: object) -> Image.Image:
        made.append(size[0] * size[1])
        return resize(self, size, *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(Image.Image, "resize", watched)
    for size in [(10_000, 10), (10, 10_000), (1_000_000, 1), (700, 500), (15_000, 256)]:
        VGG(Image.new("RGB", size))
    assert made
    assert max(made) <= MOST_RESIZED_PIXELS


def test_what_is_seen_of_a_wide_picture() -> None:
    # 640 x 480 becomes 341 x 256; of that, 58 columns go at the left (58.5 is rounded to even) and 16 rows at the top.
    assert VGG.seen(640, 480) == Box(58 / 341, 16 / 256, 224 / 341, 224 / 256)


def test_what_is_seen_of_a_square_picture() -> None:
    assert VGG.seen(50, 50) == Box(0.0625, 0.0625, 0.875, 0.875)


@pytest.mark.parametrize("transform", PUBLISHED.values(), ids=PUBLISHED)
@pytest.mark.parametrize("size", [(640, 480), (480, 640), (333, 500), (501, 333), (1000, 37), (1, 1), (255, 256)])
def test_what_is_seen_is_what_torchvision_crops(transform: ImageClassification, size: tuple[int, int]) -> None:
    resized = functional.resize(Image.new("RGB", size), transform.resize_size)
    width, height = resized.size
    places = torch.arange(width * height).reshape(1, height, width)
    crop = functional.center_crop(places, transform.crop_size)[0]
    first, last = divmod(int(crop[0, 0]), width), divmod(int(crop[-1, -1]), width)
    box = Preprocess(transform).seen(*size)
    assert (box.y * height, box.x * width) == pytest.approx(first)
    assert ((box.y + box.height) * height - 1, (box.x + box.width) * width - 1) == pytest.approx(last)


def test_a_crop_as_large_as_the_picture_sees_all_of_it() -> None:
    assert Preprocess(ImageClassification(crop_size=224, resize_size=224)).seen(30, 30) == Box(0, 0, 1, 1)
