"""The honest grid: by touch and by keyboard, to the sum."""

from tests.browser.conftest import Open
from tests.browser.visit import photo

PLACE = "(one) => one.getBoundingClientRect().top + scrollY"


def number(text: str) -> float:
    return float(text.replace("\u2212", "-"))


def test_by_touch_the_cells_turn_smooth_and_back(visit: Open) -> None:
    page = visit("phone")
    page.answered(lambda: page.choose(photo("cat"), kind="image/png"))
    page.open_test("honest_grid")
    canvas = page.page.locator(".experiment canvas")
    canvas.wait_for()
    pictures = [canvas.evaluate("(canvas) => canvas.toDataURL()")]
    for name in ("Smooth", "True squares"):
        page.page.get_by_role("button", name=name).tap()
        pictures.append(canvas.evaluate("(canvas) => canvas.toDataURL()"))
    assert pictures[0] == pictures[2] != pictures[1]
    assert page.overflow() <= 0


def test_by_keyboard_the_cells_add_up_to_the_score(visit: Open) -> None:
    page = visit("desk")
    page.answered(lambda: page.choose(photo("cat"), kind="image/png"))
    page.open_test("honest_grid", keyboard=True)
    smooth, squares = (page.page.get_by_role("button", name=name) for name in ("Smooth", "True squares"))
    smooth.press("Enter")
    page.page.get_by_role("button", name="only a sum").press("Enter")
    assert squares.get_attribute("aria-pressed") == "true", "what is added up are the squares"
    said = page.page.locator(".experiment .verdict-line").inner_text()
    added = page.page.locator(".experiment td, .experiment tr:nth-last-child(2) th:last-child").all_inner_texts()
    assert len(added) == 49 + 1
    assert abs(sum(map(number, added)) - number(said.rpartition(" ")[2].rstrip("."))) <= 0.005 * len(added)
    assert page.overflow() <= 0
    table, below = page.page.locator(".experiment table"), page.page.locator(".onward .go")
    place = below.evaluate(PLACE)
    smooth.press("Enter")
    assert not table.is_visible()
    assert below.evaluate(PLACE) == place, "nothing jumps"
    squares.press("Enter")
    assert table.is_visible()


def test_a_square_is_chosen_by_a_tap_and_by_keys_and_those_like_it_are_shown(visit: Open) -> None:
    page = visit("desk")
    page.answered(lambda: page.choose(photo("cat"), kind="image/png"))
    page.open_test("honest_grid", keyboard=True)
    tapped = page.page.locator(".tapped")
    tapped.get_by_text("Asked alone, this square says").wait_for()
    canvas = page.page.locator("[data-experiment=honest_grid] .ready canvas")
    box = canvas.bounding_box()
    assert box
    page.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert tapped.locator("[role=status]").inner_text() == "Row 4, square 4. Tap another."
    canvas.focus()
    for key in ("ArrowUp", "End"):
        page.page.keyboard.press(key)
    assert tapped.locator("[role=status]").inner_text() == "Row 3, square 7. Tap another."
    assert tapped.locator(".says > *").count() == 3
    page.page.get_by_role("button", name="The six squares most like it").press("Enter")
    tapped.locator(".alike img").first.wait_for()
    assert tapped.locator(".alike img").count() == 6
    assert page.overflow() <= 0
