"""What can go wrong in a way that a visitor can act on."""

from typing import ClassVar


class Problem(Exception):
    """A refusal that a person should read as one clear sentence.

    `key` names the sentence in `page/words`, `values` fills its placeholders. The layers below the page raise
    problems without wording them, so that every sentence stays in one place and can be translated.
    """

    key: ClassVar[str] = "problem"

    def __init__(self, **values: object) -> None:
        super().__init__(f"{self.key}: {values}" if values else self.key)
        self.values = values
