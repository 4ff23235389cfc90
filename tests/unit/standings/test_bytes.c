/** The answers as bytes: the same whatever the order, null with a reason, safe in a spreadsheet. */
#include <criterion/criterion.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "small.h"
#include "standings/company_detail.h"
#include "standings/sector_table.h"
#include "standings/shopper_table.h"

static const char *const metrics[] = {"score", "nps", "csat", "ces", "area:agent"};

Test(bytes, the_order_of_the_results_changes_no_byte, .timeout = 300)
{
	struct sample forward = given_sample(false), backward = given_sample(true);

	for (size_t m = 0; m < COUNT_OF(metrics); m++) {
		char *a = board_text_of(&forward, NULL, NULL, metrics[m], false);
		char *b = board_text_of(&backward, NULL, NULL, metrics[m], false);

		cr_expect_eq(strcmp(a, b), 0, "%s differs", metrics[m]);
		free_text(a);
		free_text(b);
	}
	given_away(&forward);
	given_away(&backward);
}

struct drawing {
	struct sample *sample;
	char *text;
};

static void *draw(void *argument)
{
	struct drawing *d = argument;

	d->text = board_text_of(d->sample, NULL, NULL, "score", false);
	return NULL;
}

Test(bytes, two_threads_make_the_same_board_of_one_tally, .timeout = 300)
{
	struct sample s = given_sample(false);
	struct drawing drawings[2] = {{&s, NULL}, {&s, NULL}};
	pthread_t threads[2];

	for (size_t i = 0; i < 2; i++)
		cr_assert_eq(pthread_create(&threads[i], NULL, draw, &drawings[i]), 0);
	for (size_t i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	cr_expect_str_eq(drawings[0].text, drawings[1].text);
	free_text(drawings[0].text);
	free_text(drawings[1].text);
	given_away(&s);
}

/** Counts the nulls without a reason beside them. */
static size_t bare_nulls(const cJSON *value)
{
	size_t bare = 0;
	const cJSON *member;

	cJSON_ArrayForEach(member, value)
	{
		char name[100];

		bare += bare_nulls(member);
		if (!cJSON_IsNull(member))
			continue;
		snprintf(name, sizeof(name), "%s_reason", member->string ? member->string : "");
		if (cJSON_IsString(cJSON_GetObjectItemCaseSensitive(value, name)))
			continue;
		fprintf(stderr, "%s is null for no reason\n", member->string);
		bare++;
	}
	return bare;
}

/** The query's own "all" is null without a reason: sector and channel of a board. */
static size_t bare_nulls_of_board(cJSON *board)
{
	size_t bare;

	cJSON_DeleteItemFromObject(board, "sector");
	cJSON_DeleteItemFromObject(board, "channel");
	bare = bare_nulls(board);
	cJSON_Delete(board);
	return bare;
}

Test(bytes, every_null_has_a_reason_beside_it)
{
	struct sample s = given_programme(SMALL_PROGRAMME("zero", SMALL_QUESTIONS));
	static const char *const small_metrics[] = {"score", "nps", "csat", "ces", "area:a"};
	cJSON *sectors, *company, *shoppers;

	given_contacts(&s, "A", "phone", "222");
	given_contacts(&s, "B", "phone", "2222-");
	given_contacts(&s, "C", "phone", "------");
	given_contacts(&s, "D", "chat", "111111");
	given_contacts(&s, "E", "email", "1212121");
	given_result(&s, "result_id=x company=B channel=phone nps=3 csat=1 ces=2");
	for (size_t m = 0; m < COUNT_OF(small_metrics); m++) {
		const char *metric = small_metrics[m];

		cr_expect_eq(bare_nulls_of_board(board_of(&s, NULL, NULL, metric, "50", "pairs")),
			     0);
		cr_expect_eq(bare_nulls_of_board(board_of(&s, "S2", NULL, metric, NULL, NULL)), 0);
		cr_expect_eq(bare_nulls_of_board(board_of(&s, "S1", "chat", metric, NULL, NULL)),
			     0);
	}
	sectors = sectors_of(&s);
	company = company_of(&s, "B");
	shoppers = shoppers_of(&s);
	cr_expect_eq(bare_nulls(sectors) + bare_nulls(company) + bare_nulls(shoppers), 0);
	cJSON_Delete(company);
	company = company_of(&s, "A");
	cr_expect_eq(bare_nulls(company), 0);
	cJSON_Delete(sectors);
	cJSON_Delete(company);
	cJSON_Delete(shoppers);
	given_away(&s);
}

Test(bytes, a_distribution_adds_up_to_its_base)
{
	struct sample s = given_sample(false);
	cJSON *board = board_of(&s, "S01", NULL, "score", NULL, "distribution");
	const cJSON *row = row_of(at_path(board, "standings"), "company", "C005"), *bin;
	int total = 0;

	cJSON_ArrayForEach(bin, at_path(row, "score.bins"))
	{
		total += cJSON_GetArrayItem(bin, 1)->valueint;
	}
	cr_expect_eq(total, at_path(row, "score.n")->valueint);
	total = 0;
	cJSON_ArrayForEach(bin, at_path(row, "nps.distribution"))
	{
		total += bin->valueint;
	}
	cr_expect_eq(total, at_path(row, "nps.n")->valueint);
	cJSON_Delete(board);
	given_away(&s);
}

Test(bytes, scores_come_without_bins_unless_asked_for)
{
	struct sample s = given_programme(SMALL_PROGRAMME("zero", SMALL_QUESTIONS));
	cJSON *board;

	given_contacts(&s, "A", "phone", "222211");
	board = board_of(&s, "S1", NULL, "score", NULL, NULL);
	cr_expect_null(at_path(row_of(at_path(board, "standings"), "company", "A"), "score.bins"));
	cJSON_Delete(board);
	given_away(&s);
}

static size_t commas(const char *line, const char *end)
{
	size_t count = 0;

	for (; line < end; line++)
		count += *line == ',';
	return count;
}

Test(bytes, a_csv_row_has_a_cell_for_every_column)
{
	struct sample s = given_sample(false);
	static const char *const channels[] = {NULL, "phone"};

	for (size_t i = 0; i < COUNT_OF(metrics) * 2; i++) {
		char *text = board_text_of(&s, "S02", channels[i % 2], metrics[i / 2], true);
		size_t columns = commas(text, strstr(text, "\r\n")), rows = 0;

		for (char *line = text, *end; (end = strstr(line, "\r\n")) != NULL;
		     line = end + 2) {
			cr_expect_eq(commas(line, end), columns);
			rows++;
		}
		cr_expect_eq(rows, 11);
		free_text(text);
	}
	given_away(&s);
}

Test(bytes, a_table_of_sectors_has_a_row_for_each_best_first)
{
	struct sample s = given_sample(false);
	char *text = sectors_csv_of(&s);
	size_t columns = commas(text, strstr(text, "\r\n"));
	long last = 0;

	for (char *line = strstr(text, "\r\n") + 2; *line != '\0';
	     line = strstr(line, "\r\n") + 2) {
		cr_expect_eq(commas(line, strstr(line, "\r\n")), columns);
		cr_expect_gt(strtol(line, NULL, 10), last);
		last = strtol(line, NULL, 10);
	}
	cr_expect_eq(last, 23);
	free_text(text);
	given_away(&s);
}

Test(bytes, a_negative_number_in_a_csv_is_a_number)
{
	struct sample s = given_sample(false);
	char *text = board_text_of(&s, "S02", NULL, "nps", true);

	cr_expect_not_null(strstr(text, ",-"));
	cr_expect_null(strstr(text, "'-"));
	free_text(text);
	given_away(&s);
}

static enum status make_all(struct sample *s, size_t limit_bytes)
{
	struct board_query query = {.sector = BOARD_FIELD,
				    .channel = BOARD_ALL_CHANNELS,
				    .threshold = 50,
				    .include = BOARD_PAIRS};
	struct arena arena;
	struct board *board;
	struct sector_table *sectors;
	struct company_detail *company;
	struct shopper_table *shoppers;
	enum status st;

	arena_init(&arena, limit_bytes);
	st = board_make(&s->source, &query, &arena, &board, NULL);
	if (st == OK)
		st = sector_table_make(&s->source, &arena, &sectors, NULL);
	if (st == OK)
		st = company_detail_make(&s->source, 4, &arena, &company, NULL);
	if (st == OK)
		st = shopper_table_make(&s->source, &arena, &shoppers, NULL);
	arena_fini(&arena);
	return st;
}

Test(bytes, too_little_memory_is_a_limit_wherever_it_ends)
{
	struct sample s = given_programme(SMALL_PROGRAMME("zero", SMALL_QUESTIONS));
	enum status st = E_LIMIT;

	given_contacts(&s, "A", "phone", "2222-1");
	given_contacts(&s, "B", "phone", "111110");
	given_contacts(&s, "F", "chat", "1111101");
	given_result(&s, "result_id=x company=B channel=phone nps=3 csat=1 ces=2 shopper=P1");
	for (size_t limit = 0; limit < 1024 * 1024 && st == E_LIMIT; limit += 61)
		st = make_all(&s, limit);
	cr_expect_eq(st, OK);
	given_away(&s);
}

Test(bytes, a_company_the_wave_does_not_have_is_gone)
{
	struct sample s = given_programme(SMALL_PROGRAMME("zero", SMALL_QUESTIONS));
	struct arena arena;
	struct company_detail *company;
	struct trouble why;

	arena_init(&arena, 1024 * 1024);
	cr_expect_eq(company_detail_make(&s.source, 99, &arena, &company, &why), E_GONE);
	cr_expect_str_eq(why.code, "unknown_company");
	arena_fini(&arena);
	given_away(&s);
}

/** A field of `companies` companies with twenty contacts each, better by number. */
static struct sample given_field(int companies)
{
	struct sample s;
	struct buf json;

	buf_init(&json, 1024 * 1024);
	buf_add_text(&json, "{\"programme\":\"p\",\"name\":{\"en\":\"P\"},\"channels\":[{\"code\":"
			    "\"phone\"}],\"companies\":[");
	for (int i = 0; i < companies; i++)
		buf_print(&json, "%s{\"code\":\"C%05d\"}", i ? "," : "", i);
	buf_add_text(
		&json,
		"],\"instruments\":[{\"code\":\"i\",\"scoring\":\"pooled\",\"unanswered\":\"zero\","
		"\"areas\":[{\"code\":\"a\"}],\"items\":[{\"code\":\"q1\",\"area\":\"a\","
		"\"options\":[{\"answer\":0,\"points\":0},{\"answer\":1,\"points\":1}]}],"
		"\"questions\":[]}],\"waves\":[{\"code\":\"w\",\"instrument\":\"i\","
		"\"planned_contacts\":20,\"channel_weights\":{\"phone\":1},\"time_zone\":\"UTC\","
		"\"sectors\":[{\"code\":\"S\",\"companies\":[");
	for (int i = 0; i < companies; i++)
		buf_print(&json, "%s\"C%05d\"", i ? "," : "", i);
	buf_add_text(&json, "]}]}]}");
	buf_add_byte(&json, '\0');
	s = given_programme(json.at);
	buf_fini(&json);
	for (int i = 0; i < companies * 20; i++) {
		int32_t area = i % 20 * 100 + i / 20;
		int16_t answer = 1, cx = ANSWER_NONE;
		struct result r = {.company = i / 20,
				   .answered = true,
				   .wait_seconds = SECONDS_NONE,
				   .answers = &answer,
				   .cx = &cx,
				   .score = area,
				   .area_scores = &area};

		tally_add(s.tally, &r, -1, 1);
	}
	return s;
}

Test(bytes, a_very_large_field_has_ranks_alone, .timeout = 300)
{
	struct sample s = given_field(BOARD_INTERVALS_LIMIT + 1);
	cJSON *board = board_of(&s, NULL, NULL, "score", NULL, "pairs");
	const cJSON *best = cJSON_GetArrayItem(at_path(board, "standings"), 0);

	cr_expect_str_eq(at_path(best, "company.code")->valuestring, "C01500");
	cr_expect_eq(at_path(best, "rank")->valueint, 1);
	cr_expect_str_eq(at_path(best, "rank_lower_reason")->valuestring, "not_computed");
	cr_expect_str_eq(at_path(best, "p_best_reason")->valuestring, "not_computed");
	cr_expect_str_eq(at_path(board, "pairs_reason")->valuestring, "not_computed");
	cr_expect_eq(bare_nulls_of_board(board), 0);
	given_away(&s);
}

Test(bytes, an_area_board_gives_the_counts_of_its_area)
{
	struct sample s = given_programme(SMALL_PROGRAMME("zero", SMALL_QUESTIONS));
	cJSON *board;
	const cJSON *bins;

	given_contacts(&s, "A", "phone", "2222-1");
	board = board_of(&s, "S1", NULL, "area:a", NULL, "distribution");
	bins = at_path(row_of(at_path(board, "standings"), "company", "A"), "area.bins");
	cr_assert_eq(cJSON_GetArraySize(bins), 2);
	cr_expect_eq(cJSON_GetArrayItem(cJSON_GetArrayItem(bins, 0), 0)->valueint, 50);
	cr_expect_eq(cJSON_GetArrayItem(cJSON_GetArrayItem(bins, 1), 1)->valueint, 4);
	cJSON_Delete(board);
	given_away(&s);
}
