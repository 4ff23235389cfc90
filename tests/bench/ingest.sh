# shellcheck shell=bash disable=SC2154 # sourced by tests/bench/run
# Uploads over HTTP against psql \copy of the same rows into the same table of the same cluster,
# turn by turn, after a CHECKPOINT each. The rows of \copy are those that an upload stored, in an
# order as scattered (or as sequential) as the file's.

declare -A times

print_case() {
	printf '%-26s %7.2f s %5d krow/s  plauditd %6.2f s (%4.2f us/row)  postgres %6.2f s  client %5.2f s  others %s cores\n' \
		"$1" "$took" "$(awk -v r="$rows" -v t="$took" 'BEGIN { printf "%d", r / t / 1000 }')" \
		"$server_cpu" "$(awk -v r="$rows" -v c="$server_cpu" 'BEGIN { print c * 1e6 / r }')" \
		"$postgres_cpu" "$client_cpu" "$others"
	times[$1]+=" $took"
}

psql_copy() { # IDS
	sql -c 'truncate result' -c checkpoint
	timed sql -c "\\copy result from '$work/$1.copy'"
	print_case "psql copy $1"
}

over_http() { # FORMAT IDS
	local type=text/csv
	[ "$1" = csv ] || type=application/x-ndjson
	waves=$((waves + 1))
	open_wave "bench-$waves"
	sql -c 'truncate result' -c checkpoint
	timed upload "$work/$2.$1" "$type"
	print_case "$1 $2"
	[ "$(answered accepted)" = "$rows" ] || fail "not all rows were taken: $(head -c 500 "$work/answer")"
}

all_again() { # FORMAT IDS: into the wave just filled
	sql -c checkpoint
	timed upload "$work/$2.$1" application/x-ndjson
	print_case "$1 $2 again"
	[ "$(answered duplicates)" = "$rows" ] || fail "not all rows were known: $(head -c 500 "$work/answer")"
}

# The rows just stored, as \copy takes them; the file's order of random ids is any order.
write_copy_file() { # IDS
	local order='md5(result_id)'
	[ "$1" = random ] || order=result_id
	sql -c "\\copy (select * from result order by $order) to '$work/$1.copy'"
}

print_ratios() { # CASE BASE
	local ours base i list=()
	read -r -a ours <<<"${times[$1]}"
	read -r -a base <<<"${times[$2]}"
	for i in "${!ours[@]}"; do
		list+=("$(ratio "${base[$i]}" "${ours[$i]}")")
	done
	printf '%-26s %s x %s (rounds: %s)\n' "$1" "$(median "${list[@]}")" "$2" "${list[*]}"
}

measure_ingest() {
	local ids round
	say "ingest: $rows rows, $rounds rounds"
	times=() waves=0
	start_server
	for ids in random sequential; do
		"$build/tests/bench/generate" "$root/programmes/sample/programme.json" ndjson $ids \
			"$rows" >"$work/$ids.ndjson"
		over_http ndjson $ids >/dev/null
		write_copy_file $ids
	done
	"$build/tests/bench/generate" "$root/programmes/sample/programme.json" csv random \
		"$rows" >"$work/random.csv"
	times=()
	for round in $(seq "$rounds"); do
		echo "round $round, load $(cut -d ' ' -f 1 /proc/loadavg)"
		psql_copy random
		over_http ndjson random
		all_again ndjson random
		over_http csv random
		psql_copy sequential
		over_http ndjson sequential
	done
	print_ratios 'ndjson random' 'psql copy random'
	print_ratios 'ndjson random again' 'psql copy random'
	print_ratios 'csv random' 'psql copy random'
	print_ratios 'ndjson sequential' 'psql copy sequential'
	stop_server
	rm -f "$work"/*.ndjson "$work"/*.csv "$work"/*.copy
}
