# shellcheck shell=bash disable=SC2154 # sourced by tests/bench/run
# The same rows as CSV, NDJSON, XLSX (libxlsxwriter; texts inline, and in one table as Excel has
# them) and SAV (PSPP), each into a server just
# started; beside each, psql \copy of them into the same cluster. Peak memory is plauditd's VmHWM.
# A workbook and an SPSS file are read when they are whole: conversion is in the time.

format_types=(
	[0]="csv text/csv"
	[1]="ndjson application/x-ndjson"
	[2]="xlsx application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	[3]="shared.xlsx application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	[4]="sav application/x-spss-sav"
)

# PSPP reads what the generator writes; the lengths are those of the inventor.
write_sav() {
	local name variables=''
	for name in $(head -n 1 "$work/rows.csv" | tr -d '\r' | tr , ' '); do
		case $name in
		result_id) variables+=" $name A16" ;;
		company | channel | shopper) variables+=" $name A12" ;;
		contacted_at) variables+=" $name A30" ;;
		comment) variables+=" $name A250" ;;
		*) variables+=" $name F5.0" ;;
		esac
	done
	cat >"$work/rows.sps" <<-END
		GET DATA /TYPE=TXT /FILE='$work/rows.csv' /ENCODING='UTF-8' /ARRANGEMENT=DELIMITED
		 /DELIMITERS=',' /QUALIFIER='"' /FIRSTCASE=2 /VARIABLES=$variables.
		SAVE OUTFILE='$work/rows.sav' /COMPRESSED.
	END
	pspp -o /dev/null "$work/rows.sps" >"$work/words" 2>&1 ||
		fail "pspp: $(head -n 5 "$work/words")"
}

measure_format() { # FORMAT TYPE
	local idle peak ours
	start_server
	open_wave bench
	idle=$(awk '/^VmHWM/ { print $2 }' "/proc/$server/status")
	sql -c checkpoint
	timed upload "$work/rows.$1" "$2"
	[ "$(answered accepted)" = "$rows" ] || fail "not all rows were taken: $(head -c 500 "$work/answer")"
	peak=$(awk '/^VmHWM/ { print $2 }' "/proc/$server/status")
	ours=$took
	awk -v format="$1" -v rows="$rows" -v t="$took" -v bytes="$(stat -c %s "$work/rows.$1")" \
		-v peak="$peak" -v idle="$idle" -v cpu="$server_cpu" -v pg="$postgres_cpu" -v others="$others" 'BEGIN {
			printf "%-11s %6.1f MiB  %7.2f s %5d krow/s  plauditd %5.2f us/row  postgres %6.2f s  peak %5.1f MiB (before: %4.1f)  others %s cores\n",
				format, bytes / 1048576, t, rows / t / 1000, cpu * 1e6 / rows, pg, peak / 1024, idle / 1024, others }'
	[ -s "$work/rows.copy" ] || sql -c "\\copy (select * from result order by md5(result_id)) to '$work/rows.copy'"
	sql -c 'truncate result' -c checkpoint
	timed sql -c "\\copy result from '$work/rows.copy'"
	printf '%-11s %s x psql copy, which took %.2f s\n' "$1" "$(ratio "$took" "$ours")" "$took"
	stop_server
}

measure_formats() {
	local pair
	say "formats: $rows rows, random ids"
	need pspp
	"$build/tests/bench/generate" "$root/programmes/sample/programme.json" csv random "$rows" >"$work/rows.csv"
	"$build/tests/bench/generate" "$root/programmes/sample/programme.json" ndjson random "$rows" >"$work/rows.ndjson"
	"$build/tests/bench/make_xlsx" "$work/rows.xlsx" inline <"$work/rows.csv"
	"$build/tests/bench/make_xlsx" "$work/rows.shared.xlsx" shared <"$work/rows.csv"
	write_sav
	for pair in "${format_types[@]}"; do
		# shellcheck disable=SC2086 # two words
		measure_format $pair
	done
	rm -f "$work"/rows.*
}
