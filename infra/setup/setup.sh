#!/usr/bin/env bash
# Set-up in parts: setup.sh [venv] [analyst] [kafka] [postgres]. Each part is skipped when it is already in place, so a second run
# takes well under a second. Missing system packages are installed by apt-get where we are root on Debian or Ubuntu;
# elsewhere one line says what to install.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

# shellcheck source=infra/setup/system.sh
source infra/setup/system.sh
# shellcheck source=infra/setup/python.sh
source infra/setup/python.sh

for part in "$@"; do
  case "$part" in
    venv) setup_python ;;
    analyst) setup_analyst ;; # after venv
    kafka) setup_kafka ;;
    postgres) setup_postgres ;;
    *) stop "未知的安装步骤 unknown part: $part (venv, analyst, kafka, postgres)" ;;
  esac
done
