"""The form of a mapping file (TOML): which column becomes which field, by small declarative transforms. No code."""

from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from schemas.event_types import EVENT_TYPES, PREFIX
from schemas.taxonomy import CATEGORIES

Scalar = str | int | bool


def wrong(expected_zh: str, expected_en: str) -> PydanticCustomError:
    """Return an error whose message is what was expected, in Chinese and English."""
    return PydanticCustomError("mapping", "{zh} / {en}", {"zh": expected_zh, "en": expected_en})


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, populate_by_name=True)


def _event_type(name: str) -> str:
    name = name.removeprefix(PREFIX)
    if name not in EVENT_TYPES:
        raise wrong(f"事件类型之一：{'、'.join(EVENT_TYPES)}", f"an event type: {', '.join(EVENT_TYPES)}")
    return name


def _category(name: str) -> str:
    if name not in CATEGORIES:
        raise wrong(f"纠纷类别之一：{'、'.join(CATEGORIES)}", "one of these categories")
    return name


def _clock(text: str) -> str:
    hours, _, minutes = text.partition(":")
    if not (hours.isdigit() and minutes.isdigit() and int(hours) < 24 and int(minutes) < 60):
        raise wrong("时刻，如 12:00", "a time of day such as 12:00")
    return text


def _zone(name: str) -> str:
    if name not in available_timezones():
        raise wrong("时区名，如 Asia/Shanghai", "a time zone such as Asia/Shanghai")
    return name


def _named(key: str) -> BeforeValidator:
    """Let a plain string stand for a table with one key."""
    return BeforeValidator(lambda given: {key: given} if isinstance(given, str) else given)


EventType = Annotated[str, AfterValidator(_event_type)]
Category = Annotated[str, AfterValidator(_category)]
ClockTime = Annotated[str, AfterValidator(_clock)]
Columns = Annotated[list[str], Field(min_length=1)]
Kind = Literal["person", "enterprise", "agency", "group"]


class _Assignment(_Table):
    """Where a field's value comes from, and how it is made.

    Attributes:
        column: a column of the file; a plain string means this.
        template: text with {columns} in it.
        value: a constant.
        absent: cell texts that mean "nothing", beside the mapping's own list.
        when_absent: used where the cell is empty.
        required: an empty cell rejects the row.
        rename: text of the cell -> text to use instead; others stay as they are.
        values: text of the cell -> value; a text not listed rejects the row unless `otherwise` is given.
        as_: how the text is read: int; fen, yuan or wan_yuan (both become fen); time.
        units: endings dropped from a number, e.g. 人.
        formats: strptime formats of a time; ISO and usual year-first forms are always understood.
        at: time of day taken where only a date is given.
        split: characters between several names in one cell.
        cut: longest text, in characters.
    """

    column: str | None = None
    template: str | None = None
    value: Scalar | None = None
    absent: list[str] = []
    when_absent: Scalar | None = None
    required: bool = False
    rename: dict[str, str] = {}
    values: dict[str, Scalar] | None = None
    otherwise: Scalar | None = None
    as_: Literal["text", "int", "fen", "yuan", "wan_yuan", "time"] = Field(default="text", alias="as")
    units: list[str] = []
    formats: list[str] = []
    at: ClockTime = "12:00"
    split: str | None = None
    cut: Annotated[int, Field(ge=1)] | None = None

    @model_validator(mode="after")
    def _one_origin(self) -> "_Assignment":
        if sum(given is not None for given in (self.column, self.template, self.value)) != 1:
            raise wrong("column、template、value 三者之一", "exactly one of column, template, value")
        if self.otherwise is not None and self.values is None:
            raise wrong("与 otherwise 同时给出 values", "values beside otherwise")
        return self


Assignment = Annotated[_Assignment, _named("column")]


class FileForm(_Table):
    """[file]: how the export is laid out."""

    encoding: Literal["auto", "utf-8", "gb18030", "utf-16"] = "auto"
    delimiter: Literal["auto", ",", "\t", ";", "|"] = "auto"
    header_row: Annotated[int, Field(ge=1, description="表头所在行")] = 1
    sheet: str | None = None


class TypeRule(_Table):
    """[type]: one event type for every row, or by the text of a column."""

    fixed: EventType | None = None
    column: str | None = None
    values: dict[str, EventType] = {}
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


class IdRule(_Table):
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


class TimeRule(_Table):
    """[time]: when it happened, and when the source reported it (default: the same)."""

    occurred_at: Assignment
    reported_at: Assignment | None = None


class RegionRule(_Table):
    """[region]: county by code or registered name; township by registered name or code; the rest as text."""

    county: Assignment
    township: Assignment | None = None
    unknown_township: Literal["county_only", "reject"] = "county_only"
    community: Assignment | None = None
    address: Assignment | None = None


class ProjectFields(_Table):
    """[fields.project]."""

    id: Assignment | None = None
    name: Assignment | None = None


class CauseFields(_Table):
    """[fields.cause]: 案由."""

    name: Assignment
    code: Assignment | None = None
    code_version: Assignment


class Fields(_Table):
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


class PartyRule(_Table):
    """[[parties]]: `suffixes` tells enterprises from persons by the end of the name, else `kind` is taken."""

    role: Literal["claimant", "respondent", "third_party", "agency"]
    kind: Kind
    suffixes: dict[Kind, list[str]] = {}
    name: Assignment
    uscc: Assignment | None = None
    citizen_id: Assignment | None = None
    phone: Assignment | None = None


class SubjectRule(_Table):
    """[subject]: the source's own classification, columns from coarse to fine."""

    scheme: str
    path: Annotated[Columns, Field(max_length=6)]


class CategoryRule(_Table):
    """[category]: our category by the text of columns joined with "/"; the longest listed beginning decides."""

    columns: Columns
    values: dict[str, Category]
    otherwise: Category | None = None


class ReferenceRule(_Table):
    """[[references]]: an earlier event of some source."""

    source: str
    id: Assignment


class Mapping(_Table):
    """A mapping file.

    Attributes:
        source: the CloudEvents source of every row, e.g. /court/379001/filing.
        absent: cell texts that mean "nothing", beside the empty cell.
        extra: further fields of the data, kept as they are.
    """

    name: str
    source: Annotated[str, Field(min_length=1, max_length=200)]
    id: Annotated[IdRule, _named("template")]
    zone: Annotated[str, AfterValidator(_zone)] = "Asia/Shanghai"
    absent: list[str] = []
    file: FileForm = FileForm()
    type: TypeRule
    time: TimeRule
    region: RegionRule
    fields: Fields = Fields()
    parties: list[PartyRule] = []
    subject: SubjectRule | None = None
    category: CategoryRule | None = None
    references: list[ReferenceRule] = []
    extra: dict[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")], Assignment] = {}

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
        found = _model_in(field.annotation) if field is not None else (_Assignment if found is not None else None)
    return found


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for inner in getattr(annotation, "__args__", ()):
        if (found := _model_in(inner)) is not None:
            return found
    return None
