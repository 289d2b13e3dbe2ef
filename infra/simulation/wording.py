"""How people write numbers, money, dates and places in complaints: many forms of one value."""

from datetime import date, timedelta

from infra.simulation.chance import Rng

_DIGITS = "零一二三四五六七八九"


def chinese(number: int) -> str:
    """Chinese numeral of 0 to 9,999."""
    if not 0 <= number < 10_000:
        raise ValueError(f"got {number}, expected 0 to 9,999")
    if number < 10:
        return _DIGITS[number]
    text, zero = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, unit)
        if digit:
            text += ("零" if zero else "") + _DIGITS[digit] + name
            zero = False
        elif text and number:
            zero = True
    return text[1:] if text.startswith("一十") else text


def people_words(rng: Rng, people: int) -> str:
    """A head count as people write it: exact, rounded, vague or in characters."""
    r = rng.random()
    if people <= 1:
        return ("个人", "1户", "一户", "1人", "几个人", "有的人")[int(r * 6)]
    if people <= 4:
        return (f"{people}人", f"{chinese(people)}人", f"{people}户", "几个人", "好几个人", f"{chinese(people)}家")[
            int(r * 6)
        ]
    if people <= 10:
        return (
            f"{people}人",
            f"{people}名",
            f"{chinese(people)}个人",
            f"{people}户",
            "好几户",
            "近十人",
            "七八个人" if people in (7, 8) else f"{chinese(people)}人",
        )[int(r * 7)]
    tens = people // 10 * 10
    if people < 100:
        return (
            f"{people}人",
            f"{tens}多人",
            f"{chinese(tens)}余人",
            f"{people}户",
            f"{chinese(tens)}多户",
            f"{people}名群众",
            "几十人",
            f"约{tens + 10}人",
        )[int(r * 8)]
    hundreds = people // 100 * 100
    if people < 1000:
        return (
            f"{people}人",
            f"{hundreds}多人",
            f"{chinese(hundreds)}余人",
            f"{people}户",
            "上百人",
            "数百人",
            f"近{hundreds + 100}人",
            f"{chinese(hundreds)}多户",
        )[int(r * 8)]
    thousands = people // 1000 * 1000
    return (f"{people}人", f"{thousands}多人", f"{chinese(thousands)}余户", "上千人", f"{people}户")[int(r * 5)]


def money_words(rng: Rng, yuan: int) -> str:
    """An amount as people write it, exact or rounded."""
    r = rng.random()
    if yuan < 10_000:
        forms = (
            f"{yuan}元",
            f"{yuan}块",
            f"{yuan}余元",
            f"{yuan // 100 * 100 or yuan}多元",
            f"{yuan}元钱",
            f"{chinese(max(1, round(yuan, -2) if 100 <= yuan < 9900 else yuan))}元",
        )
        return forms[int(r * len(forms))]
    wan = yuan / 10_000
    if wan < 100:
        forms = (
            f"{wan:.1f}万元",
            f"{wan:.2f}万元",
            f"{yuan}元",
            f"{yuan:,}元",
            f"{int(wan)}万多",
            f"{chinese(int(wan))}万余元",
            f"近{int(wan) + 1}万元",
            f"{round(wan)}万",
        )
        return forms[int(r * len(forms))]
    if wan < 10_000:
        forms = (
            f"{wan:.0f}万元",
            f"{wan:.1f}万元",
            f"{int(wan)}余万元",
            f"{int(wan) // 10 * 10}多万",
            f"{chinese(int(wan) // 10 * 10)}多万元",
            f"{yuan}元",
        )
        return forms[int(r * len(forms))]
    return (f"{wan / 10_000:.2f}亿元", f"{wan / 10_000:.1f}亿", f"{wan:.0f}万元", f"{int(wan / 10_000)}亿多元")[
        int(r * 4)
    ]


def day_words(rng: Rng, day: date) -> str:
    """A date as people write it, exact or relative."""
    r = rng.random()
    forms = (
        f"{day.month}月{day.day}日",
        f"{day.month}月{day.day}号",
        f"{day.year}年{day.month}月{day.day}日",
        f"{day.year}.{day.month}.{day.day}",
        f"本月{day.day}号",
        "昨天",
        "前天",
        "上周",
        "前几天",
        f"{chinese(day.month)}月{chinese(day.day)}日",
    )
    return forms[int(r * len(forms))]


def month_words(rng: Rng, day: date) -> str:
    """A month some time before a day."""
    earlier = day - timedelta(int(20 + rng.random() ** 2 * 700))
    if earlier.year == day.year:
        forms = (
            f"今年{earlier.month}月",
            f"{earlier.month}月份",
            f"{earlier.year}年{earlier.month}月",
            f"{chinese(earlier.month)}月份",
            f"{earlier.month}月初",
            f"{earlier.month}月底",
        )
    else:
        gap = day.year - earlier.year
        word = "去年" if gap == 1 else "前年" if gap == 2 else f"{earlier.year}年"
        forms = (
            f"{word}{earlier.month}月",
            f"{earlier.year}年{earlier.month}月",
            f"{word}年底" if gap < 3 else f"{word}底",
            f"{word}春节前",
            f"{earlier.year}年",
            f"{word}{chinese(earlier.month)}月",
        )
    return forms[int(rng.random() * len(forms))].replace("年年", "年")


def clock_words(rng: Rng, hour: int) -> str:
    """An hour of the day as people write it."""
    part = (
        "凌晨"
        if hour < 5
        else "早上"
        if hour < 9
        else "上午"
        if hour < 12
        else "中午"
        if hour < 14
        else "下午"
        if hour < 18
        else "晚上"
        if hour < 23
        else "深夜"
    )
    shown = hour if hour <= 12 else hour - 12
    minute = int(rng.random() * 60)
    forms = (
        f"{hour}时{minute}分",
        f"{hour}:{minute:02d}",
        f"{part}{shown}点多",
        f"{part}{shown}点{minute}分",
        f"{part}",
        f"{part}{chinese(shown)}点左右",
        f"{hour}时许",
    )
    return forms[int(rng.random() * len(forms))]


_SPANS = (
    "三个多月",
    "半年",
    "近一年",
    "一年多",
    "两个月",
    "二十多天",
    "大半年",
    "好几个月",
    "快两年",
    "一个季度",
    "四个月",
    "100多天",
    "半个多月",
    "近三年",
    "将近五个月",
    "一个来月",
    "十来天",
    "两年半",
)


def span_words(rng: Rng) -> str:
    """A length of time."""
    r = rng.random()
    if r < 0.7:
        return _SPANS[int(r / 0.7 * len(_SPANS))]
    return f"{int(rng.random() * 11) + 2}个月" if r < 0.88 else f"{int(rng.random() * 80) + 8}天"
