"""How long a text of a request may be: one limit for all of them, checked before anything reads them."""

from collections.abc import Iterator, Mapping

from models.problems import Problem

LONGEST = 200  # letters
# Parameters with a limit of their own, by name. Of the rows that `/many` gave, nothing is used but numbers and the
# beginning of a sentence.
LONGER: Mapping[str, int | None] = {"meaning": 800, "meanings": 800, "rows": None}


class NotText(Problem):
    """A list, a table or a truth value where a text belongs."""

    key = "api.not_text"


class TooLong(Problem):
    """A text with more letters than texts may have. Values: limit."""

    key = "api.long"


def check_text(name: str, value: object) -> None:
    """Raise NotText where what was sent as the parameter `name` is neither text nor a number, and TooLong where it
    becomes a long text."""
    if value is not None and (isinstance(value, bool) or not isinstance(value, str | int | float)):
        raise NotText
    limit = LONGER.get(name, LONGEST)
    if limit is not None and value is not None and len(str(value)) > limit:
        raise TooLong(limit=limit)


def check_texts(name: str, value: object) -> None:
    """Raise TooLong where what was sent as the parameter `name` holds a long text, however deep inside."""
    limit = LONGER.get(name, LONGEST)
    if limit is not None and any(len(text) > limit for text in _texts(value)):
        raise TooLong(limit=limit)


def _texts(value: object) -> Iterator[str]:
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, Mapping):
            waiting += [*one, *one.values()]
        elif isinstance(one, (list, tuple)):
            waiting += one
