"""Values of other kinds than a component takes are found before Gradio reads them."""

from collections.abc import Callable
from functools import partial
from typing import Any

import gradio as gr
import pytest
from gradio.blocks import Block

from page.doors.intake import PictureInput, PicturesInput
from page.pictures.picture import Limits
from page.refusal import Refuse
from page.values import fits
from page.words import Words

FILE = {"path": "/a/b.png", "meta": {"_type": "gradio.FileData"}}
LIMITS = Limits(1000, 1000)


@pytest.mark.parametrize(
    ("kind", "taken", "refused"),
    [
        (gr.Textbox, ["", "a", 5, [], {}], [[FILE | {"size": "much"}]]),
        (gr.Number, [5, 0.5, -1, 10**400, float("nan"), "half", [0.5]], []),
        (partial(gr.Number, minimum=0), [5, 0.5, -1, 10**400, float("nan")], ["5", [], {}]),
        (gr.Slider, [5, 0.5], ["5", [], {}]),
        (gr.JSON, [{}, [], "a", 5, {"a": [1]}], [{"a": FILE | {"size": "much"}}, [FILE | {"orig_name": []}]]),
        (gr.HTML, [{}, [], "a", 5], [{"a": FILE | {"url": 5}}]),
    ],
)
def test_component_takes_values_of_its_kinds(kind: Callable[[], Block], taken: list[Any], refused: list[Any]) -> None:
    block = kind()
    assert [fits(block, each) for each in [None, *taken]] == [True] * (1 + len(taken))
    assert [fits(block, each) for each in refused] == [False] * len(refused)


def test_picture_is_a_file_and_pictures_are_a_list_of_them(words: Words) -> None:
    one, several = PictureInput(LIMITS, Refuse(words)), PicturesInput(LIMITS)
    assert fits(one, FILE)
    assert fits(several, [FILE, FILE])
    assert fits(several, [])
    for nonsense in ("text", 5, True, ["a"], {"path": 5}, {"path": ["a"]}, FILE | {"size": "much"}):
        assert not fits(one, nonsense), nonsense
        assert not fits(several, [nonsense]), nonsense


def test_what_the_server_keeps_itself_is_not_asked_about() -> None:
    assert fits(gr.State(), {"anything": 1})
