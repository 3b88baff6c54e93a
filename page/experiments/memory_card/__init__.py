"""Memory card: what a part of a picture means to a person, beside what the model says."""

from page.experiments.memory_card.memory_card import MemoryCard
from page.experiments.memory_card.memory_cards import MemoryCards

__all__ = ["MemoryCard", "MemoryCards"]
