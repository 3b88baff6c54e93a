"""What a visitor or a program says about a stack of pictures, checked."""

from typing import Any

from explainer.experiments.many import MOST_PICTURES, NoPictures, TooManyPictures
from explainer.experiments.number import finite
from explainer.explain import Answer
from models.labels import Choice, Labels
from models.problems import Problem
from page.words.echo import tame

LONGEST_NAME = 200
MOST_ANSWERS = 5


class NotAsMany(Problem):
    """Labels, costumes, names or verdicts that are not one for each picture, or not of their kind."""

    key = "many.not_as_many"


class NoAnswers(Problem):
    """Rows that do not look like those of `/many`."""

    key = "many.no_answers"


def check_number(given: Any) -> None:
    """Raise NoPictures or TooManyPictures."""
    if not isinstance(given, (list, tuple)) or not given:
        raise NoPictures
    if len(given) > MOST_PICTURES:
        raise TooManyPictures(limit=MOST_PICTURES, count=len(given))


Said = tuple[str, Choice | None, bool, bool | None]


def said(count: int, known: Labels, labels: Any, costume: Any, names: Any, right: Any = None) -> list[Said]:
    """For each picture its name, what the visitor says it is, whether it wears a costume, and whether they call the
    answer right.

    Raises NotAsMany, or what `Labels.resolve` raises.
    """
    words = [labels] * count if isinstance(labels, str) else _each(count, labels, (str, type(None)), None)
    chosen = [known.resolve(word) if word and word.strip() else None for word in words]
    dressed = _each(count, costume, (bool,), False)
    called = [tame(name[:LONGEST_NAME]) for name in _each(count, names, (str,), "")]
    judged = _each(count, right, (bool, type(None)), None)
    return list(zip(called, chosen, dressed, judged, strict=True))


def _each(count: int, given: Any, kinds: tuple[type, ...], missing: Any) -> list[Any]:
    if given is None:
        return [missing] * count
    if not isinstance(given, (list, tuple)) or len(given) != count:
        raise NotAsMany
    if not all(isinstance(each, kinds) for each in given):
        raise NotAsMany
    return list(given)


def read(row: Any, known: Labels) -> tuple[tuple[Answer, ...], str | None, bool | None]:
    """The answers of a row that was sent back, or its sentence, and whether it is outside. Labels are the model's own
    again. Raises NoAnswers."""
    if not isinstance(row, dict):
        raise NoAnswers
    answers, problem, outside = row.get("answers") or (), row.get("problem"), row.get("outside")
    sentence = problem[:LONGEST_NAME] if isinstance(problem, str) and not answers else None
    if not isinstance(answers, (list, tuple)) or len(answers) > MOST_ANSWERS or not (answers or sentence):
        raise NoAnswers
    if not isinstance(outside, (bool, type(None))):
        raise NoAnswers
    return tuple(_answer(each, known) for each in answers), sentence, outside


def _answer(given: Any, known: Labels) -> Answer:
    index, confidence = (given.get(key) for key in ("index", "confidence")) if isinstance(given, dict) else (None, None)
    if not isinstance(index, int) or isinstance(index, bool) or not 0 <= index < len(known):
        raise NoAnswers
    share = finite(confidence)
    if share is None or not 0 <= share <= 1:
        raise NoAnswers
    return Answer(index, known[index], share)
