"""What a reader of an explanation needs of a classifier, without its network."""

from dataclasses import dataclass

from models.catalogue import ClassifierSpec
from models.labels import Labels
from models.preprocess import Preprocess
from models.taught.head import TaughtHead


@dataclass(frozen=True, eq=False)
class ClassifierFacts:
    """What is known of a classifier without its weights: it may be loaded elsewhere. `head` is what somebody taught,
    None for any other."""

    spec: ClassifierSpec
    preprocess: Preprocess
    labels: Labels
    head: TaughtHead | None = None
