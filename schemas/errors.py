"""Errors of the contract, bilingual and path-exact.

ContractError            a dispute event breaks the contract; carries FieldErrors
└── UnknownType          its type or version is not known here
"""

import re

import msgspec

# Ten digits or more, also in groups, may be an ID, a telephone or a bank card; dates and region codes are shorter.
_LONG_DIGITS = re.compile(r"\d(?:[ -]?\d){9,}[Xx]?")
_SHOWN_DIGITS = 4


REASON_CODES = frozenset(
    {
        "advice_number",
        "bad_time",
        "case_number",
        "check_digit",
        "control_character",
        "date_too_early",
        "format",
        "future_date",
        "invalid",
        "invalid_utf8",
        "missing",
        "not_allowed",
        "not_assessed",
        "not_json",
        "not_object",
        "not_rejected",
        "out_of_range",
        "too_deep",
        "too_large",
        "too_long",
        "too_many_errors",
        "unknown_region",
        "unknown_type",
        "unknown_version",
        "wrong_type",
    }
)


class FieldError(msgspec.Struct, frozen=True):
    """One thing wrong with an event.

    Attributes:
        code: stable reason code, e.g. ``missing``, ``check_digit``, ``future_date``; all are in ``REASON_CODES``.
        path: JSON path of the field, e.g. ``data.parties[0].uscc``; ``$`` is the whole message.
        got: what was found, shortened; never a personal identifier in full.
        expected: what the contract wants.
        zh: Chinese sentence: what was wrong, what was expected, what to do.
        en: the same in English.
    """

    code: str
    path: str
    got: str
    expected: str
    zh: str
    en: str


class ContractError(ValueError):
    """A dispute event breaks the contract; ``errors`` lists every field that does."""

    def __init__(self, errors: list[FieldError]) -> None:
        self.errors = errors
        super().__init__("; ".join(e.en for e in errors))


class UnknownType(ContractError):
    """The event's type or schema version is not known to this release."""


def field_error(
    code: str, path: str, got: object, expected_zh: str, expected_en: str, advice_zh: str = "", advice_en: str = ""
) -> FieldError:
    """FieldError with its sentences composed; ``got`` is shortened to 60 characters."""
    shown = shorten(got)
    zh = f"{path}：收到 {shown}，应为{expected_zh}" + (f"；{advice_zh}" if advice_zh else "")
    en = f"{path}: got {shown}, expected {expected_en}" + (f"; {advice_en}" if advice_en else "")
    return FieldError(code, path, shown, expected_en, zh, en)


def shorten(got: object, limit: int = 60) -> str:
    """Printable form of a bad value of at most ``limit`` characters, as JSON writes it.

    Long digit runs are blanked (they may identify a person), control characters too (the text is shown in terminals).
    """
    text = got if isinstance(got, str) else _as_json(got)
    text = _LONG_DIGITS.sub(_blank, text[: limit * 2])
    text = "".join(c if c.isprintable() else "\ufffd" for c in text)
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _blank(run: re.Match[str]) -> str:
    return run[0][:_SHOWN_DIGITS] + "*" * (len(run[0]) - _SHOWN_DIGITS)


def _as_json(got: object) -> str:
    if got is None:
        return "null"
    return repr(got).lower() if isinstance(got, bool) else repr(got)
