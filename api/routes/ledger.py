"""府院台账: requests between court and government, both ways; how they are answered; the ledger as a file."""

from datetime import datetime
from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, Query, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from api.answers.ledger import LedgerReport, RequestItem, RequestShown, ledger_report, request_item, request_shown
from api.answers.parts import PageShown
from api.cursors import query_mark, read_cursor, write_cursor
from api.deps import DEFAULT_PAGE, County, Cursor, InContext, Limit
from api.problems import not_found
from api.routes.commands import Name, Said, Version, refusals
from infra import clock
from infra.ledger import NoSuchRequest, handle_request, make_request
from infra.papers.ledger_sheet import CSV, XLSX, ledger_csv, ledger_xlsx
from infra.store.queries.ledger import LedgerFilter, ledger_entries, ledger_page, ledger_rows, request_by_id
from risk_model.ledger.fulfilment import answering
from risk_model.ledger.steps import NewRequest, RequestCommand

router = APIRouter(prefix="/v1", tags=["府院台账"])

Kind = Literal["judicial_advice", "information", "enforcement_help", "prior_opinion", "joint_reception"]
Direction = Literal["court_to_government", "government_to_court"]
Status = Literal["open", "made", "received", "answered", "sent_back", "settled", "withdrawn"]

OfKind = Annotated[
    Kind | None,
    Query(
        description="judicial_advice 司法建议、information 查人查物、enforcement_help 执行协作、prior_opinion 行政决策前法律意见、joint_reception 联合接待"
    ),
]
OfDirection = Annotated[
    Direction | None, Query(description="court_to_government 法院向政府、government_to_court 政府向法院")
]
OfStatus = Annotated[Status | None, Query(description="open 为未答复和退回重办的")]
Since = Annotated[AwareDatetime | None, Query(description="提出时间不早于（含），须带时区")]
Until = Annotated[AwareDatetime | None, Query(description="提出时间早于（不含），须带时区")]
Asked = Annotated[str | None, Query(max_length=100, description="被请求单位，名称的一部分")]


class RequestBody(BaseModel):
    """提出一项请求."""

    model_config = ConfigDict(extra="forbid")

    kind: Annotated[Kind, Field(description="请求的种类")]
    direction: Annotated[Direction, Field(description="法院向政府，或者政府向法院")]
    number: Annotated[Name, Field(description="文号或编号，请求单位内不重复", examples=["云中法协〔2026〕8号"])]
    asker: Annotated[Name, Field(description="请求单位", examples=["云中区人民法院"])]
    asked: Annotated[Name, Field(description="被请求单位", examples=["云中区公安局"])]
    what: Annotated[Said, Field(description="请求事项；其中的个人信息会脱敏", examples=["查找被执行人下落三人"])]
    county: Annotated[str, Field(pattern=r"^\d{6}$", description="县级区划代码")]
    by: Annotated[Name, Field(description="经办人")]
    at: Annotated[AwareDatetime | None, Field(description="送达时间，含时区；不填为现在")] = None
    length: Annotated[int | None, Field(ge=1, description="较短的期限，与该种期限同单位")] = None
    alert_id: Annotated[str | None, Field(max_length=32, description="就哪条预警")] = None
    matter_id: Annotated[str | None, Field(max_length=32, description="就哪个事项")] = None


class RequestStepBody(BaseModel):
    """对一项请求做的一步."""

    model_config = ConfigDict(extra="forbid")

    step: Annotated[
        Literal["receive", "answer", "settle", "send_back", "withdraw"],
        Field(description="receive 签收，answer 答复，settle 请求方同意办结，send_back 请求方退回，withdraw 撤回"),
    ]
    by: Annotated[Name, Field(description="经办人")]
    reason: Annotated[Said, Field(description="答复或者理由；答复、退回、撤回时必填")] = ""
    accepted: Annotated[bool | None, Field(description="答复司法建议时：是否采纳")] = None
    expected_version: Version


@router.get("/ledger", summary="府院台账（新的在前）", operation_id="listRequests")
async def ledger(
    context: InContext,
    kind: OfKind = None,
    direction: OfDirection = None,
    status: OfStatus = None,
    office: Annotated[str | None, Query(max_length=100, description="任一方，名称的一部分")] = None,
    asked: Asked = None,
    overdue: Annotated[bool, Query(description="只列已超期的")] = False,
    county: County = None,
    alert_id: Annotated[str | None, Query(max_length=32, description="就哪条预警")] = None,
    matter_id: Annotated[str | None, Query(max_length=32, description="就哪个事项，并入它的也在内")] = None,
    since: Since = None,
    until: Until = None,
    cursor: Cursor = None,
    limit: Limit = DEFAULT_PAGE,
) -> PageShown[RequestItem]:
    """谁向谁要什么、应在何时以前、答复了没有；司法建议及其回复随上报的事件自己入账."""
    now = clock.now()
    wanted = LedgerFilter(kind, direction, status, county, alert_id, matter_id, office, asked, overdue, since, until)
    mark = query_mark("ledger", wanted)
    page = await context.read(ledger_page, wanted, now, read_cursor(mark, cursor), limit)
    return PageShown(
        items=[request_item(context.rules, listed, now) for listed in page.items],
        next_cursor=write_cursor(mark, page.following),
    )


@router.get("/ledger/report", summary="办理率、中位天数：按被请求单位", operation_id="getLedgerReport")
async def report(
    context: InContext,
    kind: OfKind = None,
    direction: OfDirection = None,
    county: County = None,
    since: Since = None,
    until: Until = None,
) -> LedgerReport:
    """只看收到请求的单位办得怎样；不按请求单位统计，不对法院发出司法建议的数量排名."""
    now = clock.now()
    wanted = LedgerFilter(kind, direction, None, county, since=since, until=until)
    entries = await context.read(ledger_entries, wanted, now)
    return ledger_report(answering(entries, now))


@router.get(
    "/ledger/file",
    summary="台账文件（Excel 或 CSV）",
    operation_id="getLedgerFile",
    responses={
        200: {
            "content": {XLSX: {"schema": {"type": "string", "format": "binary"}}, CSV: {"schema": {"type": "string"}}}
        }
    },
    response_class=Response,
)
async def file(
    context: InContext,
    form: Annotated[Literal["xlsx", "csv"], Query(alias="format", description="形式")] = "xlsx",
    kind: OfKind = None,
    direction: OfDirection = None,
    county: County = None,
    since: Since = None,
    until: Until = None,
) -> Response:
    """旧的在前；时间为北京时间."""
    now = clock.now()
    wanted = LedgerFilter(kind, direction, None, county, since=since, until=until)
    rows = await context.read(ledger_rows, wanted, now)
    write, media = (ledger_xlsx, XLSX) if form == "xlsx" else (ledger_csv, CSV)
    content = await context.off_loop(write, rows, context.regions, now)
    name = quote(f"府院台账.{form}", safe="")
    headers = {"Content-Disposition": f"attachment; filename=\"ledger.{form}\"; filename*=UTF-8''{name}"}
    return Response(content, media_type=media, headers=headers)


@router.post("/requests", status_code=201, summary="提出一项请求", operation_id="makeRequest", responses={409: {}})
async def make(context: InContext, body: RequestBody) -> RequestItem:
    """期限同时起算；同一单位同一文号只有一项，原样重发得到同一项."""
    now = clock.now()
    at: datetime = body.at or now
    new = NewRequest(
        body.kind,
        body.direction,
        body.number,
        body.asker,
        body.asked,
        body.what,
        body.county,
        body.by,
        at,
        body.length,
        body.alert_id,
        body.matter_id,
    )
    with refusals():
        made = await context.write(make_request, new, context.rules.clocks, now)
    detail = await context.read(request_by_id, made.request_id)
    assert detail is not None, "it was just made"
    return request_item(context.rules, detail.listed, now)


@router.get("/requests/{request_id}", summary="一项请求：期限、全部经过", operation_id="getRequest")
async def request(context: InContext, request_id: str) -> RequestShown:
    """延长、中止在期限自己的步骤里（links.deadline）."""
    detail = await context.read(request_by_id, request_id)
    if detail is None:
        raise not_found("请求", "request", request_id)
    return request_shown(context.rules, detail, clock.now())


@router.post(
    "/requests/{request_id}/steps",
    status_code=201,
    summary="签收、答复、办结、退回、撤回一项请求",
    operation_id="handleRequest",
    responses={409: {}},
)
async def handle(context: InContext, request_id: str, body: RequestStepBody) -> RequestShown:
    """写入请求自己的事件流，期限随之结束或重新起算；所见版本已过时为 409，列出其间的变化."""
    now = clock.now()
    command = RequestCommand(body.step, body.by, body.reason, body.accepted)
    with refusals():
        try:
            await context.write(handle_request, request_id, command, body.expected_version, context.rules.clocks, now)
        except NoSuchRequest:
            raise not_found("请求", "request", request_id) from None
    detail = await context.read(request_by_id, request_id)
    assert detail is not None, "a request never goes away"
    return request_shown(context.rules, detail, now)
