"""What officials read of a cluster: title and reasons."""

from collections.abc import Sequence

from risk_model.surveillance.regional.cluster import MOST_DAYS, Cluster
from schemas.reasons import Reason
from schemas.regions import RegionRegistry

_NAMED_COUNTIES = 3


def title(cluster: Cluster, regions: RegionRegistry) -> str:
    """Such as “青河县、东平区等 2 县（市、区）5 个乡镇（街道）问题楼盘聚集”."""
    counties = list(dict.fromkeys(code[:6] for code in cluster.regions))
    named = county_names(counties, regions)
    return f"{named}{len(cluster.regions)}个乡镇（街道）{cluster.category}聚集"


def county_names(counties: Sequence[str], regions: RegionRegistry) -> str:
    """The counties, the first few by name."""
    named = "、".join(regions.name(code) for code in counties[:_NAMED_COUNTIES])
    return named if len(counties) <= _NAMED_COUNTIES else f"{named}等{len(counties)}个县（市、区）"


def reasons(cluster: Cluster, events: int, listed: int, regions: RegionRegistry) -> tuple[Reason, ...]:
    """Why it is a cluster: figures, places, events."""
    figures = (
        f"{cluster.first:%Y-%m-%d} 至 {cluster.last:%Y-%m-%d} 的 {cluster.days} 天，{len(cluster.regions)} 个乡镇（街道）{cluster.category}"
        f" {cluster.observed} 件；按各地平常在全市所占的份额预计 {cluster.expected:.1f} 件，上限 {cluster.upper:.0f} 件"
        f"（{cluster.method}，p={cluster.p_value:.2g}，凭偶然约每 {_spell(cluster.recurrence_days)}一次）"
    )
    places = "、".join(
        f"{regions.place(code)} {n} 件（平常 {usual:.1f}）"
        for code, n, usual in zip(cluster.regions, cluster.counts, cluster.usual, strict=True)
    )
    found = [Reason("trend.regional", figures, "detector"), Reason("trend.regional_places", places, "detector")]
    if events:
        told = f"涉及事件 {events} 件" + ("" if listed == events else f"，列出最新 {listed} 件")
        found.append(Reason("trend.regional_events", told, "detector"))
    return tuple(found)


def _spell(days: float) -> str:
    if days >= MOST_DAYS:
        return "万年以上"
    return f"{days / 365.25:.1f} 年" if days >= 365.25 else f"{days:.0f} 天"
