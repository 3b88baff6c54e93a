"""Files that are sent: of the sizes they claim, and new without looking different."""

from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks.pictures import TYPICAL, for_crowds, made_unique, of_many_sizes, typical


def test_typical_pictures_have_the_size_and_the_format_they_are_named_for(tmp_path: Path) -> None:
    for name, path in typical(tmp_path).items():
        with Image.open(path) as image:
            assert (*image.size, image.format) == TYPICAL[name]


def test_comment_makes_a_new_file_of_the_same_pixels(tmp_path: Path) -> None:
    (path,) = of_many_sizes(tmp_path, [(70, 40)])
    data = path.read_bytes()
    first, second = made_unique(data, 1), made_unique(data, 2)
    assert len({data, first, second}) == 3
    pixels = [np.asarray(Image.open(BytesIO(each))) for each in (data, first, second)]
    assert pixels[0].shape == (40, 70, 3)
    assert all((pixels[0] == each).all() for each in pixels)


def test_crowds_send_every_packaged_photograph_in_two_sizes(tmp_path: Path) -> None:
    files = for_crowds(tmp_path)
    assert len(files) == 12
    sizes = [Image.open(path).size for path in files]
    assert sizes.count((640, 480)) >= 6
    assert len(set(sizes)) >= 5


def test_a_folder_of_ones_own_replaces_them(tmp_path: Path) -> None:
    for name in ("b.JPG", "a.png", "notes.txt"):
        (tmp_path / name).touch()
    assert [path.name for path in for_crowds(tmp_path, tmp_path)] == ["a.png", "b.JPG"]
