"""How the measurements compare: in turns, with an interval, and a bar that the worse end has to meet."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench import report
from bench.compare import Interval, Line, Pair, in_turns, interval, line, percentile

TIMES = st.lists(st.floats(min_value=0.1, max_value=1000), min_size=3, max_size=40)


def test_both_are_measured_in_turns() -> None:
    order: list[str] = []

    def ours() -> float:
        order.append("A")
        return 1.0

    def theirs() -> float:
        order.append("B")
        return 2.0

    pair = in_turns(ours, theirs, pairs=2, warm=0)
    assert "".join(order) == "ABBAABBA"
    assert (pair.ours, pair.theirs) == ([1.0] * 4, [2.0] * 4)


def test_ratio_says_which_one_takes_longer() -> None:
    pair = Pair([10.0] * 9, [200.0] * 9)
    assert pair.faster == Interval(20.0, 20.0, 20.0)
    assert pair.slower.ratio == pytest.approx(0.05)


@given(TIMES, TIMES)
def test_interval_holds_its_ends_in_order(above: list[float], below: list[float]) -> None:
    found = interval(above, below)
    assert 0 < found.low <= found.high


@pytest.mark.parametrize(
    ("bar", "low", "high", "holds"),
    [
        ("≥ 20 ×", 20.0, 30.0, True),
        ("≥ 20 ×", 19.9, 30.0, False),
        ("≤ 3 ×", 1.0, 3.0, True),
        ("≤ 3 ×", 1.0, 3.1, False),
        ("≥ 25 %", 0.25, 0.4, True),
        ("≥ 25 %", 0.24, 0.4, False),
    ],
)
def test_worse_end_of_the_interval_decides(bar: str, low: float, high: float, holds: bool) -> None:
    assert Line("list", 1.0, 2.0, (low + high) / 2, low, high, bar).holds is holds


@pytest.mark.parametrize(
    ("bar", "ours", "holds"), [("≤ 100 ms", 100.0, True), ("≤ 100 ms", 101.0, False), ("≥ 500 /s", 499.0, False)]
)
def test_bar_without_a_peer_is_about_ours(bar: str, ours: float, holds: bool) -> None:
    assert Line("search", ours, bar=bar).holds is holds


def test_line_without_a_bar_holds_nothing() -> None:
    assert Line("memory", 1.0).holds is None


def test_line_takes_the_ratio_its_bar_is_about() -> None:
    pair = Pair([10.0] * 9, [200.0] * 9)
    assert line("list", pair, "≥ 6 ×").holds
    assert not line("list", Pair(pair.theirs, pair.ours), "≤ 3 ×").holds


def test_percentile_is_a_value_that_was_measured() -> None:
    assert percentile([3.0, 1.0, 2.0], 0.5) == 2.0
    assert percentile([1.0], 0.99) == 1.0


def test_results_are_one_object_a_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "RESULTS", tmp_path / "results.json")
    report.keep([line("list", Pair([1.0] * 3, [2.0] * 3), "≥ 2 ×"), Line("memory", 400.0)], date="2026-11-29")
    first, second = map(json.loads, (tmp_path / "results.json").read_text().splitlines())
    assert {name: first[name] for name in ("name", "ours", "theirs", "ratio", "bar", "holds")} == {
        "name": "list", "ours": 1.0, "theirs": 2.0, "ratio": 2.0, "bar": "≥ 2 ×", "holds": True,
    }  # fmt: skip
    assert (second["theirs"], second["holds"], second["date"]) == (None, None, "2026-11-29")


def test_table_says_what_missed_its_bar(capsys: pytest.CaptureFixture[str]) -> None:
    report.table([Line("search", 120.0, bar="≤ 100 ms", note="slowest: rare"), Line("list", 1.0, bar="≤ 100 ms")])
    shown = capsys.readouterr().out
    assert "search  120 ms" in shown and "NO" in shown and "1. search: slowest: rare" in shown
