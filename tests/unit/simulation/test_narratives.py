"""Texts vary too much to be learnt as templates, and carry what masking must find."""

import re
from collections import Counter

import orjson

from infra.simulation.chance import stream
from infra.simulation.facts import _DEFAULTS, _MAKERS
from infra.simulation.grammar import slots
from infra.simulation.topics import phrases, topics
from infra.simulation.wording import chinese, money_words, people_words


def _narratives(quarter) -> list[str]:
    return [
        orjson.loads(r.value)["data"]["narrative"]
        for r in quarter.good
        if not (r.truth.story_id or "").startswith("junk")
    ]


def test_more_than_95_percent_of_narratives_are_distinct(quarter):
    """More than 95 percent of narratives are distinct."""
    texts = _narratives(quarter)
    assert len(set(texts)) / len(texts) > 0.99
    blanked = [re.sub(r"[\d一二三四五六七八九十百千两]+", "#", text) for text in texts]
    assert len(set(blanked)) / len(blanked) > 0.95


def test_no_frame_dominates(quarter):
    """The first twelve characters, digits aside, are shared by few texts."""
    heads = Counter(re.sub(r"\d", "", text)[:12] for text in _narratives(quarter))
    assert heads.most_common(1)[0][1] / sum(heads.values()) < 0.02


def test_lengths_vary(quarter):
    """Lengths vary."""
    lengths = sorted(map(len, _narratives(quarter)))
    assert lengths[len(lengths) // 100] >= 20
    assert lengths[len(lengths) // 2] > 60
    assert 150 < lengths[len(lengths) * 99 // 100] < 400
    assert lengths[-1] < 700


def test_personal_data_stand_in_some_texts(quarter):
    """Personal data stand in some texts."""
    texts = _narratives(quarter)
    share = {
        "phone": sum(bool(re.search(r"16[0134]-?\d{4}-?\d{4}", t)) for t in texts) / len(texts),
        "citizen id": sum(bool(re.search(r"37909[1-6]\d{11}[\dX]", t)) for t in texts) / len(texts),
        "bank card": sum("629999" in t for t in texts) / len(texts),
        "plate": sum("云Z" in t for t in texts) / len(texts),
    }
    assert all(value > 0.002 for value in share.values()), share


def test_every_category_has_at_least_twenty_ways_to_say_each_thing():
    """Every category has at least twenty ways to say each thing."""
    ways: dict[str, list[int]] = {}
    for topic in topics():
        counts = ways.setdefault(topic.category, [0, 0, 0])
        for index, bank in enumerate((topic.scenes, topic.details, topic.demands)):
            counts[index] += sum(_ways(sentence) for sentence in bank)
        if topic.more_scenes and counts[0] < 10_000:
            counts[0] += sum(map(_ways, topic.more_scenes))
            counts[1] += sum(map(_ways, topic.more_details))
            counts[2] += sum(map(_ways, topic.more_demands))
    assert all(min(counts) >= 20 for counts in ways.values()), ways


def _ways(sentence) -> int:
    product = 1
    for part in sentence:
        if hasattr(part, "options"):
            product *= sum(map(_ways, part.options))
    return product


def test_every_slot_of_the_phrase_files_has_a_maker():
    """Every slot of the phrase files has a maker."""
    wanted = set()
    for topic in topics():
        for bank in (
            topic.scenes,
            topic.details,
            topic.demands,
            topic.more_scenes,
            topic.more_details,
            topic.more_demands,
        ):
            wanted |= {name for sentence in bank for name in slots(sentence)}
    assert wanted <= set(_MAKERS) | set(_DEFAULTS)
    assert set(phrases("confusable.toml")) == {topic.category for topic in topics()}


def test_chinese_numerals():
    """Chinese numerals."""
    table = {
        0: "零",
        3: "三",
        10: "十",
        17: "十七",
        20: "二十",
        101: "一百零一",
        110: "一百一十",
        1003: "一千零三",
        2340: "二千三百四十",
    }
    assert {number: chinese(number) for number in table} == table


def test_counts_and_money_are_worded_in_many_ways():
    """Counts and money are worded in many ways."""
    rng = stream(1, "test")
    assert len({people_words(rng, 37) for _ in range(200)}) >= 6
    assert len({money_words(rng, 186_300) for _ in range(200)}) >= 6
    assert all(people_words(rng, n) and money_words(rng, n * 97) for n in (1, 2, 9, 10, 99, 100, 999, 1000, 5999))
