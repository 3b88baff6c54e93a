"""The file of a curator's choices: what it changes, and the sentence that names the line of a mistake."""

from pathlib import Path

import pytest

from models.labels import Labels
from page import thumbnails
from page.curator import Curator, MissingFile, Mistake, line_of, read_curator
from page.vocabulary import asks
from page.words import Words, speaking
from tests.page import corpus

TESTS = ("cover", "dog_or_cat", "dress_up")
EXAMPLE = Path(__file__).parents[2] / "docs" / "curator.toml"
LABELS = Labels.imagenet()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "vase.png").write_bytes(corpus.taken()["png"].data)
    (tmp_path / "text.png").write_text("no picture")
    (tmp_path / "logo.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    (tmp_path / "large.png").write_bytes(bytes(300 * 1024))
    return tmp_path


def read(folder: Path, text: str) -> Curator:
    path = folder / "curator.toml"
    path.write_text(text, encoding="utf-8")
    return read_curator(path, True, TESTS, LABELS)


def mistake(folder: Path, text: str, words: Words) -> str:
    with pytest.raises(Mistake) as caught:
        read(folder, text)
    return words.of(caught.value)


def test_without_a_file_the_page_is_as_it_is(folder: Path, words: Words) -> None:
    chosen = read_curator(folder / "none.toml", False, TESTS, LABELS)
    assert chosen == Curator()
    assert chosen.pictures() == ()
    said = chosen.said(words)
    assert [said(key) for key in ("page.hero", "page.title")] == [words("page.hero"), words("page.title")]


def test_a_file_that_was_named_must_be_there(folder: Path, words: Words) -> None:
    with pytest.raises(MissingFile) as caught:
        read_curator(folder / "none.toml", True, TESTS, LABELS)
    assert "none.toml" in words.of(caught.value)


def test_words_take_the_place_of_the_pages(folder: Path, words: Words) -> None:
    text = 'title = "Museum"\nsentence = "Look. Then look again."\n[questions]\nbelieve = "Sure?"\ndog_or_cat = "Cat?"'
    said = read(folder, text).said(words)
    keys = ("page.title", "page.brand", "page.hero", "answer.doubt", "dog_or_cat.card_title")
    assert [said(key) for key in keys] == ["Museum", "Museum", "Look. Then look again.", "Sure?", "Cat?"]
    assert said("page.lead") == words("page.lead")


def test_visitors_are_addressed_as_the_host_wants(folder: Path, words: Words) -> None:
    formal, informal = (read(folder, text).said(words) for text in ('address = "formal"\nsentence = "A"', ""))
    with speaking("de"):
        assert (formal("answer.doubt"), informal("answer.doubt")) == ("Glauben Sie das?", "Glaubst du das?")
        assert formal("page.hero") == "A"  # the host's own words go before all


def test_what_can_be_asked_is_written_in_the_hosts_language_and_read_in_any(folder: Path, words: Words) -> None:
    chosen = read(folder, 'language = "de"\nask_about = ["Hund", "Löwen eher als Katzen", "teapot"]')
    assert chosen.ask_about == ("dogs", "lion rather than cats", "teapot")
    with speaking("fr"):
        assert asks(LABELS, words, chosen.ask_about) == ["chiens", "lion plutôt que chats", "théière"]


def test_pictures_lie_beside_the_file(folder: Path) -> None:
    text = '[[examples]]\npicture = "vase.png"\ncaption = "A vase"\nalt = "A blue vase"'
    (shown,) = read(folder, text).pictures()
    assert (shown.path, shown.caption, shown.alt) == (folder / "vase.png", "A vase", "A blue vase")


def test_a_picture_is_decoded_once_to_be_looked_at_and_shown(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    decoded: list[int] = []
    real = thumbnails.decode
    monkeypatch.setattr(thumbnails, "decode", lambda data: (decoded.append(1), real(data))[1])
    path, kept = folder / "curator.toml", thumbnails.Thumbnails()
    path.write_text('[[examples]]\npicture = "vase.png"\ncaption = "A vase"\nalt = "A blue vase"')
    (shown,) = read_curator(path, True, TESTS, LABELS, kept).pictures(kept)
    assert shown.thumbnail().startswith("data:image/webp")
    assert len(decoded) == 1


def test_the_logo_comes_with_the_page(folder: Path) -> None:
    assert read(folder, 'logo = "logo.svg"').logo_address().startswith("data:image/svg+xml;base64,")
    assert Curator().logo_address() == ""


def test_tests_come_in_the_order_of_the_file(folder: Path) -> None:
    assert read(folder, 'experiments = ["dress_up", "cover"]').experiments == ("dress_up", "cover")
    assert read(folder, "experiments = []").experiments == ()


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ('title = "A"\ntitel = "B"', 2, "but “title”"),
        ('title = "A"\n\nsentence = 5', 3, "“sentence” can't be 5"),
        ('title = "A"\ntitle = ', 2, "invalid value"),
        ('\n[idle]\nseconds = "soon"', 3, "“idle.seconds”"),
        ("[idle]\nsecond = 5", 2, "but “seconds”"),
        ("[idle]\nseconds = 0", 2, "greater than or equal to 1"),
        ('language = "xx"', 1, "only"),
        ('address = "du"', 1, "“address” can't be 'du'"),
        ('accent = "red"', 1, "six digits"),
        ('accent = "#FFFF00"', 1, "too pale"),
        ('logo = "no.svg"', 1, "there is no file"),
        ('logo = "large.png"', 1, "256 KB"),
        ('logo = "curator.toml"', 1, "a logo is one of"),
        ('experiments = ["cover", "cove"]', 1, "there is no “cove”, only cover"),
        ('experiments = ["cover", "cover"]', 1, "once"),
        ('ask_about = ["dogs", "glorp"]', 1, "“glorp”"),
        ('[questions]\nbelieve = "a"\nnothing = "b"', 1, "there is no “nothing”"),
        ('sentence = "{label}"', 1, "braces"),
        (
            '[[examples]]\npicture = "vase.png"\ncaption = "a"\nalt = "b"\n'
            '[[examples]]\npicture = "text.png"\ncaption = "a"\nalt = "b"',
            6,
            "no picture",
        ),
        ('[[examples]]\npicture = "vase.png"\ncaption = "a"', 1, "“examples.1.alt” is missing"),
        ('title = "A"\n[[examples]]\npicture = "../x.png"\ncaption = "a"\nalt = "b"', 3, "there is no file"),
    ],
)
def test_a_mistake_is_a_sentence_that_names_the_line(
    folder: Path, words: Words, text: str, line: int, reason: str
) -> None:
    sentence = mistake(folder, text, words)
    assert sentence.startswith(f"Look at line {line} of curator.toml: ")
    assert reason.lower() in sentence.lower()


def test_all_mistakes_are_told_at_once(folder: Path, words: Words) -> None:
    text = 'titel = "A"\nlanguage = "xx"\n\n[idle]\nseconds = 0'
    sentence = mistake(folder, text, words)
    assert sentence.startswith("Look at line 1 of curator.toml: there is no “titel”, but “title”; line 2: ")
    assert "; line 5: “idle.seconds”" in sentence


@pytest.mark.parametrize("text", ["title = Museum", "title = Musée des Beaux-Arts", "\ntitle = Our house # or ours"])
def test_a_text_without_quotes_is_told_to_need_them(folder: Path, words: Words, text: str) -> None:
    sentence = mistake(folder, text, words)
    assert f"line {text.count(chr(10)) + 1} of" in sentence
    assert 'put the text in quotes: title = "M' in sentence or 'put the text in quotes: title = "Our house' in sentence


def test_a_file_that_is_no_text_is_a_mistake(folder: Path) -> None:
    (folder / "curator.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(Mistake):
        read_curator(folder / "curator.toml", True, TESTS, LABELS)


def test_lines_are_found_in_tables_and_lists_of_tables() -> None:
    text = '# a\n[[b]]\nx = 1\n[[b]]\n"x" = 2\n[c.d]\nx = 3'
    assert [line_of(text, place) for place in (["b", 0, "x"], ["b", 1, "x"], ["b", 1, "y"], ["c", "d", "x"])] == [
        *(3, 5, 4, 7)
    ]
    assert line_of(text, ["nowhere"]) == 1


def test_the_example_in_the_documents_is_right(folder: Path, words: Words) -> None:
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    # Every choice in it is commented out, with what the page does without it.
    text = "\n".join(
        line.removeprefix("# ") if (line.startswith("# ") and "=" in line) or line.startswith("# [") else ""
        for line in lines
    )
    for name in ("logo.svg", "vase.png"):
        assert (folder / name).exists()
    chosen = read(folder, text.replace("pictures/vase.jpg", "vase.png"))
    assert set(Curator.model_fields) == chosen.model_fields_set
