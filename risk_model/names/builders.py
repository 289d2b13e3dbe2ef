"""Brands of developers that stand before the names of their estates: 万科翠湾中城 is 翠湾中城 of 万科.

Developers are known all over the country by these words; the estates of one county are told with and without them. The brands of the larger
houses, from general knowledge and compared with no official list. Those that are common words (时代, 新城, 当代, 滨江, 国贸, 大华, 星河,
光明, 美好) are left out: before a name they may be part of it.
"""

from functools import lru_cache

from risk_model.names.estate_words import GENERIC

_HOUSES = """
碧桂园 恒大 万科 融创 保利 中海 绿地 华润 华润置地 龙湖 世茂 招商 招商蛇口 绿城 旭辉 金地 中南 阳光城 金科 中梁 华夏幸福 富力 正荣 融信 奥园 雅居乐 荣盛 祥生 蓝光 佳兆业 越秀 中国铁建 中铁建 中铁置业 中交 中建 建业 远洋
龙光 首开 卓越 合景泰富 泰禾 中骏 建发 路劲 宝龙 禹洲 花样年 实地 弘阳 俊发 海伦堡 合生 仁恒 电建 葛洲坝 鲁能 复地 新力 三盛 德信 景瑞 东原 协信 康桥 正商 永威 鑫苑 奥山 北大资源 隆基泰和 朗诗 力高 鸿坤 和昌 福晟 联发
中粮 华侨城 信达 中信 华发 京基 深业 天健 合能 置信 邦泰 彰泰 天地源 金辉 阳光100 阳光一百 九龙仓 瑞安 凯德 新鸿基 嘉里 和记黄埔 恒隆 银城 栖霞建设 苏宁 雨润 苏高新 万达 福星惠誉 滨江集团 建发房产 首创置业
"""
BUILDERS = frozenset(_HOUSES.split())
LEAST_REST = 3  # characters by which an estate is known without its developer
_LONGEST = max(map(len, BUILDERS))
_SHORTEST = 2


@lru_cache(maxsize=8_192)
def split_builder(base: str) -> tuple[str, str]:
    """Developer's brand and the rest of an estate's name; no brand where nothing of its own would be left.

    >>> split_builder("万科翠湾中城"), split_builder("恒大城"), split_builder("保利学府")
    (('万科', '翠湾中城'), ('', '恒大城'), ('', '保利学府'))
    """
    for size in range(min(_LONGEST, len(base) - LEAST_REST), _SHORTEST - 1, -1):
        if base[:size] in BUILDERS and (rest := base[size:]) not in GENERIC:
            brand, own = split_builder(rest)  # 融创中永… has two
            return base[:size] + brand, own
    return "", base
