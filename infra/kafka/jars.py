"""The broker's jars: fetched once by Maven from the pinned POM beside this file."""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

POM = Path(__file__).with_name("pom.xml")
STAMP = ".pom-sha256"


class JarsMissing(RuntimeError):
    """Kafka's jars are not there and could not be fetched; the message says what to do."""


def jars_folder(home: Path) -> Path:
    """Return where the jars are: FUYUAN_KAFKA_LIBS, else `kafka/libs` under the home folder."""
    return Path(os.environ.get("FUYUAN_KAFKA_LIBS") or home / "kafka" / "libs")


def jars_ready(libs: Path) -> bool:
    """Tell whether `libs` holds the jars of exactly the present POM."""
    stamp = libs / STAMP
    return stamp.exists() and stamp.read_text().strip() == _pom_hash() and any(libs.glob("kafka_2.13-*.jar"))


def fetch_jars(libs: Path) -> None:
    """Have Maven put the jars into `libs`, replacing those of another POM.

    Raises:
        JarsMissing: Maven is not installed, or it failed.
    """
    maven = shutil.which("mvn")
    if maven is None:
        raise JarsMissing("缺少 Maven，请安装 maven 后重试。 Maven was not found: install maven and try again.")
    partial = libs.with_name(libs.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    command = [
        *(maven, "-B", "-q", "-f", str(POM), "dependency:copy-dependencies"),
        *("-DincludeScope=runtime", f"-DoutputDirectory={partial.resolve()}"),
    ]
    outcome = subprocess.run(command, capture_output=True, text=True)
    if outcome.returncode != 0:
        raise JarsMissing(
            "Maven 未能取得 Kafka，请检查网络或 ~/.m2/settings.xml 中的镜像。 "
            "Maven could not fetch Kafka: check the network or the mirror in ~/.m2/settings.xml.\n"
            + (outcome.stdout + outcome.stderr).strip()[-2000:]
        )
    (partial / STAMP).write_text(_pom_hash() + "\n")
    shutil.rmtree(libs, ignore_errors=True)
    partial.rename(libs)


def _pom_hash() -> str:
    return hashlib.sha256(POM.read_bytes()).hexdigest()


def main() -> int:
    """Fetch the jars unless they are there; `--check` only tells by exit status whether they are."""
    libs = jars_folder(Path(os.environ.get("FUYUAN_HOME") or ".fuyuan"))
    if jars_ready(libs):
        return 0
    if "--check" in sys.argv:
        return 1
    try:
        fetch_jars(libs)
    except JarsMissing as missing:
        sys.stderr.write(f"✗ {missing}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
