"""What a visitor who teaches may be refused, each with a sentence of its own."""

from models.problems import Problem


class NameTaken(Problem):
    """Another thing has that name. Values: name."""

    key = "teaching.taken"


class NoThing(Problem):
    """A thing that is not there, or not any more."""

    key = "teaching.no_thing"


class UnknownThing(Problem):
    """A name that was not taught. Values: name, known."""

    key = "teaching.unknown_thing"


class NoSuchPicture(Problem):
    """A taught picture that is not there, or not any more."""

    key = "teaching.gone"


class TooManyThings(Problem):
    """Values: limit."""

    key = "teaching.things"


class FullThing(Problem):
    """Values: limit, of one thing."""

    key = "teaching.full_thing"


class FullVisit(Problem):
    """Values: limit, of all pictures of a visit."""

    key = "teaching.full"


class FullPage(Problem):
    """So many people teach that there is no memory for one more."""

    key = "teaching.full_page"


class TooFewUnseen(Problem):
    """An unseen take of so few pictures that nothing can be told. Values: least, count."""

    key = "teaching.unseen"


class OtherNetwork(Problem):
    """A file that was taught with a network which is not here."""

    key = "teaching.other_network"


class Opened(Problem):
    """What came out of a file has no pictures, so nothing can be added to it."""

    key = "teaching.opened"
