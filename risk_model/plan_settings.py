"""``[plan]`` of the policy: which alerts get a plan whatever their level, and who issues it."""

from risk_model.policy_table import NonEmpty, PolicyTable


class PlanTable(PolicyTable, frozen=True):
    """What plans need beyond playbooks.

    Attributes:
        always_kinds: kinds of alert that get a plan at any level.
        issuer: the office that signs plans, as it stands under them; may hold ``{county}``.
    """

    always_kinds: tuple[str, ...] = ("regional", "systemic")
    issuer: NonEmpty = "府院联席会议办公室"
