"""Why a command is refused: what it says is not complete (``Incomplete``), or things do not stand so that it could be (``NotAllowed``)."""

from collections.abc import Iterable, Mapping

from schemas.errors import FieldError, field_error

LONGEST_NAME = 100
LONGEST_REASON = 1_000


class Incomplete(ValueError):
    """A command lacks something or says something wrong; ``errors`` names every field."""

    for_operator = True

    def __init__(self, errors: list[FieldError]) -> None:
        self.errors = errors
        super().__init__("; ".join(f"{error.zh} {error.en}" for error in errors))


class NotAllowed(ValueError):
    """How things stand does not allow a command; says what is possible instead.

    Attributes:
        zh, en: the same in Chinese and English.
        possible: steps that may be taken.
        counts: figures that say more, by name.
    """

    for_operator = True

    def __init__(
        self, zh: str, en: str, possible: tuple[str, ...] = (), counts: Mapping[str, int] | None = None
    ) -> None:
        self.zh, self.en, self.possible, self.counts = zh, en, possible, dict(counts or {})
        super().__init__(f"{zh} / {en}")


def allowed_from(
    table: Mapping[str, tuple[str, ...]], names: Mapping[str, str], statuses: Mapping[str, str], status: str, step: str
) -> None:
    """Check that a status allows a step.

    Args:
        table: statuses from which each step may be taken.
        names: Chinese names of steps; ``statuses``: of statuses.
        statuses: see ``names``.
        status: how things stand.
        step: what is wanted.

    Raises:
        NotAllowed: it does not; says what is possible.
    """
    if status in table[step]:
        return
    can = possible_from(table, status)
    zh = f"现在是{statuses[status]}，不能{names[step]}；现在可以：{'、'.join(names[each] for each in can) or '无'}"
    raise NotAllowed(zh, f"it is {status}: {step} is not possible; possible now: {', '.join(can) or 'nothing'}", can)


def possible_from(table: Mapping[str, tuple[str, ...]], status: str) -> tuple[str, ...]:
    """Steps that a status allows."""
    return tuple(step for step, froms in table.items() if status in froms)


def text_errors(fields: Iterable[tuple[str, str, int, bool, str]]) -> list[FieldError]:
    """What is wrong with texts: (path, value, longest, whether it must be there, its Chinese name)."""
    errors = []
    for path, value, longest, needed, zh in fields:
        if needed and not value.strip():
            errors.append(field_error("missing", path, "nothing", f"{zh}，必填", "non-empty text"))
        elif len(value) > longest:
            got = f"{len(value)} 字 characters"
            errors.append(field_error("too_long", path, got, f"不超过 {longest} 字", f"at most {longest} characters"))
    return errors
