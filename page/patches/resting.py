"""What Gradio goes on doing on a page that nobody touches."""

from pathlib import Path

from page.patches.facts import Says
from page.patches.patch import Patch

HEAD = b"<head>"

PATCHES = (
    Patch(
        "the seconds of Gradio's sign",
        "Gradio counts the seconds of its first sign on after it has gone, on every animation frame: an open page that "
        "nobody touches takes some percent of a core for ever, and empties a phone.",
        "js/statustracker/static/index.svelte",
        (Says(("=>{F(Pe,(performance.now()-", "window.requestAnimationFrame:")),),
    ),
)


def rested(page: bytes) -> bytes:
    """A page of Gradio's with a script before all of its own, after which it rests; anything else as it is."""
    script = Path(__file__).with_name("resting.js").read_bytes()
    return page.replace(HEAD, HEAD + b"<script>" + script + b"</script>", 1)
