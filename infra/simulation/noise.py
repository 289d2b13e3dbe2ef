"""Slips of the pen: homophones, dropped or doubled characters, lost or half-width punctuation, filler words."""

from infra.simulation.chance import Rng

_HOMOPHONES = {
    "的": "地得", "在": "再", "做": "作", "已": "以", "账": "帐", "欠": "歉", "拖": "托", "讨": "套", "他": "她", "该": "改", "工": "公", "钱": "钱钱", "住": "往",
    "未": "末", "买": "卖", "退": "腿", "调": "凋", "解": "介", "装": "妆", "查": "察", "房": "方", "交": "较", "停": "亭", "签": "鉴", "证": "正", "安": "按",
}  # fmt: skip
_FILLERS = ("真的", "实在", "唉", "现在", "就是", "这个", "一直以来", "说实话", "都", "也", "反正")


def blur(text: str, rng: Rng, probability: float) -> str:
    """The text, with the given probability spoilt by one to three slips; never inside runs of digits."""
    if rng.random() >= probability or len(text) < 12:
        return text
    for _ in range(1 + int(rng.random() * 3)):
        at = 1 + int(rng.random() * (len(text) - 2))
        char = text[at]
        if not char.isalpha() and char not in "，。；：":
            continue
        if char.isascii():
            continue
        draw = rng.random()
        if char in "，。；：":
            text = (
                text[:at]
                + ("" if draw < 0.35 else {"，": ",", "。": ".", "；": ";", "：": ":"}[char] if draw < 0.7 else " ")
                + text[at + 1 :]
            )
        elif char in _HOMOPHONES:
            options = _HOMOPHONES[char]
            text = text[:at] + options[int(draw * len(options))] + text[at + 1 :]
        elif draw < 0.25:
            text = text[:at] + text[at + 1 :]
        elif draw < 0.5:
            text = text[:at] + char + text[at:]
        elif draw < 0.8:
            text = text[:at] + _FILLERS[int(rng.random() * len(_FILLERS))] + text[at:]
        else:
            text = text[: at - 1] + char + text[at - 1] + text[at + 1 :]
    return text
