"""For everyone: by keyboard alone, with a screen reader, on any window, light and dark."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ViewportSize

from page.words import load
from tests.browser.conftest import Open
from tests.browser.visit import Visit, photo

WORDS = load()
# Where the focus is, whether one can see it there, and whether one can see the thing itself.
FOCUS = """
() => {
  const it = document.activeElement;
  if (!it || it === document.body) return null;
  const shown = it.matches(".strip input") ? it.closest("label") : it; // a layer's radio lies under its thumbnail
  const { outlineStyle, outlineWidth } = getComputedStyle(shown);
  const box = shown.getBoundingClientRect();
  return {
    name: it.id || it.getAttribute("aria-label") || it.innerText.trim() || it.value || it.outerHTML.slice(0, 80),
    visible: shown.checkVisibility({ opacityProperty: true, visibilityProperty: true })
      && box.width > 8 && box.height > 8 && box.right > 0 && box.left < innerWidth
      && box.bottom > 0 && box.top < innerHeight,
    outlined: outlineStyle !== "none" && parseFloat(outlineWidth) >= 2,
    text: it.matches("input:not([type=radio], [type=range])"),
  };
}
"""


@pytest.mark.parametrize(("dark", "word"), [(False, "person"), (True, "cat")], ids=["light", "dark"])
def test_axe_finds_nothing_serious(visit: Open, size: str, dark: bool, word: str) -> None:
    page = visit(size, dark, bypass_csp=True, reduced_motion="reduce")
    findings = {"idle": serious(page)}
    page.answered(lambda: page.choose(photo(word), kind="image/png"))
    findings["result"] = serious(page)
    page.open_more()
    page.page.locator("#viewer summary").click()
    page.answered(page.page.locator("#answer .next button").nth(1).click)
    findings["everything open"] = serious(page)
    page.choose(b"a letter", kind="image/png")
    page.said()
    page.page.wait_for_function(OPAQUE)  # what fades in is pale for a moment
    findings["refused"] = serious(page)
    assert findings == {state: [] for state in findings}


OPAQUE = """
() => {
  const shades = [];
  for (let one = document.querySelector(".toast-message-text"); one; one = one.parentElement) {
    shades.push(getComputedStyle(one).opacity);
  }
  return shades.length > 0 && shades.every((shade) => shade === "1");
}
"""


def serious(page: Visit) -> list[str]:
    """What axe-core holds for serious or critical: rule, place, reason."""
    found = Axe().run(page.page).response["violations"]
    return [
        f"{each['id']}: {node['target']} {node['failureSummary']}"
        for each in found
        if each["impact"] in ("serious", "critical")
        for node in each["nodes"]
    ]


def test_from_a_tapped_example_to_another_answer_by_keyboard_alone(visit: Open) -> None:
    page = visit()
    press, focus = page.page.keyboard.press, page.page.evaluate
    tab_to(page, WORDS("examples.cheetah"))
    page.answered(lambda: press("Enter"))
    tab_to(page, "bn2", back=False)
    before = page.pixels()
    press("ArrowLeft")
    assert page.layer == 3
    assert (page.pixels() != before).any()
    press("ArrowLeft")
    assert page.layer == 2
    tab_to(page, "glow")
    press("ArrowRight")
    assert page.page.locator("#viewer output").inner_text() == "67\u00a0%"
    press("Home")
    assert page.page.locator("#viewer output").inner_text() == "0\u00a0%"
    second = page.page.locator("#answer .next button").first.inner_text()
    tab_to(page, second.strip())
    page.answered(lambda: press("Enter"))
    assert focus(FOCUS)["visible"]
    assert page.page.locator("#answer .asked").is_visible()


def test_the_chooser_opens_by_keyboard(visit: Open) -> None:
    page = visit()
    # Playwright begins to catch choosers when somebody listens, and says nothing when it is ready: listen early.
    page.page.on("filechooser", lambda chooser: None)
    tab_to(page, "choose-file")
    with page.page.expect_file_chooser():
        page.page.keyboard.press("Enter")


def test_every_stop_of_the_tab_key_can_be_seen(visit: Open, size: str) -> None:
    page = visit(size)
    assert {"choose-file", "use-camera"} <= set(stops(page))
    page.answered(lambda: page.tap(WORDS("examples.cheetah")))
    page.open_more()
    page.page.locator("#viewer summary").click()
    page.page.evaluate("document.activeElement.blur()")
    assert {"glow", WORDS("viewer.hold"), WORDS("viewer.save"), "New picture"} <= {
        name.removeprefix("new-picture") or "New picture" for name in stops(page)
    }


def test_a_field_that_is_left_as_it_was_asks_nothing(visit: Open) -> None:
    """The answer would come again, and move the page below whoever reads on."""
    page = visit()
    page.answered(lambda: page.tap(WORDS("examples.cheetah")))
    page.open_more()
    asked = len(questions(page))
    field = page.page.locator("#target input")
    field.focus()
    page.page.keyboard.press("Tab")
    page.page.wait_for_timeout(300)  # nothing is what is waited for
    assert len(questions(page)) == asked
    page.answered(lambda: page.ask("Lion"))
    page.page.keyboard.press("Tab")
    page.page.wait_for_timeout(300)
    assert len(questions(page)) == asked + 1
    page.answered(page.page.locator("#answer .next button").first.click)  # which fills or empties the field
    field.focus()
    page.page.keyboard.press("Tab")
    page.page.wait_for_timeout(300)
    assert len(questions(page)) == asked + 2
    page.answered(lambda: page.ask("Lion"))
    assert len(questions(page)) == asked + 3


def questions(page: Visit) -> list[str]:
    """What was asked of the server so far."""
    return [each.url for each in page.requests if "/queue/join" in each.url]


def stops(page: Visit) -> list[str]:
    """Everything that Tab reaches on the page, each of it visible and marked."""
    names = []
    for _ in range(80):
        page.page.keyboard.press("Tab")
        stop = page.page.evaluate(FOCUS)
        if stop is None:
            continue  # between the end of the page and its beginning
        if names and stop["name"] == names[0]:
            return names
        assert stop["visible"], stop
        assert stop["outlined"] or stop["text"], stop
        names.append(stop["name"])
    raise AssertionError(f"there is no end: {names}")


def tab_to(page: Visit, name: str, back: bool = False) -> None:
    """Press Tab until the focus is on `name`: an id, a value, or words."""
    for _ in range(80):
        page.page.keyboard.press("Shift+Tab" if back else "Tab")
        stop = page.page.evaluate(FOCUS)
        if stop and (stop["name"] == name or page.page.evaluate("document.activeElement.value") == name):
            assert stop["visible"], stop
            assert stop["outlined"], stop
            return
    raise AssertionError(f"Tab does not reach {name}")


WINDOWS: dict[str, ViewportSize] = {
    "phone": {"width": 390, "height": 844},
    "small phone": {"width": 320, "height": 568},
    "desk at 200 %": {"width": 640, "height": 400},
    "tablet": {"width": 820, "height": 1180},
    "desk": {"width": 1280, "height": 800},
}
TOPS = "(all) => all.map((it) => it.getBoundingClientRect().top)"


@pytest.fixture
def window(visit: Open) -> Visit:
    """A window that is made as large as each of `WINDOWS`, one after the other."""
    return visit(device_scale_factor=2)


def fits(page: Visit, state: str) -> None:
    """Nothing is wider than the window or sticks out, in a window of any size."""
    for name, size in WINDOWS.items():
        page.page.set_viewport_size(size)
        assert page.overflow() == 0, (state, name)
        assert cut_off(page) == [], (state, name)


def test_nothing_has_to_be_scrolled_sideways_or_is_cut_off(window: Visit) -> None:
    fits(window, "idle")
    window.answered(lambda: window.choose(photo("person"), kind="image/png"))
    window.open_more()
    window.page.locator("#viewer summary").click()
    fits(window, "everything open")


def test_what_is_compared_stands_side_by_side_where_there_is_room(window: Visit) -> None:
    window.answered(lambda: window.choose(photo("lion")))
    window.open_test("dog_or_cat")
    window.asked()
    fits(window, "a test")
    for size in WINDOWS.values():
        window.page.set_viewport_size(size)
        assert not window.page.locator("#result").is_visible(), size
    for name in ("small phone", "desk at 200 %", "tablet"):
        window.page.set_viewport_size(WINDOWS[name])
        lines = window.page.locator(".three figure").evaluate_all(TOPS)
        assert len(set(lines)) == (3 if name == "small phone" else 1), name


def cut_off(page: Visit) -> list[str]:
    """Words that stick out of their own box or out of the window."""
    return list(
        page.page.evaluate(
            """() => [...document.querySelectorAll("h1, h2, p, button, label, li, span, summary")]
              .filter((it) => it.checkVisibility() && it.textContent.trim())
              .filter((it) => !it.closest(".sr, [inert], [data-testid]"))
              .filter((it) => {
                const box = it.getBoundingClientRect();
                const hides = getComputedStyle(it).overflowX !== "visible";
                return box.left < -1 || box.right > innerWidth + 1 || (hides && it.scrollWidth > it.clientWidth + 1);
              })
              .map((it) => `${it.tagName} ${it.className}: ${it.textContent.trim().slice(0, 60)}`)"""
        )
    )


def test_fingers_find_every_target(visit: Open) -> None:
    page = visit("phone")
    small = """() => [...document.querySelectorAll("button, summary, select, [type=range], .strip label, #more label")]
      .filter((it) => it.checkVisibility() && !it.closest("[inert]"))
      .map((it) => [it.getBoundingClientRect(), it])
      .filter(([box]) => box.width && (box.height < 47.5 || box.width < 47.5))
      .map(([box, it]) => `${it.className || it.id} ${it.innerText.slice(0, 30)} ${box.width} x ${box.height}`)"""
    assert page.page.evaluate(small) == []
    page.answered(lambda: page.tap(WORDS("examples.cheetah")))
    page.open_more()
    page.page.locator("#viewer summary").click()
    assert page.page.evaluate(small) == []


def test_a_waiting_visitor_is_told_in_words(visit: Open) -> None:
    page = visit()
    status = page.page.locator("#status [role=status]")
    assert status.inner_text() == ""
    page.page.evaluate(
        """() => new MutationObserver(
          () => { (window.told ??= []).push(document.querySelector("#status p").innerText); }
        ).observe(document.querySelector("#status"), { childList: true, subtree: true, characterData: true })"""
    )
    page.answered(lambda: page.choose(photo("cheetah")))
    assert WORDS("page.looking") in page.page.evaluate("window.told")
    assert status.inner_text() == ""


def test_no_console_ever_complains(visit: Open, size: str) -> None:
    page = visit(size)
    page.answered(lambda: page.choose(photo("cheetah")))
    page.open_more()
    page.answered(lambda: page.ask("dogs"))
    page.page.locator("#new-picture").click()
    assert page.errors == []


def test_what_is_chosen_can_be_told_in_colours_of_the_readers_own(visit: Open) -> None:
    page = visit(forced_colors="active")
    page.answered(lambda: page.tap(WORDS("examples.lion")))
    edge = "(it) => getComputedStyle(it).borderTopColor"
    chosen, other = (page.page.locator(".strip label").nth(place).evaluate(edge) for place in (4, 0))
    assert chosen != other
    page.page.locator("#answer .yes").click()
    page.page.locator(".opening .pill").click()
    dot, paper = (
        page.page.locator(selector).first.evaluate("(it) => getComputedStyle(it).backgroundColor")
        for selector in (".brushes i", "body")
    )
    assert dot != paper, "the sizes of the brush can be seen"


@pytest.mark.parametrize(("width", "height"), [(768, 1024), (820, 1180)])
def test_on_an_upright_tablet_answer_layers_and_vote_need_no_scrolling(visit: Open, width: int, height: int) -> None:
    page = visit(viewport={"width": width, "height": height})
    page.answered(lambda: page.tap(WORDS("examples.lion")))
    vote = page.page.locator("#answer .vote").bounding_box()
    assert vote["y"] + vote["height"] <= height
    for part in (".verdict", ".layers", ".tools"):
        box = page.page.locator(f"#result {part}").bounding_box()
        assert box["y"] + box["height"] <= vote["y"], part
    assert page.overflow() <= 0


def test_what_is_painted_and_what_glows_is_told(visit: Open) -> None:
    page = visit()
    page.answered(lambda: page.tap(WORDS("examples.lion")))
    page.page.locator("#answer .yes").click()
    page.page.locator(".opening .pill").click()
    told = page.page.locator(".painter [role=status]")
    page.page.locator(".painter canvas").focus()
    for _ in range(5):
        page.page.keyboard.press("ArrowLeft")
    told.get_by_text("Brush on the left. The space bar paints.").wait_for()
    page.page.keyboard.down(" ")
    for _ in range(3):
        page.page.keyboard.press("ArrowDown")
    page.page.keyboard.up(" ")
    told.get_by_text("Marked a tenth, on the left.").or_(told.get_by_text("Marked a little, on the left.")).wait_for()
    page.page.get_by_role("button", name=WORDS("experiments.clear")).click()
    told.get_by_text(WORDS("experiments.marked_none")).wait_for()
    page.page.get_by_role("button", name=WORDS("cover.mark_bright")).click()
    told.get_by_text("Marked the brightest tenth, at the top.").wait_for()
    page.page.get_by_role("button", name=WORDS("cover.ask"), exact=True).click()
    page.page.locator(".onward .go").wait_for()
    before, after, _ = (each.get_attribute("aria-label") for each in page.page.locator(".rf canvas").all())
    assert before.endswith("The map is brightest at the top.")
    assert after.endswith("The map is brightest on the right.")
