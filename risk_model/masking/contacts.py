"""Electronic contacts and number plates: e-mail, QQ, WeChat, 车牌."""

import re
from collections.abc import Iterator

import numpy as np

from risk_model.masking.batch import PROVINCES, Batch, Edit, Kind

EMAIL_LABEL, QQ_LABEL, WECHAT_LABEL, PLATE_LABEL = "邮箱", "QQ号", "微信号", "车牌号"
_EMAIL_NAME = re.compile(r"[A-Za-z0-9._%+\-]{1,64}\Z")
_EMAIL_HOST = re.compile(r"@[A-Za-z0-9\-]{1,63}(?:\.[A-Za-z0-9\-]{1,63})+")
_PLATE = re.compile(
    rf"[{PROVINCES}][A-HJ-NP-Za-hj-np-z][·.• \-]?((?=[A-Za-z]{{0,5}}\d)[A-HJ-NP-Za-hj-np-z0-9]{{4,5}}[A-HJ-NP-Za-hj-np-z0-9挂学警港澳])(?![A-Za-z0-9])"
)
_QQ = re.compile(r"(?:[Qq]{2}|扣扣)(?:号码|账号|号|群)?[是为: ]{0,3}([1-9]\d{4,10})(?!\d)")
_WECHAT = re.compile(
    r"(?:微信|薇信|威信|[Ww]e[Cc]hat|[Ww]ei[Xx]in|(?<![A-Za-z])[Vv][Xx])(?:号码|账号|号)?[是为: ]{0,3}([A-Za-z][A-Za-z0-9_\-]{5,19})"
)


def contact_edits(batch: Batch) -> Iterator[Edit]:
    """Edits of all electronic contacts and plates of a batch."""
    plain = batch.plain
    for position in np.flatnonzero(batch.where(Kind.AT)).tolist():
        name = _EMAIL_NAME.search(plain, max(0, position - 64), position)
        host = _EMAIL_HOST.match(plain, position)
        if name and host:
            yield Edit(name.start(), host.end(), f"【{EMAIL_LABEL}】", EMAIL_LABEL)
    lettered = batch.where(Kind.PROVINCE)[:-1] & batch.where(Kind.LETTER)[1:]
    for position in np.flatnonzero(lettered).tolist():
        plate = _PLATE.match(plain, position)
        if plate:
            yield Edit(plate.start(1), plate.end(1), f"【{PLATE_LABEL}】", PLATE_LABEL)
    for position in np.flatnonzero(batch.where(Kind.CONTACT)).tolist():
        for pattern, label in ((_QQ, QQ_LABEL), (_WECHAT, WECHAT_LABEL)):
            match = pattern.match(plain, position)
            if match:
                yield Edit(match.start(1), match.end(1), f"【{label}】", label)
