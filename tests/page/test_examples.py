"""Pictures to begin with: the packaged photographs, or the host's own folder in their place."""

import base64
import io
import logging
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from skimage import data

from page import thumbnails
from page.examples import MOST, PACKAGED, Example, UnknownExample, find_examples, open_example
from page.thumbnails import SIDE, Thumbnails
from page.words import Words, speaking
from tests.page import corpus

PNG = corpus.taken()["png"].data
OURS = Path(__file__).parents[2] / "page" / "photographs"


def put(folder: Path, *names: str, data: bytes = PNG) -> None:
    folder.mkdir(exist_ok=True)
    for name in names:
        (folder / name).write_bytes(data)


def captions(folder: Path, words: Words) -> list[str]:
    return [example.caption for example in find_examples(words, folder)]


# --- the packaged ones ---


def test_packaged_photographs_are_here_and_open(words: Words, tmp_path: Path) -> None:
    examples = find_examples(words, tmp_path / "missing")
    assert len(examples) == len(PACKAGED) >= 6
    for example in examples:
        assert min(example.open().rgb.size) >= 200


def test_packaged_photographs_are_described_in_words(words: Words, tmp_path: Path) -> None:
    examples = find_examples(words, tmp_path)
    assert len({example.alt for example in examples}) == len({example.caption for example in examples}) == len(examples)
    for example in examples:
        assert len(example.alt.split()) >= 3
        assert example.alt != example.caption


def test_one_photograph_shows_a_person_for_whom_the_model_has_no_word(words: Words, tmp_path: Path) -> None:
    alts = [example.alt.lower() for example in find_examples(words, tmp_path)]
    assert any("woman" in alt or "man" in alt or "person" in alt for alt in alts)


def test_photograph_that_a_package_no_longer_brings_is_left_out(
    words: Words, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = (("lion", "gradio", "gone.jpg"), ("cat", "no_such_package", "a.png"), PACKAGED[0])
    monkeypatch.setattr("page.examples.PACKAGED", gone)
    assert captions(tmp_path, words) == [words("examples.cheetah")]


def test_our_own_photographs_are_few_and_each_says_where_it_comes_from() -> None:
    rows = re.findall(r"^\| `(\S+)` \|(.+)\|$", (OURS / "SOURCES.md").read_text(encoding="utf-8"), re.MULTILINE)
    sources = {file: [cell.strip() for cell in cells.split("|")] for file, cells in rows}
    files = {path.name: path.stat().st_size for path in OURS.iterdir() if path.name != "SOURCES.md"}
    assert sources.keys() == files.keys()
    assert sum(files.values()) < 1_000_000
    assert {f"photographs/{name}" for name in files} == {inside for _, package, inside in PACKAGED if package == "page"}
    for _, maker, licence, *places in sources.values():
        assert maker
        assert licence in ("CC0", "public domain")
        assert len(places) == 2
        assert all(places)


@pytest.mark.parametrize(
    ("file", "published"), [("cat.webp", data.chelsea), ("coffee.webp", data.coffee), ("person.webp", data.astronaut)]
)
def test_our_own_photographs_are_the_published_ones_pixel_for_pixel(file: str, published: Any) -> None:
    with Image.open(OURS / file) as picture:
        assert np.array_equal(np.asarray(picture.convert("RGB")), published())


def test_thumbnail_is_small_and_needs_no_request(words: Words, tmp_path: Path) -> None:
    sizes = []
    for example in find_examples(words, tmp_path):
        kind, _, data = example.thumbnail().partition(",")
        assert kind == "data:image/webp;base64"
        with Image.open(io.BytesIO(base64.b64decode(data))) as image:
            assert 200 <= max(image.size) <= SIDE
        sizes.append(len(data))
    assert sum(sizes) < 120_000  # of the page's 400 KB


# --- a folder of the host's own ---


def test_folder_replaces_the_packaged_ones(words: Words, tmp_path: Path) -> None:
    put(tmp_path / "examples", "a vase.png")
    (example,) = find_examples(words, tmp_path / "examples")
    assert (example.caption, example.alt) == ("A vase", words("examples.own_alt", caption="A vase"))
    assert example.open().rgb.size == corpus.SIZE


def test_folder_without_pictures_replaces_nothing(words: Words, tmp_path: Path) -> None:
    put(tmp_path, "read me.txt", ".gitkeep")
    assert len(find_examples(words, tmp_path)) == len(PACKAGED)


@pytest.mark.parametrize(
    ("name", "caption"),
    [
        ("02_old-town.jpg", "Old town"),
        ("lion.png", "Lion"),
        ("3 wise men.png", "Wise men"),
        ("2001.png", "2001"),
        ("_.png", "_"),
        ("Ölbaum.webp", "Ölbaum"),
        ("NASA.JPG", "NASA"),
        ("a.b.png", "A.b"),
    ],
)
def test_caption_comes_from_the_name(words: Words, tmp_path: Path, name: str, caption: str) -> None:
    put(tmp_path, name)
    assert captions(tmp_path, words) == [caption]


def test_caption_with_markup_or_braces_stays_text(words: Words, tmp_path: Path) -> None:
    put(tmp_path, "<b>{x}.png")
    (example,) = find_examples(words, tmp_path)
    assert example.caption == "<b>{x}"
    assert example.alt == words("examples.own_alt", caption="<b>{x}")


def test_numbers_order_as_numbers(words: Words, tmp_path: Path) -> None:
    put(tmp_path, "10_ten.png", "2_two.png", "01_one.png", "b.png", "a.png")
    assert captions(tmp_path, words) == ["One", "Two", "Ten", "A", "B"]


def test_at_most_twelve_are_shown(words: Words, tmp_path: Path) -> None:
    put(tmp_path, *(f"{number}_n{number}.png" for number in range(20)))
    assert captions(tmp_path, words) == [f"N{number}" for number in range(MOST)]


@pytest.mark.parametrize(
    "data", [b"", b"a letter", corpus.refused()["jpeg cut off at 50 %"].data, corpus.bomb(13_000, 13_000)]
)
def test_file_that_does_not_open_is_left_out_with_one_line_in_the_log(
    words: Words, tmp_path: Path, caplog: pytest.LogCaptureFixture, data: bytes
) -> None:
    put(tmp_path, "1_broken.png", data=data)
    put(tmp_path, "2_good.png")
    with caplog.at_level(logging.INFO, "seewhy"):
        assert captions(tmp_path, words) == ["Good"]
    (line,) = caplog.records
    assert "1_broken.png" in line.getMessage()
    assert line.exc_info is None


def test_folder_and_broken_link_with_names_of_pictures_are_left_out(words: Words, tmp_path: Path) -> None:
    (tmp_path / "folder.png").mkdir()
    (tmp_path / "link.png").symlink_to(tmp_path / "nothing")
    put(tmp_path, "good.png")
    assert captions(tmp_path, words) == ["Good"]


def test_folder_of_broken_files_only_falls_back_to_the_packaged_ones(words: Words, tmp_path: Path) -> None:
    put(tmp_path, "a.png", data=b"broken")
    assert len(find_examples(words, tmp_path)) == len(PACKAGED)


# --- a tapped one ---


@pytest.fixture
def two(words: Words, tmp_path: Path) -> Sequence[Example]:
    put(tmp_path, "1_a.png", "2_b.png")
    return find_examples(words, tmp_path)


@pytest.mark.parametrize("number", [0, 1, 0.0, 1.0])
def test_example_is_opened_by_its_number(two: Sequence[Example], number: Any) -> None:
    assert open_example(two, number).rgb.size == corpus.SIZE


@pytest.mark.parametrize("number", [2, -1, 1e9, "0", None, [0], {"number": 0}])
def test_number_of_no_example_is_refused(two: Sequence[Example], number: Any) -> None:
    with pytest.raises(UnknownExample):
        open_example(two, number)


@pytest.mark.parametrize("number", [True, 0.5, -0.5, float("nan"), float("inf")])
def test_number_that_is_not_whole_is_refused(two: Sequence[Example], number: Any) -> None:
    with pytest.raises(UnknownExample):
        open_example(two, number)


# --- one list, each file decoded once ---


@pytest.fixture
def decoded(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """What was decoded: the lengths of files."""
    lengths: list[int] = []
    real = thumbnails.decode

    def counting(data: bytes) -> Any:
        lengths.append(len(data))
        return real(data)

    monkeypatch.setattr(thumbnails, "decode", counting)
    return lengths


def shown(words: Words, examples: Sequence[Example]) -> list[str]:
    """What a page in all languages asks of them."""
    told = []
    for language in words.languages:
        with speaking(language):
            told += [f"{example.caption} {example.alt} {example.thumbnail()}" for example in examples]
    return told


def test_each_file_is_decoded_once_for_all_languages_and_not_at_the_next_start(
    words: Words, tmp_path: Path, decoded: list[int]
) -> None:
    for number in range(MOST):
        put(
            tmp_path / "examples",
            f"{number}.png",
            data=corpus.encoded(Image.new("RGB", (40 + number, 30), (20 * number, 9, 9)), "PNG"),
        )
    folder, kept = tmp_path / "examples", tmp_path / "cache"
    first = shown(words, find_examples(words, folder, Thumbnails(kept)))
    assert len(decoded) == MOST
    assert shown(words, find_examples(words, folder, Thumbnails(kept))) == first
    assert len(decoded) == MOST


def test_captions_are_in_the_language_that_is_spoken(words: Words, tmp_path: Path) -> None:
    examples = find_examples(words, tmp_path)
    with speaking("de"):
        german = [example.caption for example in examples]
        assert german == [words(f"examples.{word}") for word, _, _ in PACKAGED]
    assert [example.caption for example in examples] != german


def test_a_number_stands_for_the_same_picture_whatever_happens_to_the_folder(words: Words, tmp_path: Path) -> None:
    put(tmp_path, "2_b.png", "3_c.png")
    examples = find_examples(words, tmp_path)
    put(tmp_path, "1_a.png")
    assert [example.path.name for example in examples] == ["2_b.png", "3_c.png"]
    assert [example.path.name for example in examples[1:]] == ["3_c.png"]
