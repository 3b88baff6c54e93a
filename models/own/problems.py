"""What keeps a file from becoming a classifier, each in one sentence that says what to do."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar, Literal

from models.problems import Problem

Reason = Literal["absent", "damaged", "too_large", "odd", "kind", "empty", "not_finite"]

# This is said to a host at the command line, in English; visitors can't bring files of networks.
SENTENCES: Mapping[Reason, str] = MappingProxyType(
    {
        "absent": "{file} is not there.",
        "damaged": "{file} is cut off or damaged ({detail}); copy it again, or save it again.",
        "too_large": "{file} would take {gigabytes} GB; --max-gigabytes allows {most}.",
        "odd": "{file} is built like no file of a network ({detail}); nothing in it was run. Save the weights again.",
        "kind": "{file} is {kind}. {advice}",
        "not_finite": "{file} has numbers in {tensor} that are none (NaN or infinite): its training went wrong.",
        "empty": "{file} holds no weights of a network; it holds {detail}.",
    }
)


class NotANetwork(Problem):
    """A file that can't become a classifier. Values: reason (a key of SENTENCES), file (its name), and its own."""

    key: ClassVar[str] = "own.not_a_network"

    def __init__(self, reason: Reason, file: str, **values: object) -> None:
        super().__init__(reason=reason, file=file, **values)

    def __str__(self) -> str:
        """The sentence."""
        reason: Reason = self.values["reason"]  # type: ignore[assignment]
        return SENTENCES[reason].format(**self.values)
