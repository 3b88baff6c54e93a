"""The server is killed in the middle of a visit, and starts again: the open page goes on by itself."""

from pathlib import Path

from page.words import load
from tests.browser.conftest import Open
from tests.browser.visit import photo
from tests.server import running

WORDS = load()


def test_open_page_goes_on_after_the_server_was_killed(visit: Open, tmp_path: Path) -> None:
    with running(tmp_path, "--offline") as first:
        page = visit(url=first.url)
        page.answered(lambda: page.choose(photo("cheetah")))
        first.process.kill()
        first.process.wait()
        page.choose(photo("coffee"), kind="image/png")
        assert page.said() == WORDS("server.failed")
        assert page.label == "Cheetah"
    with running(tmp_path, "--offline", SEEWHY_PORT=first.url.rpartition(":")[2]) as second:
        assert second.files() == 0
        page.answered(lambda: page.choose(photo("coffee"), kind="image/png"))
        assert page.label == "Espresso"
