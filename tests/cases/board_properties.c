/* Whatever way the same rows came - order, uploads, corrections, server - boards are the same
 * bytes. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

#include "standings/company_detail.h"
#include "standings/sector_table.h"
#include "standings/severity_model.h"
#include "standings/shopper_table.h"

enum {
	ROW_SETS = 200,
	SEQUENCES_A_SET = 5, /* 1,000 in all */
	ROWS_MOST = 60,
	EVENTS_MOST = 4 * ROWS_MOST,
	UPLOADS_MOST = 7,
	SHOPPERS = 6,
	NUMBERS = 9, /* given to shoppers, with gaps: others may belong to other waves */
	COMPANIES = 8,
	CHANNELS = 2,
	ITEMS = 3,
	QUESTIONS = 3,
	AREAS = 2,
	ANSWER_BYTES = 8 * 1024 * 1024
};

static const char programme_json[] =
	"{\"programme\":\"p\",\"channels\":[{\"code\":\"phone\"},{\"code\":\"chat\"}],"
	"\"companies\":[{\"code\":\"H\"},{\"code\":\"A\"},{\"code\":\"G\"},{\"code\":\"B\"},"
	"{\"code\":\"F\"},{\"code\":\"C\"},{\"code\":\"E\"},{\"code\":\"D\"}],"
	"\"instruments\":[{\"code\":\"i\",\"areas\":[{\"code\":\"x\"},{\"code\":\"y\"}],\"items\":["
	"{\"code\":\"q1\",\"area\":\"x\",\"options\":[{\"answer\":0,\"points\":0},"
	"{\"answer\":1,\"points\":2.5},{\"answer\":2,\"points\":7}]},"
	"{\"code\":\"q2\",\"area\":\"y\",\"options\":[{\"answer\":0,\"points\":0},"
	"{\"answer\":1,\"points\":3}]},"
	"{\"code\":\"q3\",\"area\":\"y\",\"channels\":[\"phone\"],\"options\":["
	"{\"answer\":0,\"points\":0},{\"answer\":1,\"points\":1.37}]}],\"questions\":["
	"{\"code\":\"csat\",\"measure\":\"csat\",\"scale\":{\"min\":1,\"max\":5}},"
	"{\"code\":\"ces\",\"measure\":\"ces\",\"scale\":{\"min\":1,\"max\":7},"
	"\"direction\":\"high_is_effort\"},"
	"{\"code\":\"nps\",\"measure\":\"nps\",\"scale\":{\"min\":0,\"max\":10}}]}],"
	"\"waves\":[{\"code\":\"w\",\"instrument\":\"i\","
	"\"minimum_base\":{\"publish\":2,\"rank\":4,\"cell\":2},"
	"\"channel_weights\":{\"phone\":0.7,\"chat\":0.3},\"sectors\":["
	"{\"code\":\"S2\",\"companies\":[\"H\",\"A\",\"G\",\"B\"]},"
	"{\"code\":\"S1\",\"companies\":[\"F\",\"C\",\"E\"]},{\"code\":\"S3\",\"companies\":[\"D\"]}]}]}";

static const struct slice shopper_codes[SHOPPERS] = {{"P9", 2}, {"P10", 3},	 {"b", 1},
						     {"P1", 2}, {"\xC3\x85", 2}, {"a", 1}};

/* Chance: a generator of our own, so that a failure can be run again. */

static uint64_t chance_state;

static uint64_t chance(uint64_t below)
{
	chance_state ^= chance_state << 13;
	chance_state ^= chance_state >> 7;
	chance_state ^= chance_state << 17;
	return chance_state % below;
}

static void shuffle(void *list, size_t len, size_t size)
{
	char *at = list, swap[64];
	for (size_t i = len; i > 1; i--) {
		size_t other = chance(i);
		memcpy(swap, at + (i - 1) * size, size);
		memcpy(at + (i - 1) * size, at + other * size, size);
		memcpy(at + other * size, swap, size);
	}
}

/* Rows */

struct row {
	int company, channel, shopper;
	bool answered;
	int16_t answers[ITEMS], cx[QUESTIONS];
};

/** A row taken in (+1) or taken back (-1). */
struct event {
	const struct row *row;
	int sign;
};

static int16_t some_answer(int16_t least, int16_t most)
{
	return chance(9) == 0 ? ANSWER_NONE
			      : (int16_t)(least + (int16_t)chance((uint64_t)(most - least + 1)));
}

static struct row some_row(void)
{
	struct row r = {.company = (int)chance(COMPANIES),
			.channel = (int)chance(CHANNELS),
			.shopper = (int)chance(SHOPPERS),
			.answered = chance(8) > 0};
	for (size_t i = 0; i < ITEMS; i++)
		r.answers[i] = r.answered ? some_answer(0, i == 0 ? 2 : 1) : ANSWER_NONE;
	r.answers[2] = r.channel == 0 ? r.answers[2] : ANSWER_NONE;
	static const int16_t least[] = {1, 1, 0}, most[] = {5, 7, 10};
	for (size_t q = 0; q < QUESTIONS; q++)
		r.cx[q] = r.answered ? some_answer(least[q], most[q]) : ANSWER_NONE;
	return r;
}

static void count(struct tally *t, const struct programme *p, const struct event *e,
		  const int *numbers)
{
	struct row copy = *e->row;
	int32_t areas[AREAS];
	struct result result = {.company = copy.company,
				.channel = copy.channel,
				.answered = copy.answered,
				.wait_seconds = SECONDS_NONE,
				.answers = copy.answers,
				.cx = copy.cx,
				.area_scores = areas};
	result_score(&p->instruments[0], &result);
	tally_add(t, &result, numbers[copy.shopper], e->sign);
}

static struct tally *empty_tally(void)
{
	return tally_new(AREAS, ITEMS, QUESTIONS);
}

/* Answers */

static struct programme *given_programme(void)
{
	struct programme *p = NULL;
	struct programme_faults faults;
	struct arena arena;
	arena_init(&arena, 1024 * 1024);
	enum status st = programme_parse(slice_of(programme_json), &arena, &p, &faults);
	arena_fini(&arena);
	cr_assert_eq(st, OK);
	return p;
}

static void add_board(const struct board_source *source, const struct board_words *words,
		      struct buf *to)
{
	struct arena arena;
	struct board_query query;
	struct board *board;
	cr_assert_eq(board_query_read(source->programme, source->wave, words, &query, NULL), OK);
	arena_init(&arena, BOARD_ARENA_BYTES);
	cr_assert_eq(board_make(source, &query, &arena, &board, NULL), OK);
	board_json(board, to);
	board_csv(board, to);
	arena_fini(&arena);
}

static void add_tables(const struct board_source *source, struct buf *to)
{
	struct arena arena;
	struct sector_table *sectors;
	struct company_detail *company;
	struct shopper_table *shoppers;
	arena_init(&arena, BOARD_ARENA_BYTES);
	cr_assert_eq(sector_table_make(source, &arena, &sectors, NULL), OK);
	sectors_json(sectors, to);
	cr_assert_eq(company_detail_make(source, 1, &arena, &company, NULL), OK);
	company_json(company, to);
	cr_assert_eq(shopper_table_make(source, &arena, &shoppers, NULL), OK);
	shoppers_json(shoppers, to);
	arena_fini(&arena);
}

/** Everything that is published of these counts, one after the other. `numbers`: of the shoppers
 * by their place in shopper_codes. */
static void add_answers(const struct programme *p, const struct tally *t, int64_t rows,
			const int *numbers, struct buf *to)
{
	static const struct board_words words[] = {
		{.sector = {"S2", 2},
		 .threshold = {"60", 2},
		 .include = {"pairs,distribution", 18}},
		{.metric = {"nps", 3}},
		{.sector = {"S1", 2}, .channel = {"phone", 5}, .metric = {"area:y", 6}},
	};
	struct slice codes[NUMBERS] = {{NULL, 0}};
	for (size_t i = 0; i < SHOPPERS; i++)
		codes[numbers[i]] = shopper_codes[i];
	struct board_source source = {.programme = p,
				      .tally = t,
				      .version = rows,
				      .state = SLICE("fielding"),
				      .shoppers = codes,
				      .shoppers_len = NUMBERS};
	struct severity_model *shared = NULL;
	if (chance(2) == 0) /* as the server does; otherwise every answer makes its own */
		cr_assert_eq(severity_model_new(&source, ANSWER_BYTES, &shared), OK);
	source.severity = shared;
	for (size_t i = 0; i < COUNT_OF(words); i++)
		add_board(&source, &words[i], to);
	add_tables(&source, to);
	severity_model_free(shared);
	cr_assert_not(buf_over(to));
}

/* Ways for rows to come */

/** Counted over and over, in one go, from the first to the last. */
static void plain_answers(const struct programme *p, const struct row *rows, size_t len,
			  struct buf *to)
{
	static const int in_order[NUMBERS] = {0, 1, 2, 3, 4, 5, 6, 7, 8};
	struct tally *t = empty_tally();
	for (size_t i = 0; i < len; i++)
		count(t, p, &(struct event){&rows[i], 1}, in_order);
	add_answers(p, t, (int64_t)len, in_order, to);
	tally_free(t);
}

/** Every row comes; some come wrong first and are corrected, and some that do not stay come and
 * go. `others` has room for twice as many. */
static size_t some_history(const struct row *rows, size_t len, struct row *others,
			   struct event *events)
{
	size_t made = 0;
	for (size_t i = 0; i < len; i++) {
		events[made++] = (struct event){&rows[i], 1};
		if (chance(3) > 0)
			continue;
		others[i] = some_row();
		events[made++] = (struct event){&others[i], 1};
		events[made++] = (struct event){&others[i], -1};
	}
	if (len > 0 && chance(2) == 0) {
		events[made++] = (struct event){&rows[0], -1}; /* withdrawn, and given again */
		events[made++] = (struct event){&rows[0], 1};
	}
	shuffle(events, made, sizeof(*events));
	return made;
}

/** The way of a delta through the database: into bytes and out of them. */
static void merge_packed(struct tally *into, const struct tally *delta)
{
	struct buf packed;
	buf_init(&packed, ANSWER_BYTES);
	tally_pack(delta, &packed);
	cr_assert_eq(tally_unpack(into, buf_slice(&packed), NULL), OK);
	buf_fini(&packed);
}

/** The events spread over some uploads, each a delta of its own, merged in any order. */
static struct tally *by_uploads(const struct programme *p, const struct event *events, size_t len,
				const int *numbers)
{
	size_t uploads = 1 + chance(UPLOADS_MOST);
	struct tally *deltas[UPLOADS_MOST], *whole = empty_tally();
	for (size_t i = 0; i < uploads; i++)
		deltas[i] = empty_tally();
	for (size_t i = 0; i < len; i++)
		count(deltas[chance(uploads)], p, &events[i], numbers);
	shuffle(deltas, uploads, sizeof(deltas[0]));
	for (size_t i = 0; i < uploads; i++) {
		if (chance(2) == 0)
			tally_merge(whole, deltas[i]);
		else
			merge_packed(whole, deltas[i]);
		tally_free(deltas[i]);
	}
	return whole;
}

static void expect_same(const struct buf *expected, const struct buf *made, const char *what,
			uint64_t seed)
{
	cr_assert(slice_equal(buf_slice(expected), buf_slice(made)), "%s, from state %llx", what,
		  (unsigned long long)seed);
}

/** All rows are taken back, in any order, one by one. */
static void take_all_back(struct tally *t, const struct programme *p, const struct row *rows,
			  size_t len, const int *numbers)
{
	struct event events[ROWS_MOST];
	for (size_t i = 0; i < len; i++)
		events[i] = (struct event){&rows[i], -1};
	shuffle(events, len, sizeof(*events));
	for (size_t i = 0; i < len; i++)
		count(t, p, &events[i], numbers);
}

struct given_rows {
	struct row at[ROWS_MOST];
	size_t len;
};

static struct given_rows some_rows(void)
{
	struct given_rows rows = {.len = chance(ROWS_MOST)};
	for (size_t i = 0; i < rows.len; i++)
		rows.at[i] = some_row();
	return rows;
}

Test(boards, any_sequence_that_ends_in_the_same_rows_gives_the_same_bytes)
{
	struct programme *p = given_programme();
	struct buf expected, made;
	buf_init(&expected, ANSWER_BYTES);
	buf_init(&made, ANSWER_BYTES);
	chance_state = 0x9E3779B97F4A7C15;
	for (int set = 0; set < ROW_SETS; set++) {
		struct given_rows rows = some_rows();
		int numbers[NUMBERS] = {0, 1, 2, 3, 4, 5, 6, 7, 8};
		buf_clear(&expected);
		plain_answers(p, rows.at, rows.len, &expected);
		for (int sequence = 0; sequence < SEQUENCES_A_SET; sequence++) {
			uint64_t seed = chance_state;
			struct row others[ROWS_MOST];
			struct event events[EVENTS_MOST];
			size_t len = some_history(rows.at, rows.len, others, events);
			shuffle(numbers, NUMBERS, sizeof(*numbers));
			struct tally *t = by_uploads(p, events, len, numbers);
			buf_clear(&made);
			add_answers(p, t, (int64_t)rows.len, numbers, &made);
			expect_same(&expected, &made, "another sequence", seed);
			tally_free(t);
		}
	}
	buf_fini(&expected);
	buf_fini(&made);
	programme_free(p);
}

Test(boards, taking_every_row_back_leaves_what_was_before_the_first)
{
	static const int in_order[NUMBERS] = {0, 1, 2, 3, 4, 5, 6, 7, 8};
	struct programme *p = given_programme();
	struct tally *empty = empty_tally();
	struct buf expected, made;
	buf_init(&expected, ANSWER_BYTES);
	buf_init(&made, ANSWER_BYTES);
	add_answers(p, empty, 0, in_order, &expected);
	chance_state = 0xD1B54A32D192ED03;
	for (int set = 0; set < ROW_SETS / 2; set++) {
		uint64_t seed = chance_state;
		struct given_rows rows = some_rows();
		struct row others[ROWS_MOST];
		struct event events[EVENTS_MOST];
		size_t len = some_history(rows.at, rows.len, others, events);
		struct tally *t = by_uploads(p, events, len, in_order);
		take_all_back(t, p, rows.at, rows.len, in_order);
		cr_assert(tally_equal(t, empty));
		buf_clear(&made);
		add_answers(p, t, 0, in_order, &made);
		expect_same(&expected, &made, "emptied", seed);
		tally_free(t);
	}
	buf_fini(&expected);
	buf_fini(&made);
	tally_free(empty);
	programme_free(p);
}

/* The test of the test: one answer more, and the bytes differ. */
Test(boards, one_row_more_is_seen)
{
	struct programme *p = given_programme();
	struct buf with, without;
	buf_init(&with, ANSWER_BYTES);
	buf_init(&without, ANSWER_BYTES);
	chance_state = 0x2545F4914F6CDD1D;
	struct row rows[ROWS_MOST];
	for (size_t i = 0; i < ROWS_MOST; i++)
		rows[i] = some_row();
	plain_answers(p, rows, ROWS_MOST, &with);
	plain_answers(p, rows, ROWS_MOST - 1, &without);
	cr_expect_not(slice_equal(buf_slice(&with), buf_slice(&without)));
	buf_fini(&with);
	buf_fini(&without);
	programme_free(p);
}
