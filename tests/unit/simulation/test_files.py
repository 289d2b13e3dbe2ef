"""fuyuan simulate into files: events, truth and labels agree."""

import json

import orjson
from typer.testing import CliRunner

from infra.cli.main import _app as app
from infra.simulation import simulate

_LABEL_FIELDS = {
    "text",
    "event_type",
    "people_involved",
    "amount_fen",
    "repeat_count",
    "earlier_events",
    "earlier_sources",
    "category",
    "level",
    "occurred_at",
    "source",
    "county",
    "names",
}


def test_files_hold_the_same_run(tmp_path):
    """Files hold the same run."""
    events, truth, labels = tmp_path / "out" / "events.jsonl", tmp_path / "truth.json", tmp_path / "labels.jsonl"
    options = [
        "simulate",
        "--seed",
        "6",
        "--days",
        "25",
        "--per-day",
        "40",
        "--to",
        str(events),
        "--truth",
        str(truth),
        "--labels",
        str(labels),
    ]
    run = CliRunner().invoke(app, options)
    assert run.exit_code == 0, run.output
    assert "正常 good" in run.output
    records = list(simulate(6, 25, per_day=40))
    lines = events.read_bytes().splitlines()
    assert len(lines) == len(records)
    good = [r for r in records if r.truth.malformed is None]
    assert {r.value for r in good} <= set(lines)
    document = json.loads(truth.read_text(encoding="utf-8"))
    assert document["arguments"]["seed"] == 6
    assert [e["index"] for e in document["events"]] == list(range(len(records)))
    assert sum("malformed" in e for e in document["events"]) == len(records) - len(good)
    assert all(story["event_ids"] for story in document["stories"])
    examples = [orjson.loads(line) for line in labels.read_bytes().splitlines()]
    assert len(examples) == len({r.value for r in good})
    assert all(set(example) == _LABEL_FIELDS and example["text"] for example in examples)
    assert not list(tmp_path.glob("*.partial"))
