"""A stack of pictures: every answer with its map, and what all of them together say."""

from collections.abc import Hashable
from dataclasses import asdict, replace

from PIL import Image

from explainer.experiments.many import MOST_PICTURES, Entry, NoPictures, Row, explain_each
from explainer.explain import Explanation
from models.problems import Problem
from page.experiments.experiment import Experiment
from page.experiments.many.given import NoAnswers, Said, check_number, read, said
from page.experiments.many.summary import Summary
from page.experiments.parameters import AnyJson, Pictures, Text
from page.pictures.picture import Picture
from page.pictures.together import Opening, key_of
from page.question import Question
from page.refusal import sentence_of
from page.reply import Json, as_address, as_map

SMALL = 360  # pixels along the longer side of a picture on the wall


class Many(Experiment):
    """Experiment 13."""

    name = "many"
    asks_only = True
    long = True

    def constants(self) -> Json:
        """See Experiment."""
        return {"most": MOST_PICTURES}

    def run(
        self,
        pictures: Pictures,
        model: Text = None,
        labels: AnyJson = None,
        costume: AnyJson = None,
        names: AnyJson = None,
        right: AnyJson = None,
    ) -> Json:
        """Ask about up to 24 pictures.

        Args:
            pictures: functions that decode one each; what they raise becomes part of its row.
            model: as in `/explain`.
            labels: what they show by the visitor's own word: one for all, or a list with one or null for each.
            costume: a list of true or false for each.
            names: a list of names for the table.
            right: a list of true, false or null for each: whether the visitor calls the answer right.

        Returns:
            `rows` in the given order: number, name, `answers` from the surest down, a small `picture`, its `map` and
            what was `seen`, or the `problem` as a sentence; `outside`, whether it may be none of the things that the
            model has words for (None where nobody can say), with a sentence `nearest`; and what `ManyCounts` gives.

        Raises:
            explainer.experiments.many.NoPictures, explainer.experiments.many.TooManyPictures, NotAsMany.
            models.problems.Problem: a word or a model that is none.
        """
        check_number(pictures)
        known = self.service.known(model).facts.labels.broad
        about = said(len(pictures), known.in_language(self.words.language), labels, costume, names, right)
        answered: dict[Hashable, Row] = {}
        shown: dict[Hashable, Json] = {}

        def row_of(number: int, opening: Opening, about: Said) -> Row:
            """The same file is asked about once, and nothing of it is kept but its row and what is on the wall."""
            key = key_of(opening)
            if key not in answered:
                row, shown[key] = self._answered(opening, model)
                answered[key] = replace(row, explanation=None, entry=Entry(_never))
            return replace(answered[key], number=number, entry=Entry(_never, *about))

        keys = [key_of(opening) for opening in pictures]
        rows = [row_of(number, *each) for number, each in enumerate(zip(pictures, about, strict=True), 1)]
        return {
            "rows": [{**self._row(row), **shown[key]} for row, key in zip(rows, keys, strict=True)],
            **Summary(self.words, known).of(rows),
        }

    def _answered(self, opening: Opening, model: str | None) -> tuple[Row, Json]:
        """What became of one picture, and what is shown of it."""
        opened: list[Picture] = []

        def decoded() -> Image.Image:
            opened.append(opening())
            return opened[0].rgb

        def ask(picture: Image.Image) -> Explanation:
            # At all layers: the check of outside needs them.
            return self.service.ask(Picture(picture), Question(model)).explanation

        (row,) = explain_each([Entry(decoded)], ask)
        return row, _shown(row, opened[0] if opened else None)

    def _row(self, row: Row) -> Json:
        problem = row.problem
        return {
            "number": row.number,
            "name": row.entry.name,
            "answers": [asdict(answer) for answer in row.answers],
            "problem": sentence_of(problem, self.words) if isinstance(problem, Problem) else problem,
            "outside": row.outside,
            "nearest": self.words("viewer.caption_outside", label=row.answers[0].label) if row.outside else "",
        }


class ManyCounts(Experiment):
    """The second half of experiment 13: the same rows once more with the visitor's own words, without the model."""

    name = "many_counts"
    asks_only = True
    card = False

    def run(
        self,
        rows: AnyJson = None,
        model: Text = None,
        labels: AnyJson = None,
        costume: AnyJson = None,
        names: AnyJson = None,
        right: AnyJson = None,
    ) -> Json:
        """Count what `/many` gave.

        Args:
            rows: its rows, of which `answers` (index and confidence), `problem` and `outside` are read.
            model, labels, costume, names, right: as for `/many`.

        Returns:
            `order`: the numbers of the rows, the most sure first; `groups`: how many answers belong to which group;
            `wrong`: the numbers of those that the visitor calls something else; `table`: all of it as CSV; and the
            sentences. What is outside counts nowhere but in `given`.

        Raises:
            NoAnswers: `rows` are none.
            models.problems.Problem: as for `/many`.
        """
        if not isinstance(rows, (list, tuple)):
            raise NoAnswers
        check_number(rows)
        known = self.service.known(model).facts.labels.broad
        about = said(len(rows), known.in_language(self.words.language), labels, costume, names)
        filled = [
            Row(number, Entry(_never, *each), *read(row, known))
            for number, (row, each) in enumerate(zip(rows, about, strict=True), 1)
        ]
        return Summary(self.words, known).of(filled)


def _shown(row: Row, picture: Picture | None) -> Json:
    if row.explanation is None or picture is None:
        return {}
    layer = row.explanation.layer(row.explanation.classifier.spec.default_layer)
    return {"picture": as_address(picture, SMALL), "map": as_map(layer), "seen": asdict(row.explanation.seen)}


def _never() -> Image.Image:
    raise NoPictures
