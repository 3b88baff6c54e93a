"""What labels and layers are called in a sentence."""

from typing import Any

from models.catalogue import ClassifierSpec
from page.words import Words


def layer_titles(spec: ClassifierSpec, words: Words) -> dict[str, str]:
    """What each target layer of a model tends to respond to, in plain words, by its path."""
    return {layer.name: words(f"layers.{layer.title.lower().replace(' ', '_')}") for layer in spec.layers}


def capital(text: str) -> str:
    """A text as it begins a sentence."""
    return text[:1].upper() + text[1:]


def told(result: Any, words: Words) -> Any:
    """The same JSON with each label in it as the visitor's language calls it."""
    if isinstance(result, str):
        return words.label(result)
    if isinstance(result, dict):
        return {key: told(value, words) for key, value in result.items()}
    if isinstance(result, (list, tuple)) and not (result and isinstance(result[0], (int, float))):  # and no grid
        return [told(value, words) for value in result]
    return result
