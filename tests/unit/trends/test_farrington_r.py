"""Farrington and Farrington Flexible beside R's surveillance: every row of every variant, by index and by date.

``expected``, bounds, dispersion, trend kept or dropped, its coefficient, p-value and alarm must all be R's, none excepted.
"""

import numpy as np
import pytest

from risk_model.trends.farrington import FarringtonSettings, farrington
from risk_model.trends.farrington_flexible import FlexibleSettings, farrington_flexible
from risk_model.trends.weekly import Season
from tests.unit.trends.surveillance import Table, assert_same, needs_r_outputs, outputs, series

pytestmark = needs_r_outputs
RELATIVE = 1e-8
MONTH = 31 / 7  # R's unit of time by date in monthly series is 31 days, here a week
VARIANTS = {  # threshold, residual limit, trend's p-value
    "default": ("delta", 2.58, 0.05),
    "noufaily": ("nb_plugin", 2.58, 1.0),
    "muan": ("muan", 2.58, 1.0),
    "noreweight": ("nb_plugin", None, 0.05),
    "popoffset": ("nb_plugin", 2.58, 1.0),
}
ROWS = {
    "default": (7856, 3213), "noufaily": (7856, 3213), "muan": (630, 400), "noreweight": (630, 400), "popoffset": (480, 280),
}  # fmt: skip


def alphas(table: Table) -> list[str]:
    """Those the table has bounds for."""
    return [alpha for alpha in ("05", "01") if f"ub{alpha}" in table.rows[0]]


@pytest.mark.parametrize("mode", ["index", "date"])
@pytest.mark.parametrize("variant", VARIANTS)
def test_flexible(variant: str, mode: str) -> None:
    """The flexible algorithm. R has no p-value where muan's upper mean is infinite; ours is the limit."""
    threshold, residual_limit, trend_p = VARIANTS[variant]
    tables, rows, alarms, without_p = outputs(f"ff_{variant}_{mode}"), 0, 0, 0
    for (name,), table in tables.items():
        known = series(name)
        season = Season(
            table.whole("b"),
            table.whole("w"),
            known.periods,
            table.whole("noPeriods"),
            skipped=table.whole("pastNotIncl"),
        )
        for alpha in alphas(table):
            settings = FlexibleSettings(season, float(f".{alpha}"), threshold, residual_limit, trend_p, r_quirks=True)
            found = farrington_flexible(
                known.counts,
                table.times,
                settings,
                dates=known.dates if mode == "date" else None,
                population=known.population if variant == "popoffset" else None,
            )
            where = f"{name} {variant} {mode} {alpha}"
            evaluated = ~np.isnan(table["expected"])  # R blanks it where there are too few cases
            assert_same(found.expected[0][evaluated], table["expected"][evaluated], RELATIVE, f"{where} expected")
            assert_same(found.upper[0], table[f"ub{alpha}"], RELATIVE, f"{where} bound")
            assert_same(found.dispersion[0], table["phi"], RELATIVE, f"{where} dispersion")
            assert_same(~np.isnan(found.trend[0]), table["trend"], 0, f"{where} trend kept")
            ours_alarm = found.alarms(known.counts[:, table.times])[0]
            assert_same(ours_alarm, table[f"alarm{alpha}"], 0, f"{where} alarm")
            # groups without cases drive the iteration towards minus infinity; where it stops there is a matter of rounding
            unit = MONTH if mode == "date" and known.periods == 12 else 1.0
            assert_same(found.trend[0] * unit, table["trend_coef"], 5e-5, f"{where} coefficient")
            if alpha == "05":
                has_p = ~np.isnan(table["pvalue"])
                assert_same(found.p_value[0][has_p], table["pvalue"][has_p], 1e-6, f"{where} p-value")
                without_p += int((~has_p).sum())
                rows += len(table)
            alarms += int(ours_alarm.sum())
    assert rows == ROWS[variant][mode == "date"]
    assert without_p == (19 if (variant, mode) == ("muan", "index") else 0)
    assert alarms >= 10


@pytest.mark.parametrize(("mode", "rows"), [("index", 7856), ("date", 3213)])
def test_original(mode: str, rows: int) -> None:
    """Farrington 1996. Where there are too few cases R's bound is 0 and ours missing."""
    tables = outputs(f"farrington_{mode}")
    for (name,), table in tables.items():
        known = series(name)
        for alpha in alphas(table):
            settings = FarringtonSettings(table.whole("b"), table.whole("w"), known.periods, float(f".{alpha}"))
            found = farrington(known.counts, table.times, settings, dates=known.dates if mode == "date" else None)
            where = f"{name} {mode} {alpha}"
            assert_same(found.expected[0], table["expected"], RELATIVE, f"{where} expected")
            assert_same(np.nan_to_num(found.upper[0]), table[f"ub{alpha}"], RELATIVE, f"{where} bound")
            assert_same(~np.isnan(found.trend[0]), table["trend"], 0, f"{where} trend kept")
            assert_same(found.alarms(known.counts[:, table.times])[0], table[f"alarm{alpha}"], 0, f"{where} alarm")
            assert_same(1 - found.p_value[0], table["quantile"], 1e-6, f"{where} quantile", least=1e-6)
    assert sum(map(len, tables.values())) == rows
