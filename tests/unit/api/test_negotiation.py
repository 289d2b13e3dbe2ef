"""Which form of a plan an Accept header asks for."""

import pytest

from api.negotiation import JSON, MARKDOWN, preferred


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("", JSON),
        ("*/*", JSON),
        ("text/markdown", MARKDOWN),
        ("TEXT/Markdown; charset=utf-8", MARKDOWN),
        ("text/*", MARKDOWN),
        ("text/html", JSON),
        ("application/json, text/markdown", JSON),
        ("text/markdown, application/json;q=0.9", MARKDOWN),
        ("text/markdown;q=0.2, application/json;q=0.9", JSON),
        ("text/markdown;q=0, */*", JSON),
        ("application/json;q=0, */*;q=0.1", MARKDOWN),
        ("text/markdown;q=rubbish", JSON),
    ],
)
def test_the_preferred_form(accept: str, expected: str) -> None:
    """By quality; JSON among equals and for whoever asks for neither."""
    assert preferred(accept, (JSON, MARKDOWN)) == expected
