"""The learning loop: officials re-grade a new kind of dispute, a model is trained from their labels, promoted, and grades the next ones right.

Real parts: Kafka, PostgreSQL, both workers and the API as processes, the `fuyuan` command as an operator runs it.
"""

import json
import re
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest

from infra.kafka.local import LocalKafka
from infra.settings import Settings
from schemas.levels import Level
from tests.services.installation import Installation, installed
from tests.services.new_kind import CATEGORY, label_line, new_kind

REGRADED, LATER = 300, 60
OFFICIALS = ("云中区信访局 王某", "云中区生态环境局 李某", "市府院联动办 周某")
SWITCH_SECONDS = 30.0

pytestmark = [pytest.mark.kafka, pytest.mark.postgres, pytest.mark.slow]


@pytest.fixture
def site(kafka: LocalKafka, kafka_prefix: str, postgres_url: str, tmp_path: Path) -> Iterator[Installation]:
    """An installation with the shipped model."""
    settings = Settings(_env_file=None, home=tmp_path, kafka_bootstrap=kafka.bootstrap, kafka_prefix=kafka_prefix)
    with installed(settings, postgres_url, tmp_path / "logs") as running:
        yield running


def report(site: Installation, events: Sequence[dict[str, Any]], stored: int) -> list[str]:
    """Report events through the API and wait until so many are stored in all; their dispute ids."""
    answer = site.api.post("/v1/events", json=list(events))
    assert answer.status_code == 202, answer.text
    site.line.wait_stored(stored, 0, 60.0)
    return [receipt["dispute_id"] for receipt in answer.json()["receipts"]]


def judged(site: Installation, dispute_ids: Sequence[str]) -> list[dict[str, Any]]:
    """The events as they were judged."""
    return [site.get(f"/v1/events/{dispute_id}") for dispute_id in dispute_ids]


def regrade(site: Installation, dispute_ids: Sequence[str], levels: Sequence[Level]) -> None:
    """Officials, three at a time, look at each event and say what it should have been."""

    def one(number: int) -> None:
        path = f"/v1/events/{dispute_ids[number]}"
        body = {
            "category": CATEGORY,
            "level": levels[number].code,
            "reason": "航线和起降坪的审批引起，属行政争议",
            "labelled_by": OFFICIALS[number % len(OFFICIALS)],
            "expected_version": site.get(path)["version"],
        }
        answer = site.api.post(f"{path}/labels", json=body)
        assert answer.status_code == 201, answer.text

    with ThreadPoolExecutor(len(OFFICIALS)) as officials:
        list(officials.map(one, range(len(dispute_ids))))


def macro_f1(site: Installation, held_out: Path, *model: object) -> float:
    """Macro-F1 of the category on the held-out events, as `evaluate` says."""
    said = site.fuyuan("model", "evaluate", "--data", held_out, *model).decode()
    found = re.search(r"类别 macro-F1\D+([\d.]+)", said)
    assert found, said
    return float(found[1])


def test_the_loop_closes(site: Installation) -> None:
    """What the shipped model grades wrong, the model trained from officials' labels grades right, live."""
    home, now = site.line.settings.home, datetime.now(UTC)
    first = new_kind(REGRADED, 1, now)
    ids = report(site, [event for event, _ in first], REGRADED)
    before = judged(site, ids)
    wrong = [event for event in before if event["category"] != CATEGORY]
    assert len(wrong) > 0.9 * REGRADED
    shipped = before[0]["versions"]["model"]

    regrade(site, ids, [level for _, level in first])
    assert len(site.all_items("/v1/labels", category=CATEGORY, limit=200)) == REGRADED

    held_out = home / "held_out.jsonl"
    held_out.write_bytes(b"\n".join(orjson.dumps(label_line(*one)) for one in new_kind(200, 2, now)))
    site.fuyuan("simulate", "--seed", 7, "--days", 10, "--to", "events.jsonl", "--labels", "base.jsonl")
    train = ("model", "train", "--from-store", "--data", "base.jsonl", "--simulated", "--out")
    said = site.fuyuan(*train, "model").decode()
    assert (
        "其中不用 left out 0 条" in said
    )  # reports of one kind are alike; officials looked at each, so they are learnt from
    manifest = json.loads((home / "model" / "manifest.json").read_bytes())
    assert f"标注 {REGRADED} 条" in manifest["trained_on"]

    assert macro_f1(site, held_out) < 0.1 < 0.9 < macro_f1(site, held_out, "--model", "model")

    why = ("--by", "市府院联动办 周某", "--reason", "纳入低空纠纷的标注")
    site.fuyuan("model", "promote", "model", *why, "--data", held_out, "--override", "试验：底本只有 10 天的模拟数据")
    later = new_kind(LATER, 3, now)
    probes = new_kind(100, 4, now)
    stored, deadline = REGRADED, time.monotonic() + SWITCH_SECONDS
    while True:
        (event, _), stored = probes.pop(), stored + 1
        (seen,) = judged(site, report(site, [event], stored))
        if seen["versions"]["model"] != shipped:
            break
        assert time.monotonic() < deadline, "the workers did not switch to the promoted model"
        time.sleep(0.5)
    after = judged(site, report(site, [event for event, _ in later], stored + LATER))
    assert {event["versions"]["model"] for event in after} == {manifest["version"]}
    assert sum(event["category"] == CATEGORY for event in after) > 0.9 * LATER
