# shellcheck shell=bash disable=SC2154 # sourced by tests/bench/run
# The server's largest resident set (VmHWM) while files of two sizes stream in, each into a
# server just started. The generator writes into curl: no file is made. Once with nobody
# looking, once with the wave's board asked for before, so that its counts are kept in memory.

measure_memory() {
	local size watched
	say "memory"
	for size in ${sizes//,/ }; do
		for watched in no yes; do
			measure_upload "$size" $watched
		done
	done
}

measure_upload() { # MIB WATCHED
	local idle
	start_server
	open_wave bench
	[ "$2" = no ] || curl -sS -f -H @"$work/header" -o "$work/answer" "$wave/standings?sector=S01"
	idle=$(awk '/^VmHWM/ { print $2 }' "/proc/$server/status")
	timed upload_made "$1"
	awk -v size="$1" -v watched="$2" -v idle="$idle" -v rows="$(answered accepted)" \
		-v t="$took" -v load="$others" '/^VmHWM/ {
			printf "%5d MiB, board watched: %-3s  %d rows in %.1f s: peak %.1f MiB (before: %.1f MiB), others %s cores\n",
				size, watched, rows, t, $2 / 1024, idle / 1024, load }' "/proc/$server/status"
	stop_server
}

upload_made() { # MIB
	"$build/tests/bench/generate" "$root/programmes/sample/programme.json" ndjson random "$1M" |
		upload - application/x-ndjson
}
