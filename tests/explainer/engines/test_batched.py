"""Waiting requests are computed together, everybody gets their own answer, and a failure stays with its own request."""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import pytest
import torch
from torch import Tensor

from explainer.engines.batched import MOST, Batched
from explainer.engines.torch import TorchEngine
from explainer.tape import Recording
from explainer.target import Target
from models.work import Unwanted, Work, charge, current, working
from tests.explainer.networks import classifier_of, images, small

PATIENCE = 30  # seconds, before a test that hangs fails


@dataclass
class Echo:
    """Answers with the picture's first number, and notes what came together; the first batch waits for `go`."""

    name: str = "echo"
    batches: list[list[float]] = field(default_factory=list)
    go: threading.Event = field(default_factory=threading.Event)
    started: threading.Event = field(default_factory=threading.Event)

    def run(
        self, inputs: Tensor, layers: Sequence[str], targets: Sequence[Target | None], also: Sequence[str] = ()
    ) -> Recording:
        self.batches.append(inputs[:, 0, 0, 0].tolist())
        self.started.set()
        assert self.go.wait(PATIENCE)
        if (inputs == 13).any():
            raise RuntimeError("thirteen")
        value = inputs[:, :1, :1, :1]
        return Recording(value[:, :, 0, 0], (value,) * len(layers), (-value,) * len(layers), (2 * value,) * len(also))


def picture(number: float) -> Tensor:
    return torch.full((1, 3, 2, 2), number)


def crowd(
    engine: Echo, numbers: Sequence[float], layers: Sequence[Sequence[str]] | None = None, most: int = MOST
) -> list[object]:
    """Ask while the first request is still being computed; the answers, or the errors, in order."""
    batched = Batched(engine, most)

    def ask(number: float, where: Sequence[str]) -> object:
        try:
            return batched.run(picture(number), where, [None])
        except RuntimeError as error:
            return str(error)

    with ThreadPoolExecutor(len(numbers) + 1) as pool:
        first = pool.submit(ask, numbers[0], layers[0] if layers else ["a"])
        assert engine.started.wait(PATIENCE)
        rest = []
        for index, number in enumerate(numbers[1:], start=1):
            rest.append(pool.submit(ask, number, layers[index] if layers else ["a"]))
            while len(batched._waiting) < index:  # so that they wait in a known order
                threading.Event().wait(0.001)
        engine.go.set()
        return [each.result(PATIENCE) for each in (first, *rest)]


def values(answers: Sequence[object]) -> list[float]:
    return [float(answer.logits) for answer in answers if isinstance(answer, Recording)]


def test_a_lone_request_is_computed_at_once_and_alone() -> None:
    engine = Echo()
    engine.go.set()
    answer = Batched(engine).run(picture(5), ["a", "b"], [None])
    assert engine.batches == [[5]]
    assert (float(answer.logits), [float(each) for each in answer.gradients]) == (5, [-5, -5])


def test_those_who_wait_go_together_and_each_gets_its_own_answer() -> None:
    engine = Echo()
    answers = crowd(engine, [1, 2, 3, 4])
    assert engine.batches == [[1], [2, 3, 4]]
    assert values(answers) == [1, 2, 3, 4]


def test_no_batch_is_larger_than_eight_and_the_order_is_kept() -> None:
    engine = Echo()
    answers = crowd(engine, range(21, 41))
    assert [len(batch) for batch in engine.batches] == [1, MOST, MOST, 3]
    assert [number for batch in engine.batches for number in batch] == list(range(21, 41))
    assert values(answers) == list(range(21, 41))


def test_an_engine_that_goes_row_by_row_gets_them_one_by_one_in_their_order() -> None:
    engine = Echo()
    assert values(crowd(engine, [1, 2, 3, 4], most=1)) == [1, 2, 3, 4]
    assert engine.batches == [[1], [2], [3], [4]]


def test_an_answer_that_is_ready_does_not_wait_for_the_others() -> None:
    class Stuck(Echo):
        def run(
            self, inputs: Tensor, layers: Sequence[str], targets: Sequence[Target | None], also: Sequence[str] = ()
        ) -> Recording:
            if (inputs == 3).any():
                assert last.wait(PATIENCE)
            return super().run(inputs, layers, targets, also)

    last, engine = threading.Event(), Stuck()
    batched = Batched(engine, 1)
    with ThreadPoolExecutor(3) as pool:
        asked = []
        for index, number in enumerate([1, 2, 3]):
            asked.append(pool.submit(batched.run, picture(number), ["a"], [None]))
            assert engine.started.wait(PATIENCE)
            while len(batched._waiting) < index:
                threading.Event().wait(0.001)
        engine.go.set()
        assert [float(each.result(PATIENCE).logits) for each in asked[:2]] == [1, 2]
        assert not asked[2].done()
        last.set()
        assert float(asked[2].result(PATIENCE).logits) == 3


def test_other_layers_or_sizes_wait_for_another_batch() -> None:
    engine = Echo()
    answers = crowd(engine, [1, 2, 3, 4, 5], [["a"], ["a"], ["b"], ["a"], ["b"]])
    assert engine.batches == [[1], [2, 4], [3, 5]]
    assert values(answers) == [1, 2, 3, 4, 5]


def test_a_request_that_fails_leaves_its_neighbours_their_answers() -> None:
    engine = Echo()
    answers = crowd(engine, [1, 2, 13, 4])
    assert engine.batches == [[1], [2, 13, 4], [2], [13], [4]]
    assert answers[2] == "thirteen"
    assert values(answers) == [1, 2, 4]


def test_after_a_failure_the_next_request_is_answered() -> None:
    engine = Echo()
    engine.go.set()
    batched = Batched(engine)
    with pytest.raises(RuntimeError, match="thirteen"):
        batched.run(picture(13), ["a"], [None])
    assert float(batched.run(picture(7), ["a"], [None]).logits) == 7


def test_a_crowd_gets_what_each_would_get_alone() -> None:
    classifier = classifier_of(small().requires_grad_(False), ["1", "3"], 7)
    batched, alone = Batched(TorchEngine(classifier)), TorchEngine(classifier)
    pictures = [images(1, 3, 16, 16, seed=seed) for seed in range(12)]
    with ThreadPoolExecutor(len(pictures)) as pool:
        answers = list(pool.map(lambda each: batched.run(each, ["1", "3"], [None]), pictures))
    for answer, each in zip(answers, pictures, strict=True):
        expected = alone.run(each, ["1", "3"], [None])
        pairs = zip((*answer.activations, *answer.gradients), (*expected.activations, *expected.gradients), strict=True)
        assert all(torch.allclose(mine, other, rtol=1e-5, atol=1e-8) for mine, other in pairs)


def test_several_questions_about_one_picture_are_a_batch_of_their_own() -> None:
    classifier = classifier_of(small().requires_grad_(False), ["3"], 7)
    targets = [Target("class 1", (1,)), Target("class 2", (2,))]
    answer = Batched(TorchEngine(classifier)).run(images(1, 3, 16, 16), ["3"], targets)
    assert len(answer.logits) == 2


def test_each_of_a_batch_pays_its_share_and_one_that_nobody_wants_is_not_begun() -> None:
    class Dear(Echo):
        def run(
            self, inputs: Tensor, layers: Sequence[str], targets: Sequence[Target | None], also: Sequence[str] = ()
        ) -> Recording:
            charge(6)
            return super().run(inputs, layers, targets, also)

    engine, works = Dear(), [Work() for _ in range(4)]
    batched = Batched(engine)

    def ask(work: Work) -> None:
        with working(work):
            batched.run(picture(1), ["a"], [None])

    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(ask, works[0])]
        assert engine.started.wait(PATIENCE)
        asked += [pool.submit(ask, work) for work in works[1:]]
        while len(batched._waiting) < 3:
            pass
        works[0].wanted = False  # whoever computes for all leaves
        engine.go.set()
        for each in asked:
            each.result(PATIENCE)
    assert [work.seconds for work in works] == [6, 2, 2, 2]
    with pytest.raises(Unwanted):
        ask(works[0])
    assert len(engine.batches) == 2


def test_each_gets_its_own_of_what_is_wanted_without_gradients_and_other_wishes_are_another_batch() -> None:
    engine = Echo()
    engine.go.set()
    batched = Batched(engine)
    assert [float(each) for each in batched.run(picture(3), ["a"], [None], ["b", "c"]).also] == [6, 6]
    assert batched.run(picture(3), ["a"], [None]).also == ()


def test_engine_is_told_whether_one_core_is_enough() -> None:
    told: list[bool] = []

    class Told(Echo):
        def run(self, *asked: Any) -> Recording:
            told.append(bool((work := current()) and work.one_core))
            return super().run(*asked)

    engine = Told()
    engine.go.set()
    for content in (True, False):
        with working(Work(one_core=content)):
            Batched(engine).run(picture(1), ["a"], [None])
    assert told == [True, False]
