"""Region words for reading names: GB/T 2260 as python-stdnum ships it, and the deployment's own registry."""

import re
from functools import lru_cache
from importlib.resources import files

from risk_model.names.places import PlaceNames
from schemas.regions import RegionRegistry

_LINE = re.compile(r'^(\s*)(\d+)\s+(?:province|county)="([^"]+)"')
_YEARS = re.compile(r"\[[\d\s,–-]*\]")
_NO_PLACE = frozenset({"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划", "郊区", "城区", "矿区", "东区", "西区", "南区", "北区", "新区"})  # fmt: skip


def place_names(regions: RegionRegistry) -> PlaceNames:
    """Region words of this installation."""
    here = [(region.code, region.name) for region in regions.all()]
    return PlaceNames(national_places(), here)


@lru_cache(maxsize=1)
def national_places() -> tuple[tuple[str, str], ...]:
    """(code, name) of every region of GB/T 2260, former names too: a firm keeps the name it was founded with."""
    found: list[tuple[str, str]] = []
    province = ""
    for line in files("stdnum.cn").joinpath("loc.dat").read_text(encoding="utf-8").splitlines():
        match = _LINE.match(line)
        if match is None:
            continue
        indented, code, names = match.groups()
        if not indented:
            province = code
            found.append((code + "0000", names))
            continue
        every = (name.strip() for name in _YEARS.sub("", names).split(","))
        found.extend((province + code, name) for name in every if name and name not in _NO_PLACE)
    return tuple(dict.fromkeys(found))
