# shellcheck shell=bash disable=SC2154 # sourced by tests/bench/run
# The server's largest resident set (VmHWM) while files of two sizes stream in, each into a
# server just started. The generator writes into curl: no file is made.

measure_memory() {
	local size
	say "memory"
	for size in ${sizes//,/ }; do
		start_server
		open_wave bench
		local idle
		idle=$(awk '/^VmHWM/ { print $2 }' "/proc/$server/status")
		timed upload_made "$size"
		awk -v size="$size" -v idle="$idle" -v rows="$(answered accepted)" -v t="$took" -v load="$others" \
			'/^VmHWM/ { printf "%5d MiB, %d rows in %.1f s: peak %.1f MiB (before: %.1f MiB), others %s cores\n",
				size, rows, t, $2 / 1024, idle / 1024, load }' "/proc/$server/status"
		stop_server
	done
}

upload_made() { # MIB
	"$build/tests/bench/generate" "$root/programmes/sample/programme.json" ndjson random "$1M" |
		upload - application/x-ndjson
}
