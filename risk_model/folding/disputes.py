"""A dispute event, as it is counted and told to the exposure graph."""

from datetime import date
from itertools import product

from risk_model.entities import Filed
from risk_model.exposure.statements import stated_relations, trouble
from risk_model.folding.counties import follow_county
from risk_model.local_time import local_day
from risk_model.series import SUBJECT, measures
from risk_model.state import REPORT_DAYS, State
from risk_model.surveillance.window import Report
from schemas.assessed import Assessed
from schemas.domain_events import (
    DisputeAssessed,
)


def assess(state: State, event: DisputeAssessed, _: int) -> None:
    """Count an event, tell the exposure graph of it, and keep where it is."""
    _count(state, event.dispute)
    state.filed[event.dispute.dispute_id] = Filed(None, event.dispute.place.county)
    state.new_disputes.append(event.dispute)


def _count(state: State, dispute: Assessed) -> None:
    """Count an event in every series of its regions and measures, by the day it happened and by the county's clock."""
    place, found = dispute.place, measures(dispute)
    day, regions = local_day(dispute.occurred_at), place.region_keys()
    state.new_counts.update(product(regions, found, (day,)))
    county = follow_county(state, place.county)
    county.counted += 1
    known_on = county.day or local_day(dispute.reported_at)
    county.first_day = county.first_day or known_on
    _expose(state, dispute, known_on)
    arrival = (place.township or place.county, found[0], day, known_on)
    state.new_arrivals[arrival] = state.new_arrivals.get(arrival, 0) + 1
    if len(found) > 1:
        arrival = (place.county, SUBJECT, day, known_on)
        state.new_arrivals[arrival] = state.new_arrivals.get(arrival, 0) + 1
    ordinal, begin = day.toordinal(), county.first_day.toordinal()
    window = state.windows.get(place.county)
    if window is not None:
        window.counted, window.begin = county.counted, begin
        window.add_event(regions, found, ordinal)
        window.arrived(found[0], ordinal, known_on.toordinal())
        if len(found) > 1:
            window.arrived(SUBJECT, ordinal, known_on.toordinal())
        if (known_on - day).days <= REPORT_DAYS:
            reported_us = round(dispute.reported_at.timestamp() * 1_000_000)
            window.remember(Report(reported_us, dispute.dispute_id, ordinal, regions, found))
    years = state.years.get(place.county)
    if years is not None:
        years.counted, years.begin = county.counted, begin
        years.add_event(tuple([region for region in regions if "/" not in region]), found[:1], ordinal)


def _expose(state: State, dispute: Assessed, known_on: date) -> None:
    """Keep what the event tells the exposure graph, by the day of the county's clock on which it became known."""
    if dispute.relations:
        state.new_stated += stated_relations(dispute, known_on.toordinal())
    told = trouble(dispute, known_on.toordinal())
    if told is not None:
        state.new_troubles.append(told)
