"""Teaching: things of the visitor's own, and what the model latched on to."""

from page.front.teach.teach import FOLDER, build_teach

__all__ = ["FOLDER", "build_teach"]
