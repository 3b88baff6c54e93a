"""Numbers that strangers send."""

import math


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
