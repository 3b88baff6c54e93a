"""The benchmark of the mirror runs, and its figures are judged."""

from pathlib import Path

from benchmarks import mirror
from benchmarks.mirror import FILM, Held, Seen, goals_of, moving_film


def test_it_measures_a_browser_a_crowd_and_a_still_and_writes_both_files(tmp_path: Path) -> None:
    report = mirror.run(tmp_path, quick=True)
    assert all(goal.value is not None for goal in report.goals)
    rates = [goal.value for goal in report.goals if "a second" in goal.claim]
    assert all(rate and rate > 0 for rate in rates)
    assert (tmp_path / "mirror.md").is_file()
    assert (tmp_path / "mirror.json").is_file()


def test_each_figure_has_its_limit() -> None:
    good = goals_of(Seen(29, (40.0,) * 20, 9), 16, [8.0] * 8, 0.1, 0.15, Held(5, 0, 0))
    assert all(goal.reached for goal in good)
    bad = goals_of(Seen(20, (90.0,) * 18 + (200.0,) * 2, 12), 10, [3.0, 8.0], 0.1, 0.3, Held(50, 3, 1))
    assert not any(goal.reached for goal in bad)


def test_the_film_moves_and_changes() -> None:
    film = moving_film(2)
    head, *frames = film.split(b"FRAME\n")
    assert head.startswith(b"YUV4MPEG2 W640 H480 F30:1")
    assert {len(frame) for frame in frames} == {FILM[0] * FILM[1] * 3 // 2}
    assert len(set(frames)) == len(frames) == 8
