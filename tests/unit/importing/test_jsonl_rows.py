"""JSONL with a mapping: keys as columns, nested ones with dots."""

from collections.abc import Callable
from pathlib import Path

import orjson
import pytest

from infra.importing.errors import MappingError
from infra.importing.readers import Opened
from infra.importing.spec import Mapping
from schemas.regions import RegionRegistry
from tests.unit.importing.conftest import SMALL, mapping_of


def test_keys_are_columns(opened: Callable[..., Opened], registry: RegionRegistry, tmp_path: Path) -> None:
    """Nested keys, numbers, null and missing keys."""
    mapping = mapping_of(SMALL.replace('"街道"', '"地点.街道"'), registry, tmp_path)
    lines = [
        {"编号": 7, "日期": "2025-09-03", "地点": {"街道": "文昌街道"}, "内容": None},
        {"编号": "8", "日期": "2025-09-03"},
        [1],
        {"编号": "9", "日期": "x"},
    ]
    file = opened(b"\n".join(orjson.dumps(line) for line in lines), mapping, "a.jsonl")
    first, second, array, bad = (file.prepare(row) for row in file.source.rows())
    assert orjson.loads(first.value)["id"] == "7"
    assert orjson.loads(first.value)["data"]["region"]["township"] == "379001002"
    assert second.errors == ()
    assert array.errors[0].code == "not_object"
    assert bad.errors[0].code == "bad_time"
    assert bad.value == orjson.dumps(lines[3])  # the line as it was


def test_a_key_that_never_comes_is_refused_where_it_is_needed(
    opened: Callable[..., Opened], small_mapping: Mapping
) -> None:
    """Other keys may be absent from a whole file; the id and the time may not."""
    with pytest.raises(MappingError, match="日期"):
        opened(orjson.dumps({"编号": "1", "时间": "2025-09-03"}), small_mapping, "a.jsonl")


def test_gb18030_lines(opened: Callable[..., Opened], small_mapping: Mapping) -> None:
    """JSONL in GB18030 is read too."""
    content = '{"编号": "1", "日期": "2025-09-03", "内容": "欠薪"}\n'.encode("gb18030")
    file = opened(content, small_mapping, "a.jsonl")
    (only,) = (file.prepare(row) for row in file.source.rows())
    assert orjson.loads(only.value)["data"]["narrative"] == "欠薪"
