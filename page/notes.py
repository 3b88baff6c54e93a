"""The sentences that a visitor should read with an explanation."""

from explainer.explain import Explanation
from page.confidence import levels, percent
from page.pictures.picture import Picture
from page.words import Words

UNLIKELY = 0.02  # of a target's confidence; below it, what speaks for the target is faint
SMALL = 64  # pixels of a side; below this a picture has less detail than any target layer could use


def notes_of(explanation: Explanation, picture: Picture, elsewhere: bool, words: Words) -> tuple[str, ...]:
    """Those that apply. `elsewhere` says whether another device than the usual one explained."""
    spec = explanation.classifier.spec
    nothing = any(layer.name == spec.default_layer and layer.maximum == 0 for layer in explanation.layers)
    confidence = explanation.target_confidence
    classes = len(explanation.classifier.labels)
    fairly, _ = levels(classes)
    notes = (
        *((True, words(f"notes.failed_{trial}", model=spec.title)) for trial in spec.failed),
        (elsewhere, words("notes.cpu")),
        (
            explanation.answer.confidence < fairly and not explanation.outside,
            words("notes.low", classes=words.number(classes)),
        ),
        (nothing, words("notes.nothing", label=explanation.target.label)),
        (
            confidence < UNLIKELY and not explanation.outside,
            words("notes.unlikely", label=explanation.target.label, percent=percent(confidence, words)),
        ),
        (
            min(picture.width, picture.height) < SMALL,
            words("notes.small", width=picture.width, height=picture.height),
        ),
    )
    return tuple(sentence for applies, sentence in notes if applies)
