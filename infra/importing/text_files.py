"""Text files: their digest and their encoding, in one pass."""

import codecs
import hashlib
from dataclasses import dataclass
from pathlib import Path

from infra.importing.errors import FileRefused

_BLOCK = 1 << 20
_OLE = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True)
class FileFacts:
    """What a file is.

    Attributes:
        form: csv, xlsx or jsonl.
        encoding: Python's name for it; empty for xlsx. Bytes that do not fit are kept as surrogate escapes by the readers.
        lines: line breaks in it, about the number of rows; None for xlsx.
    """

    path: Path
    form: str
    bytes: int
    sha256: str
    encoding: str
    lines: int | None = None


def examine(path: Path, encoding: str = "auto") -> FileFacts:
    """Digest, form and encoding of a file.

    The encoding is UTF-8 when most lines beyond ASCII are UTF-8, else GB18030 (a superset of GBK and GB2312): one damaged line
    must not turn a whole UTF-8 file into mojibake.

    Raises:
        FileRefused: not a file this importer reads; the message says how to export it.
    """
    if not path.is_file():
        raise FileRefused(f"找不到文件 there is no file {path}")
    digest, size, breaks, utf8_lines, other_lines, rest = hashlib.sha256(), 0, 0, 0, 0, b""
    with path.open("rb") as file:
        head = file.read(4096)
        form = _form(path, head)
        file.seek(0)
        while block := file.read(_BLOCK):
            digest.update(block)
            size += len(block)
            if form == "xlsx":
                continue
            lines = (rest + block).split(b"\n")
            rest = lines.pop()
            breaks += len(lines)
            for line in lines:
                if not line.isascii():
                    fits = _is_utf8(line)
                    utf8_lines += fits
                    other_lines += not fits
    if rest and not rest.isascii():
        fits = _is_utf8(rest)
        utf8_lines += fits
        other_lines += not fits
    if size == 0:
        raise FileRefused(f"文件是空的 the file is empty: {path}")
    if form == "xlsx":
        return FileFacts(path, form, size, digest.hexdigest(), "")
    return FileFacts(path, form, size, digest.hexdigest(), _encoding(encoding, head, utf8_lines, other_lines), breaks)


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _encoding(wanted: str, head: bytes, utf8_lines: int, other_lines: int) -> str:
    if wanted in ("auto", "utf-16") and head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if wanted == "utf-8" or (wanted == "auto" and utf8_lines >= other_lines):
        return "utf-8-sig" if head.startswith(codecs.BOM_UTF8) else "utf-8"
    return "gb18030" if wanted == "auto" else wanted


def _form(path: Path, head: bytes) -> str:
    """Form of a file by its first bytes; names are often wrong."""
    if head.startswith(b"PK\x03\x04"):
        return "xlsx"
    if head.startswith(_OLE):
        raise FileRefused(
            f"{path.name}: 是旧版 Excel（.xls）或加密的文件，请另存为 .xlsx 或 CSV。 An old .xls or an encrypted file: save it as .xlsx or CSV"
        )
    start = head.lstrip(codecs.BOM_UTF8 + b" \t\r\n")
    if start[:1] == b"<":
        raise FileRefused(
            f"{path.name}: 是网页或 XML（部分系统导出的“.xls”如此），请用 Excel 打开后另存为 .xlsx 或 CSV。 HTML or XML inside: open it in Excel and save it as .xlsx or CSV"
        )
    if start[:1] == b"[" and path.suffix.lower() in (".json", ".jsonl"):
        raise FileRefused(
            f"{path.name}: 是 JSON 数组，请改为每行一个对象（JSONL）。 A JSON array: write one object a line (JSONL)"
        )
    return "jsonl" if path.suffix.lower() in (".jsonl", ".ndjson", ".json") else "csv"
