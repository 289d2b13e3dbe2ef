"""Fields of the contract: the checked and described types that its objects are made of."""

import re
from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from schemas import identifiers
from schemas.taxonomy import CATEGORIES

MAX_FEN = 10**16
_USUAL_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[+-](?:[01][0-9]|2[0-3]):[0-5][0-9]")


def _checked_uscc(value: str) -> str:
    value = value.strip().upper()
    if not identifiers.valid_uscc(value):
        raise PydanticCustomError("check_digit", "18 characters with a valid GB 32100 check digit")
    return value


def _checked_citizen_id(value: str) -> str:
    value = value.strip().upper()
    if not identifiers.valid_citizen_id(value):
        raise PydanticCustomError("check_digit", "18 characters with a valid birth date and GB 11643 check digit")
    return value


def _checked_case_number(value: str) -> str:
    value = identifiers.normalize_case_number(value)
    if not identifiers.valid_case_number(value):
        raise PydanticCustomError(
            "case_number", "（year）court code, case type, number and 号, e.g. （2025）云9001民初123号"
        )
    return value


def _checked_advice_number(value: str) -> str:
    value = identifiers.normalize_case_number(value)
    if not identifiers.valid_advice_number(value):
        raise PydanticCustomError("advice_number", "place, 法建, 〔year〕, number and 号, e.g. 云法建〔2025〕12号")
    return value


def _iso(value: object) -> object:
    """Refuse what pydantic would read as seconds since the epoch: a time is written out, with its zone.

    The usual spelling is read here: the zones of Python's own times are several times faster to compare and convert.
    """
    if not isinstance(value, str) or value[4:5] != "-":
        raise PydanticCustomError("datetime_iso", "an ISO 8601 time such as 2025-09-03T09:00:00+08:00")
    try:
        return datetime.fromisoformat(value) if _USUAL_TIME.fullmatch(value) else value
    except ValueError:  # pydantic says what is wrong with it
        return value


Moment = Annotated[AwareDatetime, Field(strict=False), BeforeValidator(_iso)]
Uscc = Annotated[
    str,
    AfterValidator(_checked_uscc),
    Field(
        description="统一社会信用代码，18 位（GB 32100） unified social credit code", examples=["91379001MA0K3Y1X2G"]
    ),
]
CitizenId = Annotated[
    str,
    AfterValidator(_checked_citizen_id),
    Field(
        description="公民身份号码，18 位（GB 11643）；只用于换取令牌，不离开接收环节 citizen ID, turned into a keyed token"
    ),
]
CaseNumber = Annotated[
    str,
    AfterValidator(_checked_case_number),
    Field(description="案号 court case number", examples=["（2025）云9001民初123号"]),
]
AdviceNumber = Annotated[
    str,
    AfterValidator(_checked_advice_number),
    Field(description="司法建议书文号 number of a judicial advice", examples=["云法建〔2025〕12号"]),
]
Text = Annotated[str, Field(max_length=200)]
Id = Annotated[str, Field(min_length=1, max_length=200)]
Count = Annotated[int, Field(ge=0, le=10_000_000)]
Fen = Annotated[int, Field(ge=0, le=MAX_FEN, description="金额，单位：分 amount in fen")]
Category = Annotated[
    Literal[CATEGORIES],  # type: ignore[valid-type]  # a Literal made from the taxonomy tuple
    Field(description="矛盾纠纷类别，来源自己的判断 category as the source judges it"),
]
Township = Annotated[
    str, Field(pattern=r"^\d{9}$", description="乡镇街道代码，九位，须在登记表内 local township code, registered")
]


class Contract(BaseModel):
    """An object of the contract: strict, frozen, unknown fields kept."""

    model_config = ConfigDict(extra="allow", strict=True, frozen=True, use_attribute_docstrings=True, defer_build=True)
