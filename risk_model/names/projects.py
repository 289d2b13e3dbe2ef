"""Names of building projects read into base, phase, part, building and other names (案名, 备案名, 原名)."""

import re
from functools import lru_cache

from risk_model.names.builders import BUILDERS
from risk_model.names.enterprises import NOBODY
from risk_model.names.estate_words import GENERIC
from risk_model.names.phases import split_phase
from risk_model.names.places import Codes, PlaceNames
from risk_model.names.script import normal_form
from schemas.naming import ProjectName

_INSIDE = re.compile(r"\(([^()]*)\)")
_CALLED = (
    r"(?:项目)?(?:备案名称?|推广名称?|案名|登记名称?|地名办?批准名|规划名|立项名|核准名|曾用名|原名称?|别名|又名|又称|俗称|也称|现名|现称|现为|现|原称|原为|原|即|简称|以下简称|暂定名|"
    r"推广案名|地名|标准地名|预售名|楼盘名)[为是叫:]?"
)
_LABEL = re.compile(rf"^{_CALLED}(?P<name>.{{2,}})$")
_BESIDE = re.compile(
    rf"(?<=.{{2}}){_CALLED.replace('|现|', '|').replace('|原|', '|').replace('|即|', '|').replace('|地名|', '|')}(?P<name>[^()]{{2,}})$"
)
_KINDS = ("项目经理部", "项目部", "售楼部", "售楼处", "售房部", "售楼中心", "销售中心", "营销中心", "接待中心", "展示中心", "居住区", "居住社区", "安置房", "住宅小区", "商住小区", "居住小区", "安置小区", "小区", "住宅楼盘", "楼盘", "项目", "工程", "住宅", "建设", "在建", "工地", "商住楼", "综合体")  # fmt: skip
_NO_NAME = frozenset({"待定", "未定", "待命名", "未命名", "暂未命名", "同上", "同左", "同名", "同备案名", "同推广名", "同项目名称", "该项目", "本项目", "这个项目", "一个项目", "那个项目", "该小区", "本小区", "该楼盘", "小区", "项目", "楼盘", "该", "本", "某", "这个", "一个", "工地", "施工", "住宅", "安置房", "某安置房", "棚改", "房地产", "商品房", "建筑", "改造", "老旧小区改造"})  # fmt: skip
_LEAST = 2
_ZONE = re.compile(
    r"^[\u4e00-\u9fff]{0,6}?(?:新区|高新区|经开区|开发区|港务区|港区|示范区|保税区|度假区|实验区|产业园区|工业园区)(?=.{3})"
)
"""Zones that lie before a name like a region: 西咸新区中南上悦城, 航空港区豫发白鹭源春晓."""
_NOTE = re.compile(
    r".*(?:\d|[一二三四五六七八九十])(?:月|日|年|楼|层|户|套|亩|栋|㎡|M2|平方米?)[初中末底份]?.*|\d+|.*(?:建设中|在建|未建|停工|复工|停贷|烂尾|封顶|竣工|交付|交房|未交|完工|清盘|尾盘|售罄|已售|在售|待售|预售|出租|开工|规划|拟建|备注|包括|含.*|报道|相关|问题|涉及|保交楼|纾困|无效|重复)"
    r".*|.*(?:路|街道?|大道|巷|胡同)(?:[东西南北]侧|以[东西南北]|旁)?|住宅|商住|安置房?|经济适用房|公租房|保障房|限价房|人才房|共有产权房?|商品房"
)
_USES = ("公寓", "商业", "商铺", "写字楼", "别墅", "洋房", "酒店", "车位", "车库")
"""What stands in brackets and is no other name: a date, a state, a street, a use."""


def read_project(name: str, places: PlaceNames, within: Codes = ()) -> ProjectName | None:
    """Parts of a project's name; None for what names none (该项目, 某安置房项目).

    Args:
        name: as written.
        places: region words.
        within: codes of the region that the name was found in, where they are known: short names of its counties are region words there.
    """
    return _read(normal_form(name), places, within)


@lru_cache(maxsize=16_384)
def _read(text: str, places: PlaceNames, within: Codes = ()) -> ProjectName | None:
    codes: Codes = ()
    aliases: list[str] = []
    part = ""
    kept = text
    for match in _INSIDE.finditer(text):
        inside = match.group(1)
        if found := places.whole(inside):
            codes = found
        elif (label := _LABEL.match(inside)) is not None:
            aliases += [split_phase(other).base for other in re.split(r"[/;]|或", label.group("name"))]
        else:
            said = split_phase("某某" + inside)
            if said.base in ("某某", "某某工程", "某某项目"):
                kept = kept.replace(match.group(0), inside, 1)  # 万科城(九期)紫台
                continue
            if inside not in _KINDS and not _NOTE.fullmatch(inside):
                if len(inside) > _LEAST and inside not in _USES:
                    aliases.append(split_phase(inside).base)
                elif match.end() == len(text):
                    part = inside  # 东方苑(木渎), 星胜客(北), 某某(别墅)
        kept = kept.replace(match.group(0), "", 1)
    kept, *others = re.split(r"[/|;]", kept)
    aliases += [split_phase(other).base for other in others if len(other) >= _LEAST]
    if beside := _BESIDE.search(kept):
        aliases.append(split_phase(beside.group("name")).base)
        kept = kept[: beside.start()]
    led = places.lead(kept, within)
    rest = _ZONE.sub("", led.rest)
    phased = split_phase(_without_kind(rest if len(rest) >= _LEAST else kept))
    base = _without_kind(phased.base)
    lead = ""
    if led.words and len(led.rest) >= _LEAST:
        short = not led.words[-1].endswith(("省", "市", "区", "县", "州", "旗", "镇", "乡", "街道"))
        lone = len(base) < _LEAST or base in GENERIC or base in BUILDERS
        if lone or (short and len(base) == _LEAST and not places.here(led.codes)):
            base = "".join(led.words) + base  # 云州学府, 高淳碧桂园, 海伦小镇: what is left is no name
        else:
            codes = codes or led.codes
            lead = led.words[-1] if short else ""
    if own := _without_kind(phased.own) if phased.own not in _KINDS else "":
        if len(own) > _LEAST and own not in GENERIC and not own.endswith(_USES) and not _NOTE.fullmatch(own):
            aliases.append(own)
        elif not phased.part:
            phased = phased._replace(part=own)
    if len(base) < _LEAST or base in _NO_NAME or base in NOBODY or base.startswith("某"):
        return None
    bare = tuple(dict.fromkeys(_bare(alias, places) for alias in aliases))
    return ProjectName(
        text,
        codes,
        base,
        phased.phases,
        phased.part or part,
        phased.building,
        tuple(other for other in bare if len(other) >= _LEAST and other != base and names_one(other)),
        lead,
    )


def names_one(base: str) -> bool:
    """Whether a base names an estate: 名都 and 碧桂园 alone do not."""
    return base not in GENERIC and base not in BUILDERS


def _bare(name: str, places: PlaceNames) -> str:
    base = _without_kind(name)
    rest = places.lead(base).rest
    return rest if len(rest) >= _LEAST else base


def _without_kind(name: str) -> str:
    """Name without what kind of thing it is, as long as two characters are left."""
    while kind := next((kind for kind in _KINDS if name.endswith(kind) and len(name) - len(kind) >= _LEAST), ""):
        name = name.removesuffix(kind)
    return name
