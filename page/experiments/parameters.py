"""What the parameters of an experiment hold, declared with the parameters themselves."""

import inspect
from collections.abc import Callable, Mapping
from enum import Enum
from typing import Annotated, Any, get_type_hints

from page.pictures.picture import Picture
from page.pictures.together import Opening


class ParameterType(Enum):
    """What a parameter holds. A picture or a mask comes to the experiment decoded; several of them come as a list of
    functions that decode one each, and a file as its bytes. What is left out is None."""

    PICTURE = "picture"
    PICTURES = "pictures"
    TEXT = "text"
    NUMBER = "number"
    JSON = "json"
    FILE = "file"


OnePicture = Annotated[Picture, ParameterType.PICTURE]
MaskPicture = Annotated[Picture | None, ParameterType.PICTURE]
Pictures = Annotated[list[Opening], ParameterType.PICTURES]
MaskPictures = Annotated[list[Opening] | None, ParameterType.PICTURES]
Text = Annotated[str | None, ParameterType.TEXT]
Word = Annotated[str | int | None, ParameterType.TEXT]  # a word of the model, or the number of a class
AnyText = Annotated[Any, ParameterType.TEXT]  # what the experiment itself checks
Number = Annotated[float | None, ParameterType.NUMBER]
File = Annotated[bytes | None, ParameterType.FILE]
AnyJson = Annotated[Any, ParameterType.JSON]


def parameters_of(run: Callable[..., Any]) -> Mapping[str, ParameterType]:
    """The parameters of an experiment's `run`, but for `self`, with what each holds, in their order.

    Raises TypeError for one that is declared without a ParameterType.
    """
    hints = get_type_hints(run, include_extras=True)
    return {name: _type_of(name, hints.get(name)) for name in inspect.signature(run).parameters if name != "self"}


def _type_of(name: str, hint: Any) -> ParameterType:
    found = [each for each in getattr(hint, "__metadata__", ()) if isinstance(each, ParameterType)]
    if len(found) != 1:
        raise TypeError(f"the parameter {name} does not say what it holds")
    return found[0]
