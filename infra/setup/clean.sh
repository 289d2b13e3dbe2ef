#!/usr/bin/env bash
# Remove caches and what runs have left in .fuyuan; the virtual environment and Kafka's jars stay.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

[ ! -x .venv/bin/fuyuan ] || .venv/bin/fuyuan kafka stop >/dev/null 2>&1 || true
rm -rf .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis build dist
find . -path ./.venv -prune -o -name __pycache__ -type d -prune -exec rm -rf {} +
if [ -d .fuyuan ]; then
  find .fuyuan -mindepth 1 -maxdepth 1 ! -name kafka -exec rm -rf {} +
  [ ! -d .fuyuan/kafka ] || find .fuyuan/kafka -mindepth 1 -maxdepth 1 ! -name libs -exec rm -rf {} +
fi
