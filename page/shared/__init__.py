"""Modules that several scripts of the page share: ES modules, so that others and their tests can import them."""

from page.shared.joined import MODULES, joined

__all__ = ["MODULES", "joined"]
