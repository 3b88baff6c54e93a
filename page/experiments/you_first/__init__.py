"""You first: the visitor marks where they would look, and only then sees the map."""

from page.experiments.you_first.you_first import YouFirst

__all__ = ["YouFirst"]
