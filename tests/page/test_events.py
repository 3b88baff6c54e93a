"""Events go through the line in front of the models: none has a way past it."""

import gradio as gr
import pytest

from page.curator import Curator
from page.doors.lanes import AT_ONCE, SHORT
from page.settings import read_settings
from page.site import build_site
from page.words import Words
from tests.page.fakes import service, spec


@pytest.fixture(scope="module")
def site(words: Words) -> gr.Blocks:
    settings = read_settings([])
    named = service(words, spec(settings.model), model=settings.model)
    return build_site(settings, named, words, (), Curator())


def test_all_that_ask_the_model_wait_in_one_line(site: gr.Blocks) -> None:
    asking = [fn for fn in site.fns.values() if fn.queue and fn.fn and fn.inputs]
    assert {"explain", "heatmap", "cover"} <= {fn.api_name for fn in asking}
    assert {(fn.concurrency_id, fn.concurrency_limit) for fn in asking} == {(SHORT, AT_ONCE[SHORT])}


def test_no_event_opens_a_picture_before_its_turn(site: gr.Blocks) -> None:
    """Gradio runs validators and looks into caches when a request comes, however many run already."""
    for fn in site.fns.values():
        assert fn.validator is None
        assert not hasattr(fn.fn, "cache")
