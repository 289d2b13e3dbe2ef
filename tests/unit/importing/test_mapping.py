"""A mapping that does not hold is refused, and the message names the key and what is expected."""

from pathlib import Path

import pytest

from infra.importing.errors import MappingError
from infra.importing.mapping import SHIPPED, check_columns, digest, load_mapping
from infra.rules import load_regions
from infra.settings import Settings
from schemas.regions import RegionRegistry
from tests.unit.importing.conftest import SMALL, mapping_of

REFUSED = [
    ('source = "/gov', 'sorce = "/gov', ["sorce: 未知的键", "did you mean source", "source：收到 nothing，应为必填项"]),
    ("narrative =", "narative =", ["fields.narative: 未知的键", "did you mean narrative", "people_involved"]),
    ("gov.hotline_ticket", "gov.hotline", ["type.fixed: 收到 got gov.hotline", "事件类型之一", "gov.hotline_ticket"]),
    ("gov.hotline_ticket", "gov.mediation", ["gov.mediation（人民调解）还需要", "outcome"]),
    ("gov.hotline_ticket", "court.bankruptcy_accepted", ["还需要", "case_number", "parties"]),
    ('id = "{编号}"', 'id = "编号"', ["id: ", "含有列名的模板"]),
    ('"379001" }', '"379009" }', ["region.county: 收到 got 379009", "379001 云中区", "379002 青河县"]),
    (
        'occurred_at = "日期"',
        'occurred_at = { column = "日期", at = "25:00" }',
        ["time.occurred_at.at: 收到 got 25:00", "12:00"],
    ),
    (
        'occurred_at = "日期"',
        'occurred_at = { column = "日期", value = "2020" }',
        ["time.occurred_at", "column、template、value 三者之一"],
    ),
    (
        'occurred_at = "日期"',
        'occurred_at = { column = "日期", format = ["%Y"] }',
        ["time.occurred_at.format: 未知的键", "did you mean formats"],
    ),
    ("[fields]", '[fields]\namount_fen = "金额"', ["fields.amount_fen.as", "yuan"]),
    (
        "[fields]",
        '[category]\ncolumns = ["内容"]\nvalues = { "a" = "劳动" }\n\n[fields]',
        ["category.values.a: 收到 got 劳动", "劳动争议"],
    ),
    ("[fields]", '[extra]\ntitle = "内容"\n\n[fields]', ["extra.title", "合同字段"]),
    (
        "[fields]",
        '[fields]\naccepted = { column = "采纳", values = { "是" = "yes" } }',
        ["fields.accepted.values", "true / false"],
    ),
    ('absent = ["-"]', 'zone = "Beijing"', ["zone: 收到 got Beijing", "Asia/Shanghai"]),
    ('absent = ["-"]', 'absent = "-"', ["absent", "应为数组"]),
    (
        "[fields]",
        '[fields]\noutcome = { column = "x", values = { 是 = "a" } }',
        ["不是有效的 TOML", "中文的键要加引号"],
    ),
    (
        "[fields]",
        '[[parties]]\nrole = "plaintiff"\nkind = "person"\nname = "姓名"\n\n[fields]',
        ["parties[0].role", "claimant"],
    ),
]


@pytest.mark.parametrize(("old", "new", "said"), REFUSED, ids=[new[:40] for _, new, _ in REFUSED])
def test_refuses(old: str, new: str, said: list[str], registry: RegionRegistry, tmp_path: Path) -> None:
    """Every message names the key, and what was got or is expected."""
    assert old in SMALL
    with pytest.raises(MappingError) as refused:
        mapping_of(SMALL.replace(old, new, 1), registry, tmp_path)
    for part in said:
        assert part in str(refused.value)


def test_names_every_problem_at_once(registry: RegionRegistry, tmp_path: Path) -> None:
    """An operator corrects the file once."""
    with pytest.raises(MappingError) as refused:
        mapping_of(SMALL.replace("source", "sorce").replace("narrative", "narative"), registry, tmp_path)
    assert "sorce" in str(refused.value)
    assert "narative" in str(refused.value)


@pytest.mark.parametrize("name", sorted(path.stem for path in SHIPPED.glob("*.toml")))
def test_shipped_mappings_hold(name: str) -> None:
    """Shipped mappings are found by name and agree with the shipped regions."""
    load_mapping(name, load_regions(Settings(_env_file=None).regions_dir))


def test_unknown_name_lists_the_shipped_ones(registry: RegionRegistry) -> None:
    """A misspelt mapping is answered with what there is."""
    with pytest.raises(MappingError, match="district_tickets"):
        load_mapping("district_ticket", registry)


def test_missing_columns_are_named_with_the_nearest(registry: RegionRegistry, tmp_path: Path) -> None:
    """A file with other headings is refused before anything is sent."""
    mapping = mapping_of(SMALL, registry, tmp_path)
    with pytest.raises(MappingError) as refused:
        check_columns(mapping, ["编号", "日期", "街道名", "正文"])
    assert "街道（是否为 did you mean 街道名？）" in str(refused.value)
    assert "内容" in str(refused.value)


def test_a_column_named_twice_is_refused(registry: RegionRegistry, tmp_path: Path) -> None:
    """Which of the two is meant cannot be known."""
    with pytest.raises(MappingError, match="重名"):
        check_columns(mapping_of(SMALL, registry, tmp_path), ["编号", "日期", "街道", "内容", "内容"])


def test_digest_is_of_the_meaning(registry: RegionRegistry, tmp_path: Path) -> None:
    """Comments and layout may change during an import, what the mapping says may not."""
    plain = digest(mapping_of(SMALL, registry, tmp_path))
    assert digest(mapping_of("# 说明\n\n" + SMALL, registry, tmp_path)) == plain
    assert digest(mapping_of(SMALL.replace('"-"', '"—"'), registry, tmp_path)) != plain
