"""A host's own networks on the page: chosen by name, listed beside the others, and asked in their own words."""

import logging
import pickle
from pathlib import Path
from typing import Any

import pytest
import torch
from PIL import Image

from explainer.engines.choice import Engines
from models.catalogue import DEFAULT, built_in, with_own
from models.own.adding import Wishes, add
from models.own.folder import read_folder
from models.store import ClassifierStore
from page import log
from page.curator import Curator, Mistake, read_curator
from page.doors.intake import Upload
from page.experiments import EXPERIMENTS, Experiments
from page.handlers import Handlers
from page.pictures.picture import Limits, Picture
from page.service import Service
from page.settings import read_settings
from page.site import build_site
from page.words import Words

CPU = torch.device("cpu")
PICTURE = Picture(Image.effect_noise((90, 70), 80).convert("RGB"))
UPLOAD = Upload(PICTURE, Path("a"), 1.0)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A network of two frogs, a damaged one, one whose weights are gone, and one with the name of a built-in one."""
    from torchvision.models import squeezenet1_1

    place = tmp_path_factory.mktemp("own")
    with torch.random.fork_rng():
        torch.manual_seed(0)
        torch.save(squeezenet1_1(num_classes=2).state_dict(), place / "net.pth")
    wishes = Wishes("frogs", "Our frogs", "torchvision/squeezenet1_1", ("wood frog", "marsh frog"), 64)
    add(place / "net.pth", place, wishes, tuple(built_in()), place, lambda line: None)
    entry = (place / "frogs.toml").read_text()
    for name in ("cut", "gone", DEFAULT):
        (place / f"{name}.toml").write_text(entry)
    (place / "cut.safetensors").write_bytes((place / "frogs.safetensors").read_bytes()[:-100])
    (place / f"{DEFAULT}.safetensors").write_bytes((place / "frogs.safetensors").read_bytes())
    return place


@pytest.fixture(scope="module")
def service(folder: Path, words: Words) -> Service:
    catalogue = with_own(read_folder(folder, built_in()).specs)
    store = ClassifierStore(CPU, offline=True, catalogue=catalogue)
    return Service(store, Engines("torch", folder / "cache", threads=1), "frogs", words)


@pytest.fixture(scope="module")
def handlers(service: Service) -> Handlers:
    return Handlers(service, (), Experiments(EXPERIMENTS, service, Limits()))


def test_a_file_that_cant_be_used_is_one_sentence_and_the_others_are_offered(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    own = read_folder(folder, built_in())
    assert list(own.specs) == ["frogs"]
    with caplog.at_level(logging.WARNING):
        log.tell_left_out(own.problems)
    cut, taken, gone = (record.getMessage() for record in caplog.records)
    assert cut.startswith("a model of your own is left out: cut.safetensors is cut off or damaged")
    assert taken.startswith(f"a model of your own is left out: There is a model called {DEFAULT} already")
    assert gone == "a model of your own is left out: gone.safetensors is not there."
    assert with_own(own.specs)[DEFAULT] is built_in()[DEFAULT]


def test_settings_take_an_own_model_and_say_why_they_take_another_not(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert read_settings(["--models", str(folder), "--model", "frogs"]).model == "frogs"
    assert read_settings(["--models", str(folder / "none")]).model == DEFAULT
    for name, reason in {"cut": "cut.safetensors is cut off or damaged", "toads": "unknown model; known are "}.items():
        with pytest.raises(SystemExit):
            read_settings(["--model", name, "--models", str(folder)])
        assert capsys.readouterr().err.startswith(f"--model can't be '{name}': {reason}")


def test_the_page_lists_it_and_offers_its_words(service: Service, folder: Path, words: Words) -> None:
    settings = read_settings(["--models", str(folder), "--model", "frogs", "--offline"])
    site = build_site(settings, service, words, (), Curator())
    parts: dict[str, Any] = {each["props"].get("elem_id"): each["props"] for each in site.config["components"]}
    assert ("Our frogs", "frogs") in map(tuple, parts["model"]["choices"])
    assert parts["model"]["value"] == "frogs"
    assert [value for _, value in parts["target"]["choices"]] == [
        "wood frog rather than marsh frog",
        "wood frog",
        "marsh frog",
    ]
    assert parts["mirror"]["props"]["models"]["frogs"]["classes"] == "2"
    assert parts["mirror"]["props"]["models"][DEFAULT]["classes"] == "1,000"


def test_a_curators_questions_are_those_that_the_model_has_words_for(folder: Path, tmp_path: Path) -> None:
    labels = read_folder(folder).specs["frogs"].labels
    path = tmp_path / "curator.toml"
    path.write_text('ask_about = ["wood frog", "marsh frog rather than wood frog"]')
    assert len(read_curator(path, True, [], labels).ask_about) == 2
    path.write_text('ask_about = ["teapot"]')
    with pytest.raises(Mistake):
        read_curator(path, True, [], labels)


def test_its_answer_comes_with_its_own_words_alone(handlers: Handlers) -> None:
    _, answer, notes, *_ = handlers.picture(UPLOAD, "frogs", "gradcam")
    assert {each["label"] for each in answer["top"]} == {"wood frog", "marsh frog"}
    assert set(answer["vocabulary"]["ideas"]) == {"wood frog", "marsh frog"}
    assert answer["titles"] == {
        "dog_or_cat": f"{answer['top'][0]['label'].capitalize()}, or {answer['top'][1]['label']}?"
    }
    assert "1,000" not in notes
    _, answer, *_ = handlers.picture(UPLOAD, DEFAULT, "gradcam")
    assert answer["titles"] == {}
    assert answer["vocabulary"]["classes"] == 1000


def run(handlers: Handlers, name: str, **values: Any) -> Any:
    return handlers.experiments.run(name, values, PICTURE, "frogs")


def test_two_things_are_its_two_answers(handlers: Handlers) -> None:
    told = run(handlers, "dog_or_cat")
    assert {side["label"] for side in told["sides"]} == {"wood frog", "marsh frog"}
    assert sum(side["share"] for side in told["sides"]) == pytest.approx(1)
    assert told["known"] == ["wood frog", "marsh frog"]
    again = run(handlers, "dog_or_cat", between=["marsh frog", "wood frog"])
    assert again["sides"][0]["label"] == "marsh frog"


def test_without_groups_each_of_its_words_is_counted(service: Service, handlers: Handlers) -> None:
    many = handlers.experiments.all["many"]
    told = many.run([lambda: PICTURE, lambda: PICTURE], "frogs", labels="wood frog")
    first = told["rows"][0]["answers"][0]["label"]
    assert [(each["name"], each["count"], each["of"]) for each in told["groups"]] == [(first, 2, 2)]
    assert f"2 of 2 are {first} to it" in told["headline"]


def test_models_with_other_words_are_compared_by_their_words(handlers: Handlers, words: Words) -> None:
    told = run(handlers, "two_heads", by="models", second=DEFAULT)
    frog, other = (side["answer"] for side in told["sides"])
    assert told["names"] == words("two_heads.names_differ", one=frog, other=other)
    assert {"name": DEFAULT, "title": built_in()[DEFAULT].title} in told["models"]


def test_a_word_that_it_has_not_is_refused_with_those_that_it_has(handlers: Handlers) -> None:
    with pytest.raises(Exception, match="wood frog, marsh frog") as caught:
        handlers.question(UPLOAD, None, "frogs", "gradcam", "teapot", None)
    assert "dog" not in str(caught.value)


def test_what_is_told_of_it_travels_to_the_process_that_builds_its_graph(folder: Path) -> None:
    spec = read_folder(folder).specs["frogs"]
    again = pickle.loads(pickle.dumps(spec))
    assert tuple(again.labels) == ("wood frog", "marsh frog")
    assert again.source.available()
    assert again.layers == spec.layers
