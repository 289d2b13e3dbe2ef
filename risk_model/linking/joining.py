"""Whether an event joins a known matter, is proposed to it or stands alone: clues by target, their strength, reasons in words."""

from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from risk_model.names.known import Known, matching_enterprises, matching_projects
from risk_model.names.likeness import SAME, Match
from risk_model.names.thresholds import LinkageTable
from schemas.naming import EnterpriseName, ProjectName
from schemas.reasons import Reason

Verdict = Literal["join", "propose", "none"]
TOKEN, CASE, REFERENCE, ENTERPRISE, PROJECT, ENTERPRISE_TEXT, PROJECT_TEXT, NARRATIVE = (
    "uscc", "case", "reference", "enterprise", "project", "enterprise_text", "project_text", "narrative"
)  # fmt: skip
_ORDER = (TOKEN, CASE, ENTERPRISE, PROJECT, REFERENCE, ENTERPRISE_TEXT, PROJECT_TEXT, NARRATIVE)
_HEADS = {
    TOKEN: "统一社会信用代码相同",
    CASE: "案号相同",
    REFERENCE: "引用了本事项的在先事件",
    ENTERPRISE: "企业名称",
    PROJECT: "项目名称",
    ENTERPRISE_TEXT: "正文提到的企业",
    PROJECT_TEXT: "正文提到的项目",
    NARRATIVE: "正文雷同",
}


LEAST_CLUE = 0.1
"""Weaker clues than this are dropped but for the strongest: together with others they could not carry a proposal."""


class Clue(NamedTuple):
    """One sign that an event belongs to a known target.

    Attributes:
        kind: ``TOKEN``, ``ENTERPRISE`` …
        target: id of the matter, enterprise or project.
        strength: probability in [0, 1] by this sign alone.
        evidence: what agrees and what does not.
        relation: ``same``, or ``development`` (another phase), ``branch``: never a join by itself.
    """

    kind: str
    target: str
    strength: float
    evidence: tuple[str, ...] = ()
    relation: str = SAME


class Link(NamedTuple):
    """What was decided of one target.

    Attributes:
        verdict: join it, propose it to a person, or neither.
        target: the target, None where nothing was found.
        strength: in [0, 1], of all signs together.
        relation: ``same``, or what the target is to the event's subject.
        kinds: kinds of the signs, strongest first.
        reasons: one for each sign, in words.
    """

    verdict: Verdict
    target: str | None
    strength: float
    relation: str
    kinds: tuple[str, ...]
    reasons: tuple[Reason, ...]


NO_LINK = Link("none", None, 0.0, SAME, (), ())


def decide_links(clues: Iterable[Clue], table: LinkageTable) -> list[Link]:
    """Verdict on every target that has a clue, the one to join first.

    Signs of different kinds are independent: together they are as strong as ``1 - (1 - a)(1 - b)``. At most one target is joined: of
    several that are strong enough the one with the surest kind of sign (code, case number, enterprise, project, reference, text); the
    others are proposals, for they say that two known matters may be one.

    Args:
        clues: signs, of any targets.
        table: from which strength to join and to propose.
    """
    by_target: dict[tuple[str, str], dict[str, Clue]] = {}
    for clue in clues:
        kinds = by_target.setdefault((clue.target, clue.relation), {})
        if clue.kind not in kinds or kinds[clue.kind].strength < clue.strength:
            kinds[clue.kind] = clue
    if not by_target:
        return []
    links = [_weighed(target, relation, list(kinds.values()), table) for (target, relation), kinds in by_target.items()]
    links.sort(key=_preference)
    joined = next((link for link in links if link.verdict == "join"), None)
    return [
        link._replace(verdict="propose") if link.verdict == "join" and link is not joined else link
        for link in sorted(links, key=lambda link: (link is not joined, *_preference(link)))
    ]


def _weighed(target: str, relation: str, clues: list[Clue], table: LinkageTable) -> Link:
    clues.sort(key=lambda clue: (-clue.strength, _ORDER.index(clue.kind)))
    doubt = 1.0
    for clue in clues:  # in one order: products of floats depend on it
        doubt *= 1.0 - clue.strength
    strength = 1.0 - doubt
    verdict: Verdict = "none"
    if strength >= table.join and relation == SAME:
        verdict = "join"
    elif strength >= table.propose:
        verdict = "propose"
    return Link(
        verdict,
        target,
        strength,
        relation,
        tuple(clue.kind for clue in clues),
        tuple(Reason(f"link.{clue.kind}", _sentence(clue), "rule") for clue in clues),
    )


def _preference(link: Link) -> tuple[int, int, float, str, str]:
    surest = min(_ORDER.index(kind) for kind in link.kinds)
    return (("join", "propose", "none").index(link.verdict), surest, -link.strength, link.target or "", link.relation)


def _sentence(clue: Clue) -> str:
    words = "，".join(clue.evidence)
    return f"{_HEADS[clue.kind]}：{words}（强度 {clue.strength:.2f}）" if words else _HEADS[clue.kind]


def enterprise_clues(
    name: EnterpriseName,
    token: str | None,
    county: str,
    known: Sequence[Known],
    table: LinkageTable,
    in_text: bool = False,
) -> list[Clue]:
    """Clues of an event's enterprise, from a field or from running text."""
    matches = matching_enterprises(name, county, known, table.rarity, token)
    return _clues(matches, ENTERPRISE_TEXT if in_text else ENTERPRISE, table.in_text if in_text else 1.0)


def project_clues(
    name: ProjectName,
    county: str,
    known: Sequence[Known],
    table: LinkageTable,
    developer: str | None = None,
    in_text: bool = False,
    address: str = "",
) -> list[Clue]:
    """Clues of an event's project, from a field or from running text."""
    matches = matching_projects(name, county, known, table.rarity, developer, address)
    return _clues(matches, PROJECT_TEXT if in_text else PROJECT, table.in_text if in_text else 1.0)


def _clues(matches: list[Match], kind: str, worth: float) -> list[Clue]:
    return [
        Clue(kind, match.target, match.strength * worth, match.evidence, match.relation)
        for number, match in enumerate(matches)
        if number == 0 or match.strength >= LEAST_CLUE
    ]
