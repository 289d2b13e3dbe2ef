"""Fictional enterprises with valid USCC, their trades, name variants and controlling groups."""

from dataclasses import dataclass

from stdnum.cn import uscc

from infra.simulation.chance import Rng
from infra.simulation.geography import Geography

_FIRST = "恒华金鑫瑞泰盛宏远博信达隆嘉德润丰万和中天海龙凤祥荣昌兴安康广亿融汇创智联众诚友佳美乐福永正东南北新锦玉鼎星辰云锐凯旭晟骏腾誉"
_SECOND = (
    "盛达源泰信丰隆祥兴华城安顺通和邦基建业利鑫昌茂宇晟腾龙悦福康美佳瑞诚恒科创汇宝海川江山林森阳光辉耀景苑润泽德仁义"
)
# 字号 of well-known real companies that the two lists could make by chance.
_KNOWN_BRANDS = frozenset(
    {
        "海信",
        "华润",
        "万达",
        "荣盛",
        "中建",
        "中海",
        "中信",
        "金茂",
        "中兴",
        "融信",
        "华泰",
        "新城",
        "恒通",
        "中通",
        "华业",
        "金辉",
        "泰康",
        "新源",
        "安信",
        "华晟",
        "万科",
    }
)
_ORGANISATION_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"

# trade: (how many, ending of the name, words between 字号 and ending)
TRADES: dict[str, tuple[int, tuple[str, ...]]] = {
    "contractor": (90, ("建筑工程有限公司", "建设集团有限公司", "建工有限责任公司", "市政工程有限公司", "安装工程有限公司", "路桥工程有限公司")),
    "labour": (110, ("建筑劳务有限公司", "劳务分包有限公司", "人力资源有限公司", "劳务派遣有限公司")),
    "supplier": (190, ("商品混凝土有限公司", "建材有限公司", "钢铁贸易有限公司", "门窗工程有限公司", "水泥制品有限公司", "电缆有限公司", "机械租赁有限公司", "装饰材料有限公司")),
    "property": (110, ("物业服务有限公司", "物业管理有限公司", "物业服务有限责任公司")),
    "factory": (280, ("服装有限公司", "电子科技有限公司", "机械制造有限公司", "食品有限公司", "家具有限公司", "塑料制品有限公司", "纺织有限公司", "化工有限公司", "印刷包装有限公司", "水产加工有限公司", "五金制品有限公司", "鞋业有限公司")),
    "shop": (260, ("商贸有限公司", "超市有限公司", "百货有限公司", "家电销售有限公司", "汽车销售服务有限公司", "家居有限公司", "医药连锁有限公司", "珠宝有限公司")),
    "service": (190, ("健身服务有限公司", "美容服务有限公司", "餐饮管理有限公司", "酒店管理有限公司", "家政服务有限公司", "装饰工程有限公司", "洗浴有限公司", "婚庆服务有限公司")),
    "school": (80, ("教育培训有限公司", "文化艺术培训有限公司", "教育科技有限公司", "驾驶培训有限公司", "托育服务有限公司")),
    "hospital": (50, ("医院有限公司", "口腔门诊部有限公司", "医疗美容诊所有限公司", "康复医院有限公司", "中医门诊部有限公司")),
    "finance": (70, ("小额贷款有限公司", "融资担保有限公司", "投资管理有限公司", "财富管理有限公司", "典当有限公司", "养老产业发展有限公司", "信息咨询有限公司")),
    "ecommerce": (110, ("网络科技有限公司", "电子商务有限公司", "文化传媒有限公司", "直播科技有限公司")),
    "travel": (60, ("旅行社有限公司", "旅游开发有限公司", "景区管理有限公司", "民宿管理有限公司")),
    "logistics": (100, ("物流有限公司", "运输有限公司", "快递服务有限公司", "客运有限公司")),
    "farm": (120, ("农业发展有限公司", "种植专业合作社", "养殖有限公司", "生态农业有限公司", "果业专业合作社")),
    "utility": (30, ("热力有限公司", "供水有限公司", "燃气有限公司", "环境服务有限公司", "公交有限公司")),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Enterprise:
    """A fictional enterprise.

    Attributes:
        name: registered name.
        variants: how else people write it (without 云州, without the ending, bracketed region, the bare 字号).
        uscc: 统一社会信用代码 with a right check digit; its region part is the fictional county.
        trade: key of ``TRADES`` or ``developer``.
        county: county code.
        group: name of the controlling group, None when independent.
    """

    name: str
    variants: tuple[str, ...]
    uscc: str
    trade: str
    county: str
    group: str | None = None


class Registrar:
    """Founds enterprises with unique names and codes."""

    def __init__(self, rng: Rng, geography: Geography) -> None:
        self._rng = rng
        self._geography = geography
        self._brands: set[str] = set()

    def brand(self) -> str:
        """An unused 字号 of two or three characters."""
        r = self._rng.random
        while True:
            brand = _FIRST[int(r() * len(_FIRST))] + _SECOND[int(r() * len(_SECOND))]
            if len(self._brands) > 900 or r() < 0.12:
                brand += _SECOND[int(r() * len(_SECOND))]
            if brand[:2] not in _KNOWN_BRANDS and brand not in self._brands and len(set(brand)) == len(brand):
                self._brands.add(brand)
                return brand

    def extended(self, brand: str) -> str:
        """An unused 字号 that begins with a group's."""
        while True:
            longer = brand + _SECOND[int(self._rng.random() * len(_SECOND))]
            if longer not in self._brands:
                self._brands.add(longer)
                return longer

    def code(self, county: str) -> str:
        """A USCC registered in a county."""
        r = self._rng.random
        organisation = "MA" + "".join(_ORGANISATION_ALPHABET[int(r() * 31)] for _ in range(7))
        body = f"91{county}{organisation}"
        return body + str(uscc.calc_check_digit(body))

    def found(self, trade: str, county: str, brand: str, ending: str, group: str | None = None) -> Enterprise:
        """An enterprise; its registered name begins with the city, the county or a bracketed region, or only the 字号."""
        short = ending.removesuffix("有限公司").removesuffix("有限责任公司")
        county_name = self._geography.counties[county]
        city = self._geography.name.removesuffix("市")
        draw = self._rng.random()
        if draw < 0.85:
            name = (f"{city}市" if draw < 0.4 else city if draw < 0.65 else county_name) + brand + ending
        else:
            name = f"{brand}{short}（{city}）{ending.removeprefix(short)}"
        core = f"{brand}{short}"
        variants = (name, core, f"{city}{core}", f"{brand}公司", f"{county_name}{core}公司", brand + short[:2])
        return Enterprise(name, tuple(dict.fromkeys(variants)), self.code(county), trade, county, group)


def found_enterprises(rng: Rng, geography: Geography, registrar: Registrar) -> list[Enterprise]:
    """The enterprises of every trade; about one in seven belongs to a group that owns two to five."""
    counties = list(geography.counties)
    weights = [geography.population_thousand[c] for c in counties]
    enterprises: list[Enterprise] = []
    for trade, (count, endings) in TRADES.items():
        group: tuple[str, int] | None = None
        for _ in range(count):
            county = rng.choices(counties, weights)[0]
            brand = registrar.brand()
            if group is None and rng.random() < 0.05:
                group = (brand + "集团", rng.randint(2, 5))
            owner = group[0] if group else None
            if group:
                group = (group[0], group[1] - 1) if group[1] > 1 else None
            enterprises.append(registrar.found(trade, county, brand, endings[int(rng.random() * len(endings))], owner))
    return enterprises
