# shellcheck shell=bash disable=SC2154 # sourced by tests/bench/run
# Signed webhooks over keep-alive connections against pgbench that commits a row of the same size
# each, in the same cluster; both share the machine with their client. pgbench runs with 8 clients and
# with 36, which is what the cluster has connections for, and the better of the two counts.

hooks_clients=64 hooks_bytes=600 pgbench_clients=(8 36)

make_source() {
	hook_path=/v1/hooks/abcdefghijklmnop
	sql <<-'END' >/dev/null
		with made as (
			insert into source (organisation_id, code, address, kind, wave_id, document)
			select p.organisation_id, 'bench', 'abcdefghijklmnop', 'messenger', w.wave_id, convert_to(
				format('{"source":"bench","kind":"messenger","programme":"%s","wave":"%s","channel":"messenger"}',
					p.code, w.code), 'UTF8')
			  from wave w join programme p using (programme_id) limit 1
			returning source_id)
		insert into secret.source_secret (source_id, name, number, secret)
		select source_id, 'signing', 1, 'bench-secret' from made;
		create table pgbench_inbox (like inbox including all);
	END
	for _ in $(seq 100); do
		[ "$(curl -s -o /dev/null -w '%{http_code}' "$url$hook_path")" = 404 ] || return 0
		sleep 0.1
	done
	fail "the source is not known"
}

write_pgbench_script() {
	local header='content-type: application/json\nx-hub-signature-256: sha256='
	cat >"$work/insert.sql" <<-END
		\\set a random(1, 9000000000000000000)
		\\set b random(1, 9000000000000000000)
		insert into pgbench_inbox (source_id, dedupe_key, received_at, query, headers, body)
		values (1, md5(:a::text) || md5(:b::text), now(), '', '$header$(printf 'f%.0s' $(seq 64))', decode(repeat('78', $hooks_bytes), 'hex'))
		on conflict (source_id, dedupe_key) do nothing;
	END
}

commit_singly() { # CLIENTS: sets tps
	"$pgbench" -n -M prepared -c "$1" -j 2 -T "$seconds" -f "$work/insert.sql" -h "$work/db/socket" -p 5432 \
		-U postgres plaudit >"$work/pgbench" 2>"$work/words" || fail "pgbench: $(cat "$work/words")"
	tps=$(awk '/^tps/ { printf "%.0f", $3 }' "$work/pgbench")
}

measure_hooks() {
	local round clients acks p50 p99 longest tps best ratios=() p99s=()
	pgbench=$(find /usr/lib/postgresql -name pgbench -path '*/bin/*' | sort -V | tail -n 1)
	[ -n "$pgbench" ] || fail "not installed: pgbench"
	say "hooks: $hooks_clients connections, events of $hooks_bytes bytes, ${seconds} s each, $rounds rounds"
	start_server
	open_wave hooks
	make_source
	write_pgbench_script
	for round in $(seq "$rounds"); do
		timed "$build/tests/bench/hooks_load" "${url##*:}" "$hook_path" bench-secret "$hooks_clients" \
			"$seconds" "$hooks_bytes" >"$work/acks"
		read -r _ acks _ _ _ p50 _ p99 _ longest _ _ <"$work/acks"
		acks=$(awk '{ printf "%.0f", $2 / $4 }' "$work/acks")
		printf 'round %s: %s acks/s, p50 %s us, p99 %s us, longest %s us, plauditd %s s, postgres %s s, others %s\n' \
			"$round" "$acks" "$p50" "$p99" "$longest" "$server_cpu" "$postgres_cpu" "$others"
		best=0
		for clients in "${pgbench_clients[@]}"; do
			commit_singly "$clients"
			[ "$tps" -le "$best" ] || best=$tps
			printf 'round %s: pgbench with %s clients %s commits/s\n' "$round" "$clients" "$tps"
		done
		tps=$best
		ratios+=("$(ratio "$acks" "$tps")") p99s+=("$p99")
	done
	[ "$(sql -c 'select count(*) - count(distinct dedupe_key) from inbox')" = 0 ] || fail "an event is there twice"
	printf 'hooks: ratio %s (aim 0.5), p99 %s us (aim 25000)\n' "$(median "${ratios[@]}")" "$(median "${p99s[@]}")"
	stop_server
}
