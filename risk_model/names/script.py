"""One way of writing: width, brackets, dots, blanks and the traditional characters that firms and estates like to use."""

import re
import unicodedata
from functools import lru_cache

MOST_CHARACTERS = 200  # of a name; NFKC can lengthen one manyfold

# Only characters met in names of firms and estates, and only where the simplified form is the same word.
_PAIRS = (
    "國国華华龍龙豐丰廣广東东園园莊庄麗丽灣湾業业發发實实電电開开陽阳銀银錦锦興兴義义樂乐達达聯联藝艺雲云馬马鴻鸿鵬鹏鳳凤瀾澜灝灏潤润"
    "澤泽濱滨濟济溝沟滙汇匯汇滿满漢汉潔洁瀟潇灤滦爾尔獅狮瑪玛瑋玮璽玺環环瓊琼畢毕異异盤盘盧卢眾众衆众碩硕禮礼禎祯種种稱称穩稳築筑築筑簡简"
    "糧粮紅红純纯紡纺紫紫細细終终經经綠绿維维網网緯纬緣缘縣县總总織织繡绣繼继續续羅罗習习聖圣聞闻聲声職职肅肃腦脑膠胶臺台與与舊旧艦舰莖茎"
    "蔔卜蔣蒋蕭萧薈荟薩萨藍蓝藥药蘇苏蘭兰處处號号虛虚蟲虫術术衛卫裝装裡里製制複复襄襄見见規规視视覽览觀观觸触計计訊讯訓训記记設设許许診诊"
    "評评試试話话該该誠诚語语誼谊調调談谈請请論论諾诺謝谢證证識识譽誉讀读變变豪豪貝贝負负財财貢贡貨货貫贯責责貴贵買买費费貸贷貿贸賀贺資资"
    "賓宾賢贤質质購购賽赛贊赞贏赢趙赵跡迹踐践車车軌轨軍军軒轩軟软較较載载輕轻輝辉輪轮輸输轉转辦办農农運运過过道道遠远適适選选遼辽還还邊边"
    "郵邮鄉乡鄧邓鄭郑醫医釀酿釋释鈞钧鈴铃鉅钜鉑铂銅铜銘铭銳锐鋁铝鋒锋鋪铺鋼钢錢钱錄录鍋锅鍵键鎂镁鎮镇鏡镜鐘钟鐵铁鑄铸鑫鑫鑽钻長长門门閉闭"
    "開开閎闳間间閣阁閱阅闊阔關关陳陈陸陆陰阴隊队階阶際际隱隐難难雙双雜杂離离雲云電电霧雾靈灵靜静響响頂顶項项順顺預预領领頤颐頻频題题顏颜"
    "類类顧顾風风飛飞飯饭飲饮飾饰養养餐餐館馆駐驻駿骏騰腾驗验驛驿體体魚鱼鮮鲜鳥鸟鶴鹤鷹鹰鹽盐麥麦點点齊齐龐庞峯峰嶽岳嶺岭島岛崑昆幣币師师"
    "帶带幹干廈厦廠厂庫库廟庙張张強强彈弹後后從从徑径徵征恆恒愛爱態态慶庆憶忆懷怀應应戰战戲戏戶户擇择擔担據据揚扬換换損损搶抢撥拨撫抚攝摄"
    "攬揽數数斷断於于時时晉晋曉晓曄晔暉晖書书會会東东條条極极構构槍枪榮荣樓楼樹树橋桥機机橫横檢检檔档歐欧歡欢歲岁歷历氣气決决況况沖冲淩凌"
    "淺浅淨净湯汤溫温準准滅灭漁渔漲涨漸渐瀋沈煙烟煉炼熱热燈灯營营爐炉爭争牆墙獎奖獲获獻献現现產产畫画當当療疗盡尽監监礎础礦矿祿禄禪禅離离"
    "積积穀谷窩窝競竞筆笔節节範范篤笃籃篮粵粤絲丝綜综緊紧線线練练縱纵繁繁繪绘個个倉仓偉伟側侧傑杰備备傳传債债傷伤億亿優优儲储兒儿內内兩两"
    "冊册凱凯劃划劇剧劉刘創创動动務务勝胜勞劳勢势區区協协單单卻却厲厉參参員员問问啟启啓启喬乔單单嘉嘉團团圍围圓圆圖图報报場场塊块塢坞塵尘"
    "墊垫壇坛壓压壘垒壯壮壽寿夢梦夾夹奧奥奪夺婦妇媽妈嬌娇學学孫孙宮宫寧宁寬宽審审寫写寶宝將将專专尋寻對对導导層层屬属岡冈"
)
_SIMPLIFY = {ord(old): new for old, new in zip(_PAIRS[::2], _PAIRS[1::2], strict=True)}
TRADITIONAL = "".join(chr(old) for old, new in _SIMPLIFY.items() if new != chr(old))
"""Characters that have a simplified form."""
_BRACKETS = {ord(mark): "(" for mark in "[{【〔〖〈［｛「『"} | {ord(mark): ")" for mark in "]}】〕〗〉］｝」』"}
LISTING = "&~—–-/＆～－／"
"""Marks that make a list of phases, as they may be written, but for those that end a clause."""
LISTED = "一二三四五六七八九十0123456789IVX"
"""What stands on both sides of such a mark."""
_LISTED = re.compile(
    r"(?<=[一二三四五六七八九十\dIVX])\s*[、,，&~—–\-/]\s*(?=[一二三四五六七八九十\dIVX]+(?:\)?期|号楼|#|栋|幢))"
)  # 一、二期; 1-3期; 11、12号楼
_DROPPED = re.compile(r"(?:(?<!\d)\.|\.(?!\d)|[\s·•・‧∙●﹒,，。;；:!！?？、“”\"'‘’`《》<>＿_~—–\-－])+")
_CHANGING = re.compile(f"[^0-9A-Z()一-鿿]|[{TRADITIONAL}]")
"""What the normal form may change. Most clauses of a text have nothing of it, and digits, capitals and Han characters do not join."""


@lru_cache(maxsize=16_384)  # enterprises and projects come again and again
def normal_form(name: str) -> str:
    """Name in one way of writing: NFKC, simplified characters, round brackets, no blanks, dots, quotation marks or dashes.

    Letters are upper case; brackets stay, for they say what is a region, a phase or another name.
    """
    return written_one_way(name)


def written_one_way(text: str) -> str:
    """``normal_form`` of what will hardly come again, such as a clause of a text."""
    if _CHANGING.search(text) is None:
        return text[:MOST_CHARACTERS]
    plain = _simplified(text)
    while (again := _simplified(plain)) != plain:  # what was dropped may have kept apart what now joins
        plain = again
    return plain


def _simplified(name: str) -> str:
    plain = unicodedata.normalize("NFKC", name).translate(_SIMPLIFY).translate(_BRACKETS)
    return _DROPPED.sub("", _LISTED.sub("和", plain)).upper()[:MOST_CHARACTERS]
