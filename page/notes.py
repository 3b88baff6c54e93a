"""The sentences that a visitor should read with an explanation."""

from collections.abc import Iterator

from explainer.explain import Explanation
from page.confidence import levels, percent
from page.pictures.picture import Picture
from page.words import Words

UNLIKELY = 0.02  # of a target's confidence; below it, what speaks for the target is faint
SMALL = 64  # pixels of a side; below this a picture has less detail than any target layer could use


def notes_of(explanation: Explanation, picture: Picture, elsewhere: bool, words: Words) -> tuple[str, ...]:
    """Those that apply. `elsewhere` says whether another device than the usual one explained."""
    return tuple(_notes(explanation, picture, elsewhere, words))


def _notes(explanation: Explanation, picture: Picture, elsewhere: bool, words: Words) -> Iterator[str]:
    spec = explanation.classifier.spec
    confidence = explanation.target_confidence
    classes = len(explanation.classifier.labels)
    fairly, _ = levels(classes)
    for trial in spec.failed:
        yield words(f"notes.failed_{trial}", model=spec.title)
    if elsewhere:
        yield words("notes.cpu")
    if explanation.answer.confidence < fairly and not explanation.outside:
        yield words("notes.low", classes=words.number(classes))
    if any(layer.name == spec.default_layer and layer.maximum == 0 for layer in explanation.layers):
        yield words("notes.nothing", label=explanation.target.label)
    if confidence < UNLIKELY and not explanation.outside:
        yield words("notes.unlikely", label=explanation.target.label, percent=percent(confidence, words))
    if min(picture.width, picture.height) < SMALL:
        yield words("notes.small", width=picture.width, height=picture.height)
