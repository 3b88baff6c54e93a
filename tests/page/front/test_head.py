"""The head of the page: what scripts are given, in the language that is spoken, and the look."""

import json
import re
from typing import Any

import pytest

from page.curator import Curator
from page.doors.presence import Patience
from page.front.head import SCRIPTS, build_head
from page.patches.selectors import for_scripts
from page.settings import read_settings
from page.words import Words, speaking

PATIENCE = Patience(60, 600)


def head(words: Words, *flags: str, curator: Curator | None = None) -> str:
    return build_head(read_settings(list(flags)), words, curator or Curator(), None, PATIENCE)


def given(markup: str) -> Any:
    told = re.search(r"window\.seewhy = \{ given: (\{.*?\}) \};\n", markup)
    assert told
    return json.loads(told[1])


@pytest.mark.parametrize("language", ["en", "de", "ar"])
def test_scripts_are_given_sentences_in_the_language_that_is_spoken(words: Words, language: str) -> None:
    with speaking(language):
        told = given(head(words))
        assert told["looking"] == words("page.looking")
        assert (told["language"], told["direction"]) == (language, "rtl" if language == "ar" else "ltr")


def test_scripts_are_given_bounds_addresses_and_selectors(words: Words) -> None:
    told = given(head(words, "--megabytes", "3"))
    assert told["bytes"] == 3 * 1024 * 1024
    assert "3 MB" in told["too_many_bytes"]
    assert told["presence"] == {"address": "presence", "every": 1000 * PATIENCE.between}
    assert told["selectors"] == for_scripts()
    assert told["kiosk"] is None


def test_a_curators_colour_comes_after_the_pages_own(words: Words) -> None:
    own, coloured = head(words), head(words, curator=Curator.model_validate({"accent": "#7a1f3d"}))
    assert coloured.count("--lake:") > own.count("--lake:")
    assert coloured.rindex("--lake:") > own.rindex("--lake:")


def test_every_script_is_there_once_and_page_js_after_what_it_needs(words: Words) -> None:
    markup = head(words)
    places = [
        markup.index(f"{name}") for name in ("seewhy.save =", "seewhy.reads =", "seewhy.offered =", "seewhy.take =")
    ]
    assert places == sorted(places)
    assert len(set(SCRIPTS)) == len(SCRIPTS)
