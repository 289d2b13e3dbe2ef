"""``[notice]`` of the policy: how notices are gathered into messages and how often a message is tried."""

from risk_model.policy_table import AtLeast1, NotNegative, PolicyTable, Positive, Share


class NoticeTable(PolicyTable, frozen=True):
    """``[notice]``.

    Attributes:
        urgent_level: alerts of this level and above are told at once.
        gather_seconds: how long another notice waits for more of the same recipient, to go as one message.
        most: notices in one message.
        reasons: reasons of an alert that a notice names.
        stale_days: what was reported longer ago than this when it was recorded (a past that was imported) is not told.
        first_retry_seconds, retry_factor, longest_retry_seconds: pauses between attempts.
        jitter: share by which a pause is drawn longer, so that many messages do not come back together.
        give_up_hours: after the first attempt; the message has failed then.
        timeout_seconds: how long a channel may take to answer.
    """

    urgent_level: str = "red"
    gather_seconds: NotNegative = 60
    most: AtLeast1 = 20
    reasons: AtLeast1 = 3
    stale_days: AtLeast1 = 7
    first_retry_seconds: Positive = 30
    retry_factor: Positive = 2
    longest_retry_seconds: Positive = 3600
    jitter: Share = 0.5
    give_up_hours: Positive = 24
    timeout_seconds: Positive = 10
