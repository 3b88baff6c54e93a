"""How people write a word: what two spellings share, which other forms a word may have, and how well another fits."""

import difflib
import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple, Self

LONGEST = 40  # letters that are compared with others of nearly the same; no class's name is longer
ALIKE = 0.76  # the least likeness of two spellings, 0..1, as difflib counts it
PREFIX, SUFFIX = 4, 5  # the fewest letters that say something as the beginning or the end of a longer word
NO_MATCH = 4

# Letters that are written for one another: hard and soft endings of Arabic, and its stretched line.
_SAME = str.maketrans({"\u0629": "\u0647", "\u0649": "\u064a", "\u0640": None, "\u2019": "'", "\u2018": "'"})
_BETWEEN = re.compile(r"[-_()\s]+")
_AROUND = " .,;:!?\"'`\u00a1\u00bf\u00ab\u00bb\u2039\u203a\u201c\u201d\u201e\u2026\u060c\u061b\u061f"


def key(text: str) -> str:
    """Return what two spellings share.

    Case, accents, hyphens, underscores, brackets, typographic apostrophes, and signs around the text don't count.
    """
    bare = "".join(one for one in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(one))
    return " ".join(_BETWEEN.sub(" ", bare.translate(_SAME)).strip(_AROUND).split())


def forms(wanted: str, articles: Collection[str], endings: Collection[str]) -> Iterator[str]:
    """Yield a key, the same without its article, and their possible singulars: people ask for "the lions", too.

    Args:
        wanted: the key of what was typed.
        articles: the beginnings of a text that don't belong to its word, each with its space if it has one.
        endings: those of plurals, "s" for one, or "ies>y" where another one takes their place.
    """
    bare = next((wanted.removeprefix(each) for each in articles if wanted.startswith(each)), wanted)
    for one in dict.fromkeys((wanted, bare)):
        yield one
        for ending in endings:
            plural, _, singular = ending.partition(">")
            if one.endswith(plural) and len(one) > len(plural) + 1:
                yield one.removesuffix(plural) + singular


class Word(NamedTuple):
    """The key of a text, and the words in it, split once: a search meets thousands of texts."""

    text: str
    parts: frozenset[str]

    @classmethod
    def by(cls, text: str) -> Self:
        """Split a key."""
        return cls(text, frozenset(text.split()))


class Wanted(Word):
    """What was typed."""

    def rank(self, word: Word) -> int:
        """Say how well a word fits: 0 all of it, 1 whole words of it, 2 it begins with it, 3 a word of it ends so,
        4 not. A few letters begin or end too many words to say anything."""
        if self.text == word.text:
            return 0
        if self.parts <= word.parts:
            return 1
        if self.text not in word.text:
            return NO_MATCH
        if len(self.text) >= PREFIX and f" {self.text}" in f" {word.text}":
            return 2
        return 3 if len(self.text) >= SUFFIX and f"{self.text} " in f"{word.text} " else NO_MATCH


def nearly(wanted: str, known: Iterable[str], most: int) -> list[str]:
    """Return the keys among `known` that are spelt nearly as `wanted`, at most so many, the nearest first."""
    if not PREFIX <= len(wanted) <= LONGEST:
        return []
    return difflib.get_close_matches(wanted, known, most, ALIKE)
