"""What labels and layers are called in a sentence."""

from models.catalogue import ClassifierSpec
from page.words import Words


def layer_titles(spec: ClassifierSpec, words: Words) -> dict[str, str]:
    """What each target layer of a model tends to respond to, in plain words, by its path."""
    return {layer.name: words(f"layers.{layer.title.lower().replace(' ', '_')}") for layer in spec.layers}


def capital(label: str) -> str:
    """A label as it begins a sentence."""
    return label[:1].upper() + label[1:]
