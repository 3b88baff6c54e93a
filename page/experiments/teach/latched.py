"""`/latched`: the exam of a taught network, in numbers."""

from page.experiments.experiment import Experiment
from page.experiments.parameters import AnyJson, MaskPicture, MaskPictures, Text
from page.reply import Json
from page.request import visitor
from page.teaching.latched import ExamPictures, latched
from page.teaching.of import teaching_of


class Latched(Experiment):
    """What did it latch on to?"""

    name = "latched"
    card = False
    long = True
    here = True

    def run(
        self,
        model: Text = None,
        pictures: MaskPictures = None,
        names: AnyJson = None,
        masks: MaskPictures = None,
        empty: MaskPicture = None,
        unseen: MaskPictures = None,
        unseen_names: AnyJson = None,
        thing: Text = None,
    ) -> Json:
        """Examine what was taught; every test may be left out.

        Args:
            model: the name that `/teach` gave.
            pictures: taught pictures of the thing and of others.
            names: a list of as many names.
            masks: for as many of the first pictures, white where the thing is; one without white marks nothing.
            empty: the scene without the thing.
            unseen: pictures of a take that it never saw.
            unseen_names: a list of as many names.
            thing: the name of the thing that is examined; None for the first of `names`, or the first that was taught.

        Returns:
            The exam as `page.teaching` describes it, without the pictures' ids.

        Raises:
            models.problems.Problem: as in `page.teaching.latched.latched`.
        """
        given = ExamPictures(pictures or [], names, masks or [], empty, unseen or [], unseen_names, thing)
        return latched(teaching_of(self.service), visitor(), model, given)
