"""Every sentence that a visitor can meet, in one place and in every language that there is."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from pathlib import Path

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal

from models.labels import Label
from models.problems import Problem
from page.words.echo import echo

FOLDER = Path(__file__).parent
FORMAL = FOLDER / "formal"  # what differs where visitors are addressed as "Sie", "vous" or "usted"
ENGLISH = "en"  # has every sentence
LISTED = 12  # of a long list, a sentence names so many

Sentences = Mapping[str, Mapping[str, str]]

_spoken: ContextVar[str] = ContextVar("language", default="")


def speak(language: str) -> None:
    """From now on, what this request is told is said in `language`; "" for the page's own."""
    _spoken.set(language)


def spoken() -> str:
    """The language that this request is answered in, "" for the page's own."""
    return _spoken.get()


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Say in `language` what is said inside of this `with`."""
    token = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(token)


class Words:
    """The sentences, in the language of the request that is being answered.

    `words("answer.title")` gives a sentence and fills its placeholders, with labels as the language calls them;
    `words.section("viewer")` gives a table of them, for the browser, where the placeholders are filled there.
    """

    def __init__(self, languages: Mapping[str, Sentences], own: str = ENGLISH) -> None:
        """Speak `own` wherever no request says otherwise."""
        self._languages = languages
        self.own = own

    @property
    def languages(self) -> dict[str, str]:
        """Every language by its code, such as "en", and what its speakers call it."""
        return {code: sentences["language"]["name"] for code, sentences in self._languages.items()}

    @property
    def language(self) -> str:
        """The code of the language that is spoken now."""
        return spoken() if spoken() in self._languages else self.own

    @property
    def _sentences(self) -> Sentences:
        return self._languages[self.language]

    def __call__(self, key: str, **values: object) -> str:
        """The sentence of `key`, such as "answer.title". Raises KeyError for a key or a value that is missing."""
        section, _, name = key.partition(".")
        told = {each: self.label(value) if isinstance(value, str) else value for each, value in values.items()}
        return self._sentences[section][name].format(**told)

    def label(self, text: str) -> str:
        """What a class or a group is called in the language that is spoken; any other text as it is."""
        return text.told(self.language) if isinstance(text, Label) else text

    def __contains__(self, key: str) -> bool:
        section, _, name = key.partition(".")
        return name in self._sentences.get(section, {})

    def section(self, name: str) -> dict[str, str]:
        """All sentences of one section, unfilled."""
        return dict(self._sentences[name])

    def number(self, value: float, places: int = 0) -> str:
        """A number as it is written in the language that is spoken, with a true minus, and never less than nothing by
        rounding alone."""
        pattern = "#,##0" + (f".{'0' * places}" if places else "")
        written: str = format_decimal(round(value, places) + 0.0, pattern, locale=self.language)
        return written.replace("-", "\u2212")

    @property
    def point(self) -> str:
        """The sign before the decimals of a number."""
        return self.number(0.5, 1)[1]

    def date(self, day: date) -> str:
        """A day as it is written, with the month's name."""
        written: str = format_date(day, "long", locale=self.language)
        return written

    def counted(self, key: str, count: int, **values: object) -> str:
        """The sentence of `key` for so many: `key_one`, say, where the language has a form of its own for them."""
        form = f"{key}_{Locale.parse(self.language).plural_form(count)}"
        return self(form if form in self else key, count=count, **values)

    def formal(self) -> "Words":
        """The same sentences, in which visitors are addressed formally where their language has a form for that."""
        languages = {
            code: _filled(sentences, read(code, FORMAL)) if (FORMAL / f"{code}.toml").is_file() else sentences
            for code, sentences in self._languages.items()
        }
        return Words(languages, self.own)

    def but(self, own: Mapping[str, str]) -> "Words":
        """The same sentences, with others in the place of some, whatever the language. Raises KeyError for one that is
        not there."""
        languages: dict[str, dict[str, dict[str, str]]] = {
            code: {section: dict(names) for section, names in sentences.items()}
            for code, sentences in self._languages.items()
        }
        for key, sentence in own.items():
            section, _, name = key.partition(".")
            if name not in self._languages[ENGLISH][section]:
                raise KeyError(key)
            for sentences in languages.values():
                sentences[section][name] = sentence
        return Words(languages, self.own)

    def keys(self) -> list[str]:
        """Every key, in the order of the file."""
        return [f"{section}.{name}" for section, names in self._sentences.items() for name in names]

    def of(self, problem: Problem) -> str:
        """The sentence for a problem; lists among its values are written with commas, long ones not to their end.

        What is no text and no number is not repeated: another sentence says so.
        """
        if any(value is None or isinstance(value, (bool, list, Mapping)) for value in problem.values.values()):
            return self("api.not_text")
        values = {
            name: _listed([self._echoed(each, problem) for each in value])
            if isinstance(value, tuple)
            else self._echoed(value, problem)
            for name, value in problem.values.items()
        }
        return self(problem.key, **values)

    def _echoed(self, value: object, problem: Problem) -> str:
        return echo(self.label(value) if isinstance(value, str) else str(value), problem.letters)


def _listed(values: Sequence[str]) -> str:
    listed = ", ".join(values[:LISTED])
    return listed if len(values) <= LISTED else f"{listed} …"


def codes() -> tuple[str, ...]:
    """The languages that there are, English first."""
    return tuple(sorted((path.stem for path in FOLDER.glob("*.toml")), key=lambda code: (code != ENGLISH, code)))


def load(own: str = ENGLISH) -> Words:
    """Read the sentences of all languages, of which `own` is the page's.

    What a translation lacks is said in English. Raises FileNotFoundError when there is no such language.
    """
    if own not in codes():
        raise FileNotFoundError(own)
    english = read(ENGLISH)
    filled = {code: _filled(english, english if code == ENGLISH else read(code)) for code in codes()}
    return Words({code: _isolated(sentences) for code, sentences in filled.items()}, own)


def read(language: str, folder: Path = FOLDER) -> Sentences:
    """The sentences of one language's file, as it is."""
    with (folder / f"{language}.toml").open("rb") as file:
        return tomllib.load(file)


def _isolated(sentences: Sentences) -> Sentences:
    """Where one reads from the right, what is quoted keeps its own direction: else an English word would draw the
    number after it to its own side."""
    if sentences["language"]["direction"] == "ltr":
        return sentences
    isolated = "«\u2068\\1\u2069»"
    return {
        section: {name: re.sub(r"«(\{\w+\})»", isolated, text) for name, text in names.items()}
        for section, names in sentences.items()
    }


def _filled(english: Sentences, own: Sentences) -> Sentences:
    return {section: {**names, **own.get(section, {})} for section, names in english.items()}
