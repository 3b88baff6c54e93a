"""Scripts, looks and sentences of the experiments travel by names, and nothing else lies behind that door."""

import pytest

from page.experiments import EXPERIMENTS
from page.words import Words
from tests.page.talk import Program

CARDS = [kind.name for kind in EXPERIMENTS if kind.card]


def test_every_card_has_its_script_its_look_and_its_sentences(program: Program, words: Words) -> None:
    sentences = program.http.get("/parts/sentences").json()
    for name in CARDS:
        assert sentences[name] == words.section(name)
        for end, kind in (("js", "text/javascript"), ("css", "text/css")):
            answer = program.http.get(f"/parts/{name}/{name}.{end}")
            assert answer.status_code == 200, name
            assert answer.headers["content-type"].startswith(kind)
            assert answer.headers["cache-control"] == "no-cache"


def test_every_sentence_that_comes_is_of_a_test_with_a_question(program: Program) -> None:
    """The stage asks for the question of each: one without it would stop all tests."""
    sentences = program.http.get("/parts/sentences").json()
    assert [name for name, words in sentences.items() if "card_title" not in words] == []


def test_what_teaching_needs_comes_by_the_same_door(program: Program) -> None:
    for name, kind in (("teach.js", "text/javascript"), ("teach.css", "text/css")):
        answer = program.http.get(f"/parts/teach/{name}")
        assert answer.status_code == 200, name
        assert answer.headers["content-type"].startswith(kind)


def test_a_file_that_is_still_the_same_is_not_sent_again(program: Program) -> None:
    first = program.http.get("/parts/stage.js")
    again = program.http.get("/parts/stage.js", headers={"if-none-match": first.headers["etag"]})
    assert first.status_code == 200
    assert again.headers["etag"] == first.headers["etag"]


@pytest.mark.parametrize(
    "path",
    [
        "",
        "experiment.py",
        "dog_or_cat/dog_or_cat.py",
        "../site.py",
        "..%2Fsite.py",
        "%2e%2e/page.js",
        "/etc/passwd",
        "none.js",
        "teach/teach.py",
        "teach/../front/page.js",
    ],
)
def test_nothing_else_is_given(program: Program, path: str) -> None:
    assert program.http.get(f"/parts/{path}").status_code == 404
