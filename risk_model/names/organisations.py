"""Legal and everyday forms of organisations at the end of a name, and what is the same in law or in usage."""

from typing import NamedTuple

_LIMITED, SHARES, _COMPANY = "有限公司", "股份有限公司", "公司"
# ending: (form it stands for, whether it is a registered form)
_ENDINGS: dict[str, tuple[str, bool]] = {
    "股份有限责任公司": (SHARES, True), "股份有限公司": (SHARES, True), "股份公司": (SHARES, False),
    "有限责任公司": (_LIMITED, True), "有限公司": (_LIMITED, True), "有限责任": (_LIMITED, False), "有限": (_LIMITED, False),
    "责任公司": (_LIMITED, False), "总公司": (_COMPANY, True), "公司": (_COMPANY, False), "股份": (SHARES, False),
    "农民专业合作社联合社": ("合作社", True), "专业合作社联合社": ("合作社", True), "农民专业合作社": ("合作社", True),
    "专业合作社": ("合作社", True), "股份经济合作社": ("经济合作社", True), "经济合作社": ("经济合作社", True),
    "股份合作社": ("合作社", True), "合作社": ("合作社", False), "联社": ("合作社", False),
    "合伙企业(有限合伙)": ("合伙企业", True), "合伙企业(普通合伙)": ("合伙企业", True), "合伙企业": ("合伙企业", True),
    "(有限合伙)": ("合伙企业", True), "(普通合伙)": ("合伙企业", True), "(特殊普通合伙)": ("合伙企业", True),
    "(个体工商户)": ("个体工商户", True), "个体工商户": ("个体工商户", True),
    "(个人独资)": ("个人独资企业", True), "农民工子弟学校": ("学校", True),
}  # fmt: skip
_SIZES = sorted({len(ending) for ending in _ENDINGS}, reverse=True)
_ASIDE = ("(集团)", "集团")
_BRANCHES = ("中心支公司", "分公司", "支公司", "分店", "分行", "支行", "分社", "分院", "分校", "分厂", "办事处", "营业部", "营业厅", "项目部", "门市部", "经营部", "分部", "直营店", "连锁店", "加盟店")  # fmt: skip


class Ended(NamedTuple):
    """A name without its form.

    Attributes:
        body: what stands before the form.
        form: canonical form, empty when the name has none.
        registered: whether the form is written as the registrar writes it; ``公司`` alone is everyday speech.
        group: whether the name says 集团.
    """

    body: str
    form: str
    registered: bool
    group: bool


def without_form(name: str) -> Ended:
    """Take the form of organisation off the end of a normal name; 有限责任公司 and 有限公司 are one form.

    集团 before or behind the form is noted and taken off, wherever the brackets stand.
    """
    endings = (name[-size:] for size in _SIZES if size < len(name))
    ending = next((ending for ending in endings if ending in _ENDINGS), "")
    body, (form, registered) = name.removesuffix(ending), _ENDINGS.get(ending, ("", False))
    group = False
    for aside in _ASIDE:
        if body.endswith(aside) and body != aside:
            body, group = body.removesuffix(aside), True
    if not group and "(集团)" in body:
        body, group = body.replace("(集团)", ""), True
    if not group and "集团" in body[1:]:  # 恒盛集团建筑工程有限公司
        head, _, tail = body.partition("集团")
        if len(head) > 1:
            body, group = head + tail, True
    return Ended(body, form, registered, group)


def split_branch(name: str) -> tuple[str, str]:
    """Parent's name and what names the branch: 某某有限公司合肥分公司 gives 合肥分公司; empty when it is no branch.

    Only after a registered form can a branch be told from a name: 合肥分公司 alone has no parent.
    """
    for kind in _BRANCHES if name.endswith(_BRANCHES) else ():
        if not name.endswith(kind):
            continue
        for form in ("公司", "集团", "银行", "合作社", "保险"):
            at = name.find(form, 1)
            if at > 0 and at + len(form) < len(name) - 1 and name[at:] != "公司" + kind:
                end = at + len(form)
                return name[:end], name[end:]
    return name, ""
