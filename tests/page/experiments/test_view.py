"""What the page shows of another picture, for a test that goes on with it."""

import pytest
from PIL import Image

from page.experiments.view import View
from page.pictures.picture import Picture
from page.question import NoPicture, Question
from page.reply import as_answer, as_view
from page.words import Words
from tests.page import fakes


def test_it_is_what_the_viewer_and_the_answer_would_get(words: Words) -> None:
    service = fakes.service(words)
    picture = Picture(Image.new("RGB", (64, 48), (200, 0, 0)))
    told = View(service).run(picture)
    reply = service.ask(picture, Question())
    assert told == {"view": as_view(reply, picture, words), "answer": as_answer(reply, words)}
    assert told["view"]["base"].startswith("data:image/jpeg;base64,")
    assert told["view"]["index"] == told["answer"]["top"][0]["index"]


def test_without_a_picture_it_is_refused(words: Words) -> None:
    with pytest.raises(NoPicture):
        View(fakes.service(words)).run(None)
