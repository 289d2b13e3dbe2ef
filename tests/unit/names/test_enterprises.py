"""Names of enterprises in parts, as registers, courts and callers write them."""

import pytest

from risk_model.names.enterprises import read_enterprise
from tests.unit.names.places import places

NAMES = [
    # region in every place it is written, brand, trade, form
    ("云州市鑫建福商品混凝土有限公司", ("3790",), "鑫建福", "商品混凝土", "有限公司"),
    ("鑫建福商品混凝土（云州）有限公司", ("3790",), "鑫建福", "商品混凝土", "有限公司"),
    ("鑫建福商品混凝土(云州市)有限责任公司", ("3790",), "鑫建福", "商品混凝土", "有限公司"),
    ("鑫建福（云州）商品混凝土有限公司", ("3790",), "鑫建福", "商品混凝土", "有限公司"),
    ("云中区鑫建福商品混凝土公司", ("379001",), "鑫建福", "商品混凝土", "公司"),
    ("山东省青岛市城阳区海润达水产加工有限公司", ("370214",), "海润达", "水产加工", "有限公司"),
    ("湖南长沙岳麓鹏程汽车维修有限公司", ("430104",), "鹏程", "汽车维修", "有限公司"),
    ("昆山开发区天一物流有限公司", ("320583",), "天一", "物流", "有限公司"),
    ("安丘市兴临农资有限公司", ("370784",), "兴临", "农资", "有限公司"),
    ("环球国际航运青岛有限公司", ("3702",), "环球", "国际航运", "有限公司"),
    # forms that are one
    ("阳光物业服务有限责任公司", (), "阳光", "物业服务", "有限公司"),
    ("阳光物业服务有限公司", (), "阳光", "物业服务", "有限公司"),
    ("阳光物业服务有限", (), "阳光", "物业服务", "有限公司"),
    ("华强电子股份有限公司", (), "华强", "电子", "股份有限公司"),
    ("丰收农民专业合作社", (), "丰收", "", "合作社"),
    ("青河县果香果业专业合作社", ("379002", "652626", "654325"), "果香", "果业", "合作社"),
    ("中庭投资合伙企业（有限合伙）", (), "中庭", "投资", "合伙企业"),
    # groups, with and without brackets
    ("恒盛建设集团有限公司", (), "恒盛", "建设", "有限公司"),
    ("恒盛建设（集团）有限公司", (), "恒盛", "建设", "有限公司"),
    ("恒盛(集团)建设有限公司", (), "恒盛", "建设", "有限公司"),
    ("恒盛集团建设有限公司", (), "恒盛", "建设", "有限公司"),
    ("恒盛集团", (), "恒盛", "", ""),
    # everyday speech
    ("恒盛建工", (), "恒盛", "建工", ""),
    ("恒盛公司", (), "恒盛", "", "公司"),
    ("幸福超市", (), "幸福", "超市", ""),
    ("深圳市坪山区龙田街道幸福超市", ("440310006",), "幸福", "超市", ""),
    ("老李饭店", (), "老李", "饭店", ""),
    # width, traditional characters, dots, quotation marks, blanks
    ("雲州市鑫建福商品混凝土有限公司", ("3790",), "鑫建福", "商品混凝土", "有限公司"),
    ("“碧桂園”物業服務有限公司", (), "碧桂园", "物业服务", "有限公司"),
    ("云州 恒盛·建工 有限公司", ("3790",), "恒盛", "建工", "有限公司"),
    ("ＡＢＣ科技有限公司", (), "ABC", "科技", "有限公司"),
    # a region word may be the brand or its beginning
    ("北京汽车股份有限公司", (), "北京", "汽车", "股份有限公司"),
    ("金昌建材", (), "金昌", "建材", ""),
    ("云州金昌建材有限公司", ("3790",), "金昌", "建材", "有限公司"),
    ("德阳丰物业管理有限公司", (), "德阳丰", "物业管理", "有限公司"),
    # builders of the state by their standard short forms
    ("中国建筑第七工程局有限公司", (), "中建七局", "", "有限公司"),
    ("中铁12局集团有限公司", (), "中铁十二局", "", "有限公司"),
    ("中国水利水电第十一工程局有限公司", (), "水电十一局", "", "有限公司"),
    ("中交第二航务工程局有限公司", (), "中交二航局", "", "有限公司"),
    ("中国二十二冶集团有限公司", (), "二十二冶", "", "有限公司"),
    ("河南省第一建筑工程集团有限责任公司", ("41",), "河南一建", "", "有限公司"),
    ("江苏南通三建集团股份有限公司", ("3206", "3225"), "南通三建", "", "股份有限公司"),
    # the seat behind the brand
    ("恒大地产集团郑州有限公司", ("4101",), "恒大", "地产", "有限公司"),
    ("鑫苑中国置业有限公司", ("",), "鑫苑", "置业", "有限公司"),
    ("杭州滨江房产集团股份有限公司", ("3301",), "滨江", "房产", "股份有限公司"),
    # former names stay with the name
    ("大福珠宝（原名：大富珠宝有限公司）", (), "大福", "珠宝", ""),
    # no brand, but one enterprise all the same
    ("云州市市政工程有限公司", ("3790",), "", "市政工程", "有限公司"),
]


@pytest.mark.parametrize(("name", "codes", "brand", "trade", "form"), NAMES)
def test_parts(name: str, codes: tuple[str, ...], brand: str, trade: str, form: str) -> None:
    """Region codes, brand, trade and form."""
    read = read_enterprise(name, places())
    assert read is not None
    assert (read.places, read.brand, read.trade, read.form) == (codes, brand, trade, form)


@pytest.mark.parametrize(
    "name",
    ["", "无", "不详", "某公司", "某某公司", "甲公司", "A公司", "XX公司", "***", "该公司", "开发商", "物业公司", "用人单位", "包工头", "市政工程公司", "有限公司", "（）"],
)  # fmt: skip
def test_nobody(name: str) -> None:
    """What sources write when they know no name joins nothing."""
    assert read_enterprise(name, places()) is None


@pytest.mark.parametrize(
    ("name", "parent", "branch"),
    [
        ("途畅互联网科技有限公司合肥分公司", "途畅", "合肥分公司"),
        ("中国农业银行股份有限公司云州分行", "中国", "云州分行"),
        ("平安财产保险股份有限公司青河支公司", "平安", "青河支公司"),
        ("恒盛建设集团有限公司云州项目部", "恒盛", "云州项目部"),
        ("恒盛建设集团有限公司", "恒盛", ""),
        ("合肥分公司", "", None),
    ],
)
def test_branch(name: str, parent: str, branch: str | None) -> None:
    """A branch is read with its parent's name; alone it names nobody's branch."""
    read = read_enterprise(name, places())
    if branch is None:
        assert read is None or read.branch == ""
    else:
        assert read is not None
        assert (read.brand, read.branch) == (parent, branch)


def test_former_name() -> None:
    """原名, 曾用名 and 简称 are kept beside the name."""
    read = read_enterprise("大福珠宝有限公司（原名：大富珠宝有限公司）", places())
    assert read is not None
    assert read.former == ("大富珠宝",)
