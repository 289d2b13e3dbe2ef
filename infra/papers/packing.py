"""A Word document as bytes: the same document gives the same bytes, so that a signed file can be compared."""

import io
import zipfile
from datetime import datetime

from docx.document import Document as DocumentObject

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest date a zip archive can name
_NO_DATE = datetime(2000, 1, 1)  # noqa: DTZ001  core properties are written without a zone


def packed(document: DocumentObject, title: str = "", author: str = "", at: datetime | None = None) -> bytes:
    """Bytes of a document, with its properties and without the time of writing.

    Args:
        document: from python-docx.
        title: property of the file.
        author: property of the file.
        at: when what it says was drafted (UTC, aware).
    """
    properties = document.core_properties
    properties.title, properties.author, properties.last_modified_by, properties.comments = title, author, author, ""
    properties.created = properties.modified = at.replace(tzinfo=None) if at else _NO_DATE
    properties.language, properties.revision = "zh-CN", 1
    first, written = io.BytesIO(), io.BytesIO()
    document.save(first)
    with zipfile.ZipFile(first) as source, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            info = zipfile.ZipInfo(name, _EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(info, source.read(name))
    return written.getvalue()
