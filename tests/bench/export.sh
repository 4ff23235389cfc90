# shellcheck shell=bash disable=SC2154 # sourced by tests/bench/run
# Everything of a wave out over HTTP against psql \copy of the same table to the same disk, turn by
# turn; then a page of rare results, whose question looks at a bounded stretch of the wave.

# export_case NAME COMMAND...: rows a second, and the server's largest resident set so far.
export_case() {
	local name=$1
	shift
	timed "$@"
	printf '%-26s %7.2f s %5d krow/s  plauditd %6.2f s (%4.2f us/row)  postgres %6.2f s  others %s cores  peak %d MiB\n' \
		"$name" "$took" "$(awk -v r="$rows" -v t="$took" 'BEGIN { printf "%d", r / t / 1000 }')" \
		"$server_cpu" "$(awk -v r="$rows" -v c="$server_cpu" 'BEGIN { print c * 1e6 / r }')" \
		"$postgres_cpu" "$others" "$(awk '/^VmHWM/ { printf "%d", $2 / 1024 }' "/proc/$server/status")"
	times[$name]+=" $took"
}

fetch_export() { # SUFFIX QUERY
	curl -sS -f -H @"$work/header" -o "$work/exported" "$wave/results$1"
}

measure_export() {
	local round form
	say "export: $rows rows, $rounds rounds"
	times=()
	start_server
	open_wave bench
	"$build/tests/bench/generate" "$root/programmes/sample/programme.json" ndjson random \
		"$rows" | upload - application/x-ndjson
	sql -c 'vacuum analyze result' -c checkpoint
	for round in $(seq "$rounds"); do
		echo "round $round, load $(cut -d ' ' -f 1 /proc/loadavg)"
		export_case 'psql copy' sql -c "\\copy result to '$work/exported' csv header"
		for form in csv 'csv?columns=canonical' ndjson; do
			export_case ".$form" fetch_export ".$form"
		done
	done
	export_case '.xlsx' fetch_export .xlsx
	print_ratios '.csv' 'psql copy'
	print_ratios '.csv?columns=canonical' 'psql copy'
	print_ratios '.ndjson' 'psql copy'
	measure_page
	stop_server
	rm -f "$work/exported"
}

# The first page of results that there are none of: the longest look there is.
measure_page() {
	local i list=()
	for i in 1 2 3 4 5; do
		list+=("$(curl -sS -f -H @"$work/header" -o "$work/exported" -w '%{time_total}' \
			"$wave/results?status=returned&limit=100")")
	done
	printf '%-26s %s s\n' 'a page of no results' "$(median "${list[@]}")"
}
