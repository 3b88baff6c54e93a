"""A fact is so, or it is not, whatever there is; nothing that is missing makes looking fail."""

import functools
from typing import Any

import pytest

from page.patches.facts import Fact, Has, Says, Styles, Takes, Uses, parameters_of
from page.patches.installed import Installed

HERE = "tests.page.patches.test_facts"


def plain(first: int, second: str = "a", *more: int, last: bool = False, **others: int) -> None:
    """For the tests below."""


async def slow(self: Any, *, event_id: str) -> None:
    """For the tests below."""


class Kept:
    """For the tests below."""

    shared = 5

    def method(self) -> str:
        def inside() -> Any:
            return self.wanted.deep("said", filled="in")  # type: ignore[attr-defined]

        return str(inside())

    @staticmethod
    def static(value: int) -> None: ...


wrapped = functools.wraps(plain)(lambda *values: None)


class Fake(Installed):
    """Another Gradio's page."""

    styles = ".toast-body.svelte-1{color:var(--ink-soft)}"
    scripts = b'<button aria-label="Upload file">'


@pytest.mark.parametrize(
    ("fact", "so"),
    [
        (Takes(f"{HERE}:plain", "first, second, *more, last, **others"), True),
        (Takes(f"{HERE}:plain", "first, second"), False),
        (Takes(f"{HERE}:plain", "first, second, *more, last, **others", awaited=True), False),
        (Takes(f"{HERE}:slow", "self, *, event_id", awaited=True), True),
        (Takes(f"{HERE}:slow", "self, event_id", awaited=True), False),
        (Takes(f"{HERE}:slow", "self, *, event_id"), False),
        (Takes(f"{HERE}:wrapped", "first, second, *more, last, **others"), True),
        (Takes(f"{HERE}:Kept.method", "self"), True),
        (Takes(f"{HERE}:Kept.static", "value"), True),
        (Takes(f"{HERE}:Kept.shared", ""), False),
        (Takes(f"{HERE}:gone", ""), False),
        (Takes(f"{HERE}:Kept.gone.further", ""), False),
        (Takes("gradio.nowhere:gone", ""), False),
        (Uses(f"{HERE}:Kept.method", ("wanted", "deep", "said", "filled")), True),
        (Uses(f"{HERE}:Kept.method", ("wanted", "other")), False),
        (Uses(f"{HERE}:Kept", ("wanted", "inside")), True),
        (Uses(f"{HERE}:Kept.shared", ("wanted",)), False),
        (Uses(f"{HERE}:gone", ()), False),
        (Has(HERE, ("plain", "Kept")), True),
        (Has(f"{HERE}:Kept", ("shared", "method")), True),
        (Has(f"{HERE}:Kept", ("shared", "gone")), False),
        (Has("gradio.nowhere", ()), False),
        (Says(('aria-label="Upload file"',)), True),
        (Says(('aria-label="Upload file"', "Capture from camera")), False),
        (Styles((".toast-body", "--ink-soft")), True),
        (Styles((".toast",)), False),
        (Styles(("--ink",)), False),
    ],
    ids=str,
)
def test_fact_is_so_or_not(fact: Fact, so: bool) -> None:
    assert fact.holds(Fake()) is so


def test_gradios_own_page_is_looked_at() -> None:
    installed = Installed()
    assert Says(("queue/join",)).holds(installed)
    assert Styles((".toast-body", "--body-text-color")).holds(installed)
    assert not Says(("what no script of Gradio's would ever say",)).holds(installed)


def test_parameters_of_the_function_itself_or_of_what_it_wraps() -> None:
    assert parameters_of(wrapped, follow=False) == "*values"
    assert parameters_of(wrapped).startswith("first, second")
