"""A confidence in words: as whole percent, and as how sure the model is."""

from page.words import Words

FAIRLY_SURE, VERY_SURE = 0.4, 0.8  # of the way from a guess to all


def levels(classes: int) -> tuple[float, float]:
    """The confidences, 0..1, from which on a model with so many classes is fairly sure, and very sure.

    They are counted from what a guess among its classes would give: of two things, half is not sure at all.
    """
    guess = 1 / classes
    return guess + FAIRLY_SURE * (1 - guess), guess + VERY_SURE * (1 - guess)


def sureness(confidence: float, classes: int) -> str:
    """The key of the words for a confidence 0..1 among so many classes: "very_sure", "fairly_sure" or "not_sure"."""
    fairly, very = levels(classes)
    if confidence >= very:
        return "very_sure"
    return "fairly_sure" if confidence >= fairly else "not_sure"


def percent(share: float, words: Words) -> str:
    """A share -> whole percent in words, halves up as the browser rounds.

    What is not nothing never becomes 0 %, and what is not all (but for the last digits of a sum) never 100 %.
    """
    if share < 0.005:
        return words("answer.under_one")
    if 0.995 <= share < 1 - 1e-6:
        return words("answer.over_99")
    return words("answer.percent", percent=int(100 * share + 0.5))


def heard(share: float, words: Words) -> str:
    """The same for whoever hears it: a screen reader leaves out the signs for less and more."""
    if share < 0.005:
        return words("answer.less_than_one")
    return words("answer.more_than_99") if 0.995 <= share < 1 - 1e-6 else percent(share, words)
