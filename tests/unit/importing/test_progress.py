"""What is on disk between two runs of an import."""

import json
from pathlib import Path

import pytest

from infra.importing.errors import ImportConflict
from infra.importing.progress import ImportFolder, Progress, advanced, default_import_id
from infra.importing.row_register import Expected, RegisteredRows, RowRegister
from infra.importing.text_files import examine

FRESH = Progress("imp-1", "a.csv", "f" * 64, 10, "小导出", "m" * 64)
IDS = [f"{n:032x}" for n in range(1, 6)]


@pytest.fixture
def folder(tmp_path: Path) -> ImportFolder:
    """The folder of import imp-1."""
    found = ImportFolder(tmp_path, "imp-1")
    found.folder.mkdir()
    return found


def test_a_first_run_begins_at_nothing(folder: ImportFolder) -> None:
    """No file, no progress."""
    assert folder.begin(FRESH) == FRESH
    assert not FRESH.published


def test_a_later_run_goes_on(folder: ImportFolder) -> None:
    """The durable row comes back; a moved file (same content) is the same file."""
    folder.save(advanced(FRESH, 7))
    assert folder.begin(FRESH).durable_row == 7
    folder.save(advanced(FRESH, 9, rows=9))
    assert folder.begin(FRESH).published


@pytest.mark.parametrize(("field", "said"), [("file_sha256", "文件 file"), ("mapping_sha256", "映射 mapping")])
def test_other_content_is_refused(field: str, said: str, folder: ImportFolder) -> None:
    """The same id may not mean two things; the message says how to go on."""
    folder.save(FRESH)
    changed = Progress(**{**json.loads(folder.progress_file.read_text()), field: "0" * 64})
    with pytest.raises(ImportConflict, match=said) as refused:
        folder.begin(changed)
    assert "--import-id" in str(refused.value)


def test_a_damaged_progress_file_is_refused(folder: ImportFolder) -> None:
    """Nothing is guessed from half a file (which our own writing cannot leave)."""
    folder.progress_file.write_text('{"import_id": "imp')
    with pytest.raises(ImportConflict, match="已损坏"):
        folder.begin(FRESH)


def test_two_processes_do_not_run_one_import(folder: ImportFolder) -> None:
    """The lock ends with the process that holds it."""
    with (
        folder.locked(),
        pytest.raises(ImportConflict, match="另一个进程"),
        ImportFolder(folder.folder.parent, "imp-1").locked(),
    ):
        pass
    with folder.locked():
        pass


@pytest.mark.parametrize("import_id", ["", "a/b", "../x", "长" * 81, "a b"])
def test_import_ids_that_are_no_file_names(import_id: str, tmp_path: Path) -> None:
    """An id names files, so its characters are few."""
    with pytest.raises(ImportConflict):
        ImportFolder(tmp_path, import_id)


def test_default_id_is_the_content(tmp_path: Path) -> None:
    """The same file under the same name is the same import; blanks and brackets are replaced."""
    path = tmp_path / "工单 (九月).csv"
    path.write_bytes(b"a,b\n1,2\n")
    first = default_import_id(examine(path))
    path.write_bytes(b"a,b\n1,3\n")
    assert first.startswith("工单-九月-.csv-")
    assert default_import_id(examine(path)) != first
    ImportFolder(tmp_path, first)


def test_register_keeps_what_is_durable(tmp_path: Path) -> None:
    """Rows written after the last checkpoint are cut off, and written again."""
    path = tmp_path / "imp.rows"
    with RowRegister(path, 0) as register:
        for dispute_id in IDS[:3]:
            register.add(dispute_id, Expected.EVENT)
        register.add(None, Expected.REJECTION)
    with RowRegister(path, 2) as register:
        assert register.kept == 2
        register.add(IDS[4], Expected.EVENT)
    rows = RegisteredRows(path)
    assert [rows.dispute_id(n) for n in range(1, len(rows) + 1)] == [IDS[0], IDS[1], IDS[4]]
    assert rows.expected(3) is Expected.EVENT


def test_register_that_was_lost(tmp_path: Path) -> None:
    """A missing register only means that rows are sent once more."""
    with RowRegister(tmp_path / "imp.rows", 100) as register:
        assert register.kept == 0


def test_register_of_rejections(tmp_path: Path) -> None:
    """A row without identity is noted too."""
    with RowRegister(tmp_path / "imp.rows", 0) as register:
        register.add(None, Expected.REJECTION)
    rows = RegisteredRows(tmp_path / "imp.rows")
    assert (len(rows), rows.dispute_id(1), rows.expected(1)) == (1, None, Expected.REJECTION)
