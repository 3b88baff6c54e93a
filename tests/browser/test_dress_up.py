"""Dress it up: pieces are moved by finger and by keys, and the picture is asked again."""

from tests.browser.conftest import Open
from tests.browser.visit import Visit, photo

PIECE = ".dressing .piece"


def start(page: Visit, keyboard: bool = False) -> None:
    page.answered(lambda: page.choose(photo("cat"), kind="image/png"))
    page.open_test("dress_up", keyboard)


def place(page: Visit) -> list[float]:
    """Left, top and width in per cent, and degrees."""
    return page.page.locator(PIECE).last.evaluate(
        "({ style }) => ['left', 'top', 'width', 'rotate'].map((name) => parseFloat(style[name]))"
    )


def test_by_touch_two_fingers_move_turn_and_scale_and_the_answer_has_numbers(visit: Open) -> None:
    page = visit("phone")
    start(page)
    tool, paper = page.page.get_by_role("button", name="Larger"), page.page.locator(".dressing")
    assert not tool.is_visible(), "there is nothing yet that it could act on"
    size = paper.bounding_box()
    page.page.get_by_role("button", name="Sunglasses").tap()
    assert tool.is_visible()
    assert paper.bounding_box() == size, "nothing jumps"
    before = place(page)
    box = page.page.locator(PIECE).bounding_box()
    assert box
    fingers = page.page.context.new_cdp_session(page.page)
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def touch(kind: str, *points: tuple[float, float]) -> None:
        touches = [{"x": x + across, "y": y + down, "id": i} for i, (across, down) in enumerate(points)]
        fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})

    touch("touchStart", (0, 0))
    touch("touchMove", (20, 10))
    moved = place(page)
    assert moved[0] > before[0]
    assert moved[1] > before[1]
    assert moved[2:] == before[2:]
    touch("touchStart", (20, 10), (60, 10))  # the second one lands beside the piece
    touch("touchMove", (20, 10), (20, 90))
    touch("touchMove", (20, 10))  # fingers are lifted one after the other
    touch("touchEnd")
    assert place(page)[2:] == [2 * before[2], 90]

    # Not a tap: on a busy machine Chromium may take one after two simulated fingers for a part of their gesture.
    page.page.get_by_role("button", name="Ask again").click()
    headline = page.page.locator(".headline")
    headline.wait_for()
    assert headline.inner_text().startswith("With sunglasses: “")
    assert page.page.locator(".experiment figure canvas").count() == 2
    assert page.overflow() <= 0


def test_by_keyboard_a_piece_is_moved_changed_and_taken_off(visit: Open) -> None:
    page = visit("desk")
    start(page, keyboard=True)
    keys = page.page.keyboard
    page.page.get_by_role("button", name="A hat").focus()
    keys.press("Enter")  # the hat is on, and has the focus
    left, top, width, turn = place(page)
    for key in ("ArrowRight", "ArrowDown", "ArrowDown", "+", "]"):
        keys.press(key)
    assert [round(value, 3) for value in place(page)] == [
        round(value, 3) for value in (left + 2, top + 4, width * 1.12, turn + 10)
    ]
    keys.press("Delete")
    assert page.page.locator(PIECE).count() == 0
    assert page.page.get_by_role("button", name="Ask again").is_disabled()
    keys.press("Enter")  # the wardrobe has the focus again
    page.page.get_by_role("button", name="Ask again").focus()
    keys.press("Enter")
    page.page.locator(".headline", has_text="With a hat").wait_for()
    page.page.get_by_role("button", name="Change the costume").press("Enter")
    assert page.page.locator(PIECE).count() == 1, "the costume is still on"
