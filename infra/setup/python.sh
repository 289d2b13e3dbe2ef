# shellcheck shell=bash
# The virtual environment .venv with exactly the packages of requirements/dev.txt. Sourced by setup.sh.

# good_python COMMAND: is it CPython 3.11 or newer that can make a virtual environment?
good_python() {
  "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

find_python() {
  local candidate
  for candidate in ${FUYUAN_PYTHON:-} python3 python3.13 python3.12 python3.11 python3.14; do
    if good_python "$candidate"; then
      echo "$candidate"
      return 0
    fi
  done
  return 1
}

# One line that changes whenever the environment must be made anew.
environment_key() {
  cat requirements/dev.txt pyproject.toml requirements/runtime.in | sha256sum | cut -d' ' -f1
}

# The lines of one locked package with its hashes, so that the installer itself is pinned too.
locked() {
  awk -v name="$1==" 'index($0, name) == 1 {on = 1} on {print} on && !/\\$/ {exit}' requirements/dev.txt
}

# install_packages FILE [OPTION...]: through uv where it can be had, else through pip; both refuse anything whose hash is not in the file.
install_packages() {
  local index file=$1
  shift
  index=$(.venv/bin/pip config get global.index-url 2>/dev/null || true)
  locked uv >.venv/uv.txt
  if .venv/bin/pip install --quiet --disable-pip-version-check --require-hashes -r .venv/uv.txt; then
    if VIRTUAL_ENV=$PWD/.venv UV_DEFAULT_INDEX=${UV_DEFAULT_INDEX:-${PIP_INDEX_URL:-$index}} \
      SSL_CERT_FILE=${SSL_CERT_FILE:-${PIP_CERT:-}} \
      .venv/bin/uv pip install --quiet --require-hashes "$@" -r "$file"; then
      return 0
    fi
    say "uv 未成功，改用 pip uv did not succeed, using pip"
  fi
  .venv/bin/pip install --quiet --disable-pip-version-check --require-hashes "$@" -r "$file"
}

setup_python() {
  local key python
  key=$(environment_key)
  if [ -x .venv/bin/python ] && [ "$(cat .venv/.fuyuan-key 2>/dev/null)" = "$key" ] && .venv/bin/python -c '' 2>/dev/null; then
    return 0
  fi
  if ! python=$(find_python); then
    install_first "Python 3.11+" "python3.13 python3.13-venv" "python3.12 python3.12-venv" "python3.11 python3.11-venv"
    python=$(find_python) || stop "需要 Python 3.11 或更新 Python 3.11+ with venv is needed"
  fi
  say "建立虚拟环境 making .venv ($("$python" --version))"
  rm -f .venv/.fuyuan-key
  # An environment whose Python still runs is brought up to date in place; one that does not is made anew.
  .venv/bin/python -c '' 2>/dev/null || "$python" -m venv --clear .venv
  say "安装锁定的软件包 installing the locked packages"
  install_packages requirements/dev.txt || stop "软件包安装失败，请检查网络或 pip 镜像设置 packages could not be installed: check the network or pip's index setting"
  .venv/bin/pip install --quiet --disable-pip-version-check --no-index --no-deps --no-build-isolation -e . ||
    stop "安装本项目失败 the project itself could not be installed"
  echo "$key" >.venv/.fuyuan-key
}

# What analysts need on top, in a folder that only their commands look into: scikit-learn imports pandas wherever it finds it, which
# would make every worker a second slower to start and 60 MB larger.
setup_analyst() {
  local key
  key=$(cat requirements/analyst.txt requirements/dev.txt | sha256sum | cut -d' ' -f1)
  [ "$(cat .venv/analyst/.fuyuan-key 2>/dev/null)" = "$key" ] && return 0
  say "安装分析人员的软件包（MLflow） installing the analysts' packages"
  rm -rf .venv/analyst
  awk 'FNR == NR {if (/^[a-z0-9].*==/) {split($0, part, "=="); have[part[1]] = 1}; next}
    /^[^ #]/ {split($0, part, "=="); keep = !(part[1] in have)} keep' requirements/dev.txt requirements/analyst.txt >.venv/analyst.txt
  install_packages .venv/analyst.txt --no-deps --target .venv/analyst ||
    stop "软件包安装失败，请检查网络或 pip 镜像设置 packages could not be installed: check the network or pip's index setting"
  echo "$key" >.venv/analyst/.fuyuan-key
}
