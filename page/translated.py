"""The page in several languages: one program behind it, and for each language what visitors are told of it."""

import errno
from collections.abc import Callable
from typing import Any, cast

import gradio as gr
from gradio.block_function import BlockFunction
from gradio.blocks import Block
from gradio.context import Context
from gradio.data_classes import BlocksConfigDict
from gradio.exceptions import InvalidPathError

from page.doors.asked import Misunderstood
from page.doors.intake import FileInput, NotUploaded, PictureInput, PicturesInput, its_own
from page.refusal import failure, quietly, sentence_of, spoken
from page.room import Room
from page.texts import NotText, TooLong, check_text, check_texts
from page.values import files_in, fits
from page.words import Words, speaking

# What the system says of names that no file can have; Gradio looks for a file of each name that it is given.
NO_FILE = {errno.ENAMETOOLONG, errno.ELOOP, errno.EINVAL}


class Site(gr.Blocks):
    """Gradio's page, whose description is in the language of the request that asks for it."""

    def __init__(self, words: Words, **options: Any) -> None:
        """Title and sentences come from `words`; `options` go to gr.Blocks."""
        self.words = words
        self.room = Room()
        self._told: BlocksConfigDict | None = None
        self._parts: dict[str, dict[str, Any]] = {}
        super().__init__(title=words("page.title"), **options)

    @property
    def config(self) -> BlocksConfigDict:
        """What Gradio tells the browser of the page."""
        assert self._told is not None
        return {**self._told, **self._parts.get(self.words.language, {})}  # type: ignore[typeddict-item]

    @config.setter
    def config(self, told: BlocksConfigDict) -> None:
        self._told = told

    async def preprocess_data(self, block_fn: BlockFunction, inputs: list[Any], *more: Any, **named: Any) -> list[Any]:
        """What the components make of a request's values. Raises gr.Error for values of other kinds than they take,
        for lists in place of texts, and for long texts."""
        if len(inputs) != len(block_fn.inputs) or not all(map(fits, block_fn.inputs, inputs)):
            raise spoken(quietly(Misunderstood(), self.words))
        try:
            for component, value in zip(block_fn.inputs, inputs, strict=True):
                _check_length(component, value)
                for file in files_in(value):  # before Gradio looks there, copies it or fetches it
                    its_own(file["path"])
            return cast("list[Any]", await super().preprocess_data(block_fn, inputs, *more, **named))
        except (NotText, TooLong) as problem:
            raise spoken(sentence_of(problem, self.words)) from None
        except (NotUploaded, InvalidPathError) as error:
            raise spoken(quietly(NotUploaded(), self.words)) from error
        except gr.Error as error:
            if error.print_exception:  # not one of ours: a component says that it does not take a value
                raise spoken(quietly(Misunderstood(), self.words)) from error
            raise
        except OSError as error:
            if error.errno not in NO_FILE:
                raise spoken(failure(error, self.words)) from error
            raise spoken(quietly(NotUploaded(), self.words)) from error
        except Exception as error:
            raise spoken(failure(error, self.words)) from error

    def say(self, language: str, **parts: Any) -> None:
        """Tell those who speak this language so, and all others what Gradio tells them."""
        self._parts.setdefault(language, {}).update(parts)

    def in_other_languages(self, numbers: range, fill: Callable[[], object]) -> None:
        """Learn what `fill` makes, which made the components with these `numbers`, in all languages but the page's own.

        Gradio numbers components as they are made, and a request names them by their numbers: so they get the same
        ones in each language.
        """
        after = Context.id
        own = self.config["components"]
        for language in self.words.languages:
            if language == self.words.own:
                continue
            Context.id = numbers.start
            with speaking(language):
                title, other = self.words("page.title"), _description(fill)
            if Context.id != numbers.stop:
                raise ValueError(f"the page in {language} has other components")
            components = [other.get(each["id"], each) if each["id"] in numbers else each for each in own]
            self.say(language, title=title, components=components)
        Context.id = after


def _check_length(component: Block, value: Any) -> None:
    """Raise TooLong, before anything looks at a picture."""
    if not isinstance(component, (PictureInput, PicturesInput, FileInput)):
        # Gradio makes one text of whatever a field for text is given.
        check = check_text if isinstance(component, gr.Textbox) else check_texts
        check(str(getattr(component, "label", "")), value)


def _description(fill: Callable[[], object]) -> dict[int, dict[str, Any]]:
    """What Gradio would tell of each component. It is no page: no routes and no events, which take most of the time."""
    draft = gr.Blocks(analytics_enabled=False)
    draft.__enter__()  # type: ignore[no-untyped-call]
    try:
        fill()
        return {each["id"]: each for each in draft.get_config_file()["components"]}
    finally:
        draft.__exit__(ValueError)  # it ends as if it had failed
