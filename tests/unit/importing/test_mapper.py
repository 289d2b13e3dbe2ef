"""Rows into events: what each rule of a mapping makes, and how a row that cannot be mapped is refused."""

import re
from collections.abc import Callable
from pathlib import Path

import orjson
import pytest

from infra.importing import mapper
from infra.importing.errors import MAPPING_CODES
from infra.importing.mapper import Mapped
from infra.importing.mapping import load_mapping
from infra.importing.readers import Opened
from infra.importing.spec import Mapping
from infra.rules import load_regions
from infra.settings import Settings
from schemas.errors import REASON_CODES
from schemas.identifiers import dispute_id
from schemas.regions import RegionRegistry
from schemas.typed_disputes import parse_json
from tests.unit.importing.conftest import SMALL, mapping_of

COURT = {
    "案号": "（2025）云9001民初123号", "流程节点": "立案", "立案日期": "2025-09-03", "录入时间": "2025-09-04 08:00:00", "被告住所地": "钟楼",
    "被告详细地址": "-", "原告": "张三、李四", "被告": "云州鼎盛置业有限公司", "案由": "商品房预售合同纠纷", "诉讼请求": "返还购房款", "涉及人数": "2人",
    "标的额": "120.5", "被告信用代码": "-", "案件类别": "民事一审", "原审案号": "", "承办部门": "民一庭",
}  # fmt: skip


def mapped(opened: Opened) -> list[Mapped]:
    """Every row, mapped."""
    return [opened.prepare(row) for row in opened.source.rows()]


def one(opened: Opened) -> dict:
    """Data of the only row, which must be an event within the contract."""
    (only,) = mapped(opened)
    assert only.errors == ()
    parse_json(only.value)
    return orjson.loads(only.value)


def codes(only: Mapped) -> list[str]:
    """Reason codes of a rejection, with the columns they name."""
    return [f"{error.code} {error.path}" for error in only.errors]


def test_small_row(opened: Callable[..., Opened], small_mapping: Mapping) -> None:
    """Envelope, marks, key, identity, township by name, a bare date at noon in Shanghai."""
    file = opened("编号,日期,街道,内容\nA1,2025-09-03,文昌街道,欠薪\n".encode(), small_mapping)
    event = one(file)
    assert event == {
        "specversion": "1.0", "id": "A1", "source": "/gov/379001/tickets", "type": "fuyuan.gov.hotline_ticket", "time": "2025-09-03T12:00:00+08:00",
        "datacontenttype": "application/json", "schemaversion": 2, "importid": "imp-1", "importrow": 1,
        "data": {
            "occurred_at": "2025-09-03T12:00:00+08:00",
            "region": {"county": "379001", "township": "379001002", "township_name": "文昌街道"},
            "narrative": "欠薪",
        },
    }  # fmt: skip
    assert mapped(file)[0].key == b"379001"
    assert mapped(file)[0].dispute_id == dispute_id("/gov/379001/tickets", "A1")


@pytest.mark.parametrize(
    ("street", "region"),
    [
        ("-", {"county": "379001"}),
        ("", {"county": "379001"}),
        ("新街道", {"county": "379001", "township_name": "新街道"}),
        ("379001001", {"county": "379001", "township": "379001001", "township_name": "钟楼街道"}),
    ],
)
def test_townships(street: str, region: dict, opened: Callable[..., Opened], small_mapping: Mapping) -> None:
    """An unknown or missing township leaves the county; its name is kept."""
    assert (
        one(opened(f"编号,日期,街道,内容\nA1,2025-09-03,{street},欠薪\n".encode(), small_mapping))["data"]["region"]
        == region
    )


def test_unknown_township_can_be_refused(
    opened: Callable[..., Opened], registry: RegionRegistry, tmp_path: Path
) -> None:
    """`reject` is for registers that must be complete."""
    strict = mapping_of(
        SMALL.replace('township = "街道"', 'township = "街道"\nunknown_township = "reject"'), registry, tmp_path
    )
    (only,) = mapped(opened("编号,日期,街道,内容\nA1,2025-09-03,新街道,欠薪\n".encode(), strict))
    assert codes(only) == ["unknown_region column[街道]"]


def test_every_wrong_cell_is_named_and_the_row_is_kept(opened: Callable[..., Opened], small_mapping: Mapping) -> None:
    """A row that cannot be mapped goes out as it was, with all its reasons."""
    (only,) = mapped(opened("编号,日期,街道,内容\n-,31/12/2025,文昌街道,欠薪\n".encode(), small_mapping))
    assert codes(only) == ["missing column[编号]", "bad_time column[日期]"]
    assert orjson.loads(only.value) == {
        "row": 1,
        "line": 2,
        "columns": ["编号", "日期", "街道", "内容"],
        "cells": ["-", "31/12/2025", "文昌街道", "欠薪"],
    }
    assert only.dispute_id is None


def test_county_by_name(opened: Callable[..., Opened], registry: RegionRegistry, tmp_path: Path) -> None:
    """A county column may hold names or codes; an unknown one rejects the row."""
    by_name = mapping_of(
        SMALL.replace('{ value = "379001" }', '"县区"').replace('"街道"', '"街道"'), registry, tmp_path
    )
    rows = mapped(
        opened(
            "编号,日期,街道,内容,县区\n1,2025-09-03,-,a,青河县\n2,2025-09-03,-,a,379001\n3,2025-09-03,-,a,某县\n4,2025-09-03,-,a,379001001\n".encode(),
            by_name,
        )
    )
    assert [row.key for row in rows] == [b"379002", b"379001", None, None]
    assert codes(rows[2]) == ["unknown_region column[县区]"]


@pytest.fixture
def court(opened: Callable[..., Opened]) -> Callable[..., Mapped]:
    """Map one row of the shipped example for courts, some cells replaced."""
    registry = load_regions(Settings(_env_file=None).regions_dir)
    mapping = load_mapping("example_court_filings", registry)

    def court(**cells: str) -> Mapped:
        row = COURT | cells
        lines = ["云州市中级人民法院立案明细", "\t".join(row), "\t".join(row.values())]
        (only,) = mapped(opened("\n".join(lines).encode(), mapping))
        return only

    return court


def test_court_example(court: Callable[..., Mapped]) -> None:
    """Type by column, two claimants in one cell, kinds by name, money and people with units, cause, absent marks."""
    only = court()
    assert only.errors == ()
    parse_json(only.value)
    data = orjson.loads(only.value)["data"]
    assert orjson.loads(only.value)["type"] == "fuyuan.court.case_filed"
    assert orjson.loads(only.value)["time"] == "2025-09-04T08:00:00+08:00"
    assert data["parties"] == [
        {"role": "claimant", "kind": "person", "name": "张三"},
        {"role": "claimant", "kind": "person", "name": "李四"},
        {"role": "respondent", "kind": "enterprise", "name": "云州鼎盛置业有限公司"},
    ]
    assert data["amount_fen"] == 120_500_000
    assert data["people_involved"] == 2
    assert data["cause"] == {"name": "商品房预售合同纠纷", "code_version": "2026"}
    assert data["region"]["township_name"] == "钟楼街道"
    assert "references" not in data
    assert "address" not in data["region"]


def test_references_by_template(court: Callable[..., Mapped]) -> None:
    """An enforcement case points at the filing of the case before it."""
    data = orjson.loads(court(流程节点="执行立案", 原审案号="（2024）云9001民初7号").value)["data"]
    assert data["references"] == [{"source": "/court/379001/filing", "id": "（2024）云9001民初7号#立案"}]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"流程节点": "归档"}, ["unknown_value column[流程节点]"]),
        ({"涉及人数": "若干"}, ["bad_number column[涉及人数]"]),
        ({"标的额": "面议"}, ["bad_number column[标的额]"]),
        ({"案号": ""}, ["missing column[案号]"]),
        ({"立案日期": ""}, ["missing column[立案日期]"]),
        ({"被告": "甲公司、乙公司", "被告信用代码": "91110000100000000X"}, ["ambiguous_parties column[被告信用代码]"]),
    ],
)
def test_court_rows_refused(cells: dict[str, str], expected: list[str], court: Callable[..., Mapped]) -> None:
    """Values outside strict tables, numbers, dates and codes that cannot be told apart reject the row."""
    assert codes(court(**cells)) == expected


def test_template_is_filled_once(court: Callable[..., Mapped]) -> None:
    """Braces in the data are data."""
    data = orjson.loads(court(原告="{被告}").value)["data"]
    assert data["title"] == "{被告}与云州鼎盛置业有限公司商品房预售合同纠纷"


def test_long_titles_are_cut(court: Callable[..., Mapped]) -> None:
    """`cut` keeps a title within the contract."""
    assert len(orjson.loads(court(原告="长" * 300).value)["data"]["title"]) == 200


def test_id_from_content(opened: Callable[..., Opened], registry: RegionRegistry, tmp_path: Path) -> None:
    """Without an id column the digest of columns is the identity: same content, same dispute."""
    mapping = mapping_of(SMALL.replace('"{编号}"', '{ digest_of = ["日期", "内容"] }'), registry, tmp_path)
    first, second, third = mapped(
        opened(
            "日期,街道,内容\n2025-09-03,文昌街道,欠薪\n2025-09-03,钟楼街道,欠薪\n2025-09-04,文昌街道,欠薪\n".encode(),
            mapping,
        )
    )
    assert first.dispute_id == second.dispute_id != third.dispute_id


def test_event_lines_need_no_mapping(opened: Callable[..., Opened]) -> None:
    """JSONL events only get the import's marks; what is not an object is refused as it stands."""
    event = {
        "specversion": "1.0",
        "id": "1",
        "source": "/s",
        "type": "fuyuan.gov.petition",
        "data": {"region": {"county": "379001"}},
        "other": [1],
    }
    content = (
        orjson.dumps(event)
        + b"\n\n"
        + b'{"broken\n'
        + b"[1]\n"
        + orjson.dumps({"data": {"region": "379002001"}})
        + b"\n"
    )
    good, broken, array, bare = mapped(opened(content, None, "events.jsonl"))
    assert orjson.loads(good.value) == {**event, "importid": "imp-1", "importrow": 1}
    assert (good.key, good.dispute_id) == (b"379001", dispute_id("/s", "1"))
    assert (broken.errors[0].code, broken.value) == ("not_json", b'{"broken')
    assert (array.errors[0].code, array.value) == ("not_object", b"[1]")
    assert (bare.errors, bare.key, bare.dispute_id) == ((), b"379002", None)


def test_reason_codes_are_registered() -> None:
    """Every code the importer writes is either the contract's or its own."""
    folder = Path(mapper.__file__).parent
    written = {
        code
        for path in folder.glob("*.py")
        for code in re.findall(
            r'(?:field_error|bad_cell|return text|text\), )\(\s*"([a-z_]+)"', path.read_text("utf-8")
        )
    }
    assert written >= {"bad_time", "column_count", "unknown_value"}
    assert written <= REASON_CODES | MAPPING_CODES
