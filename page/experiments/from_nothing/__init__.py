"""From nothing: a grey picture that the model is sure about."""

from page.experiments.from_nothing.from_nothing import FromNothing

__all__ = ["FromNothing"]
