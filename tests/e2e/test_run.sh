#!/usr/bin/env bash
# ./run twice in a row with a directory of its own: a board the first time, the same key and the
# same board the second time, and nothing of it left running. Then another programme beside it.
set -euo pipefail

source_dir=${PLAUDIT_SOURCE_DIR:?}
work=$(mktemp -d /tmp/plaudit-run-XXXXXX)
chmod 755 "$work"
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
url=http://127.0.0.1:$port
pid=''

clean() {
	[ -z "$pid" ] || kill -TERM "$pid" 2>/dev/null || true
	[ -z "$pid" ] || wait "$pid" 2>/dev/null || true
	rm -rf "$work"
}
trap clean EXIT

fail() {
	echo "failed: $*" >&2
	tail -n 30 "$work"/out "$work/data/plauditd.log" >&2 || true
	exit 1
}

start() {
	: >"$work/out"
	"$source_dir/run" --port "$port" --data "$work/data" "$@" >"$work/out" 2>&1 </dev/null &
	pid=$!
	for _ in $(seq 1200); do
		grep -q 'Ctrl-C stops it' "$work/out" && return
		kill -0 "$pid" 2>/dev/null || fail "run ended"
		sleep 0.5
	done
	fail "run said nothing for ten minutes"
}

board() {
	curl -sf -H "Authorization: Bearer $(cat "$work/data/key")" \
		"$url/v1/programmes/sample/waves/2020/standings?sector=S01" |
		python3 -c 'import json, sys; b = json.load(sys.stdin); print(
			b["summary"]["n"], [(s["company"]["code"], s["n"], s["score"]["mean"])
			                    for s in b["standings"]])'
}

# Everything that stands in our directory: the server's database has its files there.
still_running() { find /proc/[0-9]*/cwd -lname "$work/*" 2>/dev/null || true; }

stop() {
	kill "-$1" "$pid"
	wait "$pid" || [ "$1" = KILL ] || fail "run ended with $? on SIG$1"
	pid=''
	for _ in $(seq 150); do
		if [ -z "$(still_running)" ] && ! curl -s -m 1 -o /dev/null "$url/livez"; then
			return
		fi
		sleep 0.2
	done
	fail "something still runs after SIG$1"
}

start
[ "$(stat -c %a "$work/data/key")" = 600 ] || fail "the key's file can be read by others"
first=$(board) || fail "no board"
case $first in
"0 "*) fail "an empty board: $first" ;;
esac
key=$(cat "$work/data/key")
stop TERM

start
[ "$(cat "$work/data/key")" = "$key" ] || fail "the second run made another key"
[ "$(board)" = "$first" ] || fail "the second run counts differently: $(board), not $first"
stop KILL

start
[ "$(board)" = "$first" ] || fail "after a kill it counts differently: $(board), not $first"
stop TERM

audit() {
	curl -sf -H "Authorization: Bearer $(cat "$work/data/key")" \
		"$url/v1/programmes/iso-18295/waves/$1" | grep -oE '"state": ?"[a-z]+"' | cut -d'"' -f4
}

for again in no yes; do
	start --programme iso-18295
	states=$(for wave in 2023-centres 2023-clients 2024-centres; do audit $wave; done | xargs)
	[ "$states" = "closed fielding fielding" ] || fail "the audit's waves are $states (again: $again)"
	[ "$(board)" = "$first" ] || fail "another programme changed the sample's board"
	stop TERM
done
echo "a board of $first, three times, and the audit beside it twice"
