"""A memory: what a marked part of a picture means to a person, with the model's answer and a licence."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

import numpy as np
from PIL import Image

from explainer.experiments.lettering import tidy
from explainer.experiments.mask import BadMask, Marks, NothingMarked
from explainer.explain import Explanation, LayerMap
from models.problems import Problem

MOST_LETTERS = 200


class NoWords(Problem):
    """Nothing was written, or nothing but spaces and control characters."""

    key = "memory_card.no_words"


class TooManyWords(Problem):
    """A text longer than MOST_LETTERS. Values: limit, count."""

    key = "memory_card.long"


class UnknownLicence(Problem):
    """A licence that is not in LICENCES. Values: licence, known."""

    key = "memory_card.licence"


@dataclass(frozen=True)
class Licence:
    """What others may do with a card: `spdx` is the name at spdx.org, and where there is none "LicenseRef-…"."""

    title: str
    spdx: str
    address: str


LICENCES: Mapping[str, Licence] = MappingProxyType(
    {
        "private": Licence("All rights reserved", "LicenseRef-all-rights-reserved", ""),
        "cc0": Licence("CC0 1.0", "CC0-1.0", "https://creativecommons.org/publicdomain/zero/1.0/"),
        "cc-by": Licence("CC BY 4.0", "CC-BY-4.0", "https://creativecommons.org/licenses/by/4.0/"),
    }
)


@dataclass(frozen=True, eq=False)
class Memory:
    """A marked part of a picture and what it means to a person, with the model's answer about the whole picture.

    `picture` is upright RGB. `mask` is (height, width) bool, True where the part is. `words` are tidied. `licence` is a
    key of LICENCES. Raises NoWords, TooManyWords, NothingMarked, BadMask or UnknownLicence.
    """

    picture: Image.Image
    mask: Marks
    words: str
    explanation: Explanation
    day: date
    licence: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "words", tidy(self.words))
        if not self.words:
            raise NoWords
        if len(self.words) > MOST_LETTERS:
            raise TooManyWords(limit=MOST_LETTERS, count=len(self.words))
        if self.mask.shape != (self.picture.height, self.picture.width) or self.mask.dtype != np.bool_:
            raise BadMask
        if not self.mask.any():
            raise NothingMarked
        if self.licence not in LICENCES:
            raise UnknownLicence(licence=self.licence, known=tuple(LICENCES))

    @property
    def map(self) -> LayerMap:
        """The map that belongs on the card: of the model's default layer."""
        return self.explanation.layer(self.explanation.classifier.spec.default_layer)
