"""What a visitor teaches is learned with every picture, is theirs alone, and is gone when they say so."""

import threading
from dataclasses import replace

import numpy as np
import pytest

from models.taught.file import read, write
from page.teaching import teaching
from page.teaching.square import pixels_of
from page.words import Words
from tests.page.teaching.talk import BLUE, GREEN, RED, Talk, png, spot


@pytest.fixture
def talk(words: Words) -> Talk:
    return Talk(words)


def test_two_things_are_told_apart_from_one_picture_each(talk: Talk) -> None:
    red, green = talk.taught(each=1)
    said = talk.json("ask", png(RED, 50))
    assert (said["says"]["thing"], said["says"]["name"]) == (red, "Red")
    assert talk.json("ask", png(GREEN, 51))["says"]["thing"] == green
    assert said["bars"][0]["thing"] == red
    assert sum(each["confidence"] for each in said["bars"]) == pytest.approx(1)
    assert said["guess"], "nothing can be measured with one take"


def test_what_learns_is_loaded_before_there_is_anything_to_learn(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = threading.Event()
    monkeypatch.setattr(teaching, "prepare", loaded.set)
    talk.json("state", method="GET")
    assert loaded.wait(60)


def test_the_line_adds_up_as_printed_and_the_squares_to_the_score(talk: Talk) -> None:
    talk.taught()
    said = talk.json("ask", png(RED, 50))
    numbers = {
        key: float((said["line"][key] or "0").replace("\u2212", "-")) for key in ("start", "add", "take", "score")
    }
    assert numbers["score"] == pytest.approx(numbers["start"] + numbers["add"] - numbers["take"])
    assert said["score"]["total"] == pytest.approx(said["score"]["bias"] + np.sum(said["map"]["cells"]), abs=1e-4)
    assert len(said["map"]["cells"]) == said["line"]["count"] == said["map"]["width"] * said["map"]["height"]


def test_the_state_says_what_is_there_and_what_is_missing(talk: Talk) -> None:
    first = talk.json("thing", name="Cup")["thing"]
    state = talk.json("thing")
    second = state["thing"]
    assert (state["ready"], state["missing"]) == (False, [first, second])
    assert [each["called"] for each in state["things"]] == ["Cup", "Thing 2"]
    for seed in range(4):
        state = talk.json("picture", png(RED, seed), thing=first, take="one")
    assert state["things"][0]["count"] == 4
    assert state["things"][0]["different"] == 1
    assert state["things"][0]["hint"] == "alike"
    state = talk.json("picture", png(GREEN, 1), thing=second, take="two")
    assert (state["ready"], state["missing"]) == (True, [])
    assert state["balance"] == {"more": first, "fewer": second}
    assert state["none"]["given"] >= 10


def test_a_picture_goes_and_comes_back(talk: Talk) -> None:
    red, _ = talk.taught()
    number = talk.json("state", method="GET")["things"][0]["pictures"][1]["id"]
    assert talk.ask("square", method="GET", picture=number).headers["content-type"] == "image/jpeg"
    state = talk.json("remove", picture=number)
    assert (state["things"][0]["count"], state["back"]) == (3, True)
    state = talk.json("back")
    assert [each["id"] for each in state["things"][0]["pictures"]][1] == number
    assert talk.json("remove", thing=red, take="one")["things"][0]["count"] == 0


def test_the_same_picture_twice_counts_once(talk: Talk) -> None:
    thing = talk.json("thing")["thing"]
    talk.json("picture", png(RED), thing=thing)
    assert talk.json("picture", png(RED), thing=thing)["things"][0]["count"] == 1


def test_what_can_not_be_done_is_refused_with_a_sentence(talk: Talk, words: Words) -> None:
    thing = talk.json("thing", name="Cup")["thing"]
    assert talk.ask("thing", name="CUP").json() == {"error": words("teaching.taken", name="CUP")}
    assert talk.ask("ask", png(RED)).json() == {"error": words("teaching.one_thing")}
    talk.json("thing", name="Toy")
    assert talk.ask("ask", png(RED)).json() == {"error": words("teaching.no_pictures", name="Cup")}
    assert talk.ask("picture", b"notes", thing=thing).json() == {"error": words("picture.not_a_picture")}
    assert talk.ask("picture", thing=thing).json() == {"error": words("picture.none")}
    assert talk.ask("picture", png(RED), thing=999).json() == {"error": words("teaching.no_thing")}
    assert talk.ask("square", method="GET", picture=999).json() == {"error": words("teaching.gone")}
    assert talk.ask("thing", colour="red").status_code == 400
    assert talk.ask("nothing").status_code == 404
    assert talk.ask("thing", method="GET").status_code == 405
    for _ in range(4):
        talk.json("thing")
    assert talk.ask("thing").json() == {"error": words("teaching.things", limit=6)}


def test_what_one_visitor_taught_no_other_can_reach(talk: Talk, words: Words) -> None:
    talk.taught()
    name = talk.json("state", method="GET")["model"]
    number = talk.json("state", method="GET")["things"][0]["pictures"][0]["id"]
    assert talk.json("state", method="GET", cookie="b")["things"] == []
    assert talk.ask("square", method="GET", cookie="b", picture=number, model=name).status_code == 400
    assert talk.ask("ask", png(RED), cookie="b", model=name).json() == {"error": words("teaching.no_thing")}
    assert talk.ask("ask", png(RED), cookie="", model=name).json() == {"error": words("teaching.no_thing")}


def test_a_program_without_a_cookie_keeps_the_name(talk: Talk) -> None:
    name = talk.json("begin", cookie="")["model"]
    talk.json("thing", cookie="", model=name)
    assert len(talk.json("state", method="GET", cookie="", model=name)["things"]) == 1


def test_forgetting_wipes_all_of_it(talk: Talk) -> None:
    talk.taught()
    talk.json("forget")
    assert len(talk.teaching.visits) == 0
    assert talk.json("state", method="GET")["things"] == []


def test_the_file_brings_it_to_another_visitor(talk: Talk, words: Words) -> None:
    talk.taught()
    saved = talk.ask("file", method="GET").content
    state = talk.json("open", saved, cookie="b")
    assert [each["name"] for each in state["things"]] == ["Red", "Green"]
    assert (state["opened"], state["ready"]) == (True, True)
    mine, theirs = (talk.json("ask", png(RED, 60), cookie=cookie) for cookie in "ab")
    assert [each["confidence"] for each in mine["bars"]] == pytest.approx(
        [each["confidence"] for each in theirs["bars"]], abs=1e-5
    )
    assert talk.ask("open", saved[:200], cookie="b").json() == {"error": words("teaching.file")}
    assert talk.ask("thing", cookie="b").json() == {"error": words("teaching.opened")}


def test_the_small_pictures_of_a_file_are_shown_to_whoever_opens_it(talk: Talk) -> None:
    talk.taught(each=2)
    saved = talk.ask("file", method="GET", pictures=1).content
    state = talk.json("open", saved, cookie="b")
    assert [(each["count"], each["small"]) for each in state["things"]] == [(0, 2), (0, 2)]
    green = state["things"][1]["id"]
    square = talk.ask("square", method="GET", cookie="b", picture=f"small-{green}-1")
    assert pixels_of(square.content).mean(axis=(0, 1)) == pytest.approx(GREEN, abs=12)
    for name in (f"small-{green}-2", f"small-{green}", "small-", "small-99-0", "small-1-\u00b2"):
        assert talk.ask("square", method="GET", cookie="b", picture=name).status_code == 400
    again = talk.ask("file", method="GET", cookie="b", pictures=1).content
    assert read(again).pictures == read(saved).pictures, "they can be handed on"
    assert read(talk.ask("file", method="GET", cookie="b").content).pictures == ()


def test_what_learns_is_loaded_by_the_first_visitor_alone(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    times: list[int] = []
    monkeypatch.setattr(teaching, "prepare", lambda: times.append(1))
    for cookie in "abc":
        talk.json("begin", cookie=cookie)
    for each in threading.enumerate():
        if each.name == "prepare to learn":
            each.join()
    assert times == [1]


def test_a_file_for_another_number_of_features_is_of_another_network(talk: Talk, words: Words) -> None:
    talk.taught()
    saved = read(talk.ask("file", method="GET").content)
    wide = replace(saved.head, weight=np.ones((3, 8000), np.float32), examples=None, owners=())
    opened = talk.ask("open", write(replace(saved, head=wide)), cookie="b")
    assert (opened.status_code, opened.json()) == (400, {"error": words("teaching.other_network")})


def test_two_things_never_have_one_name_so_that_their_file_opens(talk: Talk) -> None:
    things = [talk.json("thing")["thing"], talk.json("thing", name="Thing 1")["thing"]]
    assert talk.ask("thing", name=talk.teaching.naming.none).status_code == 400
    for thing, colour in zip(things, (RED, GREEN), strict=True):
        talk.json("picture", png(colour), thing=thing)
    called = [each["called"] for each in talk.json("state", method="GET")["things"]]
    assert called[1] == "Thing 1" != called[0]
    assert talk.json("open", talk.ask("file", method="GET").content, cookie="b")["opened"]


def test_what_the_model_gets_of_a_picture_is_shown_without_keeping_it(talk: Talk, words: Words) -> None:
    answered = talk.ask("seen", png(RED, 3, side=48))
    assert answered.headers["content-type"] == "image/jpeg"
    square = pixels_of(answered.content)
    assert square.shape[0] == square.shape[1]
    assert square.mean(axis=(0, 1)) == pytest.approx(RED, abs=8)
    assert talk.json("state", method="GET")["things"] == []
    assert talk.ask("seen", b"notes").json() == {"error": words("picture.not_a_picture")}


def test_fewer_than_five_pictures_of_an_unseen_take_tell_nothing(talk: Talk) -> None:
    red, _ = talk.taught()
    for seed in range(4):
        assert talk.json("unseen", png(RED, 70 + seed), thing=red)["unseen"] is None
    assert talk.json("unseen", png(RED, 90), thing=red)["unseen"]["of"] == 5


def test_paint_that_is_too_rough_is_told_and_counts_for_nothing_beside_better_paint(talk: Talk) -> None:
    talk.taught()
    first, second = (each["id"] for each in talk.json("state", method="GET")["things"][0]["pictures"][:2])
    small = talk.json("mask", spot(3), picture=first)["painted"]
    assert (small["rough"], small["pictures"][0]["rough"]) == ("small", "small")
    assert talk.json("mask", spot(30), picture=first)["painted"]["rough"] == "large"
    both = talk.json("mask", spot(16), picture=second)["painted"]
    assert [each["rough"] for each in both["pictures"]] == ["large", None]
    assert (both["rough"], both["picture"]) == (None, second)
    assert both["share"] == both["pictures"][1]["share"] < both["pictures"][0]["share"]


def test_a_scene_without_anything_of_what_was_taught_is_called_another_place(talk: Talk) -> None:
    red, _ = talk.taught()
    assert talk.json("empty", png(BLUE, 3), thing=red)["empty"]["elsewhere"] is True
    assert talk.json("empty", png(RED, 3), thing=red)["empty"]["elsewhere"] is False
    assert talk.json("empty", thing=red)["empty"] is None


def test_another_place_is_no_test_of_this_one(talk: Talk) -> None:
    red, _ = talk.taught()
    for seed in range(5):
        talk.json("unseen", png(RED, 70 + seed), thing=red)
    exam = talk.json("empty", png(BLUE, 3), thing=red)
    assert (exam["unseen"]["right"], exam["verdict"], exam["next"]["kind"]) == (5, "unknown", "test")
    assert talk.json("empty", png(RED, 3), thing=red)["verdict"] == "more"


def test_the_exam_says_of_which_pictures_it_makes_the_swap(talk: Talk) -> None:
    red, green = talk.taught()
    exam = talk.json("latched", thing=red)
    assert exam["swap"] is None, "nothing is painted"
    state = talk.json("state", method="GET")
    painted, ground = (each["pictures"][2]["id"] for each in state["things"])
    assert talk.json("mask", spot(2), picture=painted)["swap"] is None, "of a dot, no thing can be cut out"
    exam = talk.json("mask", spot(16), picture=painted)
    assert exam["swap"] == {"picture": painted, "ground": state["things"][1]["pictures"][0]["id"], "other": green}
    talk.json("mask", spot(16), picture=ground)
    assert talk.json("latched", thing=red)["swap"]["ground"] == ground, "where the other one is painted"


@pytest.mark.parametrize("name", ["\u00b2", "given-\u00b2", "given-999999", "given-", "12345678901", "../1"])
def test_a_picture_that_is_no_number_of_one_is_not_there(talk: Talk, name: str) -> None:
    talk.taught()
    assert talk.ask("square", method="GET", picture=name).status_code in (400, 404)


def test_the_exam_has_its_figures_and_a_verdict(talk: Talk) -> None:
    red, green = talk.taught()
    assert talk.json("latched", thing=red)["verdict"] == "unknown"
    exam = talk.json("empty", png(BLUE, 3), thing=red)
    assert exam["empty"]["suspicious"] in (False, True)
    for seed in range(6):
        talk.json("unseen", png(RED, 70 + seed), thing=red)
        exam = talk.json("unseen", png(GREEN, 80 + seed), thing=green)
    talk.json("latched", thing=red)
    assert exam["unseen"]["right"] == exam["unseen"]["of"] == 10
    exam = talk.json("mask", spot(24), picture=talk.json("latched", thing=red)["paint"][0])
    assert exam["painted"]["parts"] == 10, "grown by half a square, that is all of the picture"
    assert exam["swapped"]["other"] == green
    assert exam["usually"] is None
    assert exam["verdict"] in ("thing", "place", "more")
    talk.json("added", thing=red, kind="swap")
    after = talk.json("added", thing=red, kind="swap")
    assert after["before"]["unseen"]["right"] == 10
    assert after["added"] == ["swap"]


def test_whoever_finds_no_place_is_told_to_wait_and_nobody_loses_pictures(talk: Talk, words: Words) -> None:
    talk.taught()
    taught = talk.teaching.visit("a" * 32)
    assert taught
    taught.address = "10.0.0.2"  # each address has one visit, or none
    talk.teaching.visits.most = 1
    refused = talk.ask("begin", cookie="b")
    assert (refused.status_code, refused.json()) == (503, {"error": words("teaching.full_page")})
    assert len(talk.json("state", method="GET")["things"]) == 2
