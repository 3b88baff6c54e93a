"""What a curator chooses, in one file: words, pictures, tests, times and colours. No choice is needed."""

import base64
import difflib
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator

from explainer.target import parse_target
from models.labels import Labels
from models.problems import Problem
from page.brand_colour import PAPER, TEXT, contrast, parse
from page.examples import MOST, Example
from page.thumbnails import Thumbnails
from page.words import ENGLISH, Words, codes

KB = 1024
LOGO_LIMIT = 256 * KB  # it comes with the page
LOGOS = {".svg": "image/svg+xml", ".png": "image/png", ".webp": "image/webp", ".jpg": "image/jpeg"}
BELIEVE = "believe"  # among the questions, the one that leads to the tests

ShortText = Annotated[str, Field(min_length=1, max_length=120)]


class Mistake(Problem):
    """The mistakes in a curator's file. Values: file, line (of the first), reason (with the lines of the others)."""

    key = "curator.mistake"
    letters = 4000  # the host's own words


class MissingFile(Problem):
    """The file that a host named is not there. Values: file."""

    key = "curator.missing"
    letters = 1000


@dataclass(frozen=True)
class Surroundings:
    """What the file is checked against: the folder that it lies in, the tests that there are, and what can be asked
    about.

    `thumbnails` keeps those that are made while pictures are checked, so that each is decoded once."""

    folder: Path
    experiments: Sequence[str]
    labels: Labels
    thumbnails: Thumbnails


class CuratorTable(BaseModel):
    """A table of the file."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Shown(CuratorTable):
    """A picture to tap."""

    picture: Path
    caption: Annotated[str, Field(min_length=1, max_length=40)]
    alt: ShortText

    @field_validator("picture")
    @classmethod
    def _opens(cls, name: Path, info: ValidationInfo) -> Path:
        path = _file(name, info)
        try:
            _around(info).thumbnails.of(path)
        except (Problem, OSError) as problem:
            raise ValueError(f"{name} is no picture that can be opened") from problem
        return path


class Idle(CuratorTable):
    """Times of a kiosk, in seconds. What is None is the setting's."""

    seconds: Annotated[float, Field(ge=1, le=3600)] | None = None
    countdown: Annotated[float, Field(ge=1, le=600)] | None = None
    stay: Annotated[float, Field(ge=1, le=3600)] | None = None


class Curator(CuratorTable):
    """The choices. What is None, or empty, is as the page has it."""

    title: Annotated[str, Field(min_length=1, max_length=40)] | None = None
    sentence: ShortText | None = None
    lead: Annotated[str, Field(min_length=1, max_length=240)] | None = None
    language: str | None = None
    address: Literal["informal", "formal"] = "informal"
    brand_colour: Annotated[str | None, Field(alias="accent")] = None  # hosts write `accent` in their files
    logo: Path | None = None
    choose_files: bool = False
    first: Literal["page", "mirror"] = "page"
    wake: Literal["touch", "motion"] = "touch"
    teach: bool = False
    experiments: tuple[str, ...] | None = None
    ask_about: Annotated[tuple[str, ...], Field(max_length=40)] = ()
    questions: Mapping[str, ShortText] = {}
    idle: Idle = Idle()
    examples: Annotated[tuple[Shown, ...], Field(max_length=MOST)] = ()

    @field_validator("title", "sentence", "lead")
    @classmethod
    def _plain(cls, text: str | None) -> str | None:
        return text and _without_braces(text)

    @field_validator("questions")
    @classmethod
    def _known_questions(cls, questions: Mapping[str, str], info: ValidationInfo) -> Mapping[str, str]:
        for name, text in questions.items():
            _one_of(name, (BELIEVE, *_around(info).experiments))
            _without_braces(text)
        return questions

    @field_validator("language")
    @classmethod
    def _spoken(cls, language: str) -> str:
        _one_of(language, codes())
        return language

    @field_validator("brand_colour")
    @classmethod
    def _legible(cls, colour: str | None) -> str | None:
        if colour and (found := contrast(parse(colour), PAPER)) < TEXT:
            raise ValueError(f"{colour} is too pale to be read: its contrast is {found:.1f}, take at least {TEXT}")
        return colour

    @field_validator("logo")
    @classmethod
    def _small(cls, name: Path | None, info: ValidationInfo) -> Path | None:
        if name is None:
            return None
        path = _file(name, info)
        if path.suffix.lower() not in LOGOS:
            raise ValueError(f"a logo is one of {', '.join(LOGOS)}")
        if path.stat().st_size > LOGO_LIMIT:
            raise ValueError(f"{name} is too large: at most {LOGO_LIMIT // KB} KB")
        return path

    @field_validator("experiments")
    @classmethod
    def _offered(cls, names: tuple[str, ...] | None, info: ValidationInfo) -> tuple[str, ...] | None:
        for name in names or ():
            _one_of(name, _around(info).experiments)
        if names and len(set(names)) < len(names):
            raise ValueError("each test can be offered once")
        return names

    @field_validator("ask_about")
    @classmethod
    def _can_be_asked(cls, texts: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        labels = _around(info).labels.in_language(info.data.get("language") or ENGLISH)
        asked = []
        for text in texts:
            try:
                asked.append(parse_target(text, labels).label)  # by its own name, which is told in every language
            except Problem as problem:
                raise ValueError(f"the models have no word for “{text}”, or more than one") from problem
        return tuple(asked)

    def pictures(self, thumbnails: Thumbnails | None = None) -> tuple[Example, ...]:
        """The pictures to tap; none where the page's own are to be shown. `thumbnails` has those made before."""
        kept = thumbnails or Thumbnails()
        return tuple(Example(shown.picture, shown.caption, shown.alt, kept) for shown in self.examples)

    def logo_address(self) -> str:
        """The logo as a `data:` address, empty without one."""
        if self.logo is None:
            return ""
        data = base64.b64encode(self.logo.read_bytes()).decode()
        return f"data:{LOGOS[self.logo.suffix.lower()]};base64,{data}"

    def said(self, words: Words) -> Words:
        """The page's words with the curator's in their place."""
        spoken = words.formal() if self.address == "formal" else words
        own = {"page.title": self.title, "page.brand": self.title, "page.hero": self.sentence, "page.lead": self.lead}
        for name, text in self.questions.items():
            key = "answer.doubt" if name == BELIEVE else f"{name}.card_title"
            own[key] = text
        return spoken.but({key: text for key, text in own.items() if text})


def read_curator(
    path: Path, needed: bool, experiments: Sequence[str], labels: Labels, thumbnails: Thumbnails | None = None
) -> Curator:
    """The choices in a TOML file, or none where it is not there and not `needed`.

    Args:
        path: the file; pictures are looked for beside it.
        needed: whether a file that is not there is a mistake.
        experiments: the names of the tests that there are.
        labels: what can be asked about.
        thumbnails: keeps those of the pictures.

    Raises:
        MissingFile, Mistake.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        if needed:
            raise MissingFile(file=str(path)) from None
        text = ""
    except (OSError, UnicodeDecodeError) as error:
        raise Mistake(file=path.name, line=1, reason=str(error)) from error
    try:
        told = tomllib.loads(text)
        around = Surroundings(path.parent, experiments, labels, thumbnails or Thumbnails())
        around.thumbnails.prepare(
            _pictures(told, path.parent)
        )  # some at a time, where each is looked at by itself below
        return Curator.model_validate(told, context=around)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"\(at line (\d+)", str(error))
        line = int(found[1]) if found else len(text.splitlines())
        raise Mistake(file=path.name, line=line, reason=_not_toml(text, line, error)) from error
    except ValidationError as error:
        found_at = sorted((line_of(text, each["loc"]), _reason(each)) for each in error.errors())
        (first, reason), *others = found_at
        more = "".join(f"; line {number}: {what}" for number, what in others)
        raise Mistake(file=path.name, line=first, reason=f"{reason}{more}") from error


def _not_toml(text: str, line: int, error: tomllib.TOMLDecodeError) -> str:
    """Why a line is none of TOML's. Texts without quotes are what hosts meet first."""
    lines = text.splitlines()
    bare = re.match(r"\s*([\w-]+)\s*=\s*([^\W\d_].*)$", lines[line - 1] if 0 < line <= len(lines) else "")
    if bare and bare[2].split("#")[0].strip() not in ("true", "false"):
        return f'put the text in quotes: {bare[1]} = "{bare[2].strip()}"'
    return str(error).partition(" (at ")[0]


def line_of(text: str, place: Sequence[str | int]) -> int:
    """The line, from 1, on which a value stands, or its table where it is missing.

    `place` is its way through the document: names, and the numbers of entries.
    """
    table: list[str | int] = []
    counts: dict[str, int] = {}
    best, depth = 1, 0
    for number, line in enumerate(text.splitlines(), start=1):
        if head := re.match(r"\s*\[(\[?)\s*([\w.\" -]+?)\s*\]", line):
            name = head[2].replace('"', "")
            table = list(name.split("."))
            if head[1]:
                counts[name] = counts.get(name, -1) + 1
                table.append(counts[name])
            here = table
        elif key := re.match(r"\s*([\w-]+|\"[^\"]*\")\s*=", line):
            here = [*table, key[1].strip('"')]
        else:
            continue
        if len(here) > depth and list(place[: len(here)]) == here:
            best, depth = number, len(here)
    return best


def _pictures(told: Mapping[str, Any], folder: Path) -> list[Path]:
    """The files that a document names as examples, as far as it is one."""
    shown = told.get("examples")
    names = [each.get("picture") for each in shown[:MOST] if isinstance(each, dict)] if isinstance(shown, list) else []
    return [folder / name for name in names if isinstance(name, str)]


def _reason(problem: Any) -> str:
    name = ".".join(str(part + 1 if isinstance(part, int) else part) for part in problem["loc"])
    if problem["type"] == "extra_forbidden":
        known = (*Curator.model_fields, *Idle.model_fields, *Shown.model_fields)
        close = difflib.get_close_matches(str(problem["loc"][-1]), known, 1)
        return f"there is no “{name}”" + (f", but “{close[0]}”" if close else "")
    if problem["type"] == "missing":
        return f"“{name}” is missing"
    reason = problem["msg"].removeprefix("Value error, ")
    return f"“{name}” can't be {problem['input']!r}: {reason[:1].lower()}{reason[1:]}"


def _around(info: ValidationInfo) -> Surroundings:
    around: Surroundings = info.context  # type: ignore[assignment]
    return around


def _file(name: Path, info: ValidationInfo) -> Path:
    path = _around(info).folder / name
    if not path.is_file():
        raise ValueError(f"there is no file {path}")
    return path


def _one_of(name: str, known: Sequence[str]) -> None:
    if name not in known:
        raise ValueError(f"there is no “{name}”, only {', '.join(known)}")


def _without_braces(text: str) -> str:
    if set(text) & set("{}"):
        raise ValueError("braces stand for something else here: leave them out")
    return text
