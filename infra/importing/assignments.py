"""Compile the assignments of a mapping into functions from a row to a value."""

from collections.abc import Callable, Mapping, Sequence
from zoneinfo import ZoneInfo

from infra.importing.assignment_spec import AssignmentRule, Scalar
from infra.importing.cells import bad_cell, parse_fen, parse_int, parse_time
from infra.importing.errors import Unmappable
from infra.importing.mapping import PLACEHOLDER, placeholders
from infra.importing.rows import Row

Getter = Callable[[Row], Scalar | None]
Cell = Callable[[Row], str | None]


class Compiler:
    """Makes getters for the columns of one file.

    Args:
        columns: the file's header.
        absent: cell texts that mean "nothing".
        zone: of times that name none.
    """

    def __init__(self, columns: Sequence[str], absent: Sequence[str], zone: ZoneInfo) -> None:
        self._index = {name: place for place, name in enumerate(columns)}
        self._absent = frozenset(("", *absent))
        self._zone = zone

    def cell(self, column: str, absent: Sequence[str] = ()) -> Cell:
        """Getter of a cell's text, None where it is absent; raises Unmappable for a broken cell."""
        place = self._index[column]
        nothing = self._absent | set(absent)

        def get(row: Row) -> str | None:
            if place in row.broken:
                raise Unmappable(row.broken[place])
            text = row.cells[place]
            return None if text in nothing else text

        return get

    def template(self, template: str, *, every: bool = False, absent: Sequence[str] = ()) -> Cell:
        """Getter of a filled-in template, None where all its cells are absent.

        With `every`, one absent cell rejects the row (ids).
        """
        names = placeholders(template)
        cells = [(name, self.cell(name, absent)) for name in names]
        if template == "".join(f"{{{name}}}" for name in names) and len(names) == 1 and not every:
            return cells[0][1]

        def get(row: Row) -> str | None:
            found = {}
            for name, cell in cells:
                text = cell(row)
                if text is None and every:
                    raise Unmappable(
                        bad_cell("missing", name, "", "非空文本（编号的一部分）", "text (it is part of the id)")
                    )
                found[name] = text or ""
            if not any(found.values()) and names:
                return None
            return PLACEHOLDER.sub(lambda place: found[place[1]], template).strip()

        return get

    def value(self, spec: AssignmentRule | None, *, kind: str | None = None) -> Getter | None:
        """Getter of an assignment; `kind` overrides its `as` where the field fixes it. None for no assignment.

        The getter raises Unmappable when the cell cannot become the value.
        """
        if spec is None:
            return None
        if spec.value is not None:
            constant = spec.value
            return lambda _row: constant
        named = spec.column or "+".join(placeholders(spec.template or ""))
        source = (
            self.cell(spec.column, spec.absent)
            if spec.column
            else self.template(spec.template or "", absent=spec.absent)
        )
        convert = self._converter(spec, kind or spec.as_, named)

        def get(row: Row) -> Scalar | None:
            text = source(row)
            if text is not None:
                return convert(spec.rename.get(text, text))
            if spec.when_absent is not None:
                return spec.when_absent
            if spec.required:
                raise Unmappable(bad_cell("missing", named, "", "必填项", "a value (required)"))
            return None

        return get

    def _converter(self, spec: AssignmentRule, kind: str, named: str) -> Callable[[str], Scalar]:
        if spec.values is not None:
            return lambda text: looked_up(spec.values or {}, spec.otherwise, text, named)
        if kind == "time":
            formats = tuple(spec.formats)
            return lambda text: parse_time(text, named, formats, spec.at, self._zone)
        if kind == "int":
            return lambda text: parse_int(text, named, spec.units)
        if kind in ("fen", "yuan", "wan_yuan"):
            return lambda text: parse_fen(text, named, kind, spec.units)
        if spec.cut is not None:
            cut = spec.cut
            return lambda text: text if len(text) <= cut else text[: cut - 1] + "…"
        return lambda text: text


def looked_up(values: Mapping[str, Scalar], otherwise: Scalar | None, text: str, column: str) -> Scalar:
    """Value of a text in a table of values.

    Raises:
        Unmappable: the text is not listed and there is no `otherwise`.
    """
    found = values.get(text, otherwise)
    if found is None:
        listed = "、".join(list(values)[:12])
        raise Unmappable(
            bad_cell(
                "unknown_value",
                column,
                text,
                f"映射中列出的取值之一（{listed}）",
                f"one of the values listed in the mapping ({listed})",
                "请在映射的取值表中补充",
                "add it to the mapping's table",
            )
        )
    return found
