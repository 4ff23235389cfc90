/* Rows a second of each decoder on one core, and its ratio to splitting the same
 * bytes at newlines with memchr() alone. Medians of ROUNDS, measured in turn. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/clock.h"
#include "decode/decoder.h"

enum { ROWS = 300000, ROUNDS = 7, PART_BYTES = 65536, FILE_BYTES = 256 << 20 };

/** A result of a fourteen-item programme; every third row has a comment. */
static void add_json_row(struct buf *b, unsigned i)
{
	buf_print(
		b,
		"{\"result_id\":\"r%09u\",\"company\":\"C%03u\",\"channel\":\"phone\",\"shopper\":"
		"\"s%u\",\"contacted_at\":\"2020-05-04T10:%02u:00+02:00\",\"answered\":true,"
		"\"wait_seconds\":%u,\"answers\":{",
		i * 2654435761u % 1000000000u, i % 181, i % 97, i % 60, i % 600);
	for (unsigned q = 1; q <= 14; q++)
		buf_print(b, "%s\"q%u\":%u", q > 1 ? "," : "", q, (i * q + q) % 5);
	buf_print(b, "},\"csat\":%u,\"nps\":%u%s}", i % 5 + 1, i % 11,
		  i % 3 == 0 ? ",\"comment\":\"kind and quick, \xC3\xA9t\xC3\xA9\"" : "");
}

static void add_csv_row(struct buf *b, unsigned i)
{
	buf_print(b, "r%09u,C%03u,phone,s%u,2020-05-04T10:%02u:00+02:00,1,%u",
		  i * 2654435761u % 1000000000u, i % 181, i % 97, i % 60, i % 600);
	for (unsigned q = 1; q <= 14; q++)
		buf_print(b, ",%u", (i * q + q) % 5);
	buf_print(b, ",%u,%u,%s", i % 5 + 1, i % 11, i % 3 == 0 ? "\"kind, and quick\"" : "");
}

static void fill(struct buf *b, enum decode_format format)
{
	buf_init(b, FILE_BYTES);
	if (format == DECODE_CSV)
		buf_add_text(b, "result_id,company,channel,shopper,contacted_at,answered,wait_"
				"seconds,q1,q2,q3,q4,q5,q6,q7,q8,q9,q10,q11,q12,q13,q14,csat,"
				"nps,comment\n");
	if (format == DECODE_JSON_ARRAY)
		buf_add_text(b, "[");
	for (unsigned i = 0; i < ROWS; i++) {
		if (format == DECODE_CSV)
			add_csv_row(b, i);
		else
			add_json_row(b, i);
		bool more = i + 1 < ROWS;
		buf_add_text(b, format == DECODE_JSON_ARRAY ? (more ? ",\n" : "]\n") : "\n");
	}
	must(!buf_over(b));
}

static uint64_t checksum; /* what was read is used, so that nothing is optimised away */

static void drain(struct decoder *d, struct arena *arena)
{
	struct record record;
	struct decode_fault fault;
	enum decoded got;
	struct arena_mark before = arena_mark(arena);
	while ((got = decoder_next(d, arena, &record, &fault)) == DECODE_RECORD) {
		checksum += record.fields[record.fields_len - 1].value.len + record.fields_len;
		arena_rewind(arena, before);
	}
	must(got == DECODE_MORE || got == DECODE_END);
}

static uint64_t decode_us(enum decode_format format, struct slice bytes)
{
	struct arena arena;
	uint64_t start = clock_monotonic_us();
	struct decoder *d = decoder_new(format);
	arena_init(&arena, DECODE_RECORD_BYTES);
	while (bytes.len > 0) {
		size_t len = bytes.len < PART_BYTES ? bytes.len : PART_BYTES;
		decoder_feed(d, (struct slice){bytes.at, len});
		drain(d, &arena);
		bytes = slice_from(bytes, len);
	}
	decoder_finish(d);
	drain(d, &arena);
	decoder_free(d);
	arena_fini(&arena);
	return clock_monotonic_us() - start;
}

static uint64_t split_us(struct slice bytes)
{
	struct slice line;
	uint64_t start = clock_monotonic_us();
	while (slice_next_part(&bytes, '\n', &line))
		checksum += line.len;
	return clock_monotonic_us() - start;
}

static int by_size(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
	return (x > y) - (x < y);
}

static uint64_t median(uint64_t *us)
{
	qsort(us, ROUNDS, sizeof(*us), by_size);
	return us[ROUNDS / 2] > 0 ? us[ROUNDS / 2] : 1;
}

static void measure(const char *name, enum decode_format format)
{
	struct buf b;
	uint64_t split[ROUNDS], decoded[ROUNDS];
	fill(&b, format);
	for (int i = 0; i < ROUNDS; i++) {
		split[i] = split_us(buf_slice(&b));
		decoded[i] = decode_us(format, buf_slice(&b));
	}
	double us = (double)median(decoded);
	printf("%-10s %4zu B/row %10.0f rows/s %6.0f ns/row %6.0f MB/s  %5.1f x memchr split\n",
	       name, b.len / ROWS, ROWS / us * 1e6, us * 1e3 / ROWS, (double)b.len / us,
	       us / (double)median(split));
	buf_fini(&b);
}

int main(void)
{
	measure("csv", DECODE_CSV);
	measure("ndjson", DECODE_NDJSON);
	measure("json array", DECODE_JSON_ARRAY);
	return checksum == 0;
}
