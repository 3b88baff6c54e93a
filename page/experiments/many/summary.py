"""What a stack of rows says, in numbers and sentences."""

from collections.abc import Sequence
from dataclasses import asdict

from explainer.experiments.many import Count, Row, Side, by_sureness, group_counts, side, wrong
from explainer.experiments.many_table import as_csv
from models.labels import Labels
from page.confidence import percent
from page.reply import Json
from page.words import Words


class Summary:
    """Counts and words the rows of one model."""

    def __init__(self, words: Words, labels: Labels) -> None:
        """Count by the groups of `labels`, or by each of them where there are none, and write with `words`."""
        self.words = words
        # A model without groups has few words, or words that are not ours to sort: each is counted by itself.
        self.groups = labels.groups or {name: (index,) for index, name in enumerate(labels)}

    def of(self, rows: Sequence[Row]) -> Json:
        """All of it, as `page.experiments.many.ManyCounts` describes it."""
        counts = group_counts(rows, self.groups)
        ranked = by_sureness(rows)
        return {
            "order": [row.number for row in ranked],
            "groups": [asdict(count) for count in counts],
            "wrong": [row.number for row in wrong(rows)],
            "headline": self._headline(counts, ranked),
            "given": self._given(rows),
            "sure": self._sure(ranked),
            "judged": self._judged(rows),
            "compared": self._compared(side(rows, costume=False), side(rows, costume=True)),
            "table": as_csv(rows, self.words.of, self.words.label),
        }

    def _headline(self, counts: Sequence[Count], ranked: Sequence[Row]) -> str:
        answered = sum(row.answer is not None for row in ranked)
        if not answered:
            looked = any(row.outside for row in ranked)
            return self.words("many.unnamed") if looked else self.words("many.nothing")
        if not counts:
            return self.words.counted("many.answered", answered)
        count = counts[0]  # the largest, and of equals the narrowest: cats rather than animals
        return self.words("many.group", count=count.count, of=count.of, group=count.name)

    def _given(self, rows: Sequence[Row]) -> str:
        """How many there were, and which of them do not count; nothing where all do."""
        outside, broken = sum(bool(row.outside) for row in rows), sum(not row.answers for row in rows)
        if not outside and not broken:
            return ""
        named = len(rows) - outside - broken
        parts = (
            (True, self.words("many.given", count=len(rows), named=named)),
            (outside, self.words("many.outside", count=outside)),
            (broken, self.words("many.broken", count=broken)),
        )
        return " ".join(sentence for applies, sentence in parts if applies)

    def _sure(self, ranked: Sequence[Row]) -> str:
        answered = [(row.number, row.answer) for row in ranked if row.answer]
        if len(answered) < 2:
            return ""
        (most, first), (least, last) = answered[0], answered[-1]
        return self.words(
            "many.sure",
            most=most,
            most_label=first.label,
            most_percent=percent(first.confidence, self.words),
            least=least,
            least_label=last.label,
            least_percent=percent(last.confidence, self.words),
        )

    def _judged(self, rows: Sequence[Row]) -> str:
        judged = [row.right for row in rows if row.right is not None]
        return self.words("many.judged", right=sum(judged), of=len(judged)) if judged else ""

    def _compared(self, plain: Side, costume: Side) -> str:
        if plain.labelled and costume.labelled:
            return self.words(
                "many.compared",
                plain_right=plain.right,
                plain_of=plain.labelled,
                costume_right=costume.right,
                costume_of=costume.labelled,
            )
        if plain.sureness is None or costume.sureness is None:
            return ""
        return self.words(
            "many.compared_sure",
            plain=percent(plain.sureness, self.words),
            costume=percent(costume.sureness, self.words),
        )
