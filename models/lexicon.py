"""The words of one language for a model's classes and groups, and which of them a text means."""

import tomllib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from types import MappingProxyType

from models.naming import WordTuple
from models.spelling import NO_MATCH, Wanted, Word, forms, key, nearly
from models.tables.groups import GROUPS

FOLDER = Path(__file__).parent / "tables"
ARTICLES = ("the ", "a ", "an ")
ENDINGS = ("s", "es", "ies>y", "ves>f")

Meant = int | str  # the index of a class, or the English name of a group


@dataclass(frozen=True, eq=False)
class Lexicon:
    """What one language calls each class, in their order, and each group, by its English name.

    The first of several words is the name, the others are further ones that people use. `articles` and `endings` are
    those of `models.spelling.forms`; `related` has words that fit nothing, with names that come near; `rather_than`
    stands between the two sides of a contrast.
    """

    words: tuple[WordTuple, ...]
    groups: Mapping[str, WordTuple]
    related: Mapping[str, WordTuple] = field(default_factory=lambda: MappingProxyType({}))
    articles: Sequence[str] = ARTICLES
    endings: Sequence[str] = ENDINGS
    rather_than: str = "rather than"

    def name(self, meant: Meant) -> str:
        """What a class or a group is called."""
        return self.words[meant][0] if isinstance(meant, int) else self.groups[meant][0]

    def exactly(self, wanted: str) -> tuple[Meant, ...]:
        """What a key means as it is. A class's own name goes before another one's further words."""
        if wanted in self._class_of_name:
            return (self._class_of_name[wanted],)
        return self._meant_by_word.get(wanted, ())

    def loosely(self, wanted: str) -> tuple[Meant, ...]:
        """What a key means without its article, or as a plural."""
        return next(filter(None, map(self.exactly, forms(wanted, self.articles, self.endings))), ())

    def kinds(self, wanted: str) -> tuple[Meant, ...]:
        """The classes whose names end in a key as a word of its own, as "toy poodle" ends in "poodle"."""
        return tuple(at for name, at in self._class_of_name.items() if name.endswith(f" {wanted}"))

    def ranked(self, wanted: Wanted) -> list[tuple[int, bool, Meant]]:
        """How well each class and group fits, as `Wanted.rank` says, and whether by its name (False) or another word.
        Those that do not fit are left out."""
        found = [
            (*min((wanted.rank(word), place > 0) for place, word in enumerate(words)), meant)
            for meant, words in self._searched
        ]
        return [each for each in found if each[0] < NO_MATCH]

    def near(self, wanted: str) -> tuple[Meant, ...]:
        """What comes near a word that fits nothing, by the table of related words."""
        names = next(filter(None, map(self.related.get, forms(wanted, self.articles, self.endings))), ())
        return tuple(meant for name in names for meant in self.exactly(key(name)))

    def spelt_nearly(self, wanted: str, most: int) -> tuple[Meant, ...]:
        """What is written nearly as a key, at most so many words of it."""
        return tuple(meant for word in nearly(wanted, self._meant_by_word, most) for meant in self.exactly(word))

    @cached_property
    def _class_of_name(self) -> dict[str, int]:
        return {key(words[0]): at for at, words in enumerate(self.words)}

    @cached_property
    def _meant_by_word(self) -> dict[str, tuple[Meant, ...]]:
        found: defaultdict[str, list[Meant]] = defaultdict(list)
        for meant, words in self._everything:
            for word in dict.fromkeys(map(key, words)):
                found[word].append(meant)
        return {word: tuple(meant) for word, meant in found.items()}

    @cached_property
    def _searched(self) -> list[tuple[Meant, tuple[Word, ...]]]:
        return [(meant, tuple(map(Word.by, dict.fromkeys(map(key, words))))) for meant, words in self._everything]

    @property
    def _everything(self) -> tuple[tuple[Meant, WordTuple], ...]:
        return (*self.groups.items(), *enumerate(self.words))


def languages() -> WordTuple:
    """The languages that ImageNet's words are in beside English, by their codes."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))


@cache
def imagenet_lexicon(language: str, names: WordTuple) -> Lexicon:
    """Read what one of `languages()` calls ImageNet's classes, whose English `names` are the keys of its file."""
    with (FOLDER / f"{language}.toml").open("rb") as file:
        told = tomllib.load(file)
    classes, groups = told["classes"], told["groups"]
    return Lexicon(
        words=tuple(_words(classes.get(name, name)) for name in names),
        groups=_listed({group: groups.get(group, group) for group in GROUPS}),
        related=_listed(told["related"]),
        articles=tuple(told["articles"]),
        endings=tuple(told["endings"]),
        rather_than=told["rather_than"],
    )


def _listed(table: Mapping[str, str | list[str]]) -> Mapping[str, WordTuple]:
    return MappingProxyType({name: _words(words) for name, words in table.items()})


def _words(given: str | list[str]) -> WordTuple:
    return (given,) if isinstance(given, str) else tuple(given)
