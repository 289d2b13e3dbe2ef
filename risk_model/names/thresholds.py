"""Thresholds of linkage, as the policy's ``[linkage]`` has them."""

from functools import cached_property

from risk_model.names.known import Rarity
from risk_model.policy_table import AtLeast1, NonEmpty, NotNegative, PolicyTable, Share


class LinkageTable(PolicyTable, frozen=True, dict=True):
    """``[linkage]``: from which strength an event joins a matter by itself, from which a person is asked.

    Attributes:
        join: least strength of a join, in [0, 1].
        propose: least strength of a proposal; weaker clues are forgotten.
        in_text: what a clue from running text is worth of one from a field.
        sum_digits: figures that a sum must have to be told again by it (113,600 has four).
        sum_days: days after the newest event within which the same sum, in the same township and category, is the same dispute.
        common_brands: words common as brand or estate name however few of the city's enterprises are known yet.
        unknown_of_common, unknown_of_short, unknown_of_long, unknown_per_known: see ``names.known.Rarity``.
    """

    join: Share
    propose: Share
    in_text: Share
    unknown_of_common: NotNegative
    unknown_of_short: NotNegative
    unknown_of_long: NotNegative
    unknown_per_known: NotNegative
    sum_digits: AtLeast1 = 4
    sum_days: AtLeast1 = 90
    common_brands: tuple[NonEmpty, ...] = ()

    @cached_property
    def rarity(self) -> Rarity:
        """How many bearers of a brand are expected beyond the known ones."""
        return Rarity(
            frozenset(self.common_brands),
            self.unknown_of_common,
            self.unknown_of_short,
            self.unknown_of_long,
            self.unknown_per_known,
        )
