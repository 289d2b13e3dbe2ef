"""Read a response plan and what goes with it from the store, as a paper."""

from collections.abc import Mapping
from typing import Self

import msgspec
from sqlalchemy import Connection

from infra.papers.plan_paper import PlanPaper, plan_paper
from infra.rules import load_articles, load_clocks, load_regions
from infra.settings import Settings
from infra.store.queries.alerts import trends_of
from infra.store.queries.disputes import DisputePage, disputes_behind_alert
from infra.store.queries.pages import MAX_PAGE
from infra.store.queries.plans import PlanDetail, plan_at, plan_by_id
from risk_model.clocks.book import ClockBook
from risk_model.plans.articles import Article
from schemas.regions import RegionRegistry


class PaperRules(msgspec.Struct, frozen=True):
    """What papers are written with beside the store: names of places, deadlines, words of articles."""

    regions: RegionRegistry
    clocks: ClockBook
    articles: Mapping[str, Article]

    @classmethod
    def load(cls, settings: Settings) -> Self:
        """From the files the settings name.

        Raises:
            PolicyError: one of them does not hold; the message names the path.
        """
        return cls(load_regions(settings.regions_dir), load_clocks(settings), load_articles(settings))


def read_plan_paper(
    connection: Connection, plan_id: str, rules: PaperRules, version: int | None = None
) -> PlanPaper | None:
    """A plan as a paper, with the newest events behind its alert; None when there is no plan of this id, or of this version.

    ``version`` names an earlier text; None is the one that stands.
    """
    detail = plan_by_id(connection, plan_id) if version is None else plan_at(connection, plan_id, version)
    if detail is None:
        return None
    found = _events(connection, detail)
    return plan_paper(detail.listed, found.page.items, found.total, rules.regions, rules.clocks, rules.articles)


def _events(connection: Connection, detail: PlanDetail) -> DisputePage:
    plan = detail.listed.plan
    trends = [] if plan.matter_id is not None else trends_of(connection, plan.alert_id)
    return disputes_behind_alert(connection, plan.alert_id, plan.matter_id, trends, None, MAX_PAGE)
