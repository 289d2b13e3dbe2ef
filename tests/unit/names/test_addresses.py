"""Addresses as comparable keys."""

import pytest

from risk_model.names.addresses import address_key
from tests.unit.names.places import places


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("长沙市芙蓉区双杨路268号", "双杨路268号"),
        ("芙蓉双杨路２６８号", "芙蓉双杨路268号"),
        ("湖南省长沙市芙蓉区东湖街道双杨路268号3栋2单元501室", "双杨路268号"),
        ("云州市云中区人民路十二号", "人民路12号"),
        ("人民路12号（近中山路）", "人民路12号"),
        ("万家丽路与航空路交汇处西南角", "万家丽路×航空路"),
        ("航空路与万家丽路交汇处", "万家丽路×航空路"),
        ("长沙市雨花区长沙大道100号", "长沙大道100号"),
        ("三一大道522号附3号", "三一大道522号"),
        ("朝阳镇向阳社区解放大道5号", "解放大道5号"),
        ("人民路【门牌】", ""),
        ("某小区3号楼", ""),
        ("", ""),
    ],
)
def test_key(address: str, key: str) -> None:
    """Road and number, or the crossing; nothing from what has neither."""
    assert address_key(address, places()) == key
