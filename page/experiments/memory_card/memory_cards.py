"""Several memory cards as a small data set."""

import base64
from collections.abc import Hashable, Sequence
from datetime import date
from typing import Any

from PIL import Image

from explainer.experiments.memory import Memory
from explainer.experiments.memory_cards import MOST_CARDS, NoCards, TooManyCards, as_zip
from explainer.explain import Explanation
from models.problems import Problem
from page.experiments.experiment import Experiment
from page.experiments.marked import marked
from page.experiments.memory_card.meaning import licence_of, meaning_of
from page.experiments.parameters import AnyJson, MaskPictures, Pictures, Text
from page.pictures.picture import Picture
from page.pictures.together import Opening, key_of
from page.question import DEFAULT_LAYER, Question
from page.reply import Json

LONGEST = 640  # pixels along the longer side of a picture in the data set; it is a small one


class CardsDiffer(Problem):
    """Not a picture, a mask, words and a licence for each card."""

    key = "memory_card.differ"


class MemoryCards(Experiment):
    """The second half of experiment 12: cards of one or of several pictures, together."""

    name = "memory_cards"
    asks_only = True
    long = True
    card = False
    today = staticmethod(date.today)

    def run(
        self,
        pictures: Pictures,
        masks: MaskPictures = None,
        meanings: AnyJson = None,
        licences: AnyJson = None,
        model: Text = None,
    ) -> Json:
        """Pack cards into a zip. Nothing of it is kept.

        Args:
            pictures: functions that decode one each.
            masks: the same for as many masks, as `/memory_card` takes them.
            meanings: a list of as many texts.
            licences: a list of as many keys of `explainer.experiments.memory.LICENCES`; None for the first of them
                each.
            model: as in `/explain`.

        Returns:
            `zip`: as `explainer.experiments.memory_cards.as_zip` makes it, as a `data:` address; `count`: how many
            cards it holds.

        Raises:
            NoCards, TooManyCards, CardsDiffer.
            models.problems.Problem: as for `/memory_card`; one bad card refuses all.
        """
        if not isinstance(pictures, (list, tuple)) or not pictures:
            raise NoCards
        if len(pictures) > MOST_CARDS:
            raise TooManyCards(limit=MOST_CARDS)
        count = len(pictures)
        columns: tuple[Any, ...] = (masks, meanings, [None] * count if licences is None else licences)
        if not all(isinstance(column, (list, tuple)) and len(column) == count for column in columns):
            raise CardsDiffer
        asked: dict[Hashable, tuple[Picture, Explanation]] = {}
        memories = [
            self._memory(asked, opening, mask, meaning, licence, model)
            for opening, mask, meaning, licence in zip(pictures, *columns, strict=True)
        ]
        data = as_zip(memories, self._datasheet(memories), self.words("memory_card.licence_text"))
        return {"zip": "data:application/zip;base64," + base64.b64encode(data).decode(), "count": count}

    def _memory(
        self,
        asked: dict[Hashable, tuple[Picture, Explanation]],
        opening: Opening,
        mask: Opening,
        meaning: Any,
        licence: Any,
        model: str | None,
    ) -> Memory:
        """One card; of the same file as an earlier one, what was `asked` about that."""
        key = key_of(opening)
        if key not in asked:
            small = _fitted(opening())
            asked[key] = small, self.service.ask(small, Question(model, layer=DEFAULT_LAYER)).explanation
        picture, explanation = asked[key]
        marks = marked(mask(), picture).marks
        return Memory(picture.rgb, marks, meaning_of(meaning), explanation, self.today(), licence_of(licence))

    def _datasheet(self, memories: Sequence[Memory]) -> str:
        first = memories[0]
        return self.words(
            "memory_card.datasheet",
            count=len(memories),
            model=first.explanation.classifier.spec.title,
            method=first.explanation.method,
            day=first.day.isoformat(),
            longest=LONGEST,
        )


def _fitted(picture: Picture) -> Picture:
    small = picture.rgb.copy()
    small.thumbnail((LONGEST, LONGEST), Image.Resampling.LANCZOS)
    return Picture(small)
