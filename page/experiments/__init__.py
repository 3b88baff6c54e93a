"""The experiments: one folder each, with what the server does for it, its script and its look."""

from page.experiments.dog_or_cat import DogOrCat
from page.experiments.dress_up import DressUp
from page.experiments.experiment import Experiment, Experiments, Kind

# In the order of their cards.
EXPERIMENTS: tuple[type[Experiment], ...] = (DogOrCat, DressUp)

__all__ = ["EXPERIMENTS", "Experiment", "Experiments", "Kind"]
