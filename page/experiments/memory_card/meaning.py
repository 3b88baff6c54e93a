"""What a visitor or a program says about a marked part, as text or nothing."""

from typing import Any

from explainer.experiments.memory import LICENCES, MOST_LETTERS, NoWords, TooManyWords, UnknownLicence

MOST_SENT = 800  # letters, some of which may be composed into one; composing takes time
NOTHING_GRANTED = next(iter(LICENCES))


def meaning_of(given: Any) -> str:
    """The words, still as they were sent. Raises NoWords for anything but text, TooManyWords for far too much of it."""
    if not isinstance(given, str):
        raise NoWords
    if len(given) > MOST_SENT:
        raise TooManyWords(limit=MOST_LETTERS, count=len(given))
    return given


def licence_of(given: Any) -> str:
    """A key of LICENCES, the first one for None. Raises UnknownLicence."""
    if given is None:
        return NOTHING_GRANTED
    if not isinstance(given, str) or given not in LICENCES:
        raise UnknownLicence(licence=given, known=tuple(LICENCES))
    return given
