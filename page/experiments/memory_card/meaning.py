"""What a visitor or a program says about a marked part, as text or nothing."""

from typing import Any

from explainer.card import LICENCES, NoWords, UnknownLicence

NOTHING_GRANTED = next(iter(LICENCES))


def meaning_of(given: Any) -> str:
    """The words. Raises NoWords for anything but text."""
    if not isinstance(given, str):
        raise NoWords
    return given


def licence_of(given: Any) -> str:
    """A key of LICENCES, the first one for None. Raises UnknownLicence."""
    if given is None:
        return NOTHING_GRANTED
    if not isinstance(given, str) or given not in LICENCES:
        raise UnknownLicence(licence=given, known=tuple(LICENCES))
    return given
