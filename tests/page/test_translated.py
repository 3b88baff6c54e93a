"""What a request names as a file is an upload of whoever asks, before Gradio looks at it, copies it or fetches it."""

import asyncio
from contextvars import copy_context
from pathlib import Path
from typing import Any

import gradio as gr
import pytest
from gradio import processing_utils
from gradio.exceptions import InvalidPathError

from page import request
from page.doors import intake
from page.doors.intake import PictureInput, PicturesInput
from page.pictures.picture import Limits
from page.refusal import Refuse
from page.translated import Site
from page.words import Words
from tests.page import corpus

META = {"_type": "gradio.FileData"}
LIMITS = Limits(10_000_000, 1_000_000)


@pytest.fixture
def uploads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of uploads with a picture in it."""
    folder = tmp_path / "uploads"
    (folder / "abc").mkdir(parents=True)
    (folder / "abc" / "a.png").write_bytes(corpus.taken()["png"].data)
    monkeypatch.setattr(intake, "get_upload_folder", lambda: str(folder))
    return folder


@pytest.fixture
def site(words: Words, uploads: Path) -> Site:
    with Site(words, analytics_enabled=False) as made:
        inputs = [PictureInput(LIMITS, Refuse(words)), PicturesInput(LIMITS), gr.JSON(), gr.HTML()]
        gr.Button().click(lambda *_: None, inputs, api_name="ask")
    for block in made.blocks.values():
        block.GRADIO_CACHE = str(uploads)
    return made


def ask(site: Site, *values: Any) -> list[Any]:
    (event,) = (fn for fn in site.fns.values() if fn.api_name == "ask")
    return asyncio.run(site.preprocess_data(event, [*values, *[None] * (4 - len(values))], None))


def places(file: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Wherever a request can name a file."""
    return [(file,), (None, [file]), (None, None, file), (None, None, {"a": [{"b": file}]}), (None, None, None, file)]


@pytest.fixture
def untouched(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fails where Gradio goes on with a file."""
    for name in ("async_ssrf_protected_download", "ssrf_protected_download", "save_file_to_cache", "_check_allowed"):
        monkeypatch.setattr(processing_utils, name, lambda *_, name=name, **__: pytest.fail(f"{name} was called"))


OUTSIDE = (
    "/etc/hostname",
    "/etc/nothing of the kind",
    "uploads/abc/a.png",
    "../../etc/hostname",
    "{uploads}",
    "{uploads}/../outside.png",
    "{uploads}/made/abc/a.png",
    "{uploads}/abc/\0.png",
    "http://example.org/a.png",
    "HTTPS://example.org/a.png",
    "file:///etc/hostname",
    "",
)


@pytest.mark.parametrize("path", OUTSIDE)
@pytest.mark.usefixtures("untouched")
def test_what_is_no_upload_is_refused_before_gradio_sees_it(site: Site, uploads: Path, words: Words, path: str) -> None:
    file = {"path": path.format(uploads=uploads), "meta": META}
    for values in places(file):
        with pytest.raises(gr.Error) as refused:
            ask(site, *values)
        assert refused.value.message == words("picture.not_uploaded"), values


@pytest.mark.usefixtures("untouched")
def test_upload_of_somebody_else_is_refused_before_gradio_sees_it(site: Site, uploads: Path, words: Words) -> None:
    file = {"path": str(uploads / "abc" / "a.png"), "meta": META}

    def strangers(*values: Any) -> None:
        request.own({}, lambda path: False)
        ask(site, *values)

    for values in places(file):
        with pytest.raises(gr.Error) as refused:
            copy_context().run(strangers, *values)
        assert refused.value.message == words("picture.not_uploaded"), values


def test_ones_own_upload_is_opened(site: Site, uploads: Path) -> None:
    file = {"path": str(uploads / "abc" / "a.png"), "meta": META}
    picture, several, told, _ = ask(site, file, [file], {"a": file})
    assert picture.picture.rgb.size == corpus.SIZE
    assert [each().rgb.size for each in several] == [corpus.SIZE]
    assert told["a"]["path"] == file["path"]


def test_of_several_one_that_was_swept_spoils_only_itself(site: Site, uploads: Path) -> None:
    here, gone = ({"path": str(uploads / "abc" / name), "meta": META} for name in ("a.png", "gone.png"))
    first, second = ask(site, None, [here, gone])[1]
    assert first().rgb.size == corpus.SIZE
    with pytest.raises(intake.NotUploaded):
        second()


def test_path_that_gradio_alone_refuses_is_told_in_the_same_words(
    site: Site, uploads: Path, words: Words, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> None:
        raise InvalidPathError("Cannot move /inside to the gradio cache dir")

    monkeypatch.setattr(processing_utils, "_check_allowed", refuse)
    with pytest.raises(gr.Error) as refused:
        ask(site, {"path": str(uploads / "abc" / "a.png"), "meta": META})
    assert refused.value.message == words("picture.not_uploaded")
