"""What styles and scripts name of Gradio's page stands in one table, and nothing more stands there."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from page.patches.selectors import FOR_SCRIPTS, FOR_STYLES, PROPERTIES, Selector, for_scripts

PAGE = Path(__file__).parents[3] / "page"
ALL = (*FOR_SCRIPTS, *FOR_STYLES)
# Attributes that are not the page's own, each with the quotes that it has in a selector.
FOREIGN = re.compile(r"\[(?:data-testid|aria-label|title|dir=ltr)[^\]]*\]")


def read(*kinds: str) -> str:
    return "\n".join(path.read_text(encoding="utf-8") for kind in kinds for path in sorted(PAGE.rglob(f"*.{kind}")))


def styles() -> str:
    return re.sub(r"/\*.*?\*/", "", read("css"), flags=re.DOTALL)


def rules() -> Iterator[str]:
    """What stands before the braces."""
    return (each.strip() for each in re.findall(r"([^{};]+)\{", styles()) if not each.strip().startswith("@"))


def classes(text: str) -> set[str]:
    return set(re.findall(r"\.([A-Za-z][\w-]*)", text))


def own() -> set[str]:
    """Every word that stands in quotes in the page's scripts and markup: its own classes are among them."""
    quoted = re.findall(r"""(["'`])((?:(?!\1).)*)\1""", read("js", "html") + read("py"))
    return {word for _, text in quoted for word in re.findall(r"[A-Za-z][\w-]*", text)}


def beginnings() -> tuple[str, ...]:
    """What classes begin with that end with a value, as in `drawn-${name}`."""
    return tuple(set(re.findall(r"([A-Za-z][\w-]*-)\$\{", read("js"))))


def test_class_in_a_style_is_the_pages_own_or_in_the_table() -> None:
    known = own() | set().union(*(classes(each.selector) for each in ALL))
    begin = beginnings()
    styled = {name for rule in rules() for name in classes(rule) if not name.startswith(begin)}
    assert sorted(styled - known) == []


def test_attribute_of_gradios_in_a_style_is_in_the_table() -> None:
    known = " ".join(each.selector for each in ALL)
    assert [each for rule in rules() for each in FOREIGN.findall(rule) if each not in known] == []


@pytest.mark.parametrize("selector", FOR_STYLES, ids=lambda each: each.name)
def test_selector_for_styles_is_used_by_a_style(selector: Selector) -> None:
    parts = re.findall(r"[.#][\w-]+|\[[^\]]*\]|(?<![\w.#-])gradio-app", selector.selector)
    assert parts
    assert any(all(part in rule for part in parts) for rule in rules())


def test_selector_for_scripts_is_used_by_a_script_and_stands_in_none() -> None:
    scripts = read("js")
    for name, selector in for_scripts().items():
        assert re.search(rf"\bgradio\.{name}\b", scripts), name
        assert f'"{selector}"' not in scripts
        assert f"'{selector}'" not in scripts
    assert set(re.findall(r"\bgradio\.(\w+)", scripts)) == set(for_scripts())
    assert not re.search(r"toast-(?!body)|aria-label=\"(Capture|Upload)|file-upload|grant webcam", scripts)


def test_names_are_said_once() -> None:
    assert len({each.name for each in ALL}) == len(ALL)


def test_properties_of_gradios_that_styles_set_are_in_the_table() -> None:
    """A property that the page sets and never reads is Gradio's."""
    read_here = set(re.findall(r"var\((--[\w-]+)", styles())) | set(re.findall(r"(--[\w-]+)", read("js")))
    assert sorted(set(re.findall(r"(--[\w-]+)\s*:", styles())) - read_here) == sorted(PROPERTIES)
