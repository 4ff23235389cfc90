# shellcheck shell=bash disable=SC2154,SC2034 # work, build, root come from tests/bench/run; its parts read the rest
# A private release server for a measurement, and what it and its PostgreSQL cost.
# Uses $work, $build, $root of tests/bench/run.

server=''
ticks_a_second=$(getconf CLK_TCK)

say() { printf '== %s\n' "$*"; }
fail() {
	printf 'bench: %s\n' "$*" >&2
	exit 1
}

free_port() {
	local port
	for port in $(shuf -i 20000-29999 -n 20); do
		if ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
			echo "$port"
			return
		fi
	done
	fail "no free port found"
}

# start_server: a fresh cluster and server; sets url, key and PLAUDIT_* for the client.
start_server() {
	local port
	port=$(free_port)
	url=http://127.0.0.1:$port
	rm -rf "$work/db"
	"$build/server/app/plauditd" serve --embedded "$work/db" --port "$port" --log-level warn \
		>>"$work/plauditd.log" 2>&1 </dev/null &
	server=$!
	for _ in $(seq 300); do
		kill -0 "$server" 2>/dev/null || fail "plauditd ended: $(tail -n 5 "$work/plauditd.log")"
		if curl -s -o /dev/null -f -m 2 "$url/readyz"; then
			break
		fi
		sleep 0.2
	done
	(umask 077 && "$build/server/app/plauditd" key create --embedded "$work/db" \
		--organisation bench --role firm --name bench 2>>"$work/plauditd.log" |
		grep -oE 'plaudit_[A-Za-z0-9_-]+' | head -n 1 >"$work/key")
	(umask 077 && printf 'Authorization: Bearer %s\n' "$(cat "$work/key")" >"$work/header")
	export PLAUDIT_SERVER=$url PLAUDIT_KEY_FILE=$work/key PLAUDIT_WAVE=2020
	postmaster=$(head -n 1 "$work/db/pgdata/postmaster.pid")
}

stop_server() {
	[ -n "$server" ] || return 0
	kill -TERM "$server" 2>/dev/null || true
	wait "$server" 2>/dev/null || true
	server=''
}

leave() {
	trap '' INT TERM
	stop_nginx
	stop_server
	rm -rf "$work"
}

# open_wave CODE: the sample's programme under this code, its wave fielding.
open_wave() {
	export PLAUDIT_PROGRAMME=$1
	sed "0,/\"programme\": *\"sample\"/s//\"programme\": \"$1\"/" \
		"$root/programmes/sample/programme.json" >"$work/programme.json"
	"$build/clients/cli/plaudit" programme put "$work/programme.json" >/dev/null
	"$build/clients/cli/plaudit" wave open >/dev/null
	wave=$url/v1/programmes/$1/waves/2020
}

# upload FILE TYPE: "-" is stdin. What the server answered goes to $work/answer.
upload() {
	curl -sS -f -X POST -T "$1" -H @"$work/header" -H "Content-Type: $2" -o "$work/answer" \
		"$wave/uploads"
}

# answered FIELD: a number of the last upload's answer.
answered() { grep -oE "\"$1\": *[0-9]+" "$work/answer" | grep -oE '[0-9]+$'; }

sql() {
	psql -X -q -At -v ON_ERROR_STOP=1 -h "$work/db/socket" -p 5432 -U postgres -d plaudit "$@"
}

# ---- what it costs, in clock ticks ----

ticks_of() { # PID...: with their ended children
	local file=() pid
	for pid in "$@"; do
		[ ! -r "/proc/$pid/stat" ] || file+=("/proc/$pid/stat")
	done
	sed 's/.*) //' "${file[@]}" 2>/dev/null | awk '{ t += $12 + $13 + $14 + $15 } END { print t + 0 }'
}

server_ticks() { sed 's/.*) //' "/proc/$server/stat" | awk '{ print $12 + $13 }'; }

postgres_ticks() {
	local children
	children=$(cat "/proc/$postmaster/task/$postmaster/children")
	# shellcheck disable=SC2086 # a list of numbers
	ticks_of "$postmaster" $children
}

machine_ticks() { awk '/^cpu / { print $2 + $3 + $4 + $7 + $8 + $9 }' /proc/stat; }

seconds_of() { awk -v t="$1" -v hz="$ticks_a_second" 'BEGIN { printf "%.2f", t / hz }'; }

# timed COMMAND...: sets took, server_cpu, postgres_cpu, client_cpu (seconds) and
# others (cores that everybody else on this machine kept busy meanwhile).
timed() {
	local s p m real user sys status=0
	s=$(server_ticks) p=$(postgres_ticks) m=$(machine_ticks)
	local TIMEFORMAT='%R %U %S'
	{ time "$@" 2>"$work/words"; } 2>"$work/time" || status=$?
	s=$(($(server_ticks) - s)) m=$(($(machine_ticks) - m))
	sleep 0.3 # until the postmaster has counted what psql's backend cost
	p=$(($(postgres_ticks) - p))
	[ $status = 0 ] || fail "$* ended with $status: $(cat "$work/words")"
	read -r real user sys <"$work/time"
	took=$real
	server_cpu=$(seconds_of "$s")
	postgres_cpu=$(seconds_of "$p")
	client_cpu=$(awk -v u="$user" -v s="$sys" 'BEGIN { printf "%.2f", u + s }')
	others=$(awk -v m="$(seconds_of "$m")" -v s="$server_cpu" -v p="$postgres_cpu" \
		-v c="$client_cpu" -v t="$took" \
		'BEGIN { o = (m - s - p - c) / t; if (o < 0) o = 0; printf "%.1f", o }')
}

ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", (b > 0) ? a / b : 0 }'; }
median() { printf '%s\n' "$@" | sort -g | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
