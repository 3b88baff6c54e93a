import dataclasses

import numpy as np
import pytest
import torch
from PIL import Image
from skimage import data
from torchvision.models import get_model_weights
from torchvision.transforms import InterpolationMode, functional
from torchvision.transforms._presets import ImageClassification

from models.catalogue import DEFAULT, built_in
from models.preprocess import Box, Preprocess
from models.weights import TorchvisionWeights

TORCHVISIONS = [name for name, spec in built_in().items() if isinstance(spec.source, TorchvisionWeights)]
PUBLISHED = {name: get_model_weights(name)["IMAGENET1K_V1"].transforms() for name in TORCHVISIONS} | {
    name: ImageClassification(
        crop_size=crop, resize_size=resize, mean=(0.5,) * 3, std=(0.5,) * 3, interpolation=InterpolationMode.BICUBIC
    )
    for name, resize, crop in ((DEFAULT, 256, 224), ("efficientnet_lite2", 292, 260))
}
VGG = Preprocess.published(PUBLISHED["vgg16"])
PHOTOGRAPHS = {"astronaut": data.astronaut(), "cat": data.chelsea(), "coffee": data.coffee()}


def noise(width: int, height: int) -> Image.Image:
    pixels = np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype=np.uint8)
    return Image.fromarray(pixels)


def levels_apart(name: str, picture: Image.Image) -> float:
    """The largest difference from the published transform, in steps of 8-bit colour."""
    transform = PUBLISHED[name]
    difference = Preprocess.published(transform)(picture) - transform(picture)
    return float((difference * torch.tensor(transform.std)[:, None, None]).abs().max() * 255)


@pytest.mark.parametrize("name", PUBLISHED)
@pytest.mark.parametrize("size", [(640, 480), (480, 641), (224, 224), (100, 37), (1600, 900), (1, 1), (30, 500)])
def test_every_models_input_is_that_of_its_published_transform(name: str, size: tuple[int, int]) -> None:
    assert levels_apart(name, noise(*size)) < 1.001


@pytest.mark.parametrize("name", PUBLISHED)
@pytest.mark.parametrize("photograph", PHOTOGRAPHS)
@pytest.mark.parametrize("size", [(300, 200), (640, 480), (768, 1024), (1600, 1200)])
def test_photographs_of_any_size_are_prepared_as_published(name: str, photograph: str, size: tuple[int, int]) -> None:
    assert levels_apart(name, Image.fromarray(PHOTOGRAPHS[photograph]).resize(size)) < 1.001


def test_where_nothing_is_cropped_every_bit_is_the_published_one() -> None:
    transform = ImageClassification(crop_size=224, resize_size=224)
    picture = noise(500, 500)
    assert torch.equal(Preprocess.published(transform)(picture), transform(picture))


def test_the_array_is_what_the_tensor_holds() -> None:
    array = VGG.array(noise(90, 70))
    assert (array.dtype, array.shape, array.flags.c_contiguous) == (np.float32, (3, 224, 224), True)
    tensor = VGG(noise(90, 70))
    assert tensor.dtype == torch.float32
    assert np.array_equal(tensor.numpy(), array)


def test_what_was_normalised_can_be_looked_at_again() -> None:
    preprocess = Preprocess(8, 8, (0.5, 0.4, 0.3), (0.2, 0.3, 0.4), Image.Resampling.BILINEAR)
    picture = Image.fromarray(np.random.default_rng(0).integers(0, 256, (8, 8, 3), np.uint8))
    inputs = preprocess.array(picture)
    assert np.array_equal(preprocess.pixels(inputs), np.asarray(picture))
    assert preprocess.pixels(inputs + 9).min() == 255, "what is too bright for a picture is white"


@pytest.mark.parametrize("size", [(10_000, 10), (10, 10_000), (9_000, 100), (90, 7_000)])
def test_long_strips_come_close_to_the_published_transform(size: tuple[int, int]) -> None:
    assert levels_apart("vgg16", noise(8, 8).resize(size, Image.Resampling.BICUBIC)) < 2.001


def test_no_more_than_what_is_kept_is_ever_resized(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[tuple[int, int]] = []
    resize = Image.Image.resize

    def watched(self: Image.Image, size: tuple[int, int], *args: object, **kwargs: object) -> Image.Image:
        made.append(size)
        return resize(self, size, *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(Image.Image, "resize", watched)
    for size in [(10_000, 10), (10, 10_000), (1_000_000, 1), (700, 500), (15_000, 256)]:
        VGG(Image.new("RGB", size))
    assert made == [(224, 224)] * 5


def test_a_square_larger_than_what_it_is_cut_from_is_refused() -> None:
    with pytest.raises(ValueError, match="224 does not fit into 200"):
        dataclasses.replace(VGG, resize_side=200)


def test_what_is_seen_of_a_wide_picture() -> None:
    # 640 x 480 becomes 341 x 256; of that, 58 columns go at the left (58.5 is rounded to even) and 16 rows at the top.
    assert VGG.seen(640, 480) == Box(58 / 341, 16 / 256, 224 / 341, 224 / 256)


def test_what_is_seen_of_a_square_picture() -> None:
    assert VGG.seen(50, 50) == Box(0.0625, 0.0625, 0.875, 0.875)


@pytest.mark.parametrize("name", PUBLISHED)
@pytest.mark.parametrize("size", [(640, 480), (480, 640), (333, 500), (501, 333), (1000, 37), (1, 1), (255, 256)])
def test_what_is_seen_is_what_torchvision_crops(name: str, size: tuple[int, int]) -> None:
    transform = PUBLISHED[name]
    resized = functional.resize(Image.new("RGB", size), transform.resize_size)
    width, height = resized.size
    places = torch.arange(width * height).reshape(1, height, width)
    crop = functional.center_crop(places, transform.crop_size)[0]
    first, last = divmod(int(crop[0, 0]), width), divmod(int(crop[-1, -1]), width)
    box = Preprocess.published(transform).seen(*size)
    assert (box.y * height, box.x * width) == pytest.approx(first)
    assert ((box.y + box.height) * height - 1, (box.x + box.width) * width - 1) == pytest.approx(last)


def test_a_crop_as_large_as_the_picture_sees_all_of_it() -> None:
    assert dataclasses.replace(VGG, resize_side=224).seen(30, 30) == Box(0, 0, 1, 1)


def test_a_window_is_cut_out_and_squeezed_into_the_square() -> None:
    picture = noise(100, 80)
    cut = picture.crop((25, 20, 75, 80)).resize((224, 224), VGG.resampling)
    array = VGG.array(picture, Box(0.25, 0.25, 0.5, 0.75))
    expected = (np.asarray(cut, np.float32) / 255 - VGG.mean) / VGG.std
    inside = np.s_[:, 16:208, 16:208]  # Pillow's filter sees beyond the window, the crop's does not
    np.testing.assert_allclose(array[inside], expected.transpose(2, 0, 1)[inside], atol=0.03)
    assert (array.dtype, array.flags.c_contiguous) == (np.float32, True)


@pytest.mark.parametrize("size", [(640, 480), (333, 500)])
def test_the_usual_square_as_a_window_is_what_is_usually_seen(size: tuple[int, int]) -> None:
    picture = Image.fromarray(PHOTOGRAPHS["cat"]).resize(size)
    difference = (VGG(picture, VGG.seen(*size)) - VGG(picture)) * torch.tensor(VGG.std)[:, None, None] * 255
    assert float(difference.abs().mean()) < 1  # the usual way rounds the sides before it cuts


@pytest.mark.parametrize("window", [Box(1 / 3, 2 / 3, 2 / 3, 1 / 3), Box(0.95, 0.95, 0.05, 0.05), Box(0, 0, 1, 1)])
@pytest.mark.parametrize("size", [(1, 1), (7, 1600), (641, 479)])
def test_a_window_at_the_edge_of_any_picture_is_seen(window: Box, size: tuple[int, int]) -> None:
    assert VGG.array(noise(*size), window).shape == (3, 224, 224)
    assert VGG.seen(*size, window) == window
