"""What the page shows of another picture than the one that is on it."""

from page.experiments.experiment import Experiment
from page.experiments.parameters import OnePicture, Text
from page.question import NoPicture, Question
from page.reply import Json, as_answer, as_view


class View(Experiment):
    """The answer to a picture and its maps, as the page's own scripts take them."""

    name = "view"
    asks_only = True
    card = False

    def run(self, picture: OnePicture, model: Text = None) -> Json:
        """Ask about a picture.

        Args:
            picture: a decoded picture.
            model: as in `/explain`.

        Returns:
            `view`: the picture and its maps, as `page.reply.as_view` gives them; `answer`: that of
            `page.reply.as_answer`.

        Raises:
            models.problems.Problem: those of `Service.ask`.
        """
        if picture is None:
            raise NoPicture
        reply = self.service.ask(picture, Question(model))
        return {"view": as_view(reply, picture, self.words), "answer": as_answer(reply, self.words)}
