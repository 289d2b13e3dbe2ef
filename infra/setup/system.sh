# shellcheck shell=bash
# What comes from the operating system: Java, Maven, PostgreSQL. Sourced by setup.sh.

say() { printf '▸ %s\n' "$*" >&2; }
stop() { printf '✗ %s\n' "$*" >&2; exit 1; }

can_apt() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; }

# install_first "what for" GROUP...: a group is one or more package names in one word; the first group apt can install is taken.
install_first() {
  local purpose=$1 group log
  shift
  can_apt || stop "缺少 $purpose，请先安装 please install: $1 （sudo apt-get install $1，或本系统的相应软件包 or your system's package）"
  say "安装 installing $purpose (apt-get)"
  log=$(mktemp)
  apt-get update -qq >"$log" 2>&1 || say "apt-get update: $(tail -n 1 "$log")"
  for group in "$@"; do
    # shellcheck disable=SC2086  # a group is several words on purpose
    apt-get install --simulate -qq $group >/dev/null 2>&1 || continue
    # shellcheck disable=SC2086
    if DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $group >"$log" 2>&1; then
      rm -f "$log"
      return 0
    fi
    tail -n 15 "$log" >&2
    stop "apt-get 未能安装 could not install: $group"
  done
  stop "软件源中没有 no package can be installed for $purpose: $*"
}

setup_kafka() {
  # Java is looked for by the same code that starts the broker, so both agree on what is good enough.
  if ! .venv/bin/python -m infra.kafka.java --quiet; then
    install_first "Java 17+" openjdk-21-jre-headless openjdk-17-jre-headless default-jre-headless
    .venv/bin/python -m infra.kafka.java >/dev/null || exit 1
  fi
  .venv/bin/python -m infra.kafka.jars --check && return
  command -v mvn >/dev/null || install_first "Maven" maven
  say "用 Maven 取得 Apache Kafka fetching the Kafka server"
  .venv/bin/python -m infra.kafka.jars
}

has_postgres() {
  command -v initdb >/dev/null || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null
}

setup_postgres() {
  has_postgres && return
  if can_apt; then
    # The tests make clusters of their own: Debian need not make one, nor start it.
    mkdir -p /etc/postgresql-common
    [ -e /etc/postgresql-common/createcluster.conf ] ||
      echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.conf
  fi
  install_first "PostgreSQL 服务器" postgresql
  has_postgres || stop "未找到 initdb PostgreSQL was installed but initdb was not found"
}
