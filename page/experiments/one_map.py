"""One map of a picture, as the experiments that test a map are asked for it."""

from dataclasses import dataclass

from PIL import Image

from explainer.engines.protocol import Engine
from explainer.target import Target, rather
from models.classifier import Classifier
from page.pictures.picture import Picture
from page.question import DEFAULT_LAYER, NoPicture, layers_of, method_of, target_of
from page.service import Service


@dataclass(frozen=True, eq=False)
class OneMap:
    """What the functions of the core take: a classifier, a picture, a target (None for the first answer), the path of
    a layer, a method, and what computes."""

    classifier: Classifier
    picture: Image.Image
    target: Target | None
    layer: str
    method: str
    engine: Engine


def one_map(
    service: Service,
    picture: Picture | None,
    *,
    model: str | None,
    target: str | int | None,
    method: str | None,
    layer: str | None,
    rival: str | int | None = None,
) -> OneMap:
    """The map that is asked for. None stands for what a `Question` takes it for, but for one layer.

    With a `rival` it is for the target rather than that.

    Raises:
        models.problems.Problem: there is no picture, or no such model, target, method or layer.
    """
    if picture is None:
        raise NoPicture
    upright = picture.rgb
    classifier = service.supply.classifier(None if model is None else str(model))
    known = method_of(None if method is None else str(method), classifier.spec)
    layers = layers_of(classifier, str(layer or DEFAULT_LAYER))
    engine = service.engines.of(classifier, known, layers)
    asked, other = (target_of(each, classifier) for each in (target, rival))
    if asked and other:
        asked = rather(asked, other)
    return OneMap(classifier, upright, asked, layers[0], known, engine)
