"""Notices that an event makes due: one for each recipient and channel, with an id that follows from them."""

from collections.abc import Callable, Sequence

from risk_model.notices.known import Known
from risk_model.notices.telling import tellings
from schemas.domain_events import NoticeDue, Recorded, type_name
from schemas.identifiers import derived_id

Channels = Callable[[str, str], Sequence[str]]
"""Names of the channels of a recipient for a county; none when nobody can be told."""


def notices_due(recorded: Recorded, known: Known, channels: Channels) -> list[NoticeDue]:
    """Notices of an event. A recipient without a channel gets one with the channel empty, so that the gap is seen.

    Args:
        recorded: the event and its place.
        known: what telling looks at.
        channels: of the contacts.
    """
    event, found = recorded.event, []
    for telling in tellings(event, known):
        for recipient in telling.recipients:
            for channel in channels(recipient, telling.county) or ("",):
                place = (recorded.stream_id, str(recorded.version), recipient, telling.county, channel)
                found.append(
                    NoticeDue(
                        derived_id("notice", *place),
                        type_name(event),
                        recorded.stream_id,
                        recorded.version,
                        telling.about,
                        recipient,
                        telling.county,
                        channel,
                        telling.title,
                        telling.lines,
                        telling.urgent,
                        telling.due_at or known.recorded_at,
                    )
                )
    return found
