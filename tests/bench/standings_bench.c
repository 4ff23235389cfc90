/* How long a board takes from counts to bytes, on one core.
 *
 * standings_bench   a 19-company sector and the field of 276 companies, 100 contacts a
 * company over 4 channels, without and with pairs and distributions; the summary of that field
 * for answers over several waves, and the awards of the last of 13 such waves, one of them for
 * 13 waves running; medians of ROUNDS. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "inventor.h"
#include "standings/awards.h"
#include "standings/board.h"

enum {
	ROUNDS = 7,
	SECTORS = 14,
	SECTOR_COMPANIES = 19,
	FIELD = 276,
	CHANNELS = 4,
	CONTACTS = 100,
	WAVES = 13
};

static const char *const channels[CHANNELS] = {"phone", "email", "chat", "messenger"};

struct bench_field {
	struct programme *p;
	struct tally *tally;
	struct board_source source;
	struct slice shoppers[INVENTOR_SHOPPERS];
	char codes[INVENTOR_SHOPPERS][8];
};

static void print_lists(struct buf *to)
{
	buf_add_text(to, "{\"programme\":\"field\",\"channels\":[");
	for (int c = 0; c < CHANNELS; c++)
		buf_print(to, "%s{\"code\":\"%s\"}", c > 0 ? "," : "", channels[c]);
	buf_add_text(to, "],\"companies\":[");
	for (int c = 0; c < FIELD; c++)
		buf_print(to, "%s{\"code\":\"C%03d\"}", c > 0 ? "," : "", c);
	buf_add_text(to, "],");
}

/** Fourteen items of three areas and three questions, as the surveys we know have them. */
static void print_instrument(struct buf *to)
{
	buf_add_text(to, "\"instruments\":[{\"code\":\"i\",\"areas\":[{\"code\":\"a0\"},"
			 "{\"code\":\"a1\"},{\"code\":\"a2\"}],\"items\":[");
	for (int i = 0; i < 14; i++) {
		buf_print(to, "%s{\"code\":\"q%02d\",\"area\":\"a%d\",\"options\":[",
			  i > 0 ? "," : "", i, i % 3);
		for (int a = 0; a < 2 + i % 4; a++)
			buf_print(to, "%s{\"answer\":%d,\"points\":%d}", a > 0 ? "," : "", a,
				  a * (3 + i % 5));
		buf_add_text(to, "]}");
	}
	buf_add_text(to, "],\"questions\":["
			 "{\"code\":\"csat\",\"measure\":\"csat\",\"scale\":{\"min\":1,\"max\":5}},"
			 "{\"code\":\"ces\",\"measure\":\"ces\",\"scale\":{\"min\":1,\"max\":7}},"
			 "{\"code\":\"nps\",\"measure\":\"nps\",\"scale\":{\"min\":0,\"max\":10}}"
			 "]}],");
}

/** Sector S00 has nineteen companies, the others share the rest. */
static int sector_of(int company)
{
	int rest = company - SECTOR_COMPANIES;
	return rest < 0 ? 0 : 1 + rest * (SECTORS - 1) / (FIELD - SECTOR_COMPANIES);
}

static void print_awards(struct buf *to)
{
	buf_add_text(to, "\"awards\":[{\"code\":\"line\",\"kind\":\"line\",\"at_least\":50},"
			 "{\"code\":\"best\",\"kind\":\"rank\",\"rank\":1},"
			 "{\"code\":\"top\",\"kind\":\"rank\",\"scope\":\"field\",\"rank\":10},"
			 "{\"code\":\"running\",\"kind\":\"running\",\"of\":\"line\",\"times\":13,"
			 "\"missed\":\"breaks\",\"at_break\":\"restarts\",\"joint\":\"counts\","
			 "\"successors\":\"inherit\"}],");
}

static void print_wave(struct buf *to, int wave)
{
	buf_print(to, "%s{\"code\":\"w%d\",\"instrument\":\"i\",", wave > 0 ? "," : "", wave);
	print_awards(to);
	buf_add_text(to, "\"sectors\":[");
	for (int c = 0; c < FIELD; c++) {
		bool first = c == 0 || sector_of(c) != sector_of(c - 1);
		if (first)
			buf_print(to, "%s{\"code\":\"S%02d\",\"companies\":[", c > 0 ? "]}," : "",
				  sector_of(c));
		buf_print(to, "%s\"C%03d\"", first ? "" : ",", c);
	}
	buf_add_text(to, "]}]}");
}

static struct programme *make_programme(void)
{
	struct buf text;
	struct arena arena;
	struct programme *p;
	struct programme_faults faults;
	buf_init(&text, 1 << 20);
	arena_init(&arena, 64 << 20);
	print_lists(&text);
	print_instrument(&text);
	buf_add_text(&text, "\"waves\":[");
	for (int w = 0; w < WAVES; w++)
		print_wave(&text, w);
	buf_add_text(&text, "]}");
	must(programme_parse(buf_slice(&text), &arena, &p, &faults) == OK);
	arena_fini(&arena);
	buf_fini(&text);
	return p;
}

static void fill(struct bench_field *f)
{
	struct inventor in;
	struct result r;
	f->p = make_programme();
	inventor_init(&in, f->p, IDS_RANDOM, 1);
	f->tally = tally_new(in.instrument->areas_len, in.instrument->items_len,
			     in.instrument->questions_len);
	for (int n = 0; n < FIELD * CONTACTS; n++) {
		inventor_next_of(&in, n % FIELD, n / FIELD % CHANNELS, &r);
		result_score(in.instrument, &r);
		tally_add(f->tally, &r, in.shopper, 1);
	}
	inventor_fini(&in);
	for (int s = 0; s < INVENTOR_SHOPPERS; s++) {
		snprintf(f->codes[s], sizeof(f->codes[s]), "P%02d", s + 1);
		f->shoppers[s] = slice_of(f->codes[s]);
	}
	f->source = (struct board_source){.programme = f->p,
					  .tally = f->tally,
					  .version = 1,
					  .state = SLICE("fielding"),
					  .shoppers = f->shoppers,
					  .shoppers_len = INVENTOR_SHOPPERS};
}

/** Milliseconds of processor time of one board and its JSON: others may use the core, too. */
static double make(const struct bench_field *f, const struct board_query *q, size_t *bytes)
{
	struct arena arena;
	struct buf json;
	struct board *board;
	struct trouble why;
	arena_init(&arena, BOARD_ARENA_BYTES);
	buf_init(&json, BOARD_BUF_BYTES);
	clock_t start = clock();
	must(board_make(&f->source, q, &arena, &board, &why) == OK);
	board_json(board, &json);
	double ms = (double)(clock() - start) * 1000 / CLOCKS_PER_SEC;
	must(!buf_over(&json));
	*bytes = json.len;
	buf_fini(&json);
	arena_fini(&arena);
	return ms;
}

/** The same of the last wave's awards. */
static double make_awards(const struct bench_field *f, const struct wave_summary *const *waves,
			  size_t *bytes)
{
	struct arena arena;
	struct buf json;
	struct awards *awards;
	struct trouble why;
	arena_init(&arena, AWARDS_ARENA_BYTES);
	buf_init(&json, AWARDS_BUF_BYTES);
	clock_t start = clock();
	must(awards_make(f->p, WAVES - 1, waves, &arena, &awards, &why) == OK);
	awards_json(awards, &json);
	double ms = (double)(clock() - start) * 1000 / CLOCKS_PER_SEC;
	must(!buf_over(&json));
	*bytes = json.len;
	buf_fini(&json);
	arena_fini(&arena);
	return ms;
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

static void report(const char *name, double *ms, size_t bytes)
{
	qsort(ms, ROUNDS, sizeof(ms[0]), by_size);
	printf("%-32s %9.2f ms  (least %.2f, most %.2f)  %zu bytes\n", name, ms[ROUNDS / 2], ms[0],
	       ms[ROUNDS - 1], bytes);
}

/** Every wave has the same counts: what counts here is the work. */
static void measure_awards(const struct bench_field *f)
{
	struct wave_summary *made[WAVES];
	const struct wave_summary *waves[WAVES];
	double summary_ms[ROUNDS], ms[ROUNDS];
	size_t bytes = 0, held = 0;
	struct trouble why;
	for (int w = 0; w < WAVES; w++) {
		struct board_source source = f->source;
		source.wave = w;
		clock_t start = clock();
		must(wave_summary_make(&source, &made[w], &why) == OK);
		summary_ms[w % ROUNDS] = (double)(clock() - start) * 1000 / CLOCKS_PER_SEC;
		waves[w] = made[w];
		held = wave_summary_bytes(made[w]);
	}
	report("summary of the field", summary_ms, held);
	for (int round = 0; round < ROUNDS; round++)
		ms[round] = make_awards(f, waves, &bytes);
	report("awards of 276, 13 waves", ms, bytes);
	for (int w = 0; w < WAVES; w++)
		wave_summary_free(made[w]);
}

static void measure(const char *name, const struct bench_field *f, int sector, unsigned include)
{
	struct board_query q = {.sector = sector,
				.channel = BOARD_ALL_CHANNELS,
				.metric = BOARD_SCORE,
				.threshold = 70,
				.include = include};
	double ms[ROUNDS];
	size_t bytes = 0;
	for (int round = 0; round < ROUNDS; round++)
		ms[round] = make(f, &q, &bytes);
	report(name, ms, bytes);
}

int main(void)
{
	static struct bench_field f;
	fill(&f);
	measure("sector of 19", &f, 0, 0);
	measure("sector of 19, all parts", &f, 0, BOARD_PAIRS | BOARD_DISTRIBUTION);
	measure("field of 276", &f, BOARD_FIELD, 0);
	measure("field of 276, all parts", &f, BOARD_FIELD, BOARD_PAIRS | BOARD_DISTRIBUTION);
	measure_awards(&f);
	tally_free(f.tally);
	programme_free(f.p);
	return 0;
}
