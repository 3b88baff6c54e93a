"""`/teach` and `/teach_open`: pictures or a file in, a taught network out."""

from page.experiments.experiment import Experiment
from page.experiments.parameters import AnyJson, File, Pictures, Text
from page.reply import Json
from page.request import visitor
from page.teaching import programs
from page.teaching.of import teaching_of


class Teach(Experiment):
    """Teach it several things at once."""

    name = "teach"
    card = False
    long = True
    here = True

    def run(self, pictures: Pictures, names: AnyJson = None, takes: AnyJson = None, model: Text = None) -> Json:
        """Learn to tell things apart.

        Args:
            pictures: functions that decode one each.
            names: a list of as many names: of which thing each is.
            takes: a list of as many names of takes; None for one take of each thing.
            model: the network to teach, as in `/explain`.

        Returns:
            As `page.teaching.programs.reply_of`.

        Raises:
            models.problems.Problem: as in `page.teaching.programs.teach`.
        """
        return programs.teach(teaching_of(self.service), visitor(), pictures, names, takes, model)


class TeachOpen(Experiment):
    """Open what was taught before."""

    name = "teach_open"
    card = False
    here = True

    def run(self, file: File = None) -> Json:
        """Take what a file holds.

        Args:
            file: the bytes of a `.seewhy` file.

        Returns:
            As `/teach`.

        Raises:
            models.problems.Problem: as in `page.teaching.programs.open_file`.
        """
        return programs.open_file(teaching_of(self.service), visitor(), file)
