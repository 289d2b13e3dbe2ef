"""``[plan]`` of the policy: which alerts get a plan whatever their level, and who issues it."""

from risk_model.policy_table import NonEmpty, PolicyTable


class PlanTable(PolicyTable, frozen=True):
    """What plans need beyond playbooks.

    Attributes:
        always_kinds: kinds of alert that get a plan at any level.
        issuer: the office that signs plans, as it stands under them; may hold ``{county}``.
        coercive_words: what no measure may say, of a playbook or of an edit: coercive measures are decided on by the authority concerned, apart
            from plans.
    """

    always_kinds: tuple[str, ...] = ("regional", "systemic")
    issuer: NonEmpty = "府院联席会议办公室"
    coercive_words: tuple[NonEmpty, ...] = (
        "征用",
        "强制隔离",
        "强制带离",
        "强行驱离",
        "强制拆除",
        "强制搬迁",
        "封锁",
        "交通管制",
        "现场管制",
        "管控人员",
        "限制人身自由",
        "限制出行",
        "断水断电",
        "停水停电",
        "拘留",
        "拘传",
        "约束性措施",
        "宵禁",
        "戒严",
    )
