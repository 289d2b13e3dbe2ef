"""Which column of a label file is what: recognised by its name, as analysts and agencies name columns, or as told."""

from collections.abc import Mapping, Sequence

TEXT, TITLE, CATEGORY, LEVEL, TIME, TYPE = "text", "title", "category", "level", "time", "event_type"
PEOPLE, AMOUNT, REPEAT, NAMES, ID = "people", "amount", "repeat", "names", "id"
SOURCE, COUNTY, LABELLED_BY = "source", "county", "labelled_by"
EARLIER_EVENTS, EARLIER_SOURCES = "earlier_events", "earlier_sources"

ALIASES: dict[str, tuple[str, ...]] = {
    ID: ("dispute_id", "event_id", "id", "编号", "事件编号", "留言编号", "工单编号", "序号"),
    TITLE: ("title", "标题", "主题", "留言主题", "subject"),
    TEXT: ("text", "narrative", "正文", "内容", "诉求内容", "留言详情", "描述", "文本", "content"),
    CATEGORY: ("category", "label", "类别", "标签", "纠纷类别", "一级标签", "分类"),
    LEVEL: ("level", "等级", "风险等级", "级别"),
    TIME: ("occurred_at", "time", "时间", "发生时间", "留言时间", "登记时间", "日期", "date"),
    TYPE: ("event_type", "事件类型"),
    PEOPLE: ("people_involved", "people", "人数", "涉及人数"),
    AMOUNT: (
        "amount_fen",
        "amount_yuan",
        "amount",
        "金额",
        "涉案金额",
        "金额（元）",
        "金额(元)",
        "金额（万元）",
        "金额(万元)",
    ),
    REPEAT: ("repeat_count", "repeat", "重复次数"),
    NAMES: ("names", "姓名", "当事人"),
    SOURCE: ("source", "来源"),
    COUNTY: ("county", "区划代码"),
    EARLIER_EVENTS: ("earlier_events", "此前件数"),
    EARLIER_SOURCES: ("earlier_sources", "此前来源数"),
    LABELLED_BY: ("labelled_by", "given_by", "标注人"),
}
"""Names of each field's column, the one that is taken first before the others; case and blanks around do not matter."""


class ColumnMissing(RuntimeError):
    """A label file lacks a column it needs, or that it was said to have; the message lists the columns there are."""

    for_operator = True


def find_columns(found: Sequence[str], told: Mapping[str, str], where: str) -> dict[str, str]:
    """Field -> name of its column in the file.

    Args:
        found: columns of the file.
        told: field -> column, as the user says; these come first.
        where: the file, for messages.

    Raises:
        ColumnMissing: a column named by the user is not there, or there is neither a text nor a title.
    """
    by_name = {name.strip().casefold(): name for name in reversed(found)}
    listed = "、".join(found[:40]) or "（无 none）"
    columns: dict[str, str] = {}
    for field, aliases in ALIASES.items():
        if field in told:
            name = by_name.get(told[field].strip().casefold())
            if name is None:
                raise ColumnMissing(
                    f"{where}: 没有列 {told[field]!r}，文件中的列为 {listed}；请改正 --{option(field)} "
                    f"/ there is no column {told[field]!r}; mend --{option(field)}"
                )
        else:
            name = next((by_name[alias] for alias in aliases if alias in by_name), None)
        if name is not None:
            columns[field] = name
    if TEXT not in columns and TITLE not in columns:
        raise ColumnMissing(
            f"{where}: 找不到正文列（{'、'.join(ALIASES[TEXT])}），文件中的列为 {listed}；请用 --text-column 指定 "
            "/ no column of text was recognised: name it with --text-column"
        )
    return columns


def option(field: str) -> str:
    """Name of the command line option that says which column a field is."""
    return f"{ {TYPE: 'type'}.get(field, field) }-column".replace("_", "-")


def amount_unit(column: str) -> str:
    """Unit of an amount column without units in its cells: fen, wan_yuan or yuan, by the column's name."""
    name = column.casefold()
    return "fen" if name.endswith(("fen", "分", "(分)", "（分）")) else "wan_yuan" if "万元" in name else "yuan"


def described(columns: Mapping[str, str]) -> str:
    """Columns as read, on one line."""
    return "，".join(field if field == name else f"{field}←{name}" for field, name in columns.items())
