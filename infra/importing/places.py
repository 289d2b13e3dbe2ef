"""The region of a row: codes from the registry by names, as far as the registry knows them."""

from typing import Any

from infra.importing.assignments import Compiler
from infra.importing.cells import bad_cell
from infra.importing.errors import Unmappable
from infra.importing.rows import Row
from infra.importing.spec import RegionRule
from schemas.regions import RegionRegistry


class PlaceMaker:
    """Makes `data.region`.

    A county is a registered code or name, or the row is rejected. A township that is unknown leaves the county alone and keeps
    its name (``county_only``), or rejects the row.
    """

    def __init__(self, rule: RegionRule, compiler: Compiler, registry: RegionRegistry) -> None:
        self._rule = rule
        self._registry = registry
        self._counties = {region.name: region.code for region in registry.counties()}
        self._county = compiler.value(rule.county.model_copy(update={"required": True}))
        self._township = compiler.value(rule.township)
        self._community = compiler.value(rule.community)
        self._address = compiler.value(rule.address)

    def __call__(self, row: Row) -> dict[str, Any]:
        """Region of a row; raises Unmappable for an unknown county."""
        county = self._county_code(str(self._county(row)) if self._county else "")
        region: dict[str, Any] = {"county": county}
        if self._township and (name := self._township(row)) is not None:
            code = self._township_code(county, str(name))
            if code is not None:
                region["township"] = code
            region["township_name"] = self._registry.name(code) if code else name
        for key, getter in (("community_name", self._community), ("address", self._address)):
            if getter and (text := getter(row)) is not None:
                region[key] = text
        return region

    def _county_code(self, given: str) -> str:
        code = self._counties.get(given, given)
        if code not in self._registry or len(code) != 6:
            known = "、".join(list(self._counties)[:12])
            raise Unmappable(
                bad_cell(
                    "unknown_region",
                    self._rule.county.column or "region.county",
                    given,
                    f"已登记的县级区划名称或代码（{known}）",
                    f"a registered county name or code ({known})",
                    "请核对，或更新 regions 登记表",
                    "check it, or update the regions folder",
                )
            )
        return code

    def _township_code(self, county: str, given: str) -> str | None:
        code = (
            given
            if given in self._registry and given.startswith(county) and len(given) == 9
            else self._registry.township_code(county, given)
        )
        if code is None and self._rule.unknown_township == "reject":
            raise Unmappable(
                bad_cell(
                    "unknown_region",
                    self._rule.township.column or "region.township" if self._rule.township else "",
                    given,
                    f"{self._registry.name(county)}已登记的乡镇街道名称或代码",
                    "a registered township of the county",
                    "请核对，或更新 regions 登记表",
                    "check it, or update the regions folder",
                )
            )
        return code
