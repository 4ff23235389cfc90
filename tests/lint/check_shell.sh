#!/bin/sh
# The scripts people run, by the tool of that name.  check_shell.sh ROOT
set -eu
cd "$1"
command -v shellcheck >/dev/null || { echo "skipped: shellcheck is not installed"; exit 0; }
shellcheck -x run test .ci/run packaging/needs.sh .githooks/pre-commit tests/lint/*.sh tests/e2e/*.sh
echo "shell scripts hold"
