"""What the classes are called, how one is found by a word, and which classes belong together."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from types import MappingProxyType
from typing import Any

from models.lexicon import Lexicon, Meant, imagenet_lexicon, languages
from models.naming import WordTuple, imagenet_synonyms, unique_names
from models.problems import Problem
from models.spelling import Wanted, key
from models.tables.groups import GROUP_WORDS, GROUPS
from models.tables.names import RELATED

RATHER_THAN = " rather than "
MOST_CANDIDATES = 3
MOST_PARTS = 8  # of a list with commas that are looked at
ENGLISH = "en"


class AmbiguousTarget(Problem):
    """A word fits several classes or groups. Values: query, candidates (at most three names, each of them exact)."""

    key = "target.ambiguous"

    def __init__(self, query: str, candidates: WordTuple) -> None:
        super().__init__(query=query, candidates=candidates)


class UnknownTarget(Problem):
    """A word or number fits no class and no group. Values: query, known (the names of the groups, or of the classes
    where there are none)."""

    key = "target.unknown"

    def __init__(self, query: str, known: WordTuple) -> None:
        super().__init__(query=query, known=known)


class NearlyTarget(UnknownTarget):
    """A word fits none, but some come near. Values: query, known (at most three names, each of them exact)."""

    key = "target.nearly"


class Label(str):
    """The English name of one of ImageNet's classes or groups, which is told in other languages as well.

    It is a `str` like the name of any other model's class, which is told as it is.
    """

    __slots__ = ()

    def told(self, language: str) -> str:
        """What it is called in a language; in English where there are no words of that one."""
        return Labels.imagenet().in_language(language).told(self)


class Contrast(Label):
    """Two of them, with RATHER_THAN between."""

    __slots__ = ()

    def told(self, language: str) -> str:
        """Both sides as they are called, with what stands between them in that language."""
        labels = Labels.imagenet().in_language(language)
        first, second = map(labels.told, self.split(RATHER_THAN))
        return f"{first} {labels.rather_than} {second}"


@dataclass(frozen=True)
class Choice:
    """One class, or a group of classes, that a map can be made for."""

    name: str
    indices: tuple[int, ...]


@dataclass(frozen=True)
class Labels:
    """The plain names of a model's classes in the order of its outputs: `labels[281]` is "tabby cat".

    `synonyms` holds further words for each class, `groups` the classes of each group, and `group_words` further
    words for a group, such as its singular. All of these are English; where they are ImageNet's, they are also told in
    the `language` of the table of that name, and found by its words.
    """

    names: WordTuple
    synonyms: tuple[WordTuple, ...]
    groups: Mapping[str, tuple[int, ...]] = field(default_factory=lambda: MappingProxyType({}))
    group_words: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    imagenets: bool = False
    language: str = ENGLISH

    @staticmethod
    @cache
    def imagenet() -> "Labels":
        """Return the labels of the 1,000 ImageNet classes, from WordNet's words for them (they come with timm)."""
        synonyms = imagenet_synonyms()
        groups: dict[str, tuple[int, ...]] = {Label(name): indices for name, indices in GROUPS.items()}
        return Labels(tuple(map(Label, unique_names(synonyms))), synonyms, MappingProxyType(groups), GROUP_WORDS, True)

    def __reduce__(self) -> tuple[Any, ...]:
        """For pickling, which takes no views of dicts."""
        parts = (self.names, self.synonyms, dict(self.groups), dict(self.group_words), self.imagenets, self.language)
        return _from_dicts, parts

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

    def in_language(self, language: str) -> "Labels":
        """The same, told in another language and found by its words as well; itself where it has none of them."""
        if language == self.language or not (self.imagenets and language in languages()):
            return self
        if language not in self._translated:
            self._translated[language] = replace(self, language=language)
        return self._translated[language]

    def told(self, name: str) -> str:
        """What the class or the group of an English name is called in the language; any other text as it is."""
        if name in self._said:  # which a film asks a hundred times a second
            return self._said[name]
        (meant,) = self._english.exactly(key(name)) or (name,)
        known = isinstance(meant, int) or meant in self.groups
        if not known:
            return name
        told = self._own.name(meant)
        if name == (self.names[meant] if isinstance(meant, int) else meant):  # else people would fill it
            self._said[name] = told
        return told

    @property
    def rather_than(self) -> str:
        """What stands between the two sides of a contrast, in the language."""
        return self._own.rather_than

    def agree_with(self, names: Iterable[str]) -> bool:
        """Say whether `names` lists the same classes in the same order: each must begin with a word for its class."""
        listed = tuple(names)
        return len(listed) == len(self) and all(
            any(key(name).startswith(key(word)) for word in words)
            for name, words in zip(listed, self._english.words, strict=True)
        )

    def search(self, query: str) -> tuple[Meant, ...]:
        """Return the classes (by index) and groups (by English name) that a word may mean, best first: by all of a
        word for it, by whole words, by the beginning of one, by its end; of each, names go before further words."""
        wanted = Wanted.by(key(query))
        if not wanted.text:
            return ()
        found = [each for lexicon in self._lexica for each in lexicon.ranked(wanted)]
        return tuple(dict.fromkeys(meant for _, _, meant in sorted(found, key=lambda each: each[:2])))

    def resolve(self, query: str | int) -> Choice:
        """Return the one class or group that `query` means: an index, a name, a synonym or a group, in any case.

        A class's own name goes before another class's synonym, so that every name means its class; words of the
        language go before English ones, and these before those of all other languages. A list with commas stands for
        what all of it can mean. Where classes are called by numbers, such a name goes before an index that is written
        as a text. Raises AmbiguousTarget where several are meant, NearlyTarget where none is, but some come near, and
        UnknownTarget.
        """
        text = str(query).strip()
        if isinstance(query, str) and self.language == ENGLISH and text in self._index_of_spelling:
            return self._choice_at(self._index_of_spelling[text])
        if re.fullmatch(r"[+-]?[0-9]{1,9}", text):
            return self._choice_at(int(text))
        wanted = key(text)
        meant = self._meant(wanted) or self._meant_by_all(text) or self._meant_elsewhere(wanted)
        if len(meant) == 1:
            return self._choice_at(*meant)
        raise AmbiguousTarget(text, self._candidates(meant)) if meant else self._refusal(text)

    def _choice_at(self, meant: Meant) -> Choice:
        if isinstance(meant, str):
            return Choice(Label(meant) if self.imagenets else meant, self.groups[meant])
        if not 0 <= meant < len(self):
            raise UnknownTarget(str(meant), self._told)
        return Choice(self.names[meant], (meant,))

    def _meant(self, wanted: str) -> tuple[Meant, ...]:
        """What a key means as it is, in one language after the other, else in another form."""
        asked = [lexicon.exactly for lexicon in self._lexica] + [lexicon.loosely for lexicon in self._lexica]
        return next(filter(None, (ask(wanted) for ask in asked)), ())

    def _meant_by_all(self, text: str) -> tuple[Meant, ...]:
        """What every part of a list can mean, as WordNet writes its words: "tabby, tabby cat"."""
        parts = text.split(",", MOST_PARTS)[:MOST_PARTS]
        meanings = [self._meant(key(part)) for part in parts if key(part)]
        return tuple(each for each in meanings[0] if all(each in other for other in meanings)) if meanings else ()

    def _meant_elsewhere(self, wanted: str) -> tuple[Meant, ...]:
        """What a key means in the languages that nobody spoke, where they agree on it."""
        if not self.imagenets or self._related(wanted):
            return ()
        others = [imagenet_lexicon(each, self.names) for each in languages() if each != self.language]
        meant = {each for lexicon in others for each in lexicon.exactly(wanted)}
        return tuple(meant) if len(meant) == 1 else ()

    def _refusal(self, text: str) -> Problem:
        wanted = key(text)
        related = self._related(wanted)
        kinds = dict.fromkeys(each for lexicon in self._lexica for each in lexicon.kinds(wanted) if wanted)
        if len(kinds) > 1 and not related:
            return AmbiguousTarget(text, self._candidates(kinds))
        near = self._candidates(related or self.search(text) or self._spelt_nearly(wanted))
        return NearlyTarget(text, near) if near else UnknownTarget(text, self._told)

    def _related(self, wanted: str) -> Iterable[Meant]:
        return dict.fromkeys(each for lexicon in self._lexica for each in lexicon.near(wanted))

    def _spelt_nearly(self, wanted: str) -> Iterable[Meant]:
        return dict.fromkeys(each for lexicon in self._lexica for each in lexicon.spelt_nearly(wanted, MOST_CANDIDATES))

    def _candidates(self, meant: Iterable[Meant]) -> WordTuple:
        """What these are called, at most three of them."""
        return tuple(map(self._own.name, list(meant)[:MOST_CANDIDATES]))

    @property
    def _told(self) -> WordTuple:
        """What a refusal offers: the groups, or the classes where there are none."""
        return tuple(map(self._own.name, self.groups)) or self.names

    @cached_property
    def _english(self) -> Lexicon:
        further: dict[str, list[str]] = {group: [] for group in self.groups}
        for word, group in self.group_words.items():
            further[group].append(word)
        return Lexicon(
            words=tuple((name, *words) for name, words in zip(self.names, self.synonyms, strict=True)),
            groups={group: (group, *words) for group, words in further.items()},
            related=RELATED if self.imagenets else {},
        )

    @cached_property
    def _own(self) -> Lexicon:
        return self._english if self.language == ENGLISH else imagenet_lexicon(self.language, self.names)

    @cached_property
    def _lexica(self) -> tuple[Lexicon, ...]:
        return tuple(dict.fromkeys((self._own, self._english)))

    @cached_property
    def _index_of_spelling(self) -> dict[str, int]:
        return {name: index for index, name in enumerate(self.names)}

    @cached_property
    def _translated(self) -> dict[str, "Labels"]:
        return {}

    @cached_property
    def _said(self) -> dict[str, str]:
        return {}


def _from_dicts(
    names: WordTuple, synonyms: tuple[WordTuple, ...], groups: Any, group_words: Any, imagenets: bool, language: str
) -> Labels:
    return Labels(names, synonyms, MappingProxyType(groups), MappingProxyType(group_words), imagenets, language)
