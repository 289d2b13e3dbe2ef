"""The smallest parts of a mapping file: one assignment, and the kinds of values its keys may have."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from schemas.event_types import EVENT_TYPES, PREFIX
from schemas.taxonomy import CATEGORIES

Scalar = str | int | bool


def wrong(expected_zh: str, expected_en: str) -> PydanticCustomError:
    """Return an error whose message is what was expected, in Chinese and English."""
    return PydanticCustomError("mapping", "{zh} / {en}", {"zh": expected_zh, "en": expected_en})


class SpecTable(BaseModel):
    """A table of the mapping file: unknown keys are errors, values are not converted."""

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


def named(key: str) -> BeforeValidator:
    """Let a plain string stand for a table with one key."""
    return BeforeValidator(lambda given: {key: given} if isinstance(given, str) else given)


EventType = Annotated[str, AfterValidator(_event_type)]
Category = Annotated[str, AfterValidator(_category)]
ClockTime = Annotated[str, AfterValidator(_clock)]
Columns = Annotated[list[str], Field(min_length=1)]
Kind = Literal["person", "enterprise", "agency", "group"]


class AssignmentRule(SpecTable):
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
    def _one_origin(self) -> "AssignmentRule":
        if sum(given is not None for given in (self.column, self.template, self.value)) != 1:
            raise wrong("column、template、value 三者之一", "exactly one of column, template, value")
        if self.otherwise is not None and self.values is None:
            raise wrong("与 otherwise 同时给出 values", "values beside otherwise")
        return self


Assignment = Annotated[AssignmentRule, named("column")]
