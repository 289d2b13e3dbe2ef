"""Finds a Java that can run the broker: version 17 or newer."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

MINIMUM_JAVA = 17


class JavaMissing(RuntimeError):
    """No Java of at least version 17 was found; the message says what to install."""


def find_java() -> Path:
    """Return the path of a `java` of version 17 or newer: JAVA_HOME, then the PATH, then the usual folders.

    Raises:
        JavaMissing: none was found.
    """
    for candidate in _candidates():
        if _major_version(candidate) >= MINIMUM_JAVA:
            return candidate
    raise JavaMissing(
        f"缺少 Java {MINIMUM_JAVA}+，请安装 openjdk-17-jre-headless 或更新，或设置 JAVA_HOME。 "
        f"Java {MINIMUM_JAVA} or newer was not found: install openjdk-17-jre-headless or newer, or set JAVA_HOME."
    )


def _candidates() -> list[Path]:
    found: list[Path] = []
    if home := os.environ.get("JAVA_HOME"):
        found.append(Path(home) / "bin" / "java")
    if on_path := shutil.which("java"):
        found.append(Path(on_path))
    for folder in ("/usr/lib/jvm", "/opt/homebrew/opt", "/usr/local/opt"):
        found.extend(sorted(Path(folder).glob("*/bin/java"), reverse=True))
    return [path for path in found if os.access(path, os.X_OK)]


def _major_version(java: Path) -> int:
    """Return 17 for `openjdk version "17.0.15"`, 8 for `"1.8.0_292"`, 0 when it does not answer."""
    try:
        answer = subprocess.run([java, "-version"], capture_output=True, text=True, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return 0
    match = re.search(r'version "(?:1\.)?(\d+)', answer.stderr + answer.stdout)
    return int(match.group(1)) if answer.returncode == 0 and match else 0


def main() -> int:
    """Print the path of a usable Java; exit status 1 when there is none (`--quiet`: say nothing)."""
    quiet = "--quiet" in sys.argv
    try:
        java = find_java()
    except JavaMissing as missing:
        if not quiet:
            sys.stderr.write(f"✗ {missing}\n")
        return 1
    if not quiet:
        sys.stdout.write(f"{java}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
