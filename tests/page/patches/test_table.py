"""All that the page bends is still as it bends it; what no longer is, is told by name."""

import inspect
import re
from importlib.metadata import version
from pathlib import Path

import gradio
import pytest
import uvicorn
from gradio import component_meta, processing_utils, queueing, routes, state_holder
from gradio.blocks import Blocks
from gradio.queueing import Queue
from uvicorn.protocols.http.h11_impl import H11Protocol

from page.doors.connections import Connection
from page.doors.mail import Mailbox
from page.doors.queue import FairQueue
from page.doors.uploads import _Form
from page.patches.facts import Takes, parameters_of
from page.patches.installed import Installed
from page.patches.patch import MADE_FOR, Patch
from page.patches.table import PATCHES, Misfit, apply, check
from page.serving import Served
from page.translated import Site
from page.words import Words

ROOT = Path(__file__).parents[3]
BY_NAME = {patch.name: patch for patch in PATCHES}


@pytest.fixture(scope="module")
def installed() -> Installed:
    return Installed()


@pytest.mark.parametrize("patch", PATCHES, ids=lambda patch: patch.name)
def test_patch_fits_what_is_installed(patch: Patch, installed: Installed) -> None:
    assert patch.misfits(installed) == []
    assert patch.facts


def test_every_patch_has_a_name_of_its_own_a_reason_and_a_place_that_is_there() -> None:
    homes = {"gradio": Path(gradio.__file__).parent, "uvicorn": Path(uvicorn.__file__).parent}
    homes["python"] = Path(inspect.__file__).parent
    assert len(BY_NAME) == len(PATCHES)
    for patch in PATCHES:
        assert re.fullmatch(r".{10,}\.", patch.why), patch.name
        assert patch.link.startswith("https://github.com/"), patch.name
        if not patch.path.startswith(("js", "client")):  # of Gradio's scripts only what is built from them is here
            inside = patch.path.removeprefix(f"{patch.package}/")
            assert (homes[patch.package] / inside).is_file(), patch.name


@pytest.mark.parametrize("package", MADE_FOR)
def test_links_lead_to_the_versions_that_are_pinned_and_installed(package: str) -> None:
    assert MADE_FOR[package] == version(package)
    pinned = [line.split()[0] for line in (ROOT / "constraints.txt").read_text().splitlines() if line.strip()]
    assert f"{package}=={MADE_FOR[package]}" in pinned


def test_what_is_installed_is_taken() -> None:
    check()


CHANGES = {
    "another queue in the place of Gradio's": (Queue, "__init__", lambda self, blocks: None),
    "the turns in the queue": (Queue, "get_events", lambda self, lane: None),
    "the door of the queue": (Queue, "push", lambda self, body, request, username: None),  # no longer async
    "the leaving of the queue": (Queue, "clean_events", lambda self, session_hash=None, event_id=None: None),
    "the statistics of the queue": (Queue, "compute_analytics_summary", lambda self, records: None),
    "values in sessions": (state_holder.SessionState, "_update_value_in_config", lambda self, key: None),
    "descriptions in sessions": (state_holder.SessionState, "__init__", lambda self, blocks, config: None),
    "type stubs of components": (component_meta, "create_or_modify_pyi", lambda component_class: None),
    "the values of a request": (Blocks, "preprocess_data", lambda self, block_fn, inputs: None),
    "the connections": (H11Protocol, "data_received", lambda self, data, more: None),
}
LOST = {
    "the messages of the queue": (Queue, "send_message"),
    "the answering of an event": (Queue, "process_events"),
    "the folder for screen films": (routes, "DEFAULT_TEMP_DIR"),
    "printing of failures": (queueing, "traceback"),
    "the start of the server": (processing_utils, "_check_allowed"),
    "the thread of the server": (uvicorn.Server, "startup"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_function_that_takes_something_else_is_told_by_name(
    name: str, installed: Installed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(*CHANGES[name])
    assert not BY_NAME[name].holds(installed)
    with pytest.raises(Misfit) as misfit:
        check(installed, [BY_NAME[name]])
    assert misfit.value.values["name"] == name


@pytest.mark.parametrize("name", LOST)
def test_name_that_is_gone_is_told(name: str, installed: Installed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(*LOST[name])
    assert not BY_NAME[name].holds(installed)


def test_first_misfit_is_one_sentence_with_package_version_and_fact(
    words: Words, installed: Installed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Queue, "push", lambda self, body: None)
    with pytest.raises(Misfit) as misfit:
        check(installed)
    assert words.of(misfit.value) == (
        f"This page does not fit Gradio {gradio.__version__}: “the door of the queue” needs "
        "“async gradio.queueing:Queue.push(self, body, request, username)”. Take the versions of constraints.txt, "
        "then start again."
    )


@pytest.mark.parametrize("own", [FairQueue, Mailbox, Served, Connection, Site, _Form], ids=lambda own: own.__name__)
def test_every_override_is_in_the_table_with_what_it_takes(own: type) -> None:
    """A method of another package's class that the page's own class has as well, by the same name."""
    facts = {fact.where.partition(":")[2]: fact for patch in PATCHES for fact in patch.facts if isinstance(fact, Takes)}
    (base,) = own.__bases__
    base = getattr(base, "__origin__", base)
    for name, method in vars(own).items():
        original = getattr(base, name, None)
        mine = inspect.isfunction(method) and method.__module__ == own.__module__
        if not mine or original is None or name == "__init__":  # which takes what the page gives it
            continue
        home = next(each for each in base.__mro__ if name in vars(each))
        fact = facts.get(f"{home.__name__}.{name}")
        assert fact, f"{own.__name__}.{name} overrides what no patch names"


def test_what_is_put_in_the_place_of_a_function_takes_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("__init__", "_update_value_in_config"):
        monkeypatch.setattr(state_holder.SessionState, name, getattr(state_holder.SessionState, name))
    for _ in range(2):
        apply()
    for name in ("__init__", "_update_value_in_config"):
        own = getattr(state_holder.SessionState, name)
        assert parameters_of(own, follow=False) == parameters_of(inspect.unwrap(own))
        assert inspect.unwrap(own).__module__ == "gradio.state_holder"
    check()  # what is bent already fits as well
