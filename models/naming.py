"""From WordNet's words for the 1,000 ImageNet classes to one plain, unique name for each."""

from collections import Counter
from collections.abc import Sequence
from importlib.metadata import distribution
from pathlib import Path

from models.tables.names import MORE_SYNONYMS, PREFERRED, QUALIFIERS

WordTuple = tuple[str, ...]


def imagenet_synonyms() -> tuple[WordTuple, ...]:
    """Return all words for each of the 1,000 classes in the order of the models' outputs, the plainest first."""
    synonyms = []
    for index, description in enumerate(_descriptions()):
        lemmas = description.split(", ")
        preferred = (PREFERRED[index],) if index in PREFERRED else ()
        synonyms.append(tuple(dict.fromkeys((*preferred, *lemmas, *MORE_SYNONYMS.get(index, ())))))
    return tuple(synonyms)


def _descriptions() -> tuple[str, ...]:
    """Read WordNet's words for each class from timm's files; importing timm for them would take seconds."""
    info = distribution("timm")
    order, lemmas = (
        Path(str(info.locate_file(f"timm/data/_info/{name}.txt"))).read_text(encoding="utf-8").splitlines()
        for name in ("imagenet_synsets", "imagenet_synset_to_lemma")
    )
    words = dict(line.split("\t") for line in lemmas)
    return tuple(words[synset] for synset in order)


def unique_names(synonyms: Sequence[WordTuple]) -> WordTuple:
    """Return the first word of each class; where two share it, the next word (or a qualifier) follows in brackets."""
    counts = Counter(words[0].casefold() for words in synonyms)
    return tuple(
        words[0] if counts[words[0].casefold()] == 1 else f"{words[0]} ({_second_word(index, words)})"
        for index, words in enumerate(synonyms)
    )


def _second_word(index: int, words: WordTuple) -> str:
    return words[1] if len(words) > 1 else QUALIFIERS[index]
