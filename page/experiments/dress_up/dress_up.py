"""A picture in a costume: how sure the model still is of what it said before, and what it says now."""

from dataclasses import asdict
from types import MappingProxyType
from typing import Any

from explainer.experiments.before_after import BeforeAfter
from explainer.experiments.dress_up import FOLDER, MOST_PIECES, Piece, TooManyPieces, dress_up, sizes
from models.problems import Problem
from page.confidence import percent
from page.experiments.experiment import Experiment
from page.experiments.parameters import AnyJson, OnePicture, Text, Word
from page.pictures.picture import Picture
from page.question import NoPicture, target_of
from page.reply import Json, as_address, as_answered
from page.titles import capital

SAME = 0.03  # a share that moves by less has hardly moved


class NothingOn(Problem):
    """No piece, or something else than a list of pieces."""

    key = "dress_up.nothing_on"


class DressUp(Experiment):
    """Experiment 2."""

    name = "dress_up"
    folders = MappingProxyType({"pieces": FOLDER})

    def constants(self) -> Json:
        """See Experiment."""
        return {"most": MOST_PIECES, "shapes": {name: across / down for name, (across, down) in sizes().items()}}

    def run(self, picture: OnePicture, pieces: AnyJson = None, target: Word = None, model: Text = None) -> Json:
        """Ask about a picture, and again with a costume on.

        Args:
            picture: a decoded picture.
            pieces: a list of {"piece", "x", "y", "width", "turn"}, as `explainer.experiments.dress_up.Piece` has them,
                the last one on top.
            target: what both shares and maps are for; None for the model's first answer before.
            model: as in `/explain`.

        Returns:
            `label`: the target's; `before` and `after`: its share 0..1, its map at the default layer, and the model's
            first answer; `changed`: whether that is another one; `picture`: the picture in its costume; `seen`; and the
            sentences.

        Raises:
            NothingOn: there is no piece.
            models.problems.Problem: those of `explainer.experiments.dress_up` and of `Service.ask`.
        """
        if picture is None:
            raise NoPicture
        worn = _pieces(pieces)

        asking = self.service.asking(model)
        both = dress_up(asking, picture.rgb, worn, target_of(target, asking.classifier))
        return {
            "label": both.before.target.label,
            "before": as_answered(both.before),
            "after": as_answered(both.after),
            "changed": both.changed,
            "picture": as_address(Picture(both.picture)),
            "seen": asdict(both.after.seen),
            **self._sentences(both, worn),
        }

    def _sentences(self, both: BeforeAfter, worn: tuple[Piece, ...]) -> Json:
        words, names = self.words, self.words.section("dress_up")
        before, after = both.before.target_confidence, both.after.target_confidence
        *first, last = dict.fromkeys(names[piece.piece] for piece in worn)
        costume = words("dress_up.and", first=", ".join(first), last=last) if first else last
        said = {
            "label": both.before.target.label,
            "before": percent(before, words),
            "after": percent(after, words),
            "costume": costume,
        }
        if both.changed:
            verdict = words("dress_up.other", answer=both.after.answer.label, before=both.before.answer.label)
        elif abs(after - before) < SAME:
            verdict = words("dress_up.same")
        else:
            verdict = words("dress_up.less") if after < before else words("dress_up.more")
        headline = words("dress_up.falls", **said) if after < before else words("dress_up.rises", **said)
        return {"headline": headline, "verdict": verdict, "costume": capital(costume)}


def _pieces(given: Any) -> tuple[Piece, ...]:
    if not isinstance(given, (list, tuple)) or not given:
        raise NothingOn
    if len(given) > MOST_PIECES:
        raise TooManyPieces(limit=MOST_PIECES)
    known = ("piece", "x", "y", "width", "turn")
    if not all(isinstance(each, dict) and {*known[:-1]} <= set(each) <= {*known} for each in given):
        raise NothingOn
    # A name that is none is refused by the piece itself.
    return tuple(Piece(**each) for each in given)
