"""Every sentence that is used exists, every one that exists is used, and all are filled, plain and in one place."""

import ast
import importlib
import pkgutil
import re
import string
from html.parser import HTMLParser
from pathlib import Path
from typing import get_args

import pytest

import explainer
import models
import page
from explainer.experiments import cover, smallest_cover, you_first
from explainer.experiments.fill import FILLINGS
from explainer.experiments.try_map import TrialVerdict
from models.catalogue import LAYER_TITLES
from models.own.entry import TRIALS
from models.problems import Problem
from page.experiments import EXPERIMENTS
from page.experiments.from_nothing.from_nothing import NOTHINGS
from page.experiments.marked import NINTHS
from page.words import LISTED, Words

ROOT = Path(__file__).parents[2]
FORM = re.compile(r"_(zero|one|two|few|many)$")
FOLDERS = ("page", "explainer", "models")
MODULES = [ROOT / "app.py", *(path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.py")))]
SCRIPTS = sorted((ROOT / "page").rglob("*.js"))
EXPERIMENTS_AT = ROOT / "page" / "experiments"
TEMPLATES = sorted((ROOT / "page").rglob("*.html"))
# Sentences that are chosen while running: the start of a key, and what may follow.
CHOSEN = {
    "language.": ("name",),
    "layers.": [title.lower().replace(" ", "_") for title in LAYER_TITLES],
    "answer.": ("very_sure", "fairly_sure", "not_sure"),
    "cover.": [
        *(f"verdict_{verdict}" for verdict in cover.CoverVerdict),
        *(f"filling_{name}" for name in FILLINGS),
        *(f"still_{change}" for change in ("same", "less", "far_less", "surer")),
        *(f"small_{verdict}" for verdict in smallest_cover.SmallestVerdict),
        *("small_sure", "small_unsure"),
    ],
    "place.": ["all_over", *(name for row in NINTHS for name in row)],
    "fool.": ("reached", "unsure", "missed", "third"),
    "from_nothing.": NOTHINGS,
    "you_first.": [f"level_{level}" for level in you_first.Level] + [f"luck_{luck}" for luck in you_first.Luck],
    "try_map.": [start + end for start in ("", "word_") for end in get_args(TrialVerdict)],
    "notes.": [f"failed_{trial}" for trial in TRIALS],
    "examples.": [
        f"{word}{end}" for word in ("cheetah", "coffee", "lion", "cat", "rocket", "person") for end in ("", "_alt")
    ],
}


def without(words: Words, key: str) -> str:
    """A sentence without its placeholders."""
    section, _, name = key.partition(".")
    return re.sub(r"\{\w+\}", "", words.section(section)[name])


def placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


def calls() -> list[tuple[str, set[str] | None, str]]:
    """Every `words("key", value=…)` in the code: the key, the names of its values (None where given as **), where."""
    found = []
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or ast.unparse(node.func).split(".")[-1] != "words" or not node.args:
                continue
            if isinstance(node.args[0], ast.Constant):
                names = {keyword.arg for keyword in node.keywords}
                where = f"{path.name}:{node.lineno}"
                found.append((str(node.args[0].value), None if None in names else {str(n) for n in names}, where))
    return found


def sections() -> dict[str, list[str]]:
    """Every `words.section("name")` in the code -> the files beside it that may use the sentences."""
    used: dict[str, list[str]] = {}
    for path in MODULES:
        for name in re.findall(r"\.section\(\"(\w+)\"\)", path.read_text(encoding="utf-8")):
            texts = [path.read_text(encoding="utf-8")]
            texts += [file.read_text(encoding="utf-8") for file in (*SCRIPTS, *TEMPLATES)]
            used.setdefault(name, []).extend(texts)
    return used


def problems() -> list[type[Problem]]:
    for package in (page, explainer, models):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.endswith("__main__"):
                importlib.import_module(module.name)
    found, waiting = [], list(Problem.__subclasses__())
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        if kind.__module__.split(".")[0] in ("page", "explainer", "models"):
            found.append(kind)
    return found


def used_keys(words: Words) -> set[str]:
    keys = {key for key, _, _ in calls()} | {kind.key for kind in problems()}
    keys |= {start + end for start, ends in CHOSEN.items() for end in ends}
    for section, texts in sections().items():
        for name in words.section(section):
            if any(re.search(rf"(?<![\w-]){name}(?![\w-])", text) for text in texts):
                keys.add(f"{section}.{name}")
    # The sentences of an experiment travel with its scripts, and those that are shared with all of them.
    shared = " ".join(path.read_text(encoding="utf-8") for path in EXPERIMENTS_AT.rglob("*.js"))
    keys |= {f"experiments.{name}" for name in words.section("experiments") if re.search(rf"\bwords\.{name}\b", shared)}
    for kind in EXPERIMENTS:
        scripts = [*EXPERIMENTS_AT.glob("*.js"), *(EXPERIMENTS_AT / kind.name).glob("*.js")]
        together = " ".join(path.read_text(encoding="utf-8") for path in scripts)
        scripted = (EXPERIMENTS_AT / kind.name / f"{kind.name}.js").exists()
        section = words.section(kind.name) if scripted else {}
        keys |= {f"{kind.name}.{name}" for name in section if re.search(rf"\bwords\.{name}\b", together)}
    # What is counted has a sentence for each kind of number that its language tells apart.
    texts = " ".join(path.read_text(encoding="utf-8") for path in (*MODULES, *SCRIPTS))
    counted = set(re.findall(r"\bcounted\(\s*(?:words, )?\"([\w.]+)\"", texts))
    everything = words.keys()
    keys |= {key for key in everything if {key, key.partition(".")[2]} & counted}
    keys |= {key for key in everything if FORM.search(key) and FORM.sub("", key) in keys}
    script = (ROOT / "page" / "front" / "viewer" / "viewer.js").read_text(encoding="utf-8")
    if "colours_${" in script:
        from explainer.heatmap import COLORMAPS

        keys |= {f"viewer.colours_{name}" for name in COLORMAPS}
    return keys


def test_scan_finds_the_calls() -> None:
    assert len(calls()) > 30
    assert len(problems()) >= 18


def test_every_key_that_the_code_names_exists(words: Words) -> None:
    missing = [(key, where) for key, _, where in calls() if key not in words]
    assert not missing


def test_every_sentence_is_used(words: Words) -> None:
    assert set(words.keys()) - used_keys(words) == set()


def test_every_call_fills_the_placeholders_exactly(words: Words) -> None:
    wrong = []
    for key, names, where in calls():
        section, _, name = key.partition(".")
        wanted = placeholders(words.section(section)[name])
        if names is not None and names != wanted:
            wrong.append((key, where, names, wanted))
    assert not wrong


def test_every_word_that_scripts_ask_for_exists(words: Words) -> None:
    everything = {key.partition(".")[2] for key in list(words.keys())}
    given = {"given", "camera", "places"}
    for path in SCRIPTS:
        text = path.read_text(encoding="utf-8")
        names = set(re.findall(r"\bwords\.(\w+)", text))
        assert names <= everything, path.name
    script = (ROOT / "page" / "front" / "page.js").read_text(encoding="utf-8")
    handed = set(
        re.findall(r'^ {8}"(\w+)":', (ROOT / "page" / "front" / "head.py").read_text(encoding="utf-8"), re.MULTILINE)
    )
    assert set(re.findall(r"\bgiven\.(\w+)", script)) <= handed
    camera = set(re.findall(r"given\.camera\.(\w+)", script))
    camera |= set(re.findall(r'"(\w+)"', "".join(re.findall(r"Error: (\"\w+\")", script))))
    assert camera <= set(words.section("camera"))
    assert given


def test_every_placeholder_of_a_template_is_a_word_that_it_gets(words: Words) -> None:
    everything = {key.partition(".")[2] for key in list(words.keys())}
    for path in TEMPLATES:
        assert set(re.findall(r"\{(\w+)\}", path.read_text(encoding="utf-8"))) <= everything, path.name


def test_every_problem_has_a_sentence(words: Words) -> None:
    assert not [kind.__name__ for kind in problems() if kind.key not in words]


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("TooManyPixels", {"limit", "megapixels", "width", "height"}),
        ("TooManyBytes", {"limit", "size"}),
        ("UnknownModel", {"model", "known"}),
        ("UnknownMethod", {"method", "known"}),
        ("UnknownLayer", {"layer", "known"}),
        ("UnknownTarget", {"query", "known"}),
        ("AmbiguousTarget", {"query", "candidates"}),
        ("SameTwice", {"first", "second"}),
        ("OpacityOutOfRange", {"opacity"}),
        ("NotFinite", {"title"}),
        ("WeightsOffline", {"title"}),
        ("WeightsBroken", {"title"}),
        ("DownloadFailed", {"title", "reason"}),
        ("DeviceMissing", {"device"}),
    ],
)
def test_sentence_of_a_problem_asks_only_for_values_it_has(words: Words, kind: str, values: set[str]) -> None:
    (problem,) = [each for each in problems() if each.__name__ == kind]
    section, _, name = problem.key.partition(".")
    assert placeholders(words.section(section)[name]) <= values


def test_sentence_of_any_other_problem_asks_for_none(words: Words) -> None:
    for kind in problems():
        section, _, name = kind.key.partition(".")
        if "__init__" not in vars(kind) and not (kind.__doc__ or "").startswith("Values"):
            try:
                words.of(kind())
            except (KeyError, TypeError):
                assert placeholders(words.section(section)[name]), kind.__name__


def test_nothing_thinks_or_understands(words: Words) -> None:
    # "The things it knows" stands for the words that it has: five sentences about what is none of them say so.
    world = {"outside.headline", "answer.familiar", "viewer.bound", "viewer.caption_outside", "many.outside"}
    for key in set(words.keys()) - world:
        assert not re.search(r"\b(think|thought|understand|know|believe[sd])", without(words, key), re.I), key


def test_refusals_say_what_to_do_next(words: Words) -> None:
    said = (
        r"\b(choose|try|pick|save|take|allow|ask|close|wait|leave|tell|must|look|stand|film|start|call|give|forget)\b"
    )
    for kind in problems():
        section, _, name = kind.key.partition(".")
        assert re.search(said, words.section(section)[name], re.I), kind.key


def test_sentences_are_plain(words: Words) -> None:
    for key in list(words.keys()):
        section, _, name = key.partition(".")
        sentence = words.section(section)[name]
        assert sentence == sentence.strip() != ""
        assert "'" not in sentence and '"' not in sentence, f"typographic quotes in {key}"  # noqa: PT018
        assert "..." not in sentence, key
        if kind := re.search(
            r"\b(error|invalid|failed to|null|none type|exception|tensor|softmax|logit)\b", sentence, re.I
        ):
            pytest.fail(f"{key}: {kind[0]}")


@pytest.mark.parametrize("sent", [{"a": 1}, ["wig"], None, True, {}, []])
def test_only_text_and_numbers_are_repeated(words: Words, sent: object) -> None:
    """Anything else would be shown in the form that Python has for it."""
    from explainer.experiments.dress_up import UnknownPiece

    assert words.of(UnknownPiece(piece=sent, known=("wig",))) == words("api.not_text")
    for told in ("hat", 7, 0.5):
        assert f"“{told}”" in words.of(UnknownPiece(piece=told, known=("wig",)))


def test_long_list_ends_early(words: Words) -> None:
    from models.store import UnknownModel

    assert words.of(UnknownModel("a", tuple("bcd"))).endswith("b, c, d.")
    many = tuple(f"m{number}" for number in range(100))
    sentence = words.of(UnknownModel("a", many))
    assert f"m{LISTED - 1} …" in sentence
    assert f"m{LISTED}" not in sentence


def test_missing_key_and_missing_value_are_errors(words: Words) -> None:
    for key in ("no.key", "page.no", "page", ""):
        assert key not in words
        with pytest.raises(KeyError):
            words(key)
    with pytest.raises(KeyError):
        words("answer.back")


def test_values_with_braces_are_not_filled_again(words: Words) -> None:
    assert "{label}" in words("answer.back", label="{label}")


def test_language_that_is_not_there_is_an_error() -> None:
    from page.words import load

    with pytest.raises(FileNotFoundError):
        load("xx")


# --- nothing that visitors read stands outside page/words ---


class Visible(HTMLParser):
    """What a template shows or reads out."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.texts += [
            value or "" for name, value in attributes if name in ("alt", "title", "aria-label", "placeholder")
        ]


def visitor_texts_of_markup(markup: str) -> list[str]:
    parser = Visible()
    parser.feed(re.sub(r"<style.*?</style>|<script.*?</script>", "", markup, flags=re.DOTALL))
    bare = (re.sub(r"\{\w+\}", "", text).strip() for text in parser.texts)
    return [text for text in bare if re.search(r"[A-Za-z]{2}", text) and text not in ("See", "Why", "SeeWhy")]


def visitor_texts_of_script(script: str) -> list[str]:
    """Literals that read like words for people: a capital or a space between words, and no selector or code."""
    script = re.sub(r"/\*.*?\*/|(?<![:\"'`])//[^\n]*", "", script, flags=re.DOTALL)
    literals = re.findall(r'"([^"\n]*)"|`([^`]*)`|\'([^\'\n]*)\'', script)
    texts = [re.sub(r"\$\{[^}]*\}", "", "".join(groups)) for groups in literals]
    return [text for text in texts if re.fullmatch(r"[A-Z][a-z]+([ ,.!?…-]+\w+)*[.!?…]?", text) and text not in CODE]


CODE = {
    # Names of the browser's own.
    *("Enter", "Escape", "Space", "Tab", "Home", "End", "Shift", "Control", "Delete", "Backspace"),
    *("Content-Type", "Files", "Accept"),
    # Labels of Gradio's buttons, which our own buttons press.
    *("Capture from camera", "Upload file"),
}


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_template_holds_no_words(path: Path) -> None:
    assert visitor_texts_of_markup(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "path",
    SCRIPTS,
    ids=lambda path: path.name,
)
def test_script_holds_no_words(path: Path) -> None:
    assert visitor_texts_of_script(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_script_makes_no_percentage_of_its_own(path: Path) -> None:
    assert re.findall(r"\s%[`\"]", path.read_text(encoding="utf-8")) == []


def test_search_for_words_finds_them() -> None:
    assert visitor_texts_of_markup('<p>Choose a picture</p><b>{title}</b><i aria-label="Close"></i>') == [
        "Choose a picture",
        "Close",
    ]
    script = 'tell("Try again."); one("#picture"); x = `Two of ${n}`; y = "Five"; z = "aria-label" // "Not this"'
    assert visitor_texts_of_script(script) == ["Try again.", "Five"]


def test_python_of_the_page_holds_no_sentences() -> None:
    """No literal with a full stop or three words: docstrings, logs and Gradio's own names aside, and the reasons of
    patches, which only whoever works on the page reads."""
    found = []
    for path in sorted(each for each in (ROOT / "page").rglob("*.py") if each.parent.name != "patches"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        quiet = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and re.match(
                r"log\.|SettingsConfigDict|Field|OSError|print|ValueError", ast.unparse(node.func)
            ):
                quiet |= {id(inner) for inner in ast.walk(node)}
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and id(node) not in quiet
                and re.match(r"[A-Z][a-z]+ [a-z]+ [a-z]+|.*[a-z] .*[a-z]\. *$", node.value)
            ):
                found.append((path.name, node.lineno, node.value))
    assert not found
