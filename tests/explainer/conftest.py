"""What the tests of the explainer share: the real bundled classifier, loaded once."""

import pytest

from models.catalogue import DEFAULT
from models.classifier import Classifier
from models.store import ClassifierStore
from tests.explainer.networks import CPU


@pytest.fixture(scope="session")
def bundled() -> Classifier:
    return ClassifierStore(CPU, offline=True).get(DEFAULT)
