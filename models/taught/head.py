"""What a visitor taught, as numbers: a row of weights for each thing, and what tells whether a picture is like any."""

import unicodedata
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float32]

MOST_THINGS = 6  # beside "none of these"
LONGEST_NAME = 40  # letters
SMALLEST = 1e-12  # of the length of features, so that a picture without any has a score, too


def clean_name(name: str) -> str:
    """A name as it is kept: in one line, not long, and without signs that could be markup or turn how a line reads."""
    letters = (" " if unicodedata.category(each)[0] in "CZ" else each for each in name if each not in '<>&"`')
    return " ".join("".join(letters).split())[:LONGEST_NAME].strip()


@dataclass(frozen=True, eq=False)
class TaughtHead:
    """A linear head on the pooled features of a network, which have length one.

    The score of thing k for features f is (bias[k] + weight[k] · f / |f|) / temperature; the softmax of the scores is
    how sure it is. `names` has one name for each row. The row `none`, where there is one, stands for "none of these".

    `weight` is (things, features) and `bias` (things,), float32. `counts` says of how many pictures each row was made.
    `examples` (n, features) are features, of length one, of some taught pictures, each of the row that `owners` (n,)
    gives. A picture whose features have a smaller cosine than `novelty` with all of them is unlike everything that was
    taught; -1 calls nothing so. `guess` says that the temperature was not measured, for want of a second take. `full`
    is the strongest square that is usual in the maps of the taught pictures, in units of the score; 0 where nobody
    measured it.
    """

    names: tuple[str, ...]
    weight: Numbers
    bias: Numbers
    temperature: float
    counts: tuple[int, ...]
    none: int | None = None
    examples: Numbers | None = None
    owners: tuple[int, ...] = ()
    novelty: float = -1.0
    guess: bool = True
    full: float = 0.0

    @property
    def features(self) -> int:
        """How many features it takes."""
        return int(self.weight.shape[1])

    @property
    def scaled(self) -> tuple[Numbers, Numbers]:
        """Weight and bias, divided by the temperature: with these the head is one linear layer."""
        return self.weight / np.float32(self.temperature), self.bias / np.float32(self.temperature)

    def nearness(self, features: NDArray[np.floating]) -> float:
        """The largest cosine of features (C,), of any length, with the examples; 1 where there are none."""
        length = float(np.linalg.norm(features))
        if self.examples is None or not len(self.examples):
            return 1.0
        return float((self.examples @ features).max() / length) if length else 0.0
