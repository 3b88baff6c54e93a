"""Refusals that a visitor can act on."""

from typing import Any, ClassVar


class Problem(Exception):
    """A refusal that a person should read as one clear sentence.

    `key` names the sentence in `page/words`, `values` fills its placeholders. The layers below the page raise
    problems without wording them, so that every sentence stays in one place and can be translated. A value may be
    whatever a stranger typed: of each, a sentence has the first `letters`.
    """

    key: ClassVar[str] = "problem"
    letters: ClassVar[int] = 60  # so many of each value stand in the sentence

    def __init__(self, **values: object) -> None:
        super().__init__(f"{self.key}: {values}" if values else self.key)
        self.values = values

    def __reduce__(self) -> tuple[Any, ...]:
        """For pickling: the constructors of the kinds of problems differ."""
        return _again, (type(self), self.values)


def _again(kind: type[Problem], values: dict[str, object]) -> Problem:
    problem = kind.__new__(kind)
    Problem.__init__(problem, **values)
    return problem
