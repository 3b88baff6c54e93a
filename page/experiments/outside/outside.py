"""Whether a picture may be none of the things that the model has words for, and how far that verdict can be trusted."""

from dataclasses import asdict

from explainer.outside.bounds import Measured, OutsideRate
from page.experiments.experiment import Experiment
from page.experiments.parameters import OnePicture, Text
from page.question import Question
from page.reply import Json, as_outlook, rates
from page.service import Reply


class Outside(Experiment):
    """Experiment 8. It has no card: the answer itself says when a picture may be outside."""

    name = "outside"
    asks_only = True
    card = False

    def run(self, picture: OnePicture, model: Text = None) -> Json:
        """Judge a picture.

        Args:
            picture: a decoded picture.
            model: as in `/explain`.

        Returns:
            `outside`: as in `/explain`; `rates`: None where the model has no bound, else `level`, the share of false
            alarms that the bound was made for, `count`, of how many photographs it was made, and of other pictures
            how many were called outside: `photographs` of the model's own classes, and each of `kinds` outside; and
            the sentences `headline` and `origin`.

        Raises:
            models.problems.Problem: those of `Service.ask`.
        """
        reply = self.service.ask(picture, Question(model))
        figures = rates(reply)
        return {
            "outside": as_outlook(reply),
            "rates": _rates(reply.measured) if reply.measured else None,
            "headline": self._headline(reply),
            "origin": self._origin(figures) if figures else "",
        }

    def _origin(self, figures: Json) -> str:
        return self.words("viewer.bound_own", **figures) if figures["own"] else self.words("viewer.bound", **figures)

    def _headline(self, reply: Reply) -> str:
        words = self.words
        if reply.explanation.outlook is None:
            return words("outside.no_bound", model=reply.explanation.classifier.spec.title)
        return reply.outside or words("outside.inside")


def _rates(measured: Measured) -> Json:
    return {
        "level": measured.bound.level,
        "count": measured.bound.count,
        "photographs": _rate(measured.photographs),
        "kinds": [_rate(each) for each in measured.outside],
    }


def _rate(rate: OutsideRate) -> Json:
    return {**asdict(rate), "share": rate.share}
