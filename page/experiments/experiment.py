"""What an experiment is to the page: one function behind two doors, and one script in the browser."""

import base64
import inspect
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from pathlib import Path
from types import MappingProxyType
from typing import Any, ClassVar

from gradio.data_classes import ImageData

from explainer.explain import Explanation
from models.problems import Problem
from page.doors.intake import Upload, opening_of, refusing
from page.examples import Example, opening_of_example
from page.experiments.parameters import ParameterType, parameters_of
from page.pictures.picture import BrokenPicture, Limits, Picture
from page.pictures.together import Opening, count_all, given
from page.refusal import Refuse
from page.reply import Json
from page.service import Service
from page.texts import check_text, check_texts
from page.titles import told


class UnknownExperiment(Problem):
    """There is no experiment of that name, or it does not take what was sent."""

    key = "experiments.unknown"


DRAWN = (ParameterType.PICTURE, ParameterType.PICTURES)  # these may come as text, which is long


class Experiment(ABC):
    """One experiment, of which nothing is kept between two questions.

    `run` is its function: what the endpoint of the same name takes, in the same order, and what it gives, as JSON. Each
    parameter is declared with what it holds, by a type of `page.experiments.parameters`. The page calls the same
    function; it fills in the parameters `picture` and `model` itself where they are there and its script sends none.
    `card` says whether the experiment is offered as a card, `least_words` how many words a model must have for it to
    make sense, `long` whether it can keep a model for seconds, and
    `here` whether it has to run in this process, `asks_only` whether `Service.ask` does all of its computing.
    The folder of the same name holds its script and its look; `page/words` has a section of the same name. Files of
    `folders` are offered to the script as well, below their keys.
    """

    name: ClassVar[str]
    card: ClassVar[bool] = True
    here: ClassVar[bool] = False
    asks_only: ClassVar[bool] = False
    least_words: ClassVar[int] = 1
    long: ClassVar[bool] = False
    folders: ClassVar[Mapping[str, Path]] = MappingProxyType({})

    def __init__(self, service: Service) -> None:
        """Ask `service`, and write sentences with its words."""
        self.service = service
        self.words = service.words

    @classmethod
    def parameters(cls) -> Mapping[str, ParameterType]:
        """The parameters of `run` with what each holds, in their order."""
        return parameters_of(cls.run)

    @abstractmethod
    def run(self, *values: Any, **named: Any) -> Json:
        """Do the experiment. Raises models.problems.Problem where it can't be done."""

    def constants(self) -> Json:
        """Numbers and names that its script needs as well, so that they are written here alone."""
        return {}

    def title(self, explanation: Explanation) -> str | None:
        """What it is called after this answer, where that is another question than its words have."""
        return None

    def models(self, model: object = None, **values: Any) -> Sequence[str | None]:
        """The models that these values of `run` ask, None for the default one."""
        return (str(model) if model else None,)


class Experiments:
    """All experiments by name, as the page calls them."""

    def __init__(
        self,
        experiments: Sequence[type[Experiment]],
        service: Service,
        limits: Limits,
        examples: Sequence[Example] = (),
    ) -> None:
        """Make each of `experiments`, for `service`; pictures and masks that scripts send stay within `limits`.

        `examples` are those of the page, which scripts name by their numbers.
        """
        self.all = {each.name: each(service) for each in experiments}
        self._run: dict[str, Callable[..., Json]] = {
            name: experiment.run
            if experiment.here
            else service.place.bring(name, experiment.run, asks_only=experiment.asks_only)
            for name, experiment in self.all.items()
        }
        self.service = service
        self.limits = limits
        self.examples = examples
        self.refuse = Refuse(service.words)

    def run(self, name: object, values: object, picture: Picture | None, model: str) -> Json:
        """What the page's script of an experiment asks for: `values` by the names of parameters. Labels in the result
        are those of the visitor's language; programs get the model's own.

        Raises UnknownExperiment, or what the experiment raises.
        """
        experiment = self.all.get(name) if isinstance(name, str) else None
        if experiment is None or not isinstance(values, Mapping):
            raise UnknownExperiment
        types = experiment.parameters()
        if not set(values) <= set(types) or any(_nested(types[key], value) for key, value in values.items()):
            raise UnknownExperiment
        own = {"picture": picture, "model": model}
        for key, value in values.items():
            if types[key] not in DRAWN:
                check = check_text if types[key] is ParameterType.TEXT else check_texts
                check(key, value)
        given = {key: self._opened(types[key], value) for key, value in values.items()}
        result: Json = told(self._ran(experiment, **{key: own.get(key) for key in types} | given), self.service.words)
        return result

    def answer(self, name: str, values: Mapping[str, Any]) -> Json:
        """What the experiment of a name gives for `values` by the names of its parameters, with pictures and files as
        they come to it; what is left out is None. Raises what the experiment raises."""
        experiment = self.all[name]
        return self._ran(experiment, **{key: values.get(key) for key in experiment.parameters()})

    def titles(self, explanation: Explanation) -> dict[str, str]:
        """What those experiments are called after this answer that have another title then, by name."""
        titles = {name: experiment.title(explanation) for name, experiment in self.all.items()}
        return {name: title for name, title in titles.items() if title}

    def endpoint(self, experiment: Experiment) -> Callable[..., Json]:
        """The experiment as an endpoint: the same parameters, with pictures still as Gradio's components give them."""

        @wraps(experiment.run)
        def asked(*values: Any) -> Json:
            with self.refuse:
                return self._ran(experiment, *map(_bare, values))

        return asked

    def _ran(self, experiment: Experiment, *values: Any, **named: Any) -> Json:
        bound = inspect.signature(experiment.run).bind(*values, **named).arguments
        stacks = [bound.get(key) for key, type_ in experiment.parameters().items() if type_ is ParameterType.PICTURES]
        count_all([each for stack in stacks if isinstance(stack, list) for each in stack], self.limits)
        self.service.supply.prepare(*experiment.models(**bound))
        return self._run[experiment.name](*values, **named)

    def _opened(self, type_: ParameterType, value: Any) -> Any:
        if type_ is ParameterType.PICTURE and value is not None:
            return self._opening(value)()
        if type_ is ParameterType.PICTURES and isinstance(value, list):
            return [self._opening(each) for each in value]
        return value

    def _opening(self, value: Any) -> Opening:
        """A picture that a script drew, as base64; a file that it uploaded; or an example of the page."""
        try:
            if isinstance(value, dict) and "example" in value:
                return opening_of_example(self.examples, value["example"])
            if isinstance(value, dict):
                return opening_of(ImageData(path=str(value.get("path", ""))), self.limits)
            return given(_bytes(value), self.limits)
        except Problem as problem:  # of several pictures, it spoils this one alone
            return refusing(problem)


def _nested(type_: ParameterType, value: Any) -> bool:
    """Whether a list or an object came in place of a text or a number."""
    return type_ in (ParameterType.TEXT, ParameterType.NUMBER) and isinstance(value, dict | list)


def _bytes(value: Any) -> bytes:
    try:
        return base64.b64decode(str(value), validate=True)
    except ValueError as error:  # as for letters that base64 has not
        raise BrokenPicture from error


def _bare(value: Any) -> Any:
    return value.picture if isinstance(value, Upload) else value
