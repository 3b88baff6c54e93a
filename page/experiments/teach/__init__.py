"""Teaching for programs: what the page does step by step, in one question each."""

from page.experiments.teach.latched import Latched
from page.experiments.teach.teach import Teach, TeachOpen

__all__ = ["Latched", "Teach", "TeachOpen"]
