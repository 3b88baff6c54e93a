"""What a model answers before a change of a picture and after it: the result that several experiments share."""

from dataclasses import dataclass

from PIL import Image

from explainer.explain import Explanation


@dataclass(frozen=True, eq=False)
class BeforeAfter:
    """Two explanations, `before` a change and `after` it, and the upright RGB picture that `after` is about."""

    before: Explanation
    after: Explanation
    picture: Image.Image

    @property
    def changed(self) -> bool:
        """Whether the first answer is another one."""
        return self.before.answer.index != self.after.answer.index
