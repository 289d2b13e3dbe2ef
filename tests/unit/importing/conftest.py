"""A registry, a small mapping and files for the tests of importing."""

from collections.abc import Callable
from pathlib import Path

import pytest

from infra.importing.mapping import load_mapping
from infra.importing.readers import Opened, open_rows
from infra.importing.spec import Mapping
from infra.importing.text_files import examine
from schemas.regions import RegionRegistry

SMALL = """
name = "小导出"
source = "/gov/379001/tickets"
id = "{编号}"
absent = ["-"]

[type]
fixed = "gov.hotline_ticket"

[time]
occurred_at = "日期"

[region]
county = { value = "379001" }
township = "街道"

[fields]
narrative = "内容"
"""


@pytest.fixture
def registry() -> RegionRegistry:
    """Two counties of 云州市, one with two townships."""
    table = {
        "county": [
            {
                "code": "379001",
                "name": "云中区",
                "township": [{"code": "379001001", "name": "钟楼街道"}, {"code": "379001002", "name": "文昌街道"}],
            },
            {"code": "379002", "name": "青河县"},
        ]
    }
    return RegionRegistry.from_tables([table])


@pytest.fixture
def small_mapping(registry: RegionRegistry, tmp_path: Path) -> Mapping:
    """A mapping of 编号, 日期, 街道, 内容."""
    return mapping_of(SMALL, registry, tmp_path)


@pytest.fixture
def opened(registry: RegionRegistry, tmp_path: Path) -> Callable[..., Opened]:
    """A function from file content (bytes) and a mapping to the opened file."""

    def opened(content: bytes, mapping: Mapping | None, name: str = "导出.csv") -> Opened:
        path = tmp_path / name
        path.write_bytes(content)
        return open_rows(examine(path, mapping.file.encoding if mapping else "auto"), mapping, registry, "imp-1")

    return opened


def mapping_of(text: str, registry: RegionRegistry, folder: Path) -> Mapping:
    """Mapping from TOML text."""
    path = folder / "mapping.toml"
    path.write_text(text, encoding="utf-8")
    return load_mapping(path, registry)
