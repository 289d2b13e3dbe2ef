"""Problems as RFC 9457 has them, in two languages, for every way a request can go wrong."""

import httpx
import pytest
from fastapi import FastAPI, Query
from httpx import ASGITransport

from api.problems import BUSY, KEY_REUSED, Problem, answer_problems, not_found
from infra.store.access import StoreUnavailable
from schemas.errors import field_error

ERROR = field_error("missing", "$.id", "nothing", "非空文本", "non-empty text")


@pytest.fixture
def app() -> FastAPI:
    """An app whose routes go wrong in every way."""
    app = FastAPI()
    answer_problems(app)

    @app.get("/problem")
    async def problem() -> None:
        raise Problem(KEY_REUSED, "中文", "English", [ERROR], extra={"more": 1})

    @app.get("/busy")
    async def busy() -> None:
        raise Problem(BUSY, "忙", "busy", retry_after=1)

    @app.get("/missing")
    async def missing() -> None:
        raise not_found("预警", "alert", "x" * 500)

    @app.get("/away")
    async def away() -> None:
        raise StoreUnavailable("connection to server at 10.0.0.1 failed")

    @app.get("/bug")
    async def bug() -> None:
        raise KeyError("张三 13800138000")

    @app.get("/number")
    async def number(n: int = Query(ge=1)) -> int:
        return n

    return app


async def ask(app: FastAPI, path: str, method: str = "GET") -> httpx.Response:
    """One request."""
    transport = ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://api") as client:
        return await client.request(method, path)


async def test_a_problem_carries_its_members(app: FastAPI) -> None:
    """Type, title, status, detail in both languages, instance, errors, and what the problem adds."""
    answer = await ask(app, "/problem")
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert answer.json() == {
        "type": "urn:fuyuan:problem:idempotency-key-reused",
        "title": "幂等键已用于另一个请求",
        "status": 422,
        "detail": "中文",
        "detail_en": "English",
        "instance": "/problem",
        "errors": [
            {
                "code": "missing",
                "path": "$.id",
                "got": "nothing",
                "expected": "non-empty text",
                "zh": ERROR.zh,
                "en": ERROR.en,
            }
        ],
        "more": 1,
    }


@pytest.mark.parametrize(
    ("path", "method", "status", "name", "retry_after"),
    [
        ("/busy", "GET", 503, "busy", "1"),
        ("/away", "GET", 503, "store-away", "5"),
        ("/missing", "GET", 404, "not-found", None),
        ("/nowhere", "GET", 404, "not-found", None),
        ("/number", "POST", 405, "method-not-allowed", None),
        ("/number?n=x", "GET", 422, "invalid-parameters", None),
        ("/number?n=0", "GET", 422, "invalid-parameters", None),
        ("/number", "GET", 422, "invalid-parameters", None),
        ("/bug", "GET", 500, "internal-error", None),
    ],
)
async def test_every_error_is_a_problem(
    app: FastAPI, path: str, method: str, status: int, name: str, retry_after: str | None
) -> None:
    """Whoever raised it."""
    answer = await ask(app, path, method)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert answer.json()["type"] == f"urn:fuyuan:problem:{name}"
    assert answer.headers.get("retry-after") == retry_after
    assert answer.json()["detail"]
    assert answer.json()["detail_en"]


async def test_an_answer_tells_nothing_of_the_inside(app: FastAPI) -> None:
    """Neither addresses of servers nor values that an exception carries."""
    assert "10.0.0.1" not in (await ask(app, "/away")).text
    assert "138" not in (await ask(app, "/bug")).text
    assert len((await ask(app, "/missing")).json()["detail"]) < 150


async def test_wrong_parameters_say_got_and_expected(app: FastAPI) -> None:
    """In both languages."""
    (error,) = (await ask(app, "/number?n=0")).json()["errors"]
    assert (error["path"], error["got"], error["expected"]) == ("query.n", "0", "at least 1")
    assert "不小于 1" in error["zh"]
