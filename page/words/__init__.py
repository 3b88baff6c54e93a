"""Every sentence that a visitor can meet, in one place and ready for translation."""

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

from models.problems import Problem

FOLDER = Path(__file__).parent
LISTED = 12  # of a long list, a sentence names so many


class Words:
    """The sentences of one language.

    `words("answer.title")` gives a sentence and fills its placeholders; `words.section("viewer")` gives a table of
    them, for the browser, where the placeholders are filled there.
    """

    def __init__(self, sentences: Mapping[str, Mapping[str, str]]) -> None:
        self._sentences = sentences

    def __call__(self, key: str, **values: object) -> str:
        """The sentence of `key`, such as "answer.title". Raises KeyError for a key or a value that is missing."""
        section, _, name = key.partition(".")
        return self._sentences[section][name].format(**values)

    def __contains__(self, key: str) -> bool:
        section, _, name = key.partition(".")
        return name in self._sentences.get(section, {})

    def section(self, name: str) -> dict[str, str]:
        """All sentences of one section, unfilled."""
        return dict(self._sentences[name])

    def but(self, own: Mapping[str, str]) -> "Words":
        """The same sentences with others in the place of some. Raises KeyError for one that is not there."""
        sentences = {section: dict(names) for section, names in self._sentences.items()}
        for key, sentence in own.items():
            section, _, name = key.partition(".")
            if name not in sentences[section]:
                raise KeyError(key)
            sentences[section][name] = sentence
        return Words(sentences)

    def keys(self) -> list[str]:
        """Every key, in the order of the file."""
        return [f"{section}.{name}" for section, names in self._sentences.items() for name in names]

    def of(self, problem: Problem) -> str:
        """The sentence for a problem; lists among its values are written with commas, long ones not to their end."""
        values = {
            name: _plain(_listed(value) if isinstance(value, tuple) else str(value))
            for name, value in problem.values.items()
        }
        return self(problem.key, **values)


def _plain(text: str) -> str:
    """What a visitor typed comes back in a message that Gradio takes for markup: brackets of another kind are none."""
    return text.translate({ord("<"): "\u2039", ord(">"): "\u203a"})


def _listed(values: Sequence[object]) -> str:
    listed = ", ".join(map(str, values[:LISTED]))
    return listed if len(values) <= LISTED else f"{listed} …"


def load(language: str = "en") -> Words:
    """Read a language's sentences. Raises FileNotFoundError for a language that is not there."""
    with (FOLDER / f"{language}.toml").open("rb") as file:
        return Words(tomllib.load(file))
