"""What the page knows of a model without having it."""

from dataclasses import dataclass

from explainer.outside.bounds import Measured
from models.facts import ClassifierFacts


@dataclass(frozen=True, eq=False)
class KnownModel:
    """What its maps and answers are read with; `measured` is the bound of its world, None where there is none."""

    facts: ClassifierFacts
    measured: Measured | None = None
