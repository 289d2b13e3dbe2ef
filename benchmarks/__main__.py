"""All benchmarks, or some: ``python -m benchmarks [name …]`` with the names below.

Each runs in a process of its own, one after the other, with its default arguments; for others run its module alone, such as
``python -m benchmarks.assess --rounds 5``. Without names all run except ``memory``, which alone takes as long as the rest, ``stories``, and ``linkage``, which fills two stores
with a million names.
"""

import argparse
import subprocess
import sys

EVERYDAY = (
    "assess", "watch", "line", "text_model", "text_quality", "faust_transport", "model_quality", "active_learning", "detectors", "scan", "ticks",
    "outbreaks", "real_bursts", "linkage_quality", "matter_figures",
)  # fmt: skip
LONG = ("memory", "stories", "linkage")


def main() -> int:
    """Run the benchmarks named on the command line; the number of those that failed."""
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__.split("\n")[0])
    parser.add_argument("names", nargs="*", metavar="name", help=", ".join(EVERYDAY + LONG))
    names = parser.parse_args().names or EVERYDAY
    if unknown := [name for name in names if name not in EVERYDAY + LONG]:
        parser.error(f"没有这些测试 no such benchmark: {unknown}; 可选 choose from {', '.join(EVERYDAY + LONG)}")
    failed = []
    for name in names:
        print(f"\n== {name} ==", flush=True)
        if subprocess.run([sys.executable, "-m", f"benchmarks.{name}"]).returncode:
            failed.append(name)
    if failed:
        print(f"未完成 failed: {', '.join(failed)}", file=sys.stderr)
    return len(failed)


if __name__ == "__main__":
    sys.exit(main())
