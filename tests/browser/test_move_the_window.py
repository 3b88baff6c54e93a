"""Move the window: dragged and resized by finger and by keys, and the picture is asked again."""

from tests.browser.conftest import Open
from tests.browser.visit import Visit, photo

WINDOW = ".windowing .window"


def place(page: Visit) -> list[float]:
    """Left, top, width and height in per cent of the picture."""
    return page.page.locator(WINDOW).evaluate(
        "({ style }) => ['left', 'top', 'width', 'height'].map((name) => parseFloat(style[name]))"
    )


def test_by_touch_it_begins_away_from_the_brightest_place_and_fingers_move_it(visit: Open) -> None:
    page = visit("phone")
    page.answered(lambda: page.choose(photo("cat"), kind="image/png"))
    page.page.get_by_role("button", name="Move the window").tap()
    page.page.locator(WINDOW).wait_for()
    left, top, width, height = place(page)
    box = page.page.locator(WINDOW).bounding_box()
    assert box
    fingers = page.page.context.new_cdp_session(page.page)
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def touch(kind: str, *points: tuple[float, float]) -> None:
        touches = [{"x": x + across, "y": y + down, "id": i} for i, (across, down) in enumerate(points)]
        fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})

    touch("touchStart", (0, 0))
    touch("touchMove", (-12, 0))
    moved = place(page)
    assert moved[0] < left
    assert moved[1:] == [top, width, height]
    touch("touchStart", (-12, 0), (-112, 0))
    touch("touchMove", (-12, 0), (-62, 0))
    touch("touchEnd")
    assert abs(place(page)[2] - width / 2) < 0.01
    corner = box["width"] / 4  # the window is half as large now, and its middle where the first finger was
    middle = page.page.locator(WINDOW).bounding_box()
    assert middle
    x, y = middle["x"] + corner * 2, middle["y"] + corner * 2
    touch("touchStart", (-2, -2))
    touch("touchMove", (8, 8))
    touch("touchEnd")
    pulled = place(page)
    assert pulled[2] > width / 2

    page.page.wait_for_timeout(400)  # a tap right after is taken for the second half of a double tap
    page.page.get_by_role("button", name="Ask again").tap()
    headline = page.page.locator(".headline")
    headline.wait_for()
    assert headline.inner_text().startswith("In your window: “")
    assert page.page.locator(".experiment figure canvas").count() == 2
    assert page.overflow() <= 0


def test_by_keyboard_it_is_moved_stays_inside_and_comes_back(visit: Open) -> None:
    page = visit("desk")
    page.answered(lambda: page.choose(photo("cat"), kind="image/png"))
    page.open_test("move_the_window", keyboard=True)
    ask = page.page.get_by_role("button", name="Ask again")
    begin = place(page)
    page.page.get_by_role("button", name="As it was").press("Enter")
    usual = place(page)
    assert usual[2] > begin[2], "it begins elsewhere, so that one tap gives a result"
    assert ask.is_disabled()
    page.page.locator(WINDOW).focus()
    keys = page.page.keyboard
    for key in ["-", "-", "-", *["ArrowLeft"] * 30]:
        keys.press(key)
    left, _, width, _ = place(page)
    assert (left, width < usual[2]) == (0, True)
    page.page.get_by_role("button", name="As it was").press("Enter")
    assert place(page) == usual
    assert ask.is_disabled()
    page.page.get_by_role("button", name="Smaller").press("Enter")
    ask.press("Enter")
    page.page.locator(".headline", has_text="In your window").wait_for()
    page.page.get_by_role("button", name="Move it again").press("Enter")
    assert place(page)[2] < usual[2], "the window is where it was"
    ask.press("Enter")
    page.page.get_by_role("heading", name="How sure it is of").wait_for()
    assert page.page.locator(".bars .inside").count() == 3
