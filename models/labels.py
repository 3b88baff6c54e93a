"""What the classes are called, how one is found by a word, and which classes belong together."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from types import MappingProxyType
from typing import Any, NamedTuple, Self

from models.naming import WordTuple, imagenet_synonyms, unique_names
from models.problems import Problem
from models.tables.groups import GROUP_WORDS, GROUPS

MOST_CANDIDATES = 8


class AmbiguousTarget(Problem):
    """A word fits several classes or groups. Values: query, candidates (at most eight names, each of them exact)."""

    key = "target.ambiguous"

    def __init__(self, query: str, candidates: WordTuple) -> None:
        super().__init__(query=query, candidates=candidates)


class UnknownTarget(Problem):
    """A word or number fits no class and no group. Values: query, known (the names of the groups)."""

    key = "target.unknown"

    def __init__(self, query: str, groups: WordTuple) -> None:
        super().__init__(query=query, known=groups)


@dataclass(frozen=True)
class Choice:
    """One class, or a group of classes, that a map can be made for."""

    name: str
    indices: tuple[int, ...]


@dataclass(frozen=True)
class Labels:
    """The plain names of a model's classes in the order of its outputs: `labels[281]` is "tabby cat".

    `synonyms` holds further words for each class, `groups` the classes of each group, and `group_words` further
    words for a group, such as its singular.
    """

    names: WordTuple
    synonyms: tuple[WordTuple, ...]
    groups: Mapping[str, tuple[int, ...]] = field(default_factory=lambda: MappingProxyType({}))
    group_words: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @staticmethod
    @cache
    def imagenet() -> "Labels":
        """Return the labels of the 1,000 ImageNet classes, from WordNet's words for them (they come with timm)."""
        synonyms = imagenet_synonyms()
        return Labels(unique_names(synonyms), synonyms, GROUPS, GROUP_WORDS)

    def __reduce__(self) -> tuple[Any, ...]:
        """For pickling, which takes no views of dicts."""
        return _from_dicts, (self.names, self.synonyms, dict(self.groups), dict(self.group_words))

    def __len__(self) -> int:
        return len(self.names)

    def __getitem__(self, index: int) -> str:
        return self.names[index]

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    @cached_property
    def broad(self) -> "Labels":
        """The same, but a group also holds those whose names end in its own, as people count: big cats are cats."""
        groups = {
            name: tuple(
                sorted(
                    {index for other in self.groups if f" {other}".endswith(f" {name}") for index in self.groups[other]}
                )
            )
            for name in self.groups
        }
        return replace(self, groups=MappingProxyType(groups))

    def agree_with(self, names: Iterable[str]) -> bool:
        """Say whether `names` lists the same classes in the same order: each must begin with a word for its class."""
        listed = tuple(names)
        return len(listed) == len(self) and all(
            any(_key(name).startswith(word) for word in words) for name, words in zip(listed, self._words, strict=True)
        )

    def search(self, query: str) -> tuple[int, ...]:
        """Return the classes that a word may mean, best first: all of a synonym, whole words of one, a part of one."""
        wanted = _Wanted.by(_key(query))
        if not wanted.text:
            return ()
        ranked = [(min(map(wanted.rank, words)), index) for index, words in enumerate(self._searched)]
        return tuple(index for rank, index in sorted(ranked) if rank < _NO_MATCH)

    def resolve(self, query: str | int) -> Choice:
        """Return the one class or group that `query` means: an index, a name, a synonym or a group, in any case.

        A class's own name goes before another class's synonym, so that every name means its class.
        Raises AmbiguousTarget where several are meant, or none exactly; UnknownTarget where nothing fits.
        """
        text = str(query).strip()
        if re.fullmatch(r"[+-]?\d{1,9}", text):
            return self._choice_at(int(text))
        for wanted in _forms(_key(text)):
            choices = self._exact(wanted)
            if len(choices) == 1:
                return choices[0]
            if choices:
                raise AmbiguousTarget(text, tuple(choice.name for choice in choices)[:MOST_CANDIDATES])
        raise self._refusal(text)

    def _choice_at(self, index: int) -> Choice:
        if not 0 <= index < len(self):
            raise UnknownTarget(str(index), tuple(self.groups))
        return Choice(self.names[index], (index,))

    def _exact(self, wanted: str) -> tuple[Choice, ...]:
        if wanted in self._index_of_name:
            return (self._choice_at(self._index_of_name[wanted]),)
        group = self._group_of_word.get(wanted)
        groups = (Choice(group, self.groups[group]),) if group else ()
        return (*groups, *(self._choice_at(index) for index in self._indices_of_word.get(wanted, ())))

    def _refusal(self, text: str) -> Problem:
        wanted = _Wanted.by(_key(text))
        groups = tuple(group for group in self.groups if wanted.text and wanted.rank(_Word.by(_key(group))) < _NO_MATCH)
        candidates = (*groups, *(self.names[index] for index in self.search(text)))
        if candidates:
            return AmbiguousTarget(text, candidates[:MOST_CANDIDATES])
        return UnknownTarget(text, tuple(self.groups))

    @cached_property
    def _words(self) -> tuple[WordTuple, ...]:
        return tuple(
            tuple(dict.fromkeys(map(_key, (name, *words))))
            for name, words in zip(self.names, self.synonyms, strict=True)
        )

    @cached_property
    def _searched(self) -> tuple[tuple["_Word", ...], ...]:
        return tuple(tuple(map(_Word.by, words)) for words in self._words)

    @cached_property
    def _index_of_name(self) -> dict[str, int]:
        return {_key(name): index for index, name in enumerate(self.names)}

    @cached_property
    def _indices_of_word(self) -> dict[str, list[int]]:
        indices = defaultdict(list)
        for index, words in enumerate(self._words):
            for word in words:
                indices[word].append(index)
        return dict(indices)

    @cached_property
    def _group_of_word(self) -> dict[str, str]:
        own_names = {_key(group): group for group in self.groups}
        return own_names | {_key(word): group for word, group in self.group_words.items()}


_NO_MATCH = 4


class _Word(NamedTuple):
    """A text, and the words in it, split once: a search meets thousands of texts."""

    text: str
    parts: frozenset[str]

    @classmethod
    def by(cls, text: str) -> Self:
        return cls(text, frozenset(text.split()))


class _Wanted(_Word):
    """A query."""

    def rank(self, word: _Word) -> int:
        """Say how well a word is met: 0 all of it, 1 whole words of it, 2 the beginning of one, 3 a part, 4 not."""
        if self.text == word.text:
            return 0
        if self.parts <= word.parts:
            return 1
        if self.text not in word.text:
            return _NO_MATCH
        return 2 if f" {self.text}" in f" {word.text}" else 3


def _forms(wanted: str) -> Iterator[str]:
    """Yield the query, then its possible singulars: "lions" is asked for as often as "lion"."""
    yield wanted
    for ending in ("s", "es"):
        if wanted.endswith(ending):
            yield wanted.removesuffix(ending)


def _from_dicts(names: WordTuple, synonyms: tuple[WordTuple, ...], groups: Any, group_words: Any) -> Labels:
    return Labels(names, synonyms, MappingProxyType(groups), MappingProxyType(group_words))


def _key(text: str) -> str:
    """Return what two spellings share: case, hyphens, underscores, brackets and typographic apostrophes don't count."""
    return " ".join(re.sub(r"[-_()\s]+", " ", text.casefold().replace("\u2019", "'")).split())
