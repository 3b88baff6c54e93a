"""A picture is let go of with the first square that a model gets of it."""

import gc
import pickle
import weakref

import numpy as np
import pytest
from PIL import Image

from models.preprocess import Preprocess
from page.pictures.passing import LetGo, PassingPicture
from page.pictures.picture import Picture, base_jpeg

SQUARE = Preprocess(24, 16, (0.5,) * 3, (0.5,) * 3, Image.Resampling.BILINEAR)


def gradient() -> Image.Image:
    return Image.linear_gradient("L").resize((40, 30)).convert("RGB")


def test_pixels_are_held_until_a_model_has_seen_them() -> None:
    image = gradient()
    held, wanted = weakref.ref(image), Picture(gradient())
    passing = PassingPicture.of(Picture(image))
    del image
    assert np.array_equal(passing.array, wanted.array)
    assert np.array_equal(passing.seen_by(SQUARE), wanted.seen_by(SQUARE))
    gc.collect()
    assert held() is None
    assert (passing.size, passing.width, passing.height) == ((40, 30), 40, 30)
    assert np.array_equal(passing.seen_by(SQUARE), wanted.seen_by(SQUARE))
    for ask in (lambda: passing.rgb, lambda: passing.array):
        with pytest.raises(LetGo):
            ask()


def test_what_is_kept_is_read_again_when_it_is_wanted() -> None:
    read = []

    def again() -> np.ndarray:
        read.append(1)
        return np.asarray(gradient())

    passing = PassingPicture((40, 30), "its name", {}, again)
    passing.seen_by(SQUARE)
    assert len(read) == 1
    passing.seen_by(SQUARE)
    assert (passing.name, passing.size, len(read)) == ("its name", (40, 30), 1)
    assert base_jpeg(passing, 20) == base_jpeg(Picture(gradient()), 20)
    assert base_jpeg(passing) == base_jpeg(Picture(gradient()))


def test_to_another_process_it_goes_whole() -> None:
    there = pickle.loads(pickle.dumps(PassingPicture.of(Picture(gradient(), "name"))))
    assert (type(there), there.known, there.rgb.tobytes()) == (Picture, "name", gradient().tobytes())
