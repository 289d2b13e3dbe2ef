"""The form of a mapping file (TOML): which column becomes which field, by small declarative transforms. No code."""

from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BaseModel, Field, model_validator

from infra.importing.assignment_spec import (
    Assignment,
    AssignmentRule,
    Category,
    Columns,
    EventType,
    Kind,
    SpecTable,
    named,
    wrong,
)


def _zone(name: str) -> str:
    if name not in available_timezones():
        raise wrong("时区名，如 Asia/Shanghai", "a time zone such as Asia/Shanghai")
    return name


class FileForm(SpecTable):
    """[file]: how the export is laid out."""

    encoding: Literal["auto", "utf-8", "gb18030", "utf-16"] = "auto"
    delimiter: Literal["auto", ",", "\t", ";", "|"] = "auto"
    header_row: Annotated[int, Field(ge=1, description="表头所在行")] = 1
    sheet: str | None = None


class TypeRule(SpecTable):
    """[type]: one event type for every row, or by the text of a column."""

    fixed: EventType | None = None
    column: str | None = None
    values: dict[str, EventType] = Field(default_factory=dict)
    otherwise: EventType | None = None

    @model_validator(mode="after")
    def _one_way(self) -> "TypeRule":
        if (self.fixed is None) == (self.column is None):
            raise wrong("fixed 或 column 之一", "one of fixed and column")
        if self.column is not None and not self.values:
            raise wrong("column 的取值表 values", "a table `values` for the column")
        return self

    def types(self) -> set[str]:
        """Every event type a row can become."""
        return {kind for kind in (self.fixed, self.otherwise, *self.values.values()) if kind}


class IdRule(SpecTable):
    """id: what makes a row unique within the source; without an id column, the digest of several columns."""

    template: str | None = None
    digest_of: Columns | None = None

    @model_validator(mode="after")
    def _one_way(self) -> "IdRule":
        if (self.template is None) == (self.digest_of is None):
            raise wrong(
                '模板，如 "{案件编号}"，或 digest_of 列名表', 'a template such as "{case id}", or digest_of columns'
            )
        if self.template is not None and "{" not in self.template:
            raise wrong('含有列名的模板，如 "{案件编号}"', 'a template naming a column, such as "{case id}"')
        return self


class TimeRule(SpecTable):
    """[time]: when it happened, and when the source reported it (default: the same)."""

    occurred_at: Assignment
    reported_at: Assignment | None = None


class RegionRule(SpecTable):
    """[region]: county by code or registered name; township by registered name or code; the rest as text."""

    county: Assignment
    township: Assignment | None = None
    unknown_township: Literal["county_only", "reject"] = "county_only"
    community: Assignment | None = None
    address: Assignment | None = None


class ProjectFields(SpecTable):
    """[fields.project]."""

    id: Assignment | None = None
    name: Assignment | None = None


class CauseFields(SpecTable):
    """[fields.cause]: 案由."""

    name: Assignment
    code: Assignment | None = None
    code_version: Assignment


class Fields(SpecTable):
    """[fields]: fields of the event's data by their names in the contract."""

    title: Assignment | None = None
    narrative: Assignment | None = None
    people_involved: Assignment | None = None
    amount_fen: Assignment | None = None
    repeat_count: Assignment | None = None
    case_number: Assignment | None = None
    outcome: Assignment | None = None
    agency: Assignment | None = None
    document_number: Assignment | None = None
    addressee: Assignment | None = None
    accepted: Assignment | None = None
    project: ProjectFields | None = None
    cause: CauseFields | None = None


class PartyRule(SpecTable):
    """[[parties]]: `suffixes` tells enterprises from persons by the end of the name, else `kind` is taken."""

    role: Literal["claimant", "respondent", "third_party", "agency"]
    kind: Kind
    suffixes: dict[Kind, list[str]] = Field(default_factory=dict)
    name: Assignment
    uscc: Assignment | None = None
    citizen_id: Assignment | None = None
    phone: Assignment | None = None


class SubjectRule(SpecTable):
    """[subject]: the source's own classification, columns from coarse to fine."""

    scheme: str
    path: Annotated[Columns, Field(max_length=6)]


class CategoryRule(SpecTable):
    """[category]: our category by the text of columns joined with "/"; the longest listed beginning decides."""

    columns: Columns
    values: dict[str, Category]
    otherwise: Category | None = None


class ReferenceRule(SpecTable):
    """[[references]]: an earlier event of some source."""

    source: str
    id: Assignment


class Mapping(SpecTable):
    """A mapping file.

    Attributes:
        source: the CloudEvents source of every row, e.g. /court/379001/filing.
        absent: cell texts that mean "nothing", beside the empty cell.
        extra: further fields of the data, kept as they are.
    """

    name: str
    source: Annotated[str, Field(min_length=1, max_length=200)]
    id: Annotated[IdRule, named("template")]
    zone: Annotated[str, AfterValidator(_zone)] = "Asia/Shanghai"
    absent: list[str] = Field(default_factory=list)
    file: FileForm = FileForm()
    type: TypeRule
    time: TimeRule
    region: RegionRule
    fields: Fields = Fields()
    parties: list[PartyRule] = Field(default_factory=list)
    subject: SubjectRule | None = None
    category: CategoryRule | None = None
    references: list[ReferenceRule] = Field(default_factory=list)
    extra: dict[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")], Assignment] = Field(default_factory=dict)

    @property
    def tzinfo(self) -> ZoneInfo:
        """Zone of times that name none."""
        return ZoneInfo(self.zone)


def table_at(path: tuple[Any, ...]) -> type[BaseModel] | None:
    """Class of the table at this path of keys, to name the keys it may have; None when it is a free table."""
    found: Any = Mapping
    for part in path:
        if isinstance(part, int):
            continue
        field = found.model_fields.get(part) if found is not None else None
        found = _model_in(field.annotation) if field is not None else (AssignmentRule if found is not None else None)
    return found


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for inner in getattr(annotation, "__args__", ()):
        if (found := _model_in(inner)) is not None:
            return found
    return None
