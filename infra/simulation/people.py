"""Fictional people: names, citizen IDs, phones, bank cards and plates that check out but can belong to nobody.

Citizen IDs carry place codes 379091 to 379096, which GB/T 2260 never assigned (379001 to 379006 stood for real cities of
Shandong from 1986 to 1989); phones begin with 160, 161, 163 or 164, prefixes no operator has been given; bank cards with the unassigned
629999; plates with 云Z, which no city uses. All check digits are right, so that masking by check digit has work.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from stdnum.cn import ric

from infra.simulation.chance import Rng

_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏"
    "付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴莫孔向汤"
)
_COMPOUND = ("欧阳", "上官", "司马", "诸葛")
_MALE = (
    "伟强磊军洋勇杰涛明超刚平辉鹏华飞鑫波斌宇浩凯健俊帆帅旭宁龙林阳建国志东海峰亮松柏福贵财根生保民德义忠良成春发荣祥"
)
_FEMALE = (
    "芳娜敏静丽艳娟霞秀燕玲桂英红梅兰凤洁琳素云莲真雪荣爱妹香月莺媛瑞凡佳嘉琼勤珍贞莉娣璐娅琦晶妍茜秋珊莎锦黛青倩婷"
)
_PHONE_PREFIXES = ("160", "161", "163", "164")
_FIRST_BIRTH = date(1946, 1, 1)
_BIRTH_SPAN_DAYS = 60 * 365
_DAY_TEXT = [(_FIRST_BIRTH + timedelta(n)).strftime("%Y%m%d") for n in range(_BIRTH_SPAN_DAYS)]


@dataclass(frozen=True, slots=True)
class Person:
    """A fictional person."""

    name: str
    female: bool
    citizen_id: str
    phone: str

    @property
    def title(self) -> str:
        """Polite form: surname and 女士 or 先生."""
        surname = self.name[:2] if self.name[:2] in _COMPOUND else self.name[0]
        return surname + ("女士" if self.female else "先生")


def draw_person(rng: Rng, county: str) -> Person:
    """A person of a county; names follow Chinese frequencies roughly, so common ones repeat."""
    r = rng.random
    surname = _COMPOUND[int(r() * len(_COMPOUND))] if r() < 0.01 else _SURNAMES[int(r() ** 1.8 * len(_SURNAMES))]
    female = r() < 0.46
    given = _FEMALE if female else _MALE
    name = surname + given[int(r() ** 2.2 * len(given))]
    if r() < 0.66:
        name += given[int(r() ** 2.2 * len(given))]
    return Person(name, female, draw_citizen_id(rng, county, female), draw_phone(rng))


def draw_citizen_id(rng: Rng, county: str, female: bool) -> str:
    """A citizen ID with a never-assigned place code and a right GB 11643 check digit."""
    r = rng.random
    order = int(r() * 499) * 2 + (2 if female else 1)
    body = f"37909{county[-1]}{_DAY_TEXT[int(r() * _BIRTH_SPAN_DAYS)]}{order:03d}"
    return body + ric.calc_check_digit(body + "0")


def draw_phone(rng: Rng) -> str:
    """A mobile number of a prefix no operator has."""
    return _PHONE_PREFIXES[int(rng.random() * 4)] + f"{int(rng.random() * 10**8):08d}"


def draw_bank_card(rng: Rng) -> str:
    """A 19-digit card number with a right Luhn check digit and an unassigned issuer."""
    body = f"629999{int(rng.random() * 10**12):012d}"
    total = 0
    for index, digit in enumerate(reversed(body)):
        value = int(digit) * (2 if index % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return body + str(-total % 10)


def draw_plate(rng: Rng) -> str:
    """A number plate of a letter no city uses."""
    return f"云Z{'ABCDEFGHJK'[int(rng.random() * 10)]}{int(rng.random() * 10000):04d}"
