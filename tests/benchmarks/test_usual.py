"""What is usual for a layer: a median that is worked out anew."""

from pathlib import Path
from statistics import median, quantiles

import pytest
from PIL import Image

from benchmarks.usual import main, usual
from explainer.explain import explain
from tests.explainer.planted import patched, planted


def test_usual_is_the_median_of_the_maps_maxima(tmp_path: Path) -> None:
    pictures = [patched(), Image.new("RGB", patched().size, (90, 10, 200)), Image.new("RGB", patched().size)]
    files = [tmp_path / f"{number}.png" for number in range(len(pictures))]
    for picture, file in zip(pictures, files, strict=True):
        picture.save(file)
    classifier = planted()
    medians, upper = usual(classifier, files)
    for method in ("gradcam", "layercam"):
        maxima = [explain(classifier, picture, method=method).layers[-1].maximum for picture in pictures]
        assert medians[method][classifier.spec.layers[-1].name] == pytest.approx(median(maxima))
        assert upper[method][classifier.spec.layers[-1].name] == pytest.approx(quantiles(maxima, n=4)[2])


def test_a_folder_without_pictures_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path)]) == 1
    assert str(tmp_path) in capsys.readouterr().err
