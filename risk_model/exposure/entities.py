"""What the graph is made of: who stands at an end, what was said of two ends, what happened to one."""

from typing import NamedTuple

from risk_model.linking.keys import normalize_name

ENTERPRISE, PROJECT, PERSON = "enterprise", "project", "person"


class End(NamedTuple):
    """An enterprise, project or person, as one event names it.

    Attributes:
        kind: ``enterprise``, ``project`` or ``person``.
        code: keyed token, or a project's number in its county; empty when unknown.
        name: as written; empty for a person.
        county: of the event; projects are told apart by it.
    """

    kind: str
    code: str
    name: str
    county: str

    @property
    def code_key(self) -> str:
        """Node of the code, empty when there is none."""
        if not self.code:
            return ""
        return f"project:{self.county}:{self.code}" if self.kind == PROJECT else f"{self.kind}:{self.code}"

    @property
    def name_key(self) -> str:
        """Node of the name, empty when there is none that names anybody."""
        name = normalize_name(self.name) if self.kind != PERSON else ""
        if not name:
            return ""
        return f"site:{self.county}:{name}" if self.kind == PROJECT else f"name:{name}"


class Stated(NamedTuple):
    """A relation as one dispute event states it. Days are proleptic ordinals."""

    dispute_id: str
    kind: str
    start: End
    end: End
    amount_fen: int
    day: int
    known_on: int


class Trouble(NamedTuple):
    """A dispute event about an enterprise or a project. Days are proleptic ordinals.

    Attributes:
        source: the office that reported it.
        level: internal level of the event.
        about: the enterprise it is about, or the project.
        project: the project that is in trouble too, where the event is about one.
        people: people involved, as reported.
        claimants: tokens of the named claimants.
    """

    dispute_id: str
    type: str
    category: str
    source: str
    level: int
    county: str
    about: End
    project: End | None
    people: int
    claimants: tuple[str, ...]
    day: int
    known_on: int
