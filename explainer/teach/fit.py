"""A head from features: multinomial logistic regression, or the nearest mean where pictures are few."""

import warnings
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

LEAST = 3  # pictures of each thing for a regression; with fewer, the nearest mean
STRENGTH = 30.0  # C of the regression: how little its weights are held back
SHARPNESS = 16.0  # of the nearest mean: what a squared distance counts in the score
STEPS, CLOSE = 100, 1e-6  # of the search for the weights: at most so many, until they move so little
TINY = 1e-9  # added to the pictures' products, which are singular where two pictures are the same

Vectors = NDArray[np.floating]
Exact = NDArray[np.float64]
Numbers = NDArray[np.int_]


@dataclass(frozen=True, eq=False)
class HeadRows:
    """A linear head: scores of features x (C,) are weight @ x + bias. float64, (things, C) and (things,)."""

    weight: Exact
    bias: Exact

    def scores(self, vectors: Vectors) -> Exact:
        """Features (N, C) -> scores (N, things)."""
        return np.asarray(vectors, np.float64) @ self.weight.T + self.bias

    def raised(self, row: int, by: float) -> "HeadRows":
        """The same with another bias of one row."""
        bias = self.bias.copy()
        bias[row] += by
        return replace(self, bias=bias)


@dataclass(frozen=True, eq=False)
class Span:
    """Pictures in coordinates (N, N) of the space that they span: fewer numbers than there are features, with the same
    lengths and products, so that heads of them are the same heads. `back` (N, C) brings weights to the features."""

    places: Exact
    back: Exact

    @classmethod
    def of(cls, vectors: Vectors) -> "Span":
        """That of features (N, C)."""
        x = np.asarray(vectors, np.float64)
        places = np.linalg.cholesky(x @ x.T + TINY * np.eye(len(x)))
        return cls(places.astype(np.float64), np.linalg.solve(places, x).astype(np.float64))

    def rows(self, found: HeadRows) -> HeadRows:
        """A head of coordinates as one of features."""
        return replace(found, weight=found.weight @ self.back)


def fit(vectors: Vectors, things: Numbers, count: int, least: int = LEAST) -> HeadRows:
    """A head that tells so many things apart; the same for the same pictures, and each thing counts as much as another.

    Args:
        vectors: features of length one (N, C), or their coordinates.
        things: which thing each is, 0 to `count` - 1; each of them at least once.
        count: at least two.
        least: as many pictures of each thing make a regression.

    Returns:
        The rows of a multinomial logistic regression with L2 (scikit-learn's), which add up to zero over the things;
        or, where a thing has fewer pictures than `least`, those of the nearest mean: minus half the squared
        distance from each thing's mean, up to a number that is the same for all things.
    """
    x = np.asarray(vectors, np.float64)
    if np.bincount(things, minlength=count).min() < least:
        return _nearest_mean(x, things, count)
    return _regression(x, things, count)


def prepare() -> None:
    """Load what makes a regression, which takes a second and more: before the first head is wanted."""
    import sklearn.linear_model  # noqa: F401


def _nearest_mean(x: Exact, things: Numbers, count: int) -> HeadRows:
    means = np.stack([x[things == thing].mean(axis=0) for thing in range(count)])
    bias = -SHARPNESS / 2 * (means**2).sum(axis=1)
    weight = SHARPNESS * means
    # What is added to all scores alike changes no answer; without it, a row says what speaks for its thing alone.
    return HeadRows(weight - weight.mean(axis=0), bias - bias.mean())


def _regression(x: Exact, things: Numbers, count: int) -> HeadRows:
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    regression = LogisticRegression(C=STRENGTH, class_weight="balanced", solver="newton-cg", max_iter=STEPS, tol=CLOSE)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # it is near enough by then
        regression.fit(x, things)
    weight, bias = regression.coef_, regression.intercept_
    if count == 2:  # of two, scikit-learn gives the difference
        weight, bias = np.concatenate([-weight, weight]) / 2, np.concatenate([-bias, bias]) / 2
    return HeadRows(weight - weight.mean(axis=0), bias - bias.mean())
