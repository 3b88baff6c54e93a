"""A session is whose it was first; nobody has more than so many, and thousands of names take no more room."""

import pytest

from page.doors.sessions import EACH, MOST, Sessions

ONE, OTHER = "a" * 32, "b" * 32


def test_session_belongs_to_whoever_used_it_first() -> None:
    sessions = Sessions()
    assert sessions.claim("mine", ONE)
    assert sessions.claim("mine", ONE)
    assert not sessions.claim("mine", OTHER)
    assert not sessions.claim("mine", "")
    assert sessions.may_use("mine", ONE)
    assert not sessions.may_use("mine", OTHER)
    assert sessions.may_use("nobody's", OTHER)
    assert len(sessions) == 1


def test_programs_without_a_cookie_share_their_names_and_no_browsers() -> None:
    sessions = Sessions()
    assert sessions.claim("program", "")
    assert sessions.claim("program", "")
    assert not sessions.claim("program", ONE)


def test_browser_has_fifty_sessions_and_loses_the_one_it_used_longest_ago() -> None:
    gone: list[str] = []
    sessions = Sessions(gone.append)
    sessions.claim("other", OTHER)
    for number in range(EACH):
        sessions.claim(f"{number}", ONE)
    sessions.claim("0", ONE)
    assert gone == []
    sessions.claim("new", ONE)
    assert gone == ["1"]
    assert sessions.claim("1", OTHER)  # the name is free
    assert sessions.may_use("0", ONE)


def test_questions_asked_by_name_are_nobodys_sessions_and_go_with_the_oldest_of_all() -> None:
    gone: list[str] = []
    sessions = Sessions(gone.append, each=3, most=10)
    for number in range(10):
        assert sessions.claim(f"question-{number}", ONE, single=True)
    assert gone == []
    assert not sessions.may_use("question-0", OTHER)
    sessions.claim("own", ONE)
    assert gone == ["question-0"]
    sessions.release("question-1")
    assert sessions.may_use("question-1", OTHER)


def test_session_that_waits_for_an_answer_is_not_the_one_to_go() -> None:
    gone: list[str] = []
    sessions = Sessions(gone.append, busy=lambda session: session in ("0", "1"), each=3)
    for name in ("0", "1", "2", "3"):
        sessions.claim(name, ONE)
    assert gone == ["2"]
    always = Sessions(gone.append, busy=lambda session: True, each=2)
    for name in ("4", "5", "6"):
        always.claim(name, ONE)
    assert gone == ["2", "4"]


def test_session_that_is_over_is_free() -> None:
    sessions = Sessions()
    sessions.claim("mine", ONE)
    sessions.release("mine")
    sessions.release("mine")
    sessions.release("never there")
    assert len(sessions) == 0
    assert sessions.claim("mine", OTHER)


@pytest.mark.parametrize("owner", ["", ONE, None], ids=["no cookie", "one cookie", "a new cookie each"])
def test_thousands_of_names_are_not_remembered(owner: str | None) -> None:
    sessions = Sessions()
    for number in range(3 * MOST):
        sessions.claim(f"name-{number}", f"{number:032}" if owner is None else owner)
    assert len(sessions) == (EACH if owner else MOST)
    assert len(sessions._of) <= MOST
    assert sum(map(len, sessions._of.values())) == len(sessions)
