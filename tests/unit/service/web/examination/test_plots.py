"""Bars by month."""

from __future__ import annotations

from domain.ids import ForceCode
from service.usecases.examination.statistics import MonthOutcomes
from service.web.examination.charts import month_bars, share_bar, span_bars


def test_forces_are_summed_and_months_run_forwards() -> None:
    outcomes = [
        MonthOutcomes("2026-02", ForceCode("01"), linked=3, not_linked=1),
        MonthOutcomes("2026-01", ForceCode("01"), linked=1, not_linked=0),
        MonthOutcomes("2026-01", ForceCode("13"), linked=1, not_linked=2),
    ]

    bars = month_bars(outcomes)

    assert [(b.month, b.linked, b.not_linked) for b in bars.bars] == [
        ("2026-01", 2, 2),
        ("2026-02", 3, 1),
    ]
    assert bars.most == 4


def test_the_tallest_month_fills_the_height() -> None:
    bars = month_bars([MonthOutcomes("2026-01", ForceCode("01"), linked=5, not_linked=5)])

    bar = bars.bars[0]
    assert bar.not_linked_y_px == 0
    assert bar.linked_height_px + bar.not_linked_height_px == bars.height_px


def test_no_month_is_an_empty_picture() -> None:
    bars = month_bars([])

    assert bars.bars == ()
    assert bars.width_px > 0


def test_bars_of_rows_are_on_one_scale() -> None:
    first, second, none = span_bars([(1.0, 2.0), (4.0, 8.0), (0.0, 0.0)])

    assert second.whole_px == second.width_px
    assert (first.filled_px, first.whole_px) == (second.filled_px / 4, second.whole_px / 4)
    assert (none.filled_px, none.whole_px) == (0.0, 0.0)


def test_rows_without_a_span_have_no_bar() -> None:
    assert [bar.whole_px for bar in span_bars([(0.0, 0.0)])] == [0.0]
    assert span_bars([]) == ()


def test_a_share_fills_its_part_of_the_bar() -> None:
    bar = share_bar(0.25)

    assert bar.filled_px == bar.whole_px / 4
