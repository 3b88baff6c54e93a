"""The answer: what the model calls the picture, how sure it is, and what else it might be."""

from page.front.answer.answer import build_answer

__all__ = ["build_answer"]
