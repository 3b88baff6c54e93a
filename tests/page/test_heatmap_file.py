"""The blended picture is the page's own picture and blend, in a file that only its asker can name."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from explainer.explain import Explanation
from explainer.heatmap import blend
from page import heatmap_file
from page.doors.intake import MADE
from page.heatmap_file import write_heatmap
from page.pictures.picture import Picture, base_jpeg
from page.question import Question
from page.words import Words
from tests.page import corpus, fakes

PICTURE = Picture(corpus.quadrants((1500, 700)))


@pytest.fixture
def explanation(words: Words) -> Explanation:
    return fakes.service(words).ask(PICTURE, Question(target="green", layer="early")).explanation


@pytest.fixture(autouse=True)
def uploads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(heatmap_file, "get_upload_folder", lambda: str(tmp_path))
    return tmp_path


def test_file_is_the_blend_of_the_picture_that_the_page_shows(explanation: Explanation) -> None:
    path = write_heatmap(explanation, PICTURE, 0.5)
    base = np.asarray(Image.open(io.BytesIO(base_jpeg(PICTURE))))
    seen = explanation.seen
    box = (seen.x, seen.y, seen.width, seen.height)
    expected = blend(base, explanation.layer("early").grid, box, 0.5)
    with Image.open(path) as written:
        assert (written.format, written.mode, written.size) == ("PNG", "RGB", (1280, 597))
        assert np.array_equal(np.asarray(written), expected)


def test_colours_are_not_swapped(explanation: Explanation) -> None:
    with Image.open(write_heatmap(explanation, PICTURE, 0)) as written:
        red, green = written.getpixel((500, 150)), written.getpixel((800, 150))  # beside the middle, where it was seen
    assert red[0] > 200 > 100 > red[2]
    assert green[1] > 150 > 100 > green[2]


def test_every_file_has_a_folder_and_a_name_of_its_own(explanation: Explanation, uploads: Path) -> None:
    paths = [write_heatmap(explanation, PICTURE, 1) for _ in range(3)]
    assert len({path.name for path in paths} | {path.parent.name for path in paths}) == 6
    assert all(path.relative_to(uploads).parts[0] == MADE for path in paths)
    assert all(len(part) >= 22 for path in paths for part in (path.stem, path.parent.name))


def test_picture_of_one_dot_can_be_blended(words: Words) -> None:
    dot = Picture(Image.new("RGB", (1, 1), (0, 200, 0)))
    explanation = fakes.service(words).ask(dot, Question(layer="late")).explanation
    with Image.open(write_heatmap(explanation, dot, 0.5)) as written:
        assert written.size == (1, 1)
