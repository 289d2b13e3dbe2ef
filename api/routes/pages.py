"""Pages of dispute events, which several resources answer."""

from api.answers.disputes import DisputePageShown, dispute_item
from api.cursors import write_cursor
from api.deps import Context
from infra.store.queries.disputes import DisputePage


def dispute_page(context: Context, mark: str, found: DisputePage) -> DisputePageShown:
    """A page as shown; `mark` names the query its cursor is good for."""
    return DisputePageShown(
        items=[dispute_item(context.regions, row) for row in found.page.items],
        next_cursor=write_cursor(mark, found.page.following),
        total=found.total,
    )
