"""A marked part of a picture and what it means to a person, beside the model's word and map, on one memory card."""

import base64
from dataclasses import asdict
from datetime import date

from explainer.experiments.mask import Mask, NothingSeen
from explainer.experiments.memory import LICENCES, MOST_LETTERS, Memory
from explainer.experiments.memory_card import CardText, draw_memory_card
from explainer.experiments.memory_cards import MOST_CARDS
from explainer.experiments.you_first import compare
from page.confidence import percent, sureness
from page.experiments.experiment import Experiment
from page.experiments.marked import marked
from page.experiments.memory_card.meaning import licence_of, meaning_of
from page.experiments.parameters import AnyText, MaskPicture, OnePicture, Text
from page.question import Question
from page.reply import Json, as_map
from page.titles import capital
from page.words import ENGLISH, speaking


class MemoryCard(Experiment):
    """Experiment 12."""

    name = "memory_card"
    asks_only = True
    today = staticmethod(date.today)

    def constants(self) -> Json:
        """See Experiment."""
        return {"most": MOST_CARDS, "most_letters": MOST_LETTERS, "licences": list(LICENCES)}

    def run(
        self,
        picture: OnePicture,
        mask: MaskPicture = None,
        meaning: AnyText = None,
        licence: Text = None,
        model: Text = None,
    ) -> Json:
        """Make a card. Nothing of it is kept.

        Args:
            picture: a decoded picture.
            mask: a picture of any size that is white where the part is.
            meaning: what the part means to whoever marked it, in at most 200 letters.
            licence: a key of `explainer.experiments.memory.LICENCES`: what others may do with the card; None for
                nothing.
            model: as in `/explain`.

        Returns:
            `card`: a PNG as a `data:` address, 1,200 pixels across; `meaning` as it is on the card, and `complete`:
            whether all of its letters could be drawn; `label` and `share` 0..1 of the model's first answer, its `map`
            at the default layer and what was `seen`; `overlap`: the share of the marks that lie in the brightest
            fifth of the map, and that of marks thrown at random, None where the model saw none; and the sentences:
            `nearest` is for the place of the share where the picture may be outside the model's world, else "".

        Raises:
            explainer.experiments.mask.NothingMarked, explainer.experiments.mask.BadMask: there is no mark.
            explainer.experiments.memory.NoWords, TooManyWords, UnknownLicence: as they say.
            models.problems.Problem: those of `Service.ask`.
        """
        explanation = self.service.ask(picture, Question(model)).explanation  # at all layers, to know what is outside
        marks = marked(mask, picture)
        day = self.today()
        memory = Memory(picture.rgb, marks.marks, meaning_of(meaning), explanation, day, licence_of(licence))
        card = draw_memory_card(memory, self._text(memory))
        overlap = _overlap(marks, memory)
        return {
            "card": "data:image/png;base64," + base64.b64encode(card.png).decode(),
            "meaning": memory.words,
            "complete": card.complete,
            "label": explanation.answer.label,
            "share": explanation.answer.confidence,
            "map": as_map(memory.map),
            "seen": asdict(explanation.seen),
            "overlap": overlap,
            **self._sentences(memory, overlap, card.complete),
        }

    def _text(self, memory: Memory) -> CardText:
        words, explanation = self.words, memory.explanation
        answer, day = explanation.answer, memory.day
        # What runs from right to left can't be drawn.
        with speaking(words.language if words("language.direction") == "ltr" else ENGLISH):
            return CardText(
                yours=words("memory_card.yours"),
                models=words("memory_card.models"),
                label=capital(words.label(answer.label)),
                sure=words("answer.came_nearest")
                if explanation.outside
                else words(
                    "memory_card.sure",
                    percent=percent(answer.confidence, words),
                    sure=words(f"answer.{sureness(answer.confidence, len(explanation.classifier.labels))}"),
                ),
                small=words(
                    "memory_card.small",
                    day=words.date(day),
                    model=explanation.classifier.spec.title,
                    licence=LICENCES[memory.licence].title,
                ),
            )

    def _sentences(self, memory: Memory, overlap: Json | None, complete: bool) -> Json:
        words, answer, outside = self.words, memory.explanation.answer, memory.explanation.outside
        meaning = memory.words.rstrip(".!?…")
        if overlap is None:
            compared = words("memory_card.unseen")
        elif overlap["chance"] == 1:
            compared = words("memory_card.even")
        else:
            shares = {key: percent(share, words) for key, share in overlap.items()}
            compared = words("memory_card.compared", **shares)
        return {
            "headline": words("memory_card.outside", meaning=meaning, label=answer.label)
            if outside
            else words(
                "memory_card.headline", meaning=meaning, label=answer.label, percent=percent(answer.confidence, words)
            ),
            "nearest": words("viewer.caption_outside", label=answer.label) if outside else "",
            "compared": compared,
            "left_out": "" if complete else words("memory_card.left_out"),
        }


def _overlap(marks: Mask, memory: Memory) -> Json | None:
    try:
        both = compare(marks, memory.map.grid, memory.explanation.seen)
    except NothingSeen:
        return None
    return {"share": both.share, "chance": both.chance}
