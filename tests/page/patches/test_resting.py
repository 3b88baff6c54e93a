"""The script stands before Gradio's own; that the page rests then, tests/browser/test_answer.py sees."""

from page.patches.resting import rested


def test_script_is_the_first_of_a_page() -> None:
    page = rested(b"<!doctype html><html><head><meta><script>theirs</script></head></html>")
    assert page.startswith(b"<!doctype html><html><head><script>/* A page that nobody touches")
    assert page.endswith(b"</script><meta><script>theirs</script></head></html>")


def test_anything_else_stays_as_it_is() -> None:
    assert rested(b'{"head": ""}') == b'{"head": ""}'
