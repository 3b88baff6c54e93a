"""How far what a visitor marked agrees with where the model looked, in words and in tenths."""

from dataclasses import asdict

from explainer.experiments.you_first import Overlap, compare
from page.confidence import percent, sureness
from page.experiments.experiment import Experiment
from page.experiments.marked import marked
from page.experiments.parameters import MaskPicture, OnePicture, Text, Word
from page.question import Question
from page.reply import Json, as_map
from page.service import Reply

NOTICED = 0.05  # of the marks; so many must lie where the model does not look before it is said
HALF = 0.5  # of the brightest part, marked


class YouFirst(Experiment):
    """Experiment 3."""

    name = "you_first"
    asks_only = True

    def run(self, picture: OnePicture, mask: MaskPicture = None, target: Word = None, model: Text = None) -> Json:
        """Lay marks on the map of the default layer.

        Args:
            picture: a decoded picture.
            mask: a picture of any size that is white where something is marked.
            target: as in `/explain`.
            model: as in `/explain`.

        Returns:
            `share`: how much of the marks that the model saw lies in the brightest part of its map, 0..1; `chance`: how
            much it would be by luck; `found`: how much of the brightest part is marked; `unseen`: how much of the marks
            the model did not see; `level` and `luck`: both in a word of `explainer.experiments.you_first`; `tenths`:
            of ten parts of the marks, how many lie in the brightest part; `label`, `confidence`, `map` and `seen` of
            the answer; and the sentences.

        Raises:
            explainer.experiments.mask.NothingMarked, NothingSeen, BadMask: the marks can't be used.
            models.problems.Problem: those of `Service.ask`.
        """
        marks = marked(mask, picture)
        reply = self.service.ask(picture, Question(model, target))  # at all layers, to know what is outside
        explanation = reply.explanation
        layer = explanation.layer(explanation.classifier.spec.default_layer)
        overlap = compare(marks, layer.grid, explanation.seen)
        return {
            **asdict(overlap),
            "level": overlap.level,
            "luck": overlap.luck,
            "tenths": None if overlap.even else overlap.tenths[0],
            "label": explanation.target.label,
            "confidence": explanation.target_confidence,
            "map": as_map(layer),
            "seen": asdict(explanation.seen),
            **self._sentences(overlap, reply),
        }

    def _sentences(self, overlap: Overlap, reply: Reply) -> Json:
        words = self.words
        unseen = words("you_first.unseen", percent=percent(overlap.unseen, words)) if overlap.unseen >= NOTICED else ""
        said = {"answer": self._answer(reply), "unseen": unseen}
        if overlap.even:
            return {**said, "headline": words("you_first.even"), "explained": "", "compared": "", "found_words": ""}
        yours, by_luck = overlap.tenths
        return {
            **said,
            "headline": words(f"you_first.level_{overlap.level}"),
            "explained": words("you_first.parts", yours=yours, luck=by_luck, percent=percent(overlap.chance, words)),
            "compared": words(f"you_first.luck_{overlap.luck}"),
            "found_words": words("you_first.found") if overlap.found >= HALF else words("you_first.left_out"),
        }

    def _answer(self, reply: Reply) -> str:
        words, answer = self.words, reply.explanation.answer
        if reply.outside:  # a percentage would mean little
            return f"{reply.outside} {words('you_first.nearest', label=answer.label)}"
        classes = len(reply.explanation.classifier.labels)
        sure = words(f"answer.{sureness(answer.confidence, classes)}").lower()
        return words("you_first.answer", label=answer.label, sure=sure, percent=percent(answer.confidence, words))
