#!/bin/sh
# clang-format decides layout; nobody discusses it.  check_format.sh ROOT
set -eu
cd "$1"
command -v clang-format-14 >/dev/null || { echo "skipped: clang-format-14 is not installed"; exit 0; }
find server clients tests -path '*/node_modules' -prune -o -name '*.[ch]' -print0 |
	xargs -0 -n 40 -P 2 clang-format-14 --dry-run -Werror
echo "formatted"
