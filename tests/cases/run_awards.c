/* Decides small programmes without a server: run_awards < CASES.
 *
 * A line in is a case: {"programme": TEXT, "results": {WAVE: CSV}, "hidden": [WAVE], "series":
 * WORD}. The status of a result in review is its result_id up to the first hyphen. A line out is
 * what becomes of it: scores and scores by area as they are counted, {"awards": {WAVE: ...},
 * "combined": {CODE: ...}, "history": {COMPANY: ...}} as the API answers them; or the faults. */
#include <cjson/cJSON.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/json_out.h"
#include "decode/decoder.h"
#include "standings/awards.h"
#include "standings/combined.h"
#include "standings/history.h"
#include "survey/result.h"

enum { ARENA_BYTES = 64 << 20, LINE_BYTES = 4 << 20, ANSWER_BYTES = 64 << 20, WAVES = 16 };

/** One case on its way. */
struct run {
	const cJSON *given;
	struct programme *programme;
	struct tally *tallies[WAVES];
	struct wave_summary *summaries[WAVES];
	struct arena arena;
	struct json_out out;
};

static const char *text_of(const cJSON *object, const char *key)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);

	must(cJSON_IsString(item));
	return item->valuestring;
}

static void scores_out(struct json_out *j, const struct instrument *in, const struct result *r)
{
	json_open_array(j);
	json_int(j, r->score);
	for (size_t a = 0; a < in->areas_len; a++)
		json_int(j, r->area_scores[a]);
	json_close_array(j);
}

static void count(struct run *run, int wave, struct result *r)
{
	const struct wave *w = &run->programme->waves[wave];
	struct slice rest = r->result_id, word;

	must(slice_next_part(&rest, '-', &word) && review_state_from(word, &r->status));
	scores_out(&run->out, &run->programme->instruments[w->instrument], r);
	if (w->counts & 1u << r->status)
		tally_add(run->tallies[wave], r, -1, 1);
}

static void read_row(struct run *run, int wave, struct intake *in, const struct record *record)
{
	struct result result;
	struct reject reject;

	if (intake_read(in, record, &run->arena, &result, &reject) == OK)
		count(run, wave, &result);
	else
		json_text(&run->out, slice_of(reject.faults[0].code));
}

static void drain(struct run *run, int wave, struct intake *in, struct decoder *d)
{
	for (;;) {
		struct record record;
		struct decode_fault fault;
		struct arena_mark before = arena_mark(&run->arena);
		enum decoded what = decoder_next(d, &run->arena, &record, &fault);

		if (what == DECODE_RECORD)
			read_row(run, wave, in, &record);
		arena_rewind(&run->arena, before);
		must(what != DECODE_BAD_ROW && what != DECODE_BROKEN);
		if (what != DECODE_RECORD)
			return;
	}
}

static void read_wave(struct run *run, int wave, const char *csv)
{
	struct decoder *d = decoder_new(DECODE_CSV);
	struct intake *in = intake_new(run->programme, wave, clock_now());

	decoder_feed(d, slice_of(csv));
	drain(run, wave, in, d);
	decoder_finish(d);
	drain(run, wave, in, d);
	intake_free(in);
	decoder_free(d);
}

static bool is_hidden(const struct run *run, struct slice wave)
{
	const cJSON *code;

	cJSON_ArrayForEach(code, cJSON_GetObjectItemCaseSensitive(run->given, "hidden"))
	{
		if (slice_equal(slice_of(code->valuestring), wave))
			return true;
	}
	return false;
}

static void summarise(struct run *run, int wave)
{
	struct trouble why = {0};
	struct board_source source = {.programme = run->programme,
				      .wave = wave,
				      .tally = run->tallies[wave],
				      .state = SLICE("closed")};

	if (!is_hidden(run, run->programme->waves[wave].code))
		must(wave_summary_make(&source, &run->summaries[wave], &why) == OK);
}

static void read_waves(struct run *run)
{
	const struct programme *p = run->programme;
	const cJSON *results = cJSON_GetObjectItemCaseSensitive(run->given, "results");
	char code[PROGRAMME_CODE_BYTES + 1];

	json_key(&run->out, "scores");
	json_open_object(&run->out);
	for (size_t i = 0; i < p->waves_len; i++) {
		const struct instrument *in = &p->instruments[p->waves[i].instrument];

		snprintf(code, sizeof(code), "%.*s", SLICE_ARGS(p->waves[i].code));
		run->tallies[i] = tally_new(in->areas_len, in->items_len, in->questions_len);
		json_key(&run->out, code);
		json_open_array(&run->out);
		read_wave(run, (int)i, text_of(results, code));
		json_close_array(&run->out);
		summarise(run, (int)i);
	}
	json_close_object(&run->out);
}

static const struct wave_summary *const *summaries_of(struct run *run)
{
	return (const struct wave_summary *const *)run->summaries;
}

static void finish(struct run *run, struct slice key, struct buf *text)
{
	must(!buf_over(text));
	json_key_slice(&run->out, key);
	json_raw(&run->out, buf_slice(text));
	buf_fini(text);
}

static void awards_out(struct run *run, int wave)
{
	struct arena_mark before = arena_mark(&run->arena);
	struct trouble why = {0};
	struct awards *awards;
	struct buf text;

	if (run->summaries[wave] == NULL)
		return;
	must(awards_make(run->programme, wave, summaries_of(run), &run->arena, &awards, &why) ==
	     OK);
	buf_init(&text, ANSWER_BYTES);
	awards_json(awards, &text);
	finish(run, run->programme->waves[wave].code, &text);
	arena_rewind(&run->arena, before);
}

static void combined_out(struct run *run, int combined)
{
	struct arena_mark before = arena_mark(&run->arena);
	struct trouble why = {0};
	struct combined_board *board;
	struct buf text;

	must(combined_make(run->programme, combined, summaries_of(run), &run->arena, &board,
			   &why) == OK);
	buf_init(&text, ANSWER_BYTES);
	combined_json(board, &text);
	finish(run, run->programme->combined[combined].code, &text);
	arena_rewind(&run->arena, before);
}

static void history_out(struct run *run, int company)
{
	struct arena_mark before = arena_mark(&run->arena);
	struct trouble why = {0};
	struct history *history;
	struct slice series;
	struct buf text;

	must(history_series(run->programme, slice_of(text_of(run->given, "series")), &series,
			    &why) == OK);
	must(history_make(run->programme, company, series, summaries_of(run), &run->arena, &history,
			  &why) == OK);
	buf_init(&text, ANSWER_BYTES);
	history_json(history, &text);
	finish(run, run->programme->companies[company].code, &text);
	arena_rewind(&run->arena, before);
}

static void answers_out(struct run *run, const char *key, size_t len,
			void (*out)(struct run *run, int index))
{
	json_key(&run->out, key);
	json_open_object(&run->out);
	for (size_t i = 0; i < len; i++)
		out(run, (int)i);
	json_close_object(&run->out);
}

static void run_programme(struct run *run)
{
	const struct programme *p = run->programme;

	must(p->waves_len <= WAVES);
	read_waves(run);
	answers_out(run, "awards", p->waves_len, awards_out);
	answers_out(run, "combined", p->combined_len, combined_out);
	answers_out(run, "history", p->companies_len, history_out);
	for (size_t i = 0; i < p->waves_len; i++) {
		wave_summary_free(run->summaries[i]);
		tally_free(run->tallies[i]);
	}
	programme_free(run->programme);
}

static void faults_out(struct json_out *j, const struct programme_faults *faults)
{
	json_key(j, "faults");
	json_open_array(j);
	for (size_t i = 0; i < faults->len; i++) {
		json_text(j, faults->at[i].pointer);
		json_text(j, slice_of(faults->at[i].code));
	}
	json_close_array(j);
}

static void run_line(struct slice line)
{
	cJSON *given = cJSON_ParseWithLength(line.at, line.len);
	struct run run = {.given = given};
	struct programme_faults faults = {0};
	struct buf out;

	must(given != NULL);
	buf_init(&out, ANSWER_BYTES);
	arena_init(&run.arena, ARENA_BYTES);
	run.out = json_out_on(&out);
	json_open_object(&run.out);
	if (programme_parse(slice_of(text_of(given, "programme")), &run.arena, &run.programme,
			    &faults) == OK)
		run_programme(&run);
	else
		faults_out(&run.out, &faults);
	json_close_object(&run.out);
	must(!buf_over(&out));
	fwrite(out.at, 1, out.len, stdout);
	putchar('\n');
	buf_fini(&out);
	arena_fini(&run.arena);
	cJSON_Delete(given);
}

int main(void)
{
	static char part[LINE_BYTES];

	while (fgets(part, sizeof(part), stdin) != NULL)
		run_line(slice_of(part));
	return 0;
}
