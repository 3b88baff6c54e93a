"""The table of `docs/patches.md`, written from the patches themselves."""

from collections.abc import Iterator, Sequence

from page.patches.patch import Patch
from page.patches.selectors import FOR_SCRIPTS, FOR_STYLES, Selector
from page.patches.table import PATCHES


def table() -> str:
    """All patches as Markdown: those of the code one by one, and the selectors by what uses them."""
    selectors = {each.patch.name for each in (*FOR_SCRIPTS, *FOR_STYLES)}
    return "\n".join(
        [
            *_patches([each for each in PATCHES if each.name not in selectors]),
            *_selectors("scripts", FOR_SCRIPTS),
            *_selectors("styles", FOR_STYLES),
        ]
    )


def _patches(patches: Sequence[Patch]) -> Iterator[str]:
    yield "| What is bent | What the page would lose | What must be so |"
    yield "|-|-|-|"
    for each in patches:
        facts = "; ".join(f"`{fact}`" for fact in each.facts)
        yield f"| [{each.name}]({each.link}) | {each.why} | {facts} |"


def _selectors(kind: str, selectors: Sequence[Selector]) -> Iterator[str]:
    yield ""
    yield f"What {kind} name:"
    yield ""
    yield "| Name | Selector | What the page would lose | Seen |"
    yield "|-|-|-|-|"
    for each in selectors:
        yield f"| {each.name} | `{each.selector}` | {each.why} | {each.seen} |"
