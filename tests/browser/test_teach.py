"""Teaching: two things of one's own, by film and by files, its answer, the exam, and what is kept of it."""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Download, FilePayload, Page

from page.words import load
from tests.browser.conftest import at_home
from tests.browser.test_access import serious
from tests.browser.test_camera import KEEP_STREAMS
from tests.browser.test_mirror import LATE, OUT, before, film_of
from tests.browser.visit import Visit, photo
from tests.server import Server

WORDS = load()
SIDE = 240
STATE = "fetch('api/teach/state').then((answer) => answer.json())"
SETTLED = "document.querySelectorAll('.teach .kind .thumb').length === %d"


def cup(colour: str, cloth: str, shift: int = 0) -> Image.Image:
    """A disk on a striped cloth."""
    made = Image.new("RGB", (SIDE, SIDE), "white")
    pen = ImageDraw.Draw(made)
    for place in range(-SIDE, 2 * SIDE, 24):
        if cloth == "across":
            pen.rectangle((0, place + shift, SIDE, place + shift + 11), fill="firebrick")
        elif cloth == "down":
            pen.rectangle((place + shift, 0, place + shift + 11, SIDE), fill="navy")
    pen.ellipse((80 + shift, 80, 160 + shift, 160), fill=colour, outline="black", width=4)
    return made


def as_file(picture: Image.Image, name: str) -> FilePayload:
    data = io.BytesIO()
    picture.save(data, "PNG")
    return {"name": name, "mimeType": "image/png", "buffer": data.getvalue()}


MUMS = [as_file(cup("orange", "across", 3 * i), f"mum-{i}.png") for i in range(4)]
DADS = [as_file(cup("teal", "down", 3 * i), f"dad-{i}.png") for i in range(4)]
BROKEN: FilePayload = {"name": "notes.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 a letter"}


@pytest.fixture(scope="module")
def filmed(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    frames = [cup("orange", "across", 2 * i) for i in range(10)]
    started = before(browser, tmp_path_factory.mktemp("film"), film_of(*frames))
    yield started
    started.close()


@pytest.fixture
def visit(filmed: Browser, server: Server, request: pytest.FixtureRequest) -> Iterator[Visit]:
    """A page on which teaching is open; its context's options come as the fixture's parameter."""
    options = {"viewport": {"width": 1280, "height": 800}, "bypass_csp": True, **getattr(request, "param", {})}
    context = filmed.new_context(**options)
    context.set_default_timeout(60_000)
    context.add_init_script(KEEP_STREAMS)
    page = Visit(context.new_page(), server.url)
    page.page.goto(f"{server.url}/?teach")
    page.page.locator(".teaching.things h1").wait_for()
    yield page
    context.close()
    assert page.failures == []
    assert [each.url for each in page.requests if not at_home(each.url, page.url)] == []


def give(page: Page, thing: int, files: list[FilePayload]) -> None:
    """Choose pictures of a thing, counted from 0, and wait until all of them that are pictures have come."""
    card = page.locator(".teach .kind").nth(thing)
    there = card.locator(".thumb").count()
    card.locator("input[type=file]").set_input_files(files)
    page.wait_for_function(
        "([thing, count]) => document.querySelectorAll('.teach .kind')[thing]"
        ".querySelectorAll('.thumb:has(img[src])').length === count",
        arg=[thing, there + len([file for file in files if file is not BROKEN])],
    )


def taught(page: Page) -> None:
    """Two things with four pictures each."""
    give(page, 0, MUMS)
    give(page, 1, DADS)


def show(page: Page, picture: Image.Image) -> None:
    """Try it with a picture, and wait for the answer."""
    before = page.evaluate("seewhy.maps ?? 0")
    page.locator(".taught input[type=file]").set_input_files([as_file(picture, "now.png")])
    page.wait_for_function("(before) => seewhy.maps > before", arg=before)


def text(page: Page, selector: str) -> str:
    return page.locator(selector).first.inner_text()


def test_two_things_from_files_give_an_answer_with_its_map_its_bars_and_a_sum_that_adds_up(visit: Visit) -> None:
    page = visit.page
    go, line = page.locator(".teach .try"), page.locator(".teach .ask p")
    assert line.inner_text() == WORDS("teach.first")
    assert go.get_attribute("aria-disabled") == "true"
    assert page.locator(".teach button.go").count() == 1, "one filled button, and it is the first thing's"
    assert serious(visit) == []

    names = page.locator(".teach .field input")
    names.nth(0).fill("Cup")
    names.nth(1).fill(" cup ")
    assert text(page, ".kind .trouble:not(:empty)") == WORDS("teach.taken", name="Cup")
    assert names.nth(1).get_attribute("aria-invalid") == "true"
    names.nth(1).fill("Plate")
    assert page.locator(".kind .trouble:not(:empty)").count() == 0

    give(page, 0, [*MUMS[:3], BROKEN])
    assert text(page, ".kind .trouble:not(:empty)") == WORDS("teach.came", count=3, files="notes.pdf")
    assert text(page, ".kind .count1").startswith("3 pictures, ")
    go.click(force=True)
    assert line.inner_text() == WORDS("teach.no_picture", name="Plate")
    assert page.locator(".teaching.things").count() == 1, "there is nothing to try yet"

    give(page, 1, DADS[:1])
    assert text(page, ".teach .notes:visible").startswith(f"{WORDS('teach.not_even')} 3 pictures of Cup, 1 of Plate.")
    give(page, 1, DADS[1:])
    assert page.locator(".teach .notes:visible").count() == 0
    assert line.inner_text() == WORDS("teach.any_time")
    assert serious(visit) == []
    assert visit.overflow() == 0

    go.click()
    assert text(page, ".taught h1") == WORDS("teach.nothing_yet")
    show(page, cup("orange", "across", 5))
    assert text(page, ".taught h1") == "Cup"
    rows = page.locator(".kindbars li").all_inner_texts()
    assert sorted(row.split("\n")[0] for row in rows) == ["Cup", "None of these", "Plate"]
    glow = (
        "document.querySelector('.taught canvas.glow').getContext('2d').getImageData(0, 0, 224, 224).data"
        ".reduce((most, each) => Math.max(most, each))"
    )
    assert page.evaluate(glow) > 100
    assert "Cup" in (page.locator(".taught canvas.glow").get_attribute("aria-label") or "")
    assert adds_up(text(page, ".sumline"))
    assert page.locator(".likes img").count() == 6
    assert page.locator(".guess").inner_text() == WORDS("teach.guess")
    page.locator(".kindbars button", has_text="Plate").click()
    page.get_by_text(WORDS("teach.map_for", name="Plate")).wait_for()
    assert page.locator(".kindbars button[aria-pressed=true]").inner_text().startswith("Plate")
    lefts = page.locator(".kindbars button > span:first-child").evaluate_all(
        "(all) => all.map((one) => one.offsetLeft)"
    )
    assert len(set(lefts)) == 1, "the one that is chosen stands below the others"
    assert text(page, ".taught h1") == "Cup", "what it says stays"
    assert serious(visit) == []
    assert visit.overflow() == 0


def adds_up(sentence: str) -> bool:
    """Whether the numbers of "It starts at … add … (and take away …) … is …" add up as printed."""
    plain = sentence.replace("\N{MINUS SIGN}", "-").replace("The 49 squares", "The squares")
    numbers = [float(part.strip(".,")) for part in plain.split() if part.strip(".,-").replace(".", "").isdigit()]
    start, add, *take, score = numbers
    return round(start + add - sum(take), 1) == score


def test_a_picture_can_be_removed_and_put_back_by_keyboard_alone(visit: Visit) -> None:
    page = visit.page
    give(page, 0, MUMS)
    page.locator(".kind .thumb").first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    assert text(page, ".kind .line span") == WORDS("teach.chosen", number=2)
    page.keyboard.press("Delete")
    page.wait_for_function(SETTLED % 3)
    assert page.evaluate("document.activeElement.matches('.thumb')"), "the keyboard goes on from the next picture"
    page.wait_for_function(f"{STATE}.then((state) => state.things[0].count === 3)")
    page.get_by_role("button", name=WORDS("teach.put_back")).click()
    page.wait_for_function(SETTLED % 4)
    page.wait_for_function(f"{STATE}.then((state) => state.things[0].count === 4)")


def test_a_camera_that_opens_after_the_lesson_was_left_goes_out_at_once(visit: Visit) -> None:
    page = visit.page
    page.evaluate(LATE)
    page.locator(".kind .hold").first.click()
    page.wait_for_function("'comes' in window")
    page.get_by_role("button", name=WORDS("teach.back_start")).click()
    page.locator("#choose-file").wait_for()
    page.evaluate("comes()")
    page.wait_for_function("streams.length > 0")
    page.wait_for_function(OUT)


@pytest.mark.parametrize(
    "visit", [{"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}], indirect=True
)
def test_a_film_is_taken_by_holding_or_by_two_taps_and_the_camera_goes_out(visit: Visit) -> None:
    page = visit.page
    first, second = (page.locator(".kind .hold").nth(number) for number in (0, 1))
    first.scroll_into_view_if_needed()
    box = first.bounding_box()
    assert box
    page.mouse.move(box["x"] + 9, box["y"] + 9)
    page.mouse.down()
    page.wait_for_function("document.querySelectorAll('.kind .thumb').length >= 3")
    assert first.inner_text().strip() == WORDS("teach.let_go")
    page.mouse.move(5, 5)  # sliding off goes on
    held = page.locator(".kind .thumb").count()
    page.wait_for_function("(held) => document.querySelectorAll('.kind .thumb').length > held", arg=held)
    page.mouse.up()
    page.wait_for_function("document.querySelector('.kind .count1 span').innerText.includes('pictures, ')")
    assert text(page, ".kind .count1 small") in {WORDS("teach.one_film"), WORDS("teach.alike")}

    second.tap()
    hint = page.locator(".kind").nth(1).locator(".cap + .trouble")
    assert hint.inner_text() == WORDS("teach.hold_how"), "who tapped for one picture hears that it films"
    page.wait_for_function("document.querySelectorAll('.kind')[1].querySelectorAll('.thumb').length >= 6")
    assert second.inner_text().strip() == WORDS("teach.stop_film")
    second.tap()
    assert second.inner_text().strip() == WORDS("teach.hold_film")
    assert hint.inner_text() == "", "a film was meant"
    assert visit.overflow() == 0

    page.locator(".teach .try").tap()
    page.wait_for_function("document.querySelectorAll('.kindbars li').length === 3")
    page.get_by_role("button", name=WORDS("teach.freeze")).tap()
    assert page.get_by_role("button", name=WORDS("teach.go_on")).is_visible()
    assert visit.overflow() == 0
    page.go_back()
    page.locator(".teaching.things").wait_for()
    assert page.evaluate(OUT)
    page.get_by_role("button", name=WORDS("teach.back_start")).tap()
    page.locator("#choose-file").wait_for()
    page.wait_for_function(f"{STATE}.then((state) => state.things.length === 0)")
    assert page.evaluate(OUT)


def test_the_exam_leads_to_a_verdict_and_to_the_same_figures_after_what_is_missing_was_added(visit: Visit) -> None:
    page = visit.page
    page.locator(".teach .field input").nth(0).fill("Cup")
    page.locator(".teach .field input").nth(1).fill("Plate")
    taught(page)
    page.locator(".teach .try").click()
    show(page, cup("orange", "across", 5))
    page.locator(".taught .ask button").click()

    ask = page.locator(".teach button.keep")
    ask.click()
    assert text(page, ".teach .trouble:not(:empty)") == WORDS("teach.show_empty")
    page.locator(".teach .field input").fill("the red stripes")
    elsewhere: FilePayload = {"name": "elsewhere.jpg", "mimeType": "image/jpeg", "buffer": photo("cheetah")}
    page.locator(".teach input[type=file]").set_input_files([elsewhere])
    ask.click()
    page.get_by_role("button", name=WORDS("teach.anyway")).wait_for()
    assert text(page, ".teach .trouble:not(:empty)") == WORDS("teach.other_place", name="Cup")
    cloth = Image.new("RGB", (SIDE, SIDE), "white")
    cloth.paste(cup("white", "across").crop((0, 0, SIDE, 70)).resize((SIDE, SIDE)))
    page.locator(".teach input[type=file]").set_input_files([as_file(cloth, "empty.png")])
    ask.click()
    onward = page.locator(".after button.go")
    onward.wait_for()
    assert "Cup" in text(page, ".after h1"), "a test ends in a sentence"
    assert "%" in text(page, ".after h1"), "with a number"
    assert text(page, ".after .pctbig") in text(page, ".after h1"), "which is that of its figure"
    assert page.locator(".steps li.done").all_inner_texts()[0].startswith(WORDS("teach.step_done"))
    assert onward.evaluate("(button) => button.getBoundingClientRect().bottom < innerHeight")
    onward.click()
    page.get_by_role("heading", name=WORDS("teach.go_elsewhere")).wait_for()
    assert WORDS("teach.five_each", count=5) in page.locator(".exam").inner_text()

    for thing, colour in enumerate(("orange", "teal")):
        there = [as_file(cup(colour, "none", 4 * i), f"there-{i}.png") for i in range(5)]
        if not thing:
            page.locator(".few input[type=file]").nth(thing).set_input_files(there[:2])
            ask.click(force=True)
            assert text(page, ".teach .trouble:not(:empty)") == WORDS("teach.too_few", count=0)
            there = there[2:]
        else:
            page.locator(".teach .trouble:not(:empty)").wait_for()
        page.locator(".few input[type=file]").nth(thing).set_input_files(there)
    page.wait_for_function("document.querySelectorAll('.few .thumbs img').length === 10")
    page.locator(".teach .trouble:not(:empty)").wait_for(state="detached")
    ask.click()
    onward.click()
    ask.wait_for()
    ask.click()
    assert text(page, ".teach .trouble:not(:empty)") == WORDS("teach.paint_first")
    brushes = page.locator(".brushes button")
    for number in range(2):
        canvas = page.locator(".painter canvas")
        canvas.wait_for()
        if number == 0:
            canvas.focus()
            page.keyboard.press("Space")
            assert page.locator(".teach .trouble:not(:empty)").count() == 0, "what was missing is there"
            ask.click()
            page.get_by_role("button", name=WORDS("teach.anyway")).wait_for()
            assert text(page, ".teach .trouble:not(:empty)") == WORDS("teach.paint_small", name="Cup")
            brushes.nth(2).click()
        assert brushes.nth(2).get_attribute("aria-pressed") == "true", "the brush stays from picture to picture"
        canvas.focus()
        page.keyboard.press("Space")
        shown = text(page, ".painting + .small, .stack > .small")
        ask.click()
        page.wait_for_function(
            "(shown) => !document.querySelector('.painter')"
            " || document.querySelector('.stack > .small')?.innerText !== shown",
            arg=shown,
        )
    onward.click()
    page.get_by_role("heading", name=WORDS("teach.swap_places", name="Cup", other="Plate")).wait_for()
    exam = page.evaluate("fetch('api/teach/latched?thing=1', { method: 'POST' }).then((answer) => answer.json())")
    made = [f"picture={exam['swap'][each]}" for each in ("picture", "ground")]
    shown = page.locator(".swapping img").evaluate_all("(all) => all.map((image) => image.src.split('?')[1])")
    assert shown == made, "what is shown before is what it is made of"
    ask.click()
    onward.click()
    page.locator(".outcome").wait_for()
    assert page.locator(".tests figure").count() == 4
    assert page.locator(".ten button").count() == 10
    named = page.locator(".ten button.no .instead").all_inner_texts()
    assert len(named) == page.locator(".ten button.no").count(), "what is wrong says what it answered"
    assert set(named) <= {"Cup", "Plate", WORDS("teach.none_of_these")}
    sentence = text(page, ".outcome h1")
    assert len(sentence.split()) <= 12
    assert serious(visit) == []
    assert visit.overflow() == 0
    page.locator(".ten button").first.click()
    page.locator(".zoom .kindbars li, .zoom .small:not(:empty)").first.wait_for()
    page.keyboard.press("Escape")
    before = page.locator(".pctbig").all_inner_texts()

    page.locator(".film-it").click()
    page.locator(".teaching.things").wait_for()
    inputs = page.locator(".kind input[type=file]")
    for place, colour in ((inputs.first, "orange"), (inputs.last, "white")):
        place.set_input_files([as_file(cup(colour, "down", 7), "new.png")])
    page.wait_for_function(f"{STATE}.then((state) => state.none.count === 1)")
    page.get_by_role("button", name=WORDS("teach.test_again")).click()
    page.locator(".ba").wait_for()
    assert page.locator(".ba .o").all_inner_texts()[1] == before[1], "the same pictures, before"
    assert page.locator(".ba > div").count() == 4


def test_what_was_taught_is_saved_opened_again_and_forgotten(visit: Visit, tmp_path: Path) -> None:
    page = visit.page
    page.locator(".teach .field input").nth(0).fill("Cup")
    taught(page)
    page.locator(".teach .try").click()
    show(page, cup("orange", "across", 5))
    page.get_by_role("button", name=WORDS("teach.keep"), exact=True).click()
    assert serious(visit) == []
    page.get_by_label(WORDS("teach.save_pictures")).check()
    saved: list[Download] = []
    page.on("download", lambda download: saved.append(download))
    with page.expect_download(lambda download: download.suggested_filename.endswith(".zip")):
        page.get_by_role("button", name=WORDS("teach.save")).click()
    assert [each.suggested_filename for each in saved] == ["Cup-Thing 2.seewhy", "Cup-Thing 2.zip"]
    file, archive = tmp_path / "cup.seewhy", tmp_path / "cup.zip"
    for each, path in zip(saved, (file, archive), strict=True):
        each.save_as(path)
    assert len([name for name in zipfile.ZipFile(archive).namelist() if name.startswith("pictures/")]) == 8

    opening = page.locator(".ways input[type=file]")
    opening.set_input_files([{"name": "x.seewhy", "mimeType": "", "buffer": b"nothing of ours"}])
    page.locator(".teach .trouble:not(:empty)").wait_for()
    page.get_by_role("button", name=WORDS("teach.forget")).click()
    page.locator("#choose-file").wait_for()
    assert visit.said() == WORDS("teach.forgotten")
    page.wait_for_function(f"{STATE}.then((state) => state.things.length === 0)")

    page.locator("#teach-door").click()
    page.get_by_role("button", name=WORDS("teach.open_title")).click()
    page.locator(".ways input[type=file]").set_input_files(file)
    page.locator(".teaching.taught").wait_for()
    show(page, cup("orange", "across", 5))
    assert text(page, ".taught h1") == "Cup"


@pytest.mark.parametrize("visit", [{"locale": "de"}, {"locale": "ar"}], indirect=True, ids=["de", "ar"])
def test_it_speaks_the_visitors_language_in_its_own_direction(visit: Visit, request: pytest.FixtureRequest) -> None:
    language = request.node.callspec.params["visit"]["locale"]
    words = load(language)
    page = visit.page
    assert text(page, ".teach h1") == words("teach.title")
    assert page.evaluate("getComputedStyle(document.querySelector('.teach .kinds')).direction") == words(
        "language.direction"
    )
    for width, height in ((390, 844), (820, 1180), (1280, 800)):
        page.set_viewport_size({"width": width, "height": height})
        assert visit.overflow() == 0, width
    taught(page)
    page.locator(".teach .try").click()
    show(page, cup("orange", "across", 5))
    assert text(page, ".taught h1") == words("teach.thing", number=1)
    page.set_viewport_size({"width": 390, "height": 844})
    assert visit.overflow() == 0


def test_pictures_of_a_wall_of_many_and_of_the_page_teach_as_well(visit: Visit) -> None:
    page = visit.page
    page.goto(visit.url)
    page.locator("#examples button").first.wait_for()
    page.get_by_role("link", name=WORDS("start.many")).click()
    page.get_by_role("button", name=WORDS("many.ours")).click()
    page.get_by_role("button", name=WORDS("many.teach")).click()
    wall = page.locator(".few-ours:visible .own-one")
    wall.first.wait_for()
    assert wall.count() == 6
    page.locator(".teach .kind").nth(0).locator("input").first.focus()
    wall.nth(0).click()
    page.wait_for_function(SETTLED % 1)
    wall.nth(0).click()
    page.get_by_text(WORDS("teach.came_same", count=1)).wait_for()
    page.locator(".teach .kind").nth(1).locator("input").first.focus()
    page.get_by_role("button", name=WORDS("teach.ours")).click()
    page.locator(".few-ours:visible").last.locator(".own-one").nth(3).click()
    page.wait_for_function(f"{STATE}.then((state) => state.things.map((each) => each.count).join() === '1,1')")
    page.get_by_role("button", name=WORDS("teach.back_start")).click()
    page.locator("#choose-file").wait_for()
    page.locator("#teach-door").click()
    page.locator(".teaching.things h1").wait_for()
    assert page.get_by_role("button", name=WORDS("teach.wall")).count() == 0, "a visitor's wall is gone with the visit"
