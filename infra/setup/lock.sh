#!/usr/bin/env bash
# Write requirements/*.txt from requirements/*.in, for every Python from 3.11 on, with hashes and without any index address.
# Extra arguments go to uv: `make lock ARGS=--upgrade` takes newer versions.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

for name in runtime dev analyst; do
  .venv/bin/uv pip compile "requirements/$name.in" --output-file "requirements/$name.txt" \
    --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
    --custom-compile-command "make lock" --quiet "$@"
done
