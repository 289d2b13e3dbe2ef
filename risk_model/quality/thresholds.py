"""``[model.drift]``, ``[model.junk]``, ``[model.queue]`` and ``[model.gate]`` of the policy."""

from risk_model.policy_table import AtLeast0, AtLeast1, AtLeast2, Chance, NotNegative, PolicyTable, Positive, Share


class DriftTable(PolicyTable, frozen=True):
    """``[model.drift]``: when present events count as other than those the model learnt from.

    Attributes:
        window_days: events reported in the last so many days are compared.
        min_events: a source with fewer events, now or in the reference, is not judged.
        min_expected: bins expected to hold fewer events are merged.
        false_alarm: chance that a report on unchanged data says anything at all, shared out over all its comparisons.
        psi_warn, psi_alarm: least PSI, beyond what chance and ordinary variation give, of a distribution of fields.
        wording_warn, wording_alarm: the same of the distribution of hashed character pairs.
        label_min: a source with fewer labels is not judged by their delay.
        label_delay_days: a median time from report to label above this is late.
        label_share: a smaller share of labelled events is too little to learn from.
    """

    window_days: AtLeast1
    min_events: AtLeast2
    min_expected: Positive
    false_alarm: Chance
    psi_warn: Positive
    psi_alarm: Positive
    wording_warn: Positive
    wording_alarm: Positive
    label_min: AtLeast1
    label_delay_days: Positive
    label_share: Share


class JunkTable(PolicyTable, frozen=True):
    """``[model.junk]``: when a reporter's month looks made up to fill a quota.

    Attributes:
        min_reports: a reporter with fewer reports in the month is not judged.
        similarity: least Jaccard similarity of two narratives' character triples for one to count as a copy of the other.
        min_characters: shorter narratives are alike by nature and are not compared.
        min_copies: least size of a set of copies.
        copy_share: least share of a month's reports that are copies.
        file_copies: least size of a set of copies that is suspicious in a label file, whatever its share.
        significance: chance at which round numbers or a rush at the end of the month count, shared out over all reporters.
        month_end_days: last days of a month that are its end.
        quota_step: monthly numbers of reports divisible by this are quota marks.
        flag_score: score from which a person is asked to look.
    """

    min_reports: AtLeast1
    similarity: Share
    min_characters: AtLeast0
    min_copies: AtLeast2
    copy_share: Share
    file_copies: AtLeast2
    significance: Chance
    month_end_days: AtLeast1
    quota_step: AtLeast2
    flag_score: Share


class QueueTable(PolicyTable, frozen=True):
    """``[model.queue]``: which events a label is asked for first.

    Attributes:
        window_days: events reported in the last so many days are candidates.
        level_weight: weight of the level's expected cost beside the category's chance of error (1).
        unfamiliar: added to the uncertainty of a text the model hardly knows.
        field_share: how much of two events' likeness is that of their fields, the rest that of their texts.
        density_power: how much typical events go before odd ones; 0 ignores it.
        nearest: greatest likeness (cosine) to one already chosen or labelled; nearer ones are left out while there are others.
    """

    window_days: AtLeast1
    level_weight: NotNegative
    unfamiliar: NotNegative
    field_share: Share
    density_power: NotNegative
    nearest: Share


class GateTable(PolicyTable, frozen=True):
    """``[model.gate]``: what a model must show before it is promoted; see ``promotion``.

    Attributes:
        max_recall_drop: by how much recall of orange and red, and of red, may lie below the champion's.
        max_category_ece, max_level_ece: greatest calibration error.
        min_rows: fewest labelled examples of the evaluation.
    """

    max_recall_drop: Share
    max_category_ece: Share
    max_level_ece: Share
    min_rows: AtLeast1


class ModelTable(PolicyTable, frozen=True):
    """``[model]``: the tables of the model's life.

    Attributes:
        missed_costs: what not reaching yellow, orange, red costs where one level too high costs 1; a model is trained to grade by it.
    """

    missed_costs: tuple[Positive, Positive, Positive]
    drift: DriftTable
    junk: JunkTable
    queue: QueueTable
    gate: GateTable
