"""The ledger of requests as an Excel sheet or CSV: one row a request, oldest first, times of Beijing."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from infra.store.queries.ledger import ListedRequest
from risk_model.ledger.entity import DIRECTION_ZH, KIND_ZH, STATUS_ZH
from risk_model.local_time import SHANGHAI
from schemas.regions import RegionRegistry

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv"
HEAD = (
    "方向", "种类", "文号", "请求单位", "被请求单位", "请求事项", "地区", "提出时间", "应答复最后一日", "情况", "签收时间", "首次答复时间", "采纳",
    "办结时间", "退回次数", "是否超期", "最近所写", "编号",
)  # fmt: skip
_WIDTHS = (12, 18, 22, 22, 24, 40, 12, 17, 15, 10, 17, 17, 8, 17, 10, 10, 40, 34)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def ledger_xlsx(rows: Sequence[ListedRequest], regions: RegionRegistry, now: datetime) -> bytes:
    """Excel file of the ledger."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None, "a new workbook has a sheet"
    sheet.title = "府院台账"
    sheet.append(HEAD)
    for row in _rows(rows, regions, now):
        sheet.append(row)
    for number, width in enumerate(_WIDTHS, 1):
        sheet.column_dimensions[get_column_letter(number)].width = width
        sheet.cell(1, number).font = Font(bold=True)
    for cells in sheet.iter_rows(min_row=2):
        for cell in cells:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def ledger_csv(rows: Sequence[ListedRequest], regions: RegionRegistry, now: datetime) -> bytes:
    """CSV file of the ledger, UTF-8 with the mark by which Excel knows it."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(HEAD)
    writer.writerows(_rows(rows, regions, now))
    return b"\xef\xbb\xbf" + file.getvalue().encode()


def _rows(rows: Iterable[ListedRequest], regions: RegionRegistry, now: datetime) -> Iterable[list[str | int]]:
    for listed in rows:
        request, deadline = listed.request, listed.deadline
        made = request.made
        assert made is not None, "only what was made is listed"
        running = deadline is not None and deadline.outcome is None and deadline.lapses_at is not None
        over = running and deadline is not None and deadline.lapses_at is not None and deadline.lapses_at <= now
        yield [
            DIRECTION_ZH.get(made.direction, made.direction),
            KIND_ZH.get(made.kind, made.kind),
            _plain(made.number),
            _plain(made.asker),
            _plain(made.asked),
            _plain(made.what),
            regions.place(made.county),
            _time(made.at),
            str(deadline.last_day) if deadline is not None and deadline.last_day else "",
            STATUS_ZH[request.status],
            _time(request.received_at),
            _time(request.first_answered_at),
            {True: "采纳", False: "未采纳"}[request.accepted] if request.accepted is not None else "",
            _time(request.settled_at),
            request.times_sent_back,
            "是" if over else "",
            _plain(request.said),
            request.request_id,
        ]


def _time(moment: datetime | None) -> str:
    return f"{moment.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" if moment else ""


def _plain(text: str) -> str:
    """Text that a spreadsheet does not take for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text
