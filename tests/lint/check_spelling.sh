#!/bin/sh
# Spelling of everything people read, in English.  check_spelling.sh ROOT
set -eu
cd "$1"
command -v codespell >/dev/null || { echo "skipped: codespell is not installed"; exit 0; }
set -- server docs packaging migrations run test docker-compose.yml Dockerfile
for more in README.md CONTRIBUTING.md ARCHITECTURE.md CHANGELOG.md clients/cli clients/c; do
	[ ! -e "$more" ] || set -- "$@" "$more"
done
codespell --ignore-words tests/lint/ignored_words.txt --skip '*.csv,*.json,*/form_words.h,*/call_words.h' "$@"
echo "spelled"
