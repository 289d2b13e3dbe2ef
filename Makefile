# 府院联动 Fuyuan. `make` alone shows what there is. demo and test do all set-up themselves.
SHELL := /bin/bash
PYTHON := .venv/bin/python
ARGS ?=
WORKERS ?= 2

.DEFAULT_GOAL := help
.PHONY: help setup demo test check format model mlflow bench scorecard lock clean distclean

help: ## 显示本帮助 show this help
	@awk 'BEGIN {FS = ":.*## "} /^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## 安装全部依赖 virtual environment, MLflow, Kafka, PostgreSQL
	@bash infra/setup/setup.sh venv analyst kafka postgres

demo: ## 演示：真实 Kafka 上的 90 天 a fictional city, end to end
	@bash infra/setup/setup.sh venv kafka
	@exec .venv/bin/fuyuan demo $(ARGS)

test: ## 全部测试 all tests, on a real Kafka and a real PostgreSQL
	@bash infra/setup/setup.sh venv analyst kafka postgres
	@exec $(PYTHON) -m pytest -n $(WORKERS) --dist loadfile $(ARGS)

check: ## 代码检查 ruff, mypy --strict, import contracts
	@bash infra/setup/setup.sh venv
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy
	@.venv/bin/lint-imports

format: ## 统一格式 rewrite files in the house format
	@bash infra/setup/setup.sh venv
	@.venv/bin/ruff check --fix-only --quiet .
	@.venv/bin/ruff format .

model: ## 重新训练随附的模型 retrain the shipped model on a simulated city
	@bash infra/setup/setup.sh venv
	@mkdir -p .fuyuan/model
	@.venv/bin/fuyuan simulate --seed 20250 --start 2024-09-01 --days 150 --to .fuyuan/model/events.jsonl --labels .fuyuan/model/labels.jsonl
	@.venv/bin/fuyuan model train --simulated --data .fuyuan/model/labels.jsonl --out risk_model/artifact
	@.venv/bin/fuyuan model sign --once risk_model/artifact

mlflow: ## 训练记录和模型版本的页面 MLflow's pages, on this machine only
	@bash infra/setup/setup.sh venv analyst
	@exec .venv/bin/fuyuan model pages $(ARGS)

bench: ## 性能测试 throughput beside the simplest thing a user would write
	@bash infra/setup/setup.sh venv kafka postgres
	@exec $(PYTHON) -m benchmarks $(ARGS)

scorecard: ## 检测器记分卡 detectors on simulated outbreaks, beside R
	@bash infra/setup/setup.sh venv
	@exec $(PYTHON) -m benchmarks.scorecard $(ARGS)

lock: ## 更新锁定文件 lock requirements/*.in with hashes
	@bash infra/setup/setup.sh venv
	@bash infra/setup/lock.sh $(ARGS)

clean: ## 清除缓存和运行数据 caches and .fuyuan data (Kafka's jars stay)
	@bash infra/setup/clean.sh

distclean: clean ## 连同虚拟环境和 Kafka 一起清除 the same, and .venv and the jars
	@rm -rf .venv .fuyuan
