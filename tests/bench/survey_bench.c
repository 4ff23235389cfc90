/* What one result costs between the decoder and the database: intake, score, tally.
 *
 * survey_bench SOURCE_DIR   uses its programmes/sample. Medians of ROUNDS. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "decode/decoder.h"
#include "survey/tally.h"

enum { ROUNDS = 7, REPEATS = 20, ROWS_LIMIT = 5000, FILE_BYTES = 1 << 20, WAITS = 300 };

struct sample {
	struct arena arena;
	struct programme *p;
	struct record records[ROWS_LIMIT];
	struct result results[ROWS_LIMIT];
	size_t len;
};

static struct slice load(struct arena *arena, const char *folder, const char *name)
{
	const char *path = arena_print(arena, "%s/programmes/sample/%s", folder, name);
	char *bytes = arena_take(arena, FILE_BYTES);
	must(path != NULL && bytes != NULL);
	FILE *file = fopen(path, "rb");
	must(file != NULL);
	size_t len = fread(bytes, 1, FILE_BYTES, file);
	fclose(file);
	return (struct slice){bytes, len};
}

static void fill(struct sample *s, const char *folder)
{
	struct programme_faults faults;
	struct decode_fault fault;
	arena_init(&s->arena, 64 << 20);
	struct slice text = load(&s->arena, folder, "programme.json");
	must(programme_parse(text, &s->arena, &s->p, &faults) == OK);
	struct decoder *d = decoder_new(DECODE_CSV);
	decoder_feed(d, load(&s->arena, folder, "results.csv"));
	decoder_finish(d);
	/* The names of CSV records belong to the decoder, so they are copied. */
	struct record *r = s->records;
	while (decoder_next(d, &s->arena, r, &fault) == DECODE_RECORD) {
		struct field *fields = arena_take_array(&s->arena, r->fields_len, sizeof(*fields));
		must(fields != NULL && s->len + 1 < ROWS_LIMIT);
		for (size_t i = 0; i < r->fields_len; i++) {
			fields[i] = r->fields[i];
			fields[i].name = arena_copy(&s->arena, r->fields[i].name);
			fields[i].value = arena_copy(&s->arena, r->fields[i].value);
		}
		r->fields = fields;
		r++;
		s->len++;
	}
	decoder_free(d);
}

static void read_all(struct sample *s)
{
	struct reject reject;
	struct intake *in = intake_new(s->p, 0, 0);
	for (size_t i = 0; i < s->len; i++) {
		must(intake_read(in, &s->records[i], &s->arena, &s->results[i], &reject) == OK);
		s->results[i].wait_seconds = (int)(i * 37 % WAITS);
	}
	intake_free(in);
}

static void run_intake(struct sample *s)
{
	struct arena arena;
	struct result result;
	struct reject reject;
	arena_init(&arena, 1 << 16);
	struct intake *in = intake_new(s->p, 0, 0);
	for (size_t i = 0; i < s->len; i++) {
		struct arena_mark before = arena_mark(&arena);
		must(intake_read(in, &s->records[i], &arena, &result, &reject) == OK);
		arena_rewind(&arena, before);
	}
	intake_free(in);
	arena_fini(&arena);
}

static void run_score(struct sample *s)
{
	for (size_t i = 0; i < s->len; i++)
		result_score(&s->p->instruments[0], &s->results[i]);
}

static struct tally *tally;

static void run_tally(struct sample *s)
{
	for (size_t i = 0; i < s->len; i++)
		tally_add(tally, &s->results[i], (int)(i % 60), 1);
}

static int by_size(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
	return (x > y) - (x < y);
}

static void measure(const char *name, void (*run)(struct sample *s), struct sample *s)
{
	uint64_t us[ROUNDS];
	run(s);
	for (int round = 0; round < ROUNDS; round++) {
		uint64_t start = clock_monotonic_us();
		for (int i = 0; i < REPEATS; i++)
			run(s);
		us[round] = clock_monotonic_us() - start;
	}
	qsort(us, ROUNDS, sizeof(us[0]), by_size);
	printf("%-8s %6.1f ns a row\n", name,
	       (double)us[ROUNDS / 2] * 1000 / REPEATS / (double)s->len);
}

int main(int argc, char **argv)
{
	static struct sample s;
	fill(&s, argc > 1 ? argv[1] : ".");
	read_all(&s);
	measure("intake", run_intake, &s);
	measure("score", run_score, &s);
	tally = tally_new(4, 14, 3);
	measure("tally", run_tally, &s);
	printf("tally holds %.1f MB after %zu rows\n", (double)tally_bytes(tally) / 1e6,
	       s.len * (1 + ROUNDS * REPEATS));
	tally_free(tally);
	programme_free(s.p);
	arena_fini(&s.arena);
	return 0;
}
