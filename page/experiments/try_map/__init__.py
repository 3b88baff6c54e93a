"""Is the map telling the truth? What it calls important is hidden, and what it calls unimportant."""

from page.experiments.try_map.try_map import TryMap

__all__ = ["TryMap"]
