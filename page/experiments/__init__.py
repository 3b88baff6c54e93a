"""The experiments: one folder each, with what the server does for it, its script and its look."""

from page.experiments.alike import Alike
from page.experiments.cover import CoverUp
from page.experiments.dog_or_cat import DogOrCat
from page.experiments.dress_up import DressUp
from page.experiments.experiment import Experiment, Experiments
from page.experiments.fool import Fool, FoolStep
from page.experiments.for_and_against import ForAndAgainst
from page.experiments.from_nothing import FromNothing
from page.experiments.honest_grid import HonestGrid
from page.experiments.many import Many, ManyCounts
from page.experiments.memory_card import MemoryCard, MemoryCards
from page.experiments.move_the_window import MoveTheWindow
from page.experiments.outside import Outside
from page.experiments.parameters import ParameterType
from page.experiments.smallest_cover import SmallestCoverUp
from page.experiments.teach import Latched, Teach, TeachOpen
from page.experiments.try_map import TryMap
from page.experiments.two_heads import TwoHeads
from page.experiments.unlearned import Unlearned
from page.experiments.view import View
from page.experiments.you_first import YouFirst

# In the order of their cards, those without one last.
EXPERIMENTS: tuple[type[Experiment], ...] = (
    CoverUp,
    Fool,
    MoveTheWindow,
    YouFirst,
    DressUp,
    DogOrCat,
    FromNothing,
    TryMap,
    Unlearned,
    ForAndAgainst,
    HonestGrid,
    TwoHeads,
    Many,
    MemoryCard,
    ManyCounts,
    FoolStep,
    SmallestCoverUp,
    Alike,
    MemoryCards,
    Outside,
    View,
    Teach,
    TeachOpen,
    Latched,
)

__all__ = ["EXPERIMENTS", "Experiment", "Experiments", "ParameterType"]
