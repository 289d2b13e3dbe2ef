"""Against SaTScan 10.3.2, a brute force in R and the R package scanstatistics, where their results are at hand."""

import numpy as np
import pytest

from risk_model.trends.scan import Cluster, MonteCarlo, Rule, circles, expectation_poisson, prospective, scan
from risk_model.trends.scan.cylinders import cylinders
from tests.unit.trends_scan.reference import (
    FOLDER,
    REASON,
    Row,
    by_run,
    counts_of,
    grid_distances,
    rows,
    run_named,
    runs,
)

pytestmark = pytest.mark.skipif(FOLDER is None, reason=REASON)

RULES: tuple[Rule, ...] = ("per_center", "all_zones", "space_time_overlap")


def _same(found: Cluster, row: Row) -> None:
    assert set(found.regions) == set(row["regions"].split("|")), row
    assert (found.first_period + 1, found.last_period + 1) == (int(row["start"]), int(row["end"])), row
    assert found.observed == int(row["cases"]), row
    assert found.expected == pytest.approx(float(row["expected"]), rel=1e-9)
    assert found.log_likelihood_ratio == pytest.approx(float(row["llr"]), rel=1e-9, abs=5e-9), row


@pytest.mark.parametrize("name", runs())
def test_every_rank_of_every_rule_is_that_of_brute_force(name: str) -> None:
    """Regions, window, cases, expected and ratio of each cluster listed, most likely and secondary.

    The brute force cut its list of cylinders before it looked for overlap in time, so it may list fewer, never others.
    """
    run = run_named(name)
    source = by_run("grid_brute_top.csv" if name.startswith("grid") else "real_brute_top.csv")
    compared = 0
    for rule in RULES:
        listed = [row for row in source[name] if row["rule"] == rule]
        if not listed:
            continue
        found = scan(run.model, run.zones, run.windows, rule=rule, at_most=10).clusters
        assert len(found) >= len(listed)
        if rule == "per_center":
            assert len(found) == len(listed)
        for cluster, row in zip(found, listed, strict=False):
            _same(cluster, row)
            compared += 1
    assert compared


def _satscan_runs() -> list[str]:
    return [*by_run("grid_satscan.csv"), *by_run("real_satscan.csv")] if FOLDER else ["absent"]


def _satscan(name: str) -> list[Row]:
    return by_run("grid_satscan.csv" if name.startswith("grid") else "real_satscan.csv")[name]


@pytest.mark.parametrize("name", _satscan_runs())
def test_most_likely_cluster_is_satscans_to_six_decimals(name: str) -> None:
    """Regions, radius, cases, expected, relative risk and the ratio as SaTScan prints them."""
    run = run_named(name)
    found, row = scan(run.model, run.zones, run.windows, rule="all_zones").clusters[0], _satscan(name)[0]
    assert set(found.regions) == set(row["locations"].split("|"))
    assert f"{found.log_likelihood_ratio:.6f}" == f"{float(row['LLR']):.6f}"
    assert found.observed == int(row["OBSERVED"])
    assert found.expected == pytest.approx(float(row["EXPECTED"]), abs=0.0051)
    assert found.observed_to_expected == pytest.approx(float(row["ODE"]), abs=0.0051)
    # One zone may be a circle around several centres: we name the smallest, SaTScan the first it met.
    assert found.radius is not None
    assert found.radius <= float(row["RADIUS"]) + 0.0051
    if found.centre == row["LOC_ID"]:
        assert found.radius == pytest.approx(float(row["RADIUS"]), abs=0.0051)
    if row["REL_RISK"] != "NA" and run.model.name == "poisson":
        assert found.relative_risk == pytest.approx(float(row["REL_RISK"]), abs=0.0051)
    if row["START_DATE"].isdigit():
        assert (found.first_period + 1, found.last_period + 1) == (int(row["START_DATE"]), int(row["END_DATE"]))


@pytest.mark.parametrize("name", _satscan_runs())
def test_secondary_clusters_are_satscans(name: str) -> None:
    """All that SaTScan lists: one cluster a centre prospectively, no overlap in space and time retrospectively.

    Where SaTScan's rule is not fully known (four retrospective runs, and rank 3 of the New York fevers) the ranks before the first
    difference are compared; the brute force differs from SaTScan in the same places.
    """
    run, listed = run_named(name), _satscan(name)
    rule: Rule = "per_center" if run.windows.prospective else "space_time_overlap"
    found = scan(run.model, run.zones, run.windows, rule=rule, at_most=max(10, len(listed))).clusters
    same = [
        set(cluster.regions) == set(row["locations"].split("|"))
        and abs(cluster.log_likelihood_ratio - float(row["LLR"])) <= 6e-7
        for cluster, row in zip(found, listed, strict=False)
    ]
    agreed = same.index(False) if False in same else len(same)
    assert agreed == RANKS_THAT_AGREE.get(name, len(listed))


RANKS_THAT_AGREE = {
    "grid_alive_poisson_retrospective_tmax30": 2,
    "grid_alive_poisson_retrospective_tmax8": 2,
    "grid_slow_poisson_retrospective_tmax8": 3,
    "nm_const_retrospective_tmax9": 2,
    "nycfever_stp_prospective": 2,
}


@pytest.mark.parametrize("name", ["poisson", "permutation"])
def test_the_best_window_of_every_zone(name: str) -> None:
    """Not the best only: the best cylinder of each of the 480 zones."""
    run = run_named(f"grid_alive_{name}_prospective_tmax30")
    (table,) = cylinders(run.model, run.zones, run.windows, least_cases=2)
    best = table.ratio.max(axis=1)
    sizes = {(run.zones.regions[run.zones.centre[zone]], len(run.zones.grown(zone))): zone for zone in range(len(best))}
    listed = rows(f"grid_alive_{name}_prospective_tmax30_brute_allzones.csv")
    assert len(listed) == len(run.zones)
    for row in listed:
        zone = sizes[row["center_id"], int(row["nreg"])]
        assert best[zone] == pytest.approx(float(row["llr"]), rel=1e-8, abs=1e-9)
        assert run.zones.radius[zone] == pytest.approx(float(row["radius"]), rel=1e-8)


@pytest.mark.parametrize("name", [name for name in _satscan_runs() if "retrospective_tmax30" not in name])
def test_p_values_are_near_satscans(name: str) -> None:
    """Both are estimates of their own replicates, so they differ by chance: four standard errors of the difference are allowed.

    The p-values SaTScan prints above 0.05 are those of a sequence stopped at the fiftieth exceedance (0.242 = 50/207, 0.98 = 50/51),
    ours of 999 replicates. Small ones are Gumbel's; the fit of the tail is loose, so they agree within a factor that grows with depth.
    """
    run, row = run_named(name), _satscan(name)[0]
    theirs = float(row["P_VALUE"])
    plan = MonteCarlo(seed=7, gumbel=theirs < 0.05)
    ours = scan(run.model, run.zones, run.windows, rule="all_zones", monte_carlo=plan, at_most=1).clusters[0].p_value
    assert ours is not None
    if theirs < 1e-12:
        assert ours < 1e-6
    elif theirs < 0.05:
        assert abs(np.log(ours / theirs)) < np.log(4) * max(1.0, -np.log10(theirs) / 4)
    else:
        assert abs(ours - theirs) < 4 * np.sqrt(ours**2 * (1 - ours) / 50 + ours * (1 - ours) / 999)


@pytest.mark.parametrize("name", ["alive", "null", "ended", "slow"])
def test_expectation_based_poisson_is_scanstatistics(name: str) -> None:
    """The fifty best cylinders of Neill's statistic with the true baseline over the last eight weeks, zones of half the regions."""
    ids, counts = counts_of(f"grid_{name}")
    means = {row["region"]: float(row["baseline"]) for row in rows("grid_true_baseline.csv")}
    baseline = np.repeat([[means[key]] for key in ids], counts.shape[1], axis=1)
    zones = circles(ids, grid_distances(), np.ones(len(ids)), largest_share=1.0)
    (table,) = cylinders(expectation_poisson(counts, baseline), zones, prospective(counts.shape[1], 8), least_cases=1)
    listed = [row for row in rows("grid_ebpoisson_scanstatistics_top50.csv") if row["dataset"] == name]
    assert len(listed) == 50
    ours = {frozenset(zones.regions[r] for r in zones.grown(zone)): zone for zone in range(len(zones))}
    for row in listed:
        zone, window = ours[frozenset(row["regions"].split("|"))], int(row["duration"]) - 1
        assert table.ratio[zone, window] == pytest.approx(float(row["score"]), rel=1e-8)


def test_adjusting_for_age_and_sex_halves_the_evidence() -> None:
    """New Mexico: what looks like a rise is in part an ageing population, as SaTScan's user guide tells."""
    plain, adjusted = run_named("nm_const_prospective_tmax9"), run_named("nm_adjusted_prospective")
    best = [scan(run.model, run.zones, run.windows, rule="all_zones").clusters[0] for run in (plain, adjusted)]
    assert best[0].regions == best[1].regions
    assert best[1].log_likelihood_ratio < best[0].log_likelihood_ratio / 2
