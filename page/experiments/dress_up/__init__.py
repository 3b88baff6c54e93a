"""Dress it up: pieces of a costume on the visitor's own picture."""

from page.experiments.dress_up.dress_up import DressUp

__all__ = ["DressUp"]
