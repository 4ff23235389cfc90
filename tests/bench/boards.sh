# shellcheck shell=bash disable=SC2154 # sourced by tests/bench/run
# A board from plauditd against nginx with the same bytes as a file; wrk has a core of its own.
# The pipelined case is against nginx `return 200`: with a static file nginx stalls there.

nginx=''

stop_nginx() {
	[ -n "$nginx" ] || return 0
	kill -QUIT "$nginx" 2>/dev/null || true
	wait "$nginx" 2>/dev/null || true
	nginx=''
}

# nginx takes words of at most 4 KiB: the body is put together from pieces.
body_variables() { # FILE
	local piece all='' n=0
	rm -f "$work"/nginx/piece.*
	split -b 2000 -a 4 "$1" "$work/nginx/piece."
	for piece in "$work"/nginx/piece.*; do
		n=$((n + 1))
		all+="\${b$n}"
		printf "set \$b%d '%s';\n" $n \
			"$(sed -z "s/\\\\/\\\\\\\\/g; s/'/\\\\'/g; s/\r/\\\\r/g; s/\n/\\\\n/g" "$piece")"
	done
	printf "return 200 '%s';\n" "$all"
}

start_nginx() { # BODY_FILE
	local user=''
	[ "$(id -u)" != 0 ] || user='user root;'
	nginx_port=$(free_port)
	mkdir -p "$work/nginx/www"
	cp "$1" "$work/nginx/www/board"
	cat >"$work/nginx/nginx.conf" <<-END
		$user
		daemon off;
		worker_processes 1;
		pid $work/nginx/pid;
		error_log $work/nginx/error.log;
		events { worker_connections 2048; }
		http {
			access_log off;
			sendfile on;
			tcp_nopush on;
			keepalive_requests 1000000000;
			open_file_cache max=10 inactive=600s;
			open_file_cache_valid 600s;
			default_type application/json;
			client_body_temp_path $work/nginx;
			proxy_temp_path $work/nginx;
			fastcgi_temp_path $work/nginx;
			uwsgi_temp_path $work/nginx;
			scgi_temp_path $work/nginx;
			server {
				listen 127.0.0.1:$nginx_port backlog=2048;
				root $work/nginx/www;
				location = /return {
					$(body_variables "$1")
				}
			}
		}
	END
	PATH=$PATH:/usr/sbin nginx -p "$work/nginx" -c "$work/nginx/nginx.conf" \
		2>"$work/nginx/words" &
	nginx=$!
	for _ in $(seq 50); do
		if curl -s -f -o "$work/nginx/check" "http://127.0.0.1:$nginx_port/return"; then
			cmp -s "$work/nginx/check" "$1" || fail "nginx answers other bytes"
			nginx_worker=$(cut -d ' ' -f 1 "/proc/$nginx/task/$nginx/children")
			return
		fi
		sleep 0.1
	done
	fail "nginx does not answer: $(cat "$work/nginx/words")"
}

# wrk_on PID URL CONNECTIONS [SCRIPT]: sets rate, p50, p99 and cpu (us a request of PID).
wrk_on() {
	local before after script=()
	[ $# -lt 4 ] || script=(-s "$4")
	before=$(sed 's/.*) //' "/proc/$1/stat" | awk '{ print $12 + $13 }')
	taskset -c "$wrk_core" wrk -t1 -c "$3" -d "${seconds}s" --latency "${script[@]}" \
		-H "$(cat "$work/header")" "$2" >"$work/wrk"
	after=$(sed 's/.*) //' "/proc/$1/stat" | awk '{ print $12 + $13 }')
	if grep -q 'Non-2xx' "$work/wrk"; then
		fail "$2 was refused: $(cat "$work/wrk")"
	fi
	rate=$(awk '/^Requests\/sec/ { print int($2) }' "$work/wrk")
	p50=$(awk '$1 == "50%" { print $2 }' "$work/wrk")
	p99=$(awk '$1 == "99%" { print $2 }' "$work/wrk")
	cpu=$(awk -v t=$((after - before)) -v hz="$ticks_a_second" \
		'/requests in/ { printf "%.2f", t / hz * 1e6 / $1 }' "$work/wrk")
}

pipeline_script() {
	cat >"$work/pipeline.lua" <<-'END'
		init = function(args)
			local one = {}
			for i = 1, 16 do one[i] = wrk.format(nil) end
			all = table.concat(one)
		end
		request = function() return all end
	END
}

versus() { # NAME CONNECTIONS NGINX_PATH [SCRIPT]
	local rates=() costs=() name=$1 connections=$2 path=$3
	shift 3
	for _ in 1 2 3; do
		wrk_on "$server" "$board" "$connections" "$@"
		local ours=$rate our_cpu=$cpu
		printf '%-14s plauditd %8d req/s  p99 %8s  %5.2f us cpu' "$name" "$rate" "$p99" "$cpu"
		wrk_on "$nginx_worker" "http://127.0.0.1:$nginx_port/$path" "$connections" "$@"
		printf ' | nginx %8d req/s  p99 %8s  %5.2f us cpu  (load %s)\n' "$rate" "$p99" "$cpu" \
			"$(cut -d ' ' -f 1 /proc/loadavg)"
		rates+=("$(ratio "$ours" "$rate")")
		costs+=("$(ratio "$our_cpu" "$cpu")")
	done
	printf '%-14s %s x nginx by requests, %s x by cpu a request (rounds: %s; %s)\n' "$name" \
		"$(median "${rates[@]}")" "$(median "${costs[@]}")" "${rates[*]}" "${costs[*]}"
}

load_sample() {
	open_wave sample
	upload "$root/programmes/sample/results.csv" text/csv
	choose_board standings
}

choose_board() { # standings or standings.csv
	board="$wave/$1?sector=S01"
	curl -sS -f -H @"$work/header" -o "$work/board" "$board"
}

measure_boards() {
	need wrk nginx taskset
	local form
	wrk_core=$(($(nproc) > 1 ? 1 : 0))
	start_server
	load_sample
	taskset -acp 0 "$server" >/dev/null
	pipeline_script
	for form in standings standings.csv; do
		choose_board $form
		say "boards: $form of $(stat -c %s "$work/board") bytes, server on core 0, wrk on core $wrk_core"
		start_nginx "$work/board"
		taskset -acp 0 "$nginx_worker" >/dev/null
		versus c64 64 board
		versus c512 512 board
		versus 'c64 x16' 64 return "$work/pipeline.lua"
		stop_nginx
	done
	stop_server
}

measure_latency() {
	need wrk taskset
	local uploading
	wrk_core=0-$(($(nproc) - 1))
	say "latency: 4 connections ask for a board while $rows results come in"
	start_server
	load_sample
	"$build/tests/bench/generate" "$root/programmes/sample/programme.json" ndjson random \
		"$rows" >"$work/random.ndjson"
	wrk_on "$server" "$board" 4
	printf 'no upload       %8d req/s  p50 %8s  p99 %8s\n' "$rate" "$p50" "$p99"
	upload "$work/random.ndjson" application/x-ndjson &
	uploading=$!
	sleep 0.5
	wrk_on "$server" "$board" 4
	if kill -0 $uploading 2>/dev/null; then
		echo "the upload outlasted wrk"
	else
		echo "the upload ended before wrk: give more --rows"
	fi
	wait $uploading
	printf 'while uploading %8d req/s  p50 %8s  p99 %8s  (load %s)\n' "$rate" "$p50" "$p99" \
		"$(cut -d ' ' -f 1 /proc/loadavg)"
	stop_server
	rm -f "$work/random.ndjson"
}
