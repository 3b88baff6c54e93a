"""The signed map: what speaks for a target and what against it, in two colours."""

from dataclasses import asdict

import numpy as np
from PIL import Image

from explainer.diverging import STOPS, diverging_blend
from explainer.signed import SignedMap, for_and_against
from explainer.target import RATHER_THAN
from models.problems import Problem
from page.experiments.experiment import Experiment, Kind
from page.experiments.one_map import OneMap, on_one_map
from page.picture import Picture
from page.reply import Json, as_address
from page.service import percent

ALL = 0.995  # from here on a share rounds to all of it


class NoTarget(Problem):
    """Something is to be weighed against nothing."""

    key = "for_and_against.no_target"


class ForAndAgainst(Experiment):
    """Experiment 5."""

    name = "for_and_against"
    kinds = (Kind.PICTURE, Kind.TEXT, Kind.TEXT, Kind.TEXT, Kind.TEXT, Kind.TEXT)

    def run(
        self,
        picture: Picture,
        model: str | None = None,
        target: str | None = None,
        method: str | None = None,
        layer: str | None = None,
        rival: str | None = None,
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
            map on the picture, as a `data:` address; `colours`: those of the scale from -1 to 1; and the `headline`.

        Raises:
            NoTarget: there is a rival, but no target.
            models.problems.Problem: as in `/explain`.
        """
        if rival is not None:
            if target is None:
                raise NoTarget
            target = f"{target}{RATHER_THAN}{rival}"

        def signed(asked: OneMap) -> SignedMap:
            return for_and_against(
                asked.classifier, asked.picture, asked.target, asked.layer, asked.method, engine=asked.engine
            )

        found = on_one_map(self.service, picture, signed, model=model, target=target, method=method, layer=layer)
        height, width = found.grid.shape
        seen = found.seen
        # Without colours of its own: an orange animal would hide the orange of the map.
        plain = np.asarray(picture.rgb.convert("L").convert("RGB"))
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
            "headline": self._headline(found),
        }

    def _headline(self, found: SignedMap) -> str:
        words, label, share = self.words, found.target.label, found.share_for
        if share is None:
            return words("for_and_against.nothing", label=label)
        if share >= ALL:
            return words("for_and_against.all_for", label=label)
        if share <= 1 - ALL:
            return words("for_and_against.all_against", label=label)
        return words(
            "for_and_against.shares",
            label=label,
            share_for=percent(share, words),
            share_against=percent(1 - share, words),
        )
