"""What is masked, what stays, and what it costs."""

import pytest

from risk_model.masking import Masker, mask_name
from risk_model.masking.lists import people_of

MASKER = Masker()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("身份证11010519491231002X。", "身份证【身份证号】。"),
        ("身份证１１０１０５１９４９１２３１００２Ｘ。", "身份证【身份证号】。"),
        ("身份证110105 19491231 002x", "身份证【身份证号】"),
        ("老证110105491231002", "老证【身份证号】"),
        ("电话13800138000。", "电话138****8000。"),
        ("电话138-0013-8000", "电话138****8000"),
        ("电话１３８００１３８０００", "电话138****8000"),
        ("+86 13800138000", "+138****8000"),
        ("13800138000 13900139000", "【手机号】 【手机号】"),
        ("座机0571-88881234", "座机【固定电话】"),
        ("联系电话：88881234", "联系电话：【固定电话】"),
        ("卡号6222021234567890128", "卡号【银行卡号】"),
        ("卡号6222 0212 3456 7890 128", "卡号【银行卡号】"),
        ("车牌云A12B45", "车牌云A【车牌号】"),
        ("车牌云Ａ·Ｄ12345", "车牌云Ａ·【车牌号】"),
        ("邮箱zhang.san@163.com", "邮箱【邮箱】"),
        ("13800138000@163.com", "【邮箱】"),
        ("QQ：12345678", "QQ：【QQ号】"),
        ("微信号abc_12345", "微信号【微信号】"),
        ("住青河路12号3栋2单元501室", "住青河路【门牌】"),
        ("阳光小区3栋2单元501的住户", "阳光小区【门牌】的住户"),
        ("3栋501室漏水", "【门牌】漏水"),
        ("姓名：王小明，男", "姓名：王某，男"),
        ("投诉人张三反映", "投诉人张某反映"),
        ("联系人：欧阳建国", "联系人：欧阳某"),
        ("联系人：阿依古丽·买买提", "联系人：阿某"),
        ("李小红女士称", "李某女士称"),
        ("身份证号110105194912310021", "身份证号【身份证号】"),
        ("证号11010519491231003X，", "证号【身份证号】，"),
        ("证件号379001202509030011", "证件号【身份证号】"),
        ("卡号6222021234567890123", "卡号【银行卡号】"),
        ("收款账号：1234567890123456", "收款账号：【银行卡号】"),
        ("李明、王芳等三十名购房人", "李某、王某等三十名购房人"),
        ("反映张三等12人被欠薪", "反映张某等12人被欠薪"),
        ("李明、欧阳建国等人上访", "李某、欧阳某等人上访"),
        ("购房人代表李明来电", "购房人代表李某来电"),
        ("李明诉王芳、赵建国离婚", "李某诉王某、赵某离婚"),
        ("本院受理李建国诉金辉公司劳动争议", "本院受理李某诉金辉公司劳动争议"),
        ("金辉置业有限公司诉王芳借款合同纠纷", "金辉置业有限公司诉王某借款合同纠纷"),
        ("原告李明诉被告王芳民间借贷纠纷", "原告李某诉被告王某民间借贷纠纷"),
        ("原告（反诉被告）李明到庭", "原告（反诉被告）李某到庭"),
        ("被告1：李明；第三人 王芳，", "被告1：李某；第三人 王某，"),
        ("被告陈家豪，原告李来福，", "被告陈某，原告李某，"),
        ("被告王芳返还借款", "被告王某返还借款"),
        ("被告李明、王芳、金辉置业有限公司", "被告李某、王某、金辉置业有限公司"),
        ("被申请人王芳、被执行人李四明", "被申请人王某、被执行人李某"),
        ("上诉人王小芳辩称", "上诉人王某辩称"),
        ("当事人李明，户主王芳，业主赵六", "当事人李某，户主王某，业主赵某"),
        ("报警人王芳称，反映人李明说", "报警人王某称，反映人李某说"),
    ],
)
def test_masks(text: str, expected: str) -> None:
    """Each kind of personal data, in the spellings people use."""
    assert MASKER.mask(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "（2025）云9001民初123号",
        "云法建〔2025〕12号",
        "统一社会信用代码91110108551385082Q",
        "统一社会信用代码91110000100000000X",
        "欠款1234567890元，2023-05-06 10:20 至 2023-05-07",
        "拨打12345、110、400-800-8888",
        "王某某、张先生、李女士到场",
        "被告金辉置业有限公司拖欠货款",
        "业主万科物业不作为，业主马上要求，村民田地被占",
        "街道一座桥，小区一栋楼，地铁3号线，共3栋楼",
        "投诉人于昨日来电，当事人不满，申请人要求赔偿",
        "12月3号下午，第3号文件",
        "工单379001202509030011，订单202509031234567890，11010519491231003XA",
        "卡号异常，订单号1234567890123456",
        "周边商户等20户，包工头等5人，高管等3人，施工员等3人，农民工等30人，万达、万科等三家",
        "市民诉求未解决，群众起诉讼，万女士诉称，李先生上诉",
        "云州金辉公司诉万科公司",
        "业主万分感谢，受害人曾多次反映，患者何去何从，业主方面，被告方，群众高喊口号",
    ],
)
def test_keeps(text: str) -> None:
    """Case numbers, enterprise codes, amounts, dates, public numbers and ordinary words stay."""
    assert MASKER.mask(text) is text


def test_party_names_are_masked_everywhere() -> None:
    """The parties' own names go wherever they stand, the longest first; enterprises stay."""
    text = "欧阳建国诉李强、李强东及云州李强建材有限公司"
    assert MASKER.mask(text, ["李强", "欧阳建国", "李强东"]) == "欧阳某诉李某、李某及云州李某建材有限公司"


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("张三", "张某"),
        ("欧阳修", "欧阳某"),
        ("欧阳", "欧某"),
        ("阿依古丽·买买提", "阿某"),
        ("王某某", "王某某"),
        ("李*", "李*"),
        ("张先生", "张先生"),
        (" 司马相如 ", "司马某"),
        ("", ""),
    ],
)
def test_mask_name(name: str, masked: str) -> None:
    """Surname + 某; compound surnames whole; minority names by their first character; masked names stay."""
    assert mask_name(name) == masked


@pytest.mark.parametrize(
    ("name", "people"),
    [
        ("李明、王芳等三十名购房人", ["李明", "王芳"]),
        ("张三等12人", ["张三"]),
        ("购房人李明等", ["李明"]),
        ("欧阳建国、李四等5人", ["欧阳建国", "李四"]),
        ("李明及王芳", ["李明", "王芳"]),
        ("李明，王芳", ["李明", "王芳"]),
        ("李明", ["李明"]),
        ("全体业主", []),
        ("万科城业主", []),
        ("王家村", []),
        ("青河县李家村村民", []),
        ("业主委员会", []),
        ("", []),
    ],
)
def test_people_of_groups(name: str, people: list[str]) -> None:
    """A group's name may list persons, or none."""
    assert people_of(name) == people


def test_batch_equals_single_and_rows_do_not_touch() -> None:
    """Numbers and names never join across rows, whatever their ends are."""
    texts = ["电话", "88881234", "1380013", "8000", "投诉人", "张三反映", "", "a\nb", "13800138000"]
    assert MASKER.mask_batch(texts, [()] * len(texts)) == [*texts[:-1], "138****8000"]


def test_batches_must_agree() -> None:
    """A list of names is needed for every text."""
    with pytest.raises(ValueError, match="2 texts and 1"):
        MASKER.mask_batch(["a", "b"], [()])
    assert MASKER.mask_batch([], []) == []


def test_odd_characters() -> None:
    """Astral characters, lone surrogates and controls pass."""
    text = "𠮷野家\ud800\x00\x1e，电话13800138000"
    assert MASKER.mask(text) == "𠮷野家\ud800\x00\x1e，电话138****8000"
