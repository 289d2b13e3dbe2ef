"""Joining one event into the names of a whole city: ``python -m benchmarks.linkage [--known 1000000] [--events 3000] [--backend …]``.

The store holds ``--known`` enterprises and projects (about as many as there are events, which is more than a prefecture's events ever
name), among them thousands that share a common brand. Then simulated events, none of whose names it has been told, are joined one by one
as WATCH does it: look up the names that ASSESS read, decide, write down what is new, all in one transaction. WATCH asks for a batch at
once; here every event pays for its own queries. The plain way beside it: rapidfuzz over a list of all names in memory.
"""

import argparse
import random
import time
from collections.abc import Iterator, Sequence

import msgspec
from rapidfuzz import fuzz, process
from sqlalchemy import Engine

from benchmarks.workbench import BACKENDS, assessed, console, database, show
from infra.places import place_names
from infra.rules import load_rules
from infra.settings import load_settings
from infra.simulation.enterprises import TRADES
from infra.store.engine import open_engine
from infra.store.name_index import load_names, save_names
from infra.store.rows import insert_rows
from infra.store.schema import upgrade
from infra.store.tables import reads
from risk_model.linking.identifying import identify, lookups
from risk_model.linking.naming import naming
from risk_model.names.book import MOST_BEARERS, NameBook
from risk_model.names.enterprises import read_enterprise
from risk_model.names.keys import scope
from risk_model.names.known import ENTERPRISE, PROJECT, Known
from risk_model.names.places import PlaceNames
from risk_model.names.projects import read_project
from risk_model.rules import Rules
from schemas.assessed import Assessed, decode_assessed

_SEED = 5
_FIRST = "恒华金鑫瑞泰盛宏远博信达隆嘉德润丰万和中天海龙凤祥荣昌兴安康广亿融汇创智联众诚友佳美乐福永正东南北新锦玉鼎星辰云锐凯旭晟骏腾誉"
_SECOND = (
    "盛达源泰信丰隆祥兴华城安顺通和邦基建业利鑫昌茂宇晟腾龙悦福康美佳瑞诚恒科创汇宝海川江山林森阳光辉耀景苑润泽德仁义"
)
_ESTATES = ("花园", "华庭", "府", "新城", "名邸", "雅苑", "国际", "公馆", "壹号院", "广场", "家园", "江湾", "学府")
_CITY = ("云州市", "云州", "云中区", "青河县", "临溪县", "石门县", "东平区", "云山市")
_COUNTIES = ("379001", "379002", "379003", "379004", "379005", "379006")


def city_names(count: int, common: Sequence[str], places: PlaceNames) -> Iterator[Known]:
    """So many made-up enterprises and (one in ten) projects; one in fifty carries a common brand."""
    rng = random.Random(_SEED)
    endings = [ending for _, endings in TRADES.values() for ending in endings]
    for number in range(count):
        brand = (
            rng.choice(common)
            if rng.random() < 0.02
            else rng.choice(_FIRST) + rng.choice(_SECOND) + rng.choice(_SECOND)
        )
        if rng.random() < 0.3:
            brand += rng.choice(_SECOND)
        county = (rng.choice(_COUNTIES),)
        if number % 10 == 0:
            phase = rng.choice(("", "一期", "二期", "三期"))
            site = read_project(brand + rng.choice(_ESTATES) + phase, places)
            yield Known(f"p{number:031d}", PROJECT, None, (site,) if site else (), county)
        else:
            name = read_enterprise(rng.choice(_CITY) + brand + rng.choice(endings), places)
            yield Known(f"e{number:031d}", ENTERPRISE, name, (), county)


def fill(engine: Engine, known: Sequence[Known]) -> int:
    """Put known names into an empty store; number of keys."""
    book, keys = NameBook(), 0
    for one in known:
        book.add(one, scope(one.counties[0]))
    with engine.connect().execution_options(fuyuan_write=True) as connection, connection.begin():
        touched, pairs = sorted(book.touched), sorted(book.new_keys)
        keys = len(pairs)
        for start in range(0, len(pairs), 100_000):
            rows = [{"key": key, "target": target} for key, target in pairs[start : start + 100_000]]
            insert_rows(connection, reads.name_keys, rows)
        book.new_keys.clear()
        for start in range(0, len(touched), 100_000):
            book.touched = set(touched[start : start + 100_000])
            save_names(connection, reads, book)
    return keys


def join_each(engine: Engine, events: Sequence[Assessed], rules: Rules) -> tuple[list[float], list[float], int]:
    """Seconds to decide and seconds with writing down, an event each; and how many joined something."""
    decided, whole, joined = [], [], 0
    with engine.connect().execution_options(fuyuan_write=True) as connection, connection.begin():
        for event in events:
            start = time.perf_counter()
            wanted = lookups(event)
            book = load_names(connection, reads, (wanted,) if wanted is not None else ())
            subject = identify(book, event, rules)
            decided.append(time.perf_counter() - start)
            save_names(connection, reads, book)
            whole.append(time.perf_counter() - start)
            joined += bool(subject.links)
    return decided, whole, joined


def read_each(events: Sequence[Assessed], places: PlaceNames) -> tuple[list[Assessed], list[float]]:
    """The events with their names read, as ASSESS passes them on; seconds an event."""
    read, taken = [], []
    for event in events:
        start = time.perf_counter()
        found = naming(event, places)
        taken.append(time.perf_counter() - start)
        read.append(msgspec.structs.replace(event, naming=found))
    return read, taken


def plain_way(known: Sequence[Known], names: Sequence[str]) -> list[float]:
    """Seconds to find the most similar of all known names, a name each."""
    choices = [one.enterprise.text for one in known if one.enterprise]
    taken = []
    for name in names:
        start = time.perf_counter()
        process.extractOne(name, choices, scorer=fuzz.ratio, score_cutoff=80)
        taken.append(time.perf_counter() - start)
    return taken


def _shown(seconds: list[float]) -> tuple[str, str, str, str]:
    ordered = sorted(seconds)
    picks = (
        ordered[len(ordered) // 2],
        ordered[int(len(ordered) * 0.99)],
        ordered[int(len(ordered) * 0.999)],
        ordered[-1],
    )
    return tuple(f"{pick * 1e3:.2f}" for pick in picks)  # type: ignore[return-value]


def main() -> None:
    """Measure both databases and the plain way."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--known", type=int, default=1_000_000)
    parser.add_argument("--events", type=int, default=3_000)
    parser.add_argument("--backend", choices=BACKENDS, action="append")
    options = parser.parse_args()
    rules = load_rules(load_settings())
    places, table = place_names(rules.regions), rules.policy.linkage
    known = list(city_names(options.known, table.common_brands, places))
    events, reading = read_each([decode_assessed(message.value) for message in assessed(options.events)], places)
    rows = [("ASSESS：读出名称", *_shown(reading), "")]
    for backend in options.backend or BACKENDS:
        with database(backend) as url:
            engine = open_engine(url)
            upgrade(engine)
            begin = time.perf_counter()
            keys = fill(engine, known)
            console.print(f"{backend}：{len(known):,} 个名称，{keys:,} 个键，建库 {time.perf_counter() - begin:.0f} s")
            if backend == "postgresql":
                with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                    connection.exec_driver_sql("ANALYZE")
            join_each(engine, events[:200], rules)  # warm: caches of the database and of the reader
            decided, whole, joined = join_each(engine, events[200:], rules)
            rows.append((f"{backend} 查找并判定", *_shown(decided), f"{joined / len(decided):.0%}"))
            rows.append((f"{backend} 连同写入", *_shown(whole), ""))
            engine.dispose()
    names = [event.parties[-1].name for event in events if event.parties][:20]
    rows.append(("朴素写法：rapidfuzz 逐个比较全部名称", *_shown(plain_way(known, names)), ""))
    show(
        f"把一件并入已知的 {len(known):,} 个名称（每键至多 {MOST_BEARERS} 个），毫秒",
        ("", "p50", "p99", "p99.9", "最长 max", "并入 joined"),
        rows,
    )


if __name__ == "__main__":
    main()
