"""What the screen shows when nobody touches it: each example with its map, as the model of this server makes it."""

import base64
import logging
import threading
from collections.abc import Sequence

from explainer.explain import Answer, Explanation
from page.confidence import levels, percent
from page.examples import Example
from page.pictures.picture import Picture, base_jpeg
from page.question import DEFAULT_LAYER, Question
from page.reply import Json, as_map
from page.service import Reply, Service

log = logging.getLogger("seewhy")


class Attract:
    """Explains the examples once, when the first screen asks for them, and keeps what came out."""

    def __init__(self, service: Service, examples: Sequence[Example]) -> None:
        """Show `examples` in their order, explained by the default model of `service`."""
        self.service = service
        self.examples = examples
        self._shown: list[tuple[Json, Answer]] | None = None
        self._lock = threading.Lock()

    def shown(self) -> list[Json]:
        """One entry an example: the picture as a `data:` address, the part that was seen, its map, and the answer in
        the language that is spoken. Examples of which the model is not sure are left out, and those that it has no word
        for, unless that is all of them. May take seconds.
        """
        with self._lock:
            if self._shown is None:
                answers = [answer for example in self.examples if (answer := self._explained(example))]
                sure = [(picture, reply) for picture, reply in answers if _is_sure(reply.explanation)]
                self._shown = [self._entry(*answer) for answer in sure or answers]
            words = self.service.words
            return [
                {**entry, "label": words.label(answer.label), "percent": percent(answer.confidence, words)}
                for entry, answer in self._shown
            ]

    def _explained(self, example: Example) -> tuple[Picture, Reply] | None:
        try:
            picture = example.open()
            return picture, self.service.ask(picture, Question(layer=DEFAULT_LAYER))
        except Exception:  # the others are shown all the same
            log.exception("the example %s can't be shown to nobody", example.path.name)
            return None

    def _entry(self, picture: Picture, reply: Reply) -> tuple[Json, Answer]:
        explanation = reply.explanation
        seen = explanation.seen
        entry = {
            "base": "data:image/jpeg;base64," + base64.b64encode(base_jpeg(picture)).decode(),
            "seen": [seen.x, seen.y, seen.width, seen.height],
            "map": as_map(explanation.layers[0]),
        }
        return entry, explanation.answer


def _is_sure(explanation: Explanation) -> bool:
    classifier = explanation.classifier
    says_none = classifier.head is not None and explanation.answer.index == classifier.head.none
    if explanation.outside or says_none:  # "none of these" is no answer to wonder at
        return False
    fairly, _ = levels(len(classifier.labels))
    return explanation.answer.confidence >= fairly
