"""引用的法条: the words of every article that playbooks and deadlines cite, as data."""

import re
from collections.abc import Iterable

import msgspec

from risk_model.policy import PolicyError
from risk_model.policy_table import NonEmpty, PolicyTable

_CITE = re.compile(r"《[^》]+》第\d+条")


class Article(PolicyTable, frozen=True):
    """``[[article]]``: an article as it is cited (《…》第N条), its words, and the text they were checked against."""

    cite: NonEmpty
    text: NonEmpty
    seen: NonEmpty


class _Document(PolicyTable, frozen=True):
    article: tuple[Article, ...]


def parse_articles(document: bytes) -> dict[str, Article]:
    """Articles by citation, from the bytes of their TOML file.

    Raises:
        PolicyError: a key does not hold, a citation has another form or is given twice; names its path.
    """
    try:
        articles = msgspec.toml.decode(document, type=_Document).article
    except (msgspec.ValidationError, msgspec.DecodeError) as bad:
        raise PolicyError(f"法条文件有误：{bad} / articles: {bad}") from None
    found: dict[str, Article] = {}
    for number, article in enumerate(articles):
        where = f"article[{number}].cite"
        if not _CITE.fullmatch(article.cite):
            raise PolicyError(
                f"{where}: 收到 {article.cite!r}，应为“《法律名称》第N条” / got {article.cite!r}, expected 《…》第N条"
            )
        if article.cite in found:
            raise PolicyError(f"{where}: {article.cite} 重复 / given twice")
        found[article.cite] = article
    return found


def cited(texts: Iterable[str]) -> list[str]:
    """Citations of articles in texts, in order, each once; names of rules without an article are left out."""
    return list(dict.fromkeys(cite for text in texts for cite in _CITE.findall(text)))
