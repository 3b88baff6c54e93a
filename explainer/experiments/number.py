"""Numbers that strangers send."""

import math
import re

# What `float` takes as well is left out: digits of other scripts, underscores, spaces, and words such as "nan".
WRITTEN = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")


def written(text: str) -> float | None:
    """The number that a text is, written in ASCII as programs write it; None for anything else, and as `finite`."""
    return finite(float(text)) if WRITTEN.fullmatch(text) else None


def finite(value: object) -> float | None:
    """What was sent, where it is a number that can be worked with: no word, no truth value, no NaN, no infinity and no
    whole number beyond all floats; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None
