"""Errors of an import, for the operator: what was got, what was expected, what to do.

ImportProblem
├── MappingError      the mapping file does not hold, or does not fit the file
├── FileRefused       the file cannot be read as a table or as events
├── ImportConflict    this import id belongs to another file or mapping, or is running elsewhere
├── PublishStopped    Kafka did not take a row; running the same command again continues
└── LedgerMismatch    the event store holds other rows under this import id than the file has
"""

from schemas.errors import FieldError

MAPPING_CODES = frozenset(
    {
        "ambiguous_parties",
        "bad_number",
        "bad_quoting",
        "broken_cell",
        "column_count",
        "excel_precision",
        "invalid_encoding",
        "unknown_value",
    }
)
"""Reason codes of rows that cannot be mapped, beside those of the contract (``schemas.errors.REASON_CODES``)."""


class ImportProblem(RuntimeError):
    """An import cannot go on; the message says what to do."""

    for_operator = True


class MappingError(ImportProblem):
    """The mapping does not hold, or does not fit the file; the message names every key or column."""


class FileRefused(ImportProblem):
    """The file cannot be read; the message says in which form to export it."""


class ImportConflict(ImportProblem):
    """The import id is taken by another file or mapping, or another process is importing it now."""


class PublishStopped(ImportProblem):
    """Kafka did not take a row in time; nothing before `durable_row` is lost."""


class LedgerMismatch(ImportProblem):
    """The store holds rows under this import id that this file does not have."""


class Unmappable(ValueError):
    """A cell cannot become the field it is assigned to; the row goes to quarantine with `error`."""

    def __init__(self, error: FieldError) -> None:
        self.error = error
        super().__init__(error.en)
