"""Label files: forms, columns, values, errors, and how examples are made of them."""

import json
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest

from infra.importing.errors import FileRefused
from infra.label_columns import ColumnMissing, amount_unit, find_columns
from infra.label_file import LabelFileError, read_labels
from infra.label_rows import UNSTATED_TYPE
from tests.disputes import shared_data
from tests.examples import label_line, labelled

GOOD = label_line(labelled(1)[0])


def write(path: Path, *lines: object) -> Path:
    """A label file of these lines."""
    path.write_text(
        "".join(f"{line if isinstance(line, str) else json.dumps(line, ensure_ascii=False)}\n" for line in lines),
        encoding="utf-8",
    )
    return path


def test_reads_masks_and_describes(tmp_path: Path) -> None:
    """Texts are masked as ASSESS masks them; names of levels and full event types are understood."""
    line = GOOD | {
        "text": "曹锦妍电话13800138000",
        "names": ["曹锦妍"],
        "level": "orange",
        "event_type": "fuyuan.gov.petition",
    }
    labels = read_labels(write(tmp_path / "a.jsonl", line, "", GOOD), "测试")
    assert labels.examples[0].text == "曹某电话138****8000"
    assert labels.examples[0].level == 3
    assert labels.examples[0].fields.event_type == "gov.petition"
    assert (labels.data.rows, labels.data.description) == (2, "测试")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "not_json|JSON"),
        ("[1]", "JSON 对象"),
        (GOOD | {"level": 5}, "column[level]"),
        (GOOD | {"level": "purple"}, "purple"),
        (GOOD | {"category": "无此类"}, "无此类"),
        (GOOD | {"event_type": "x.y"}, "column[event_type]"),
        (GOOD | {"people_involved": -1}, "column[people_involved]"),
        (GOOD | {"people_involved": 1.5}, "column[people_involved]"),
        (GOOD | {"amount_fen": "很多"}, "column[amount_fen]"),
        (GOOD | {"occurred_at": "去年"}, "column[occurred_at]"),
        (GOOD | {"occurred_at": None}, "column[occurred_at]"),
        (GOOD | {"category": None, "level": None}, "neither a category nor a level"),
    ],
)
def test_errors_have_row_numbers(tmp_path: Path, line: object, message: str) -> None:
    """Each bad row is named by its line and reason."""
    with pytest.raises(LabelFileError) as caught:
        read_labels(write(tmp_path / "a.jsonl", GOOD, "", line), "")
    assert [error.row for error in caught.value.errors] == [3]
    assert any(part in str(caught.value) for part in message.split("|"))
    assert "第 3 行" in str(caught.value)


def test_all_errors_are_counted_and_twenty_shown(tmp_path: Path) -> None:
    """In the order of the file, whatever is wrong with each."""
    lines = ["{", GOOD | {"category": "无此类"}, GOOD | {"level": 9}] * 10
    with pytest.raises(LabelFileError, match="30 行") as caught:
        read_labels(write(tmp_path / "a.jsonl", GOOD, *lines), "")
    assert [error.row for error in caught.value.errors] == list(range(2, 32))
    assert str(caught.value).count("row ") == 20


def test_empty_files_are_errors(tmp_path: Path) -> None:
    """Nothing, or nothing but a header, is not an empty model."""
    (tmp_path / "a.csv").write_bytes(b"")
    with pytest.raises(FileRefused, match="empty"):
        read_labels(tmp_path / "a.csv", "")
    (tmp_path / "b.csv").write_text("text,label\n", encoding="utf-8")
    with pytest.raises(LabelFileError, match="empty"):
        read_labels(tmp_path / "b.csv", "")


CSV = "标题,正文,类别,等级,时间,涉及人数,金额,事件类型\n欠薪,工地拖欠工资,劳动争议,橙色,2018/6/14 17:32:20,62人,1.5万元,信访登记\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_csv_as_analysts_have_it(tmp_path: Path, encoding: str) -> None:
    """Chinese column names, any usual encoding, a local time, units in cells; title and text joined as the model reads them."""
    (tmp_path / "a.csv").write_bytes(CSV.encode(encoding))
    (example,) = read_labels(tmp_path / "a.csv", "").examples
    assert example.text == "欠薪。工地拖欠工资"
    assert (example.category, example.level) == ("劳动争议", 3)
    assert example.occurred_at == datetime(2018, 6, 14, 9, 32, 20, tzinfo=UTC)
    assert (example.fields.people_involved, example.fields.amount_fen) == (62, 1_500_000)
    assert example.fields.event_type == "gov.petition"
    assert example.example_id == "row 2"


def test_excel(tmp_path: Path) -> None:
    """A workbook's first sheet; dates are cells of their own kind there."""
    book = openpyxl.Workbook()
    book.active.append(["id", "text", "label", "date"])
    book.active.append([7, "物业乱收费", "物业", datetime(2025, 1, 2, 3, 4)])
    book.save(tmp_path / "a.xlsx")
    (example,) = read_labels(tmp_path / "a.xlsx", "").examples
    assert (example.example_id, example.category) == ("7", "物业")
    assert example.occurred_at == datetime(2025, 1, 1, 19, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "utc"),
    [
        ("2018/6/14 17:32:20", "2018-06-14T09:32:20"),
        ("2018-06-14 17:32", "2018-06-14T09:32:00"),
        ("2018年6月14日", "2018-06-13T16:00:00"),
        ("2018.6.14", "2018-06-13T16:00:00"),
        ("20180614", "2018-06-13T16:00:00"),
        ("2018-06-14T09:32:20Z", "2018-06-14T09:32:20"),
        ("2018-06-14T17:32:20+08:00", "2018-06-14T09:32:20"),
    ],
)
def test_times(tmp_path: Path, written: str, utc: str) -> None:
    """Common forms; without a zone they are China's."""
    found = read_labels(write(tmp_path / "a.csv", "text,label,time", f"甲,物业,{written}"), "")
    assert found.examples[0].occurred_at == datetime.fromisoformat(utc).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "level"),
    [("1", 1), ("蓝", 1), ("yellow", 2), ("黄色", 2), ("Orange", 3), ("橙级", 3), ("红", 4), ("4", 4)],
)
def test_levels(tmp_path: Path, written: str, level: int) -> None:
    """Numbers, codes and Chinese names; a file may have levels only."""
    (example,) = read_labels(write(tmp_path / "a.csv", "正文,等级", f"甲,{written}"), "").examples
    assert (example.category, example.level, example.occurred_at) == (None, level, None)
    assert example.fields.event_type == UNSTATED_TYPE


def test_the_set_of_labels(tmp_path: Path) -> None:
    """None of the taxonomy: free labels. Some: errors with their rows, unless said otherwise."""
    free = read_labels(write(tmp_path / "free.csv", "text,label", "甲,城乡建设", "乙,交通运输"), "")
    assert [example.category for example in free.examples] == ["城乡建设", "交通运输"]
    assert any("自由标签" in note for note in free.notes)
    mixed = write(tmp_path / "mixed.csv", "text,label", "甲,物业", "乙,交通运输", "丙,城乡建设")
    with pytest.raises(LabelFileError, match="--labels free") as caught:
        read_labels(mixed, "")
    assert [error.row for error in caught.value.errors] == [3, 4]
    assert len(read_labels(mixed, "", labels="free").examples) == 3
    with pytest.raises(LabelFileError):
        read_labels(tmp_path / "free.csv", "", labels="taxonomy")


def test_columns_are_told_or_recognised(tmp_path: Path) -> None:
    """What the user says comes first; a column that is not there, no text and no label are errors that list the columns."""
    file = write(tmp_path / "a.csv", "甲,乙,text", "物业费太高,物业,别的")
    (example,) = read_labels(file, "", columns={"text": "甲", "category": "乙"}).examples
    assert (example.text, example.category) == ("物业费太高", "物业")
    with pytest.raises(ColumnMissing, match="--text-column"):
        read_labels(file, "", columns={"text": "丙", "category": "乙"})
    with pytest.raises(ColumnMissing, match="--category-column"):
        read_labels(file, "")
    with pytest.raises(ColumnMissing, match="--text-column"):
        read_labels(write(tmp_path / "b.csv", "a,label", "甲,物业"), "")
    nested = write(tmp_path / "c.jsonl", {"data": {"narrative": "正文"}, "label": "物业"})
    assert read_labels(nested, "", columns={"text": "data.narrative"}).examples[0].text == "正文"


@pytest.mark.parametrize(
    ("found", "columns"),
    [
        (["id", "user", "title", "time", "text", "label"], "id title text category time"),
        (["TEXT", " Label "], "text category"),
        (["正文", "text", "category", "label"], "text category"),
        (["留言编号", "留言主题", "留言时间", "留言详情", "一级标签"], "id title text category time"),
    ],
)
def test_names_of_columns(found: list[str], columns: str) -> None:
    """The usual ones, whatever their case; of two names the first of the list is taken."""
    assert " ".join(find_columns([name.strip() for name in found], {}, "a.csv")) == columns


@pytest.mark.parametrize(
    ("column", "unit"), [("amount_fen", "fen"), ("金额", "yuan"), ("金额（万元）", "wan_yuan"), ("amount_yuan", "yuan")]
)
def test_units_of_amounts(column: str, unit: str) -> None:
    """By the column's name."""
    assert amount_unit(column) == unit


def test_damaged_rows_of_a_csv(tmp_path: Path) -> None:
    """Quotes that never close, and rows with too many cells, do not swallow their neighbours."""
    file = write(tmp_path / "a.csv", "text,label", '"甲,物业', "乙,物业,多余", "丙,物业")
    with pytest.raises(LabelFileError) as caught:
        read_labels(file, "")
    assert [error.row for error in caught.value.errors] == [2, 3]


DATA = shared_data()  # found when the tests are collected: they do not see the shell's variables


@pytest.mark.skipif(DATA is None, reason="没有真实数据 the real data is not here (FUYUAN_REAL_DATA)")
def test_real_files() -> None:
    """As analysts have them: seven labels of another taxonomy, with times and without."""
    assert DATA is not None
    raw = read_labels(DATA / "citizen_messages" / "labelled_raw.csv", "")
    assert (len(raw.examples), raw.data.first[:10], raw.data.last[:10]) == (954, "2011-02-25", "2020-01-08")
    assert raw.examples[0].text.startswith("茶叶生产许可证能否简政放权。茶叶是富民产业")
    cut = read_labels(DATA / "citizen_messages" / "labelled_tokenised.csv", "")
    assert (len(cut.examples), cut.data.first) == (7279, "")
    assert len({example.category for example in cut.examples}) == 7
