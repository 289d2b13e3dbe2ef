"""Running numbers: event ids of each office, 案号 of each court, 文号 of judicial advice."""

from datetime import date
from typing import Any

from infra.simulation.agencies import Agency
from infra.simulation.incidents import Incident

# event type: (letters of the case number, cases a court has a day, for the first number on a date)
_CASE_KINDS = {
    "court.case_filed": ("民初", 9.0),
    "court.group_litigation": ("民初", 9.0),
    "court.preservation": ("财保", 0.8),
    "court.judgment": ("民初", 9.0),
    "court.enforcement_filed": ("执", 4.0),
    "court.enforcement_terminated": ("执", 4.0),
    "court.bankruptcy_accepted": ("破", 0.1),
    "court.administrative_loss": ("行初", 0.5),
}
_ADMINISTRATIVE = frozenset({"行政争议", "征地拆迁"})
_OFFICE_OF = {
    "消费": "市场监督管理局", "电子商务": "市场监督管理局", "知识产权": "市场监督管理局", "环境污染": "生态环境分局", "旅游": "文化和旅游局", "劳动争议": "人力资源和社会保障局",
    "问题楼盘": "住房和城乡建设局", "物业": "住房和城乡建设局", "医疗": "卫生健康局", "征地拆迁": "自然资源局", "山林土地": "自然资源局", "房屋宅基地": "自然资源局",
    "道路交通事故": "公安局交警大队", "金融借贷": "金融工作办公室", "非法集资": "金融工作办公室",
}  # fmt: skip


class Casebook:
    """Gives out numbers in report order; the same order gives the same numbers."""

    def __init__(self, counties: dict[str, str]) -> None:
        self._counties = counties
        self._next: dict[tuple[str, ...], int] = {}

    def event_id(self, agency: Agency, source: str, county: str, day: date) -> str:
        """An office's own number, unique within its source."""
        place = "" if agency.citywide else county[2:]
        return f"{agency.prefix}{place}{day:%Y%m%d}{self._count((source,), 1):05d}"

    def official(self, incident: Incident, kind: str, day: date) -> dict[str, Any]:
        """Fields a type of report must carry: case number, document number, agency, addressee."""
        fields: dict[str, Any] = {}
        if kind in _CASE_KINDS:
            fields["case_number"] = self._case_number(incident, kind, day)
        if kind in ("court.administrative_loss", "gov.reconsideration"):
            fields["agency"] = incident.respondent if isinstance(incident.respondent, str) else self._office(incident)
        elif kind == "gov.penalty":
            fields["agency"] = self._office(incident)
        elif kind in ("court.advice_issued", "court.advice_replied"):
            number = incident.case_numbers.get("advice")
            if number is None:
                number = incident.case_numbers["advice"] = (
                    f"云法建〔{day.year}〕{self._count(('advice', str(day.year)), 1 + day.timetuple().tm_yday // 6)}号"
                )
            fields["document_number"] = number
            if kind == "court.advice_issued":
                fields["addressee"] = self._office(incident)
            else:
                fields["accepted"] = incident.severity % 1 > 0.2
        return fields

    def _office(self, incident: Incident) -> str:
        return self._counties[incident.county] + _OFFICE_OF.get(incident.topic.category, "城市管理局")

    def _case_number(self, incident: Incident, kind: str, day: date) -> str:
        letters, per_day = _CASE_KINDS[kind]
        if letters == "民初" and incident.topic.category in _ADMINISTRATIVE:
            letters = "行初"
        number = incident.case_numbers.get(letters)
        if number is None:
            court = "云90" if letters == "破" else f"云900{incident.county[-1]}"
            first = 1 + round(per_day * day.timetuple().tm_yday)
            number = f"（{day.year}）{court}{letters}{self._count((court, letters, str(day.year)), first)}号"
            incident.case_numbers[letters] = number
        return number

    def _count(self, key: tuple[str, ...], first: int) -> int:
        number = self._next.get(key, first)
        self._next[key] = number + 1
        return number
