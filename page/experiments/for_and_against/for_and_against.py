"""The signed map: what speaks for a target and what against it, in two colours, at which layer, and tried out."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

import numpy as np
from PIL import Image

from explainer.diverging import STOPS, diverging_blend
from explainer.experiments.for_and_against import SignedMap, signed_maps, without_what_is_against
from models.labels import RATHER_THAN, Label
from models.problems import Problem
from page.confidence import percent
from page.experiments.experiment import Experiment
from page.experiments.one_map import OneMap, one_map
from page.experiments.parameters import OnePicture, Text, Word
from page.pictures.picture import Picture
from page.reply import Json, as_address
from page.titles import layer_titles

ALL = 0.995  # from here on a share rounds to all of it
LONGEST = 1280  # pixels along the longer side of the picture that is drawn on, which is as much as is sent
SAME = 0.03  # a confidence that moves by less has hardly moved


class NoTarget(Problem):
    """Something is to be weighed against nothing."""

    key = "for_and_against.no_target"


@dataclass(frozen=True, eq=False)
class Weighed:
    """The signed map that was asked for, those of all `layers` by their titles, and the confidence `without` what is
    against it, None where next to nothing is."""

    found: SignedMap
    layers: Mapping[str, SignedMap]
    without: float | None

    @property
    def title(self) -> str:
        """What visitors call the layer of the map."""
        return next(title for title, each in self.layers.items() if each is self.found)


class ForAndAgainst(Experiment):
    """Experiment 5."""

    name = "for_and_against"

    def run(
        self,
        picture: OnePicture,
        model: Text = None,
        target: Word = None,
        method: Text = None,
        layer: Text = None,
        rival: Word = None,
    ) -> Json:
        """Map what speaks for a target and what against it.

        Args:
            picture: a decoded picture.
            model: as in `/explain`.
            target: as in `/explain`.
            method: as in `/explain`; LayerCAM and Grad-CAM++ leave out what is against.
            layer: as in `/explain`, but None for the default layer.
            rival: a word or group that the target is weighed against: what speaks for the one rather than the other.

        Returns:
            `label`, `confidence`, `seen`; `map`: its grid row by row, -1..1, scaled by the largest absolute value, its
            `maximum`; `share_for`: how much of all evidence speaks for it, 0..1, or None without any; `picture`: the
            map on the picture, as a `data:` address; `colours`: those of the scale from -1 to 1; `layers`: for each
            target layer its `title` and `share_against`, 0..1, or None; `without`: the confidence once the fifth that
            speaks most against it is blurred, None where next to nothing does; and the sentences.

        Raises:
            NoTarget: there is a rival, but no target.
            models.problems.Problem: as in `/explain`.
        """
        if rival is not None and target is None:
            raise NoTarget
        asked = one_map(self.service, picture, model=model, target=target, method=method, layer=layer, rival=rival)
        weighed = self._weighed(asked)
        found = weighed.found
        height, width = found.grid.shape
        seen = found.seen
        # Without colours of its own: an orange animal would hide the orange of the map.
        plain = np.asarray(_small(picture).convert("L").convert("RGB"))
        drawn = diverging_blend(plain, found.grid, (seen.x, seen.y, seen.width, seen.height))
        return {
            "label": found.target.label,
            "confidence": found.confidence,
            "seen": asdict(seen),
            "map": {
                "name": found.layer,
                "width": width,
                "height": height,
                "grid": found.grid.astype(np.float64).round(5).ravel().tolist(),
                "maximum": found.maximum,
            },
            "share_for": found.share_for,
            "picture": as_address(Picture(Image.fromarray(drawn))),
            "colours": [list(colour) for colour in STOPS],
            "layers": [
                {"title": title, "share_against": None if each.share_for is None else 1 - each.share_for}
                for title, each in weighed.layers.items()
            ],
            "without": weighed.without,
            "headline": self._headline(weighed),
            "most": self._most(weighed),
            "tried": self._tried(weighed),
        }

    def _weighed(self, asked: OneMap) -> Weighed:
        classifier = asked.classifier
        engine = self.service.engines.of(classifier, asked.method, [each.name for each in classifier.spec.layers])
        maps = signed_maps(classifier, asked.picture, asked.target, None, asked.method, engine=engine)
        found = next(each for each in maps if each.layer == asked.layer)
        tried = None
        if found.share_for is not None and found.share_for < ALL:
            tried = without_what_is_against(classifier, asked.picture, found, engine=engine)
        titles = layer_titles(classifier.spec, self.words)
        return Weighed(found, {titles[each.layer]: each for each in maps}, tried)

    def _headline(self, weighed: Weighed) -> str:
        words, label, share = self.words, weighed.found.target.label, weighed.found.share_for
        if share is None:
            return words("for_and_against.nothing", label=label)
        if share >= ALL:
            return words("for_and_against.all_for", label=label, layer=weighed.title, share=percent(share, words))
        if share <= 1 - ALL:
            against = percent(1 - share, words)
            return words("for_and_against.all_against", label=label, layer=weighed.title, share=against)
        shares = {"share_for": percent(share, words), "share_against": percent(1 - share, words)}
        if weighed.found.target.against:
            label, rival = map(Label if isinstance(label, Label) else str, label.split(RATHER_THAN))
            return words("for_and_against.rather", label=label, rival=rival, layer=weighed.title, **shares)
        return words("for_and_against.shares", label=label, layer=weighed.title, **shares)

    def _most(self, weighed: Weighed) -> str:
        """At which layer most is against it; nothing where that is the one that is looked at, or nowhere."""
        against = {title: 1 - each.share_for for title, each in weighed.layers.items() if each.share_for is not None}
        title = max(against, key=lambda each: against[each], default=weighed.title)
        if title == weighed.title or against[title] <= 1 - ALL:
            return ""
        return self.words("for_and_against.most", layer=title, share=percent(against[title], self.words))

    def _tried(self, weighed: Weighed) -> str:
        words, found = self.words, weighed.found
        if weighed.without is None:
            return ""
        before, after = percent(found.confidence, words), percent(weighed.without, words)
        numbers = words("for_and_against.tried", label=found.target.label, before=before, after=after)
        if abs(weighed.without - found.confidence) < SAME:
            verdict = words("for_and_against.tried_same")
        elif weighed.without > found.confidence:
            verdict = words("for_and_against.tried_more")
        else:
            verdict = words("for_and_against.tried_less")
        return f"{numbers} {verdict}"


def _small(picture: Picture) -> Image.Image:
    """A copy as it is sent: to draw on a strip of 10 megapixels took half a gigabyte."""
    small = picture.rgb.copy()
    small.thumbnail((LONGEST, LONGEST), Image.Resampling.BOX)
    return small
