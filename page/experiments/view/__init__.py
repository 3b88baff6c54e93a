"""What the page shows of a picture: for a test that goes on with another one."""

from page.experiments.view.view import View

__all__ = ["View"]
