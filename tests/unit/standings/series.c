#include "series.h"

#include <stdio.h>
#include <stdlib.h>

#include "standings/awards.h"
#include "standings/combined.h"
#include "standings/history.h"
#include "survey/result.h"
#include "wave.h"

/** One area, one requirement with a verdict, and the three questions; `most` of CES. */
#define INSTRUMENT_OF(code, most)                                                                  \
	"{\"code\":\"" code "\",\"scoring\":\"pooled\",\"unanswered\":\"zero\","                   \
	"\"areas\":[{\"code\":\"a\"}],\"items\":[{\"code\":\"q1\",\"area\":\"a\",\"options\":["    \
	"{\"answer\":2,\"points\":1,\"conformity\":\"conforms\"},"                                 \
	"{\"answer\":1,\"points\":0.5,\"conformity\":\"minor\"},"                                  \
	"{\"answer\":0,\"points\":0,\"conformity\":\"major\"}]}],\"questions\":["                  \
	"{\"code\":\"csat\",\"measure\":\"csat\",\"scale\":{\"min\":1,\"max\":5}},"                \
	"{\"code\":\"ces\",\"measure\":\"ces\",\"scale\":{\"min\":1,\"max\":" most "}},"           \
	"{\"code\":\"nps\",\"measure\":\"nps\",\"scale\":{\"min\":0,\"max\":10}}]}"

static const char head[] =
	"\"name\":{\"en\":\"Series\"},\"channels\":[{\"code\":\"phone\"},{\"code\":\"chat\"}],"
	"\"instruments\":[" INSTRUMENT_OF("i", "7") "," INSTRUMENT_OF("j", "7") "," INSTRUMENT_OF(
		"k", "5") "]";

static const char sectors_by_default[] = "{\"code\":\"S1\",\"companies\":[\"A\",\"B\",\"C\"]},"
					 "{\"code\":\"S2\",\"companies\":[\"D\",\"E\",\"F\"]}";

static const char *or_else(const char *text, const char *otherwise)
{
	return text != NULL ? text : otherwise;
}

static void add_companies(struct buf *json, const char *codes)
{
	struct slice rest = slice_of(codes), code;
	const char *comma = "";

	buf_print(json, ",\"companies\":[");
	while (slice_next_part(&rest, ' ', &code)) {
		buf_print(json, "%s{\"code\":\"%.*s\",\"name\":{\"en\":\"%.*s\"}}", comma,
			  SLICE_ARGS(code), SLICE_ARGS(code));
		comma = ",";
	}
	buf_print(json, "]");
}

static void add_wave(struct buf *json, size_t at, const struct given_wave *w)
{
	const char *more = or_else(w->more, "");
	bool has_instrument = strstr(more, "\"instrument\"") != NULL;
	bool has_series = strstr(more, "\"series\"") != NULL;
	bool has_base = strstr(more, "\"minimum_base\"") != NULL;

	buf_print(json, "%s{\"code\":\"w%zu\"%s%s%s", at > 0 ? "," : "", at + 1,
		  has_instrument ? "" : ",\"instrument\":\"i\"",
		  has_series ? "" : ",\"series\":\"s\"",
		  has_base ? "" : ",\"minimum_base\":{\"publish\":2,\"rank\":4,\"cell\":2}");
	if (strstr(more, "\"period\"") == NULL)
		buf_print(json, ",\"period\":{\"from\":\"%zu-01-01\",\"until\":\"%zu-12-31\"}",
			  2001 + at, 2001 + at);
	buf_print(json, "%s,\"sectors\":[%s],\"awards\":[%s]}", more,
		  or_else(w->sectors, sectors_by_default), or_else(w->awards, ""));
}

static void say_faults(const struct programme_faults *faults)
{
	for (size_t i = 0; i < faults->len; i++)
		fprintf(stderr, "%.*s %s: %.*s\n", SLICE_ARGS(faults->at[i].pointer),
			faults->at[i].code, SLICE_ARGS(faults->at[i].expected));
}

struct series given_series(const char *companies, const char *more, const struct given_wave *waves,
			   size_t len)
{
	struct series s = {0};
	struct programme_faults faults = {0};
	struct buf json;

	must(len <= SERIES_WAVES);
	buf_init(&json, 1024 * 1024);
	buf_print(&json, "{\"programme\":\"series\",%s", head);
	add_companies(&json, companies);
	buf_print(&json, "%s,\"waves\":[", or_else(more, ""));
	for (size_t i = 0; i < len; i++)
		add_wave(&json, i, &waves[i]);
	buf_print(&json, "]}");
	arena_init(&s.arena, 64 * 1024 * 1024);
	if (programme_parse(buf_slice(&json), &s.arena, &s.programme, &faults) < 0)
		say_faults(&faults);
	must(s.programme != NULL);
	buf_fini(&json);
	for (size_t i = 0; i < len; i++) {
		const struct instrument *used =
			&s.programme->instruments[s.programme->waves[i].instrument];

		s.tallies[i] = tally_new(used->areas_len, used->items_len, used->questions_len);
	}
	return s;
}

static void forget_summaries(struct series *s)
{
	for (size_t i = 0; i < SERIES_WAVES; i++) {
		wave_summary_free(s->summaries[i]);
		s->summaries[i] = NULL;
	}
}

void series_away(struct series *s)
{
	forget_summaries(s);
	for (size_t i = 0; i < s->programme->waves_len; i++)
		tally_free(s->tallies[i]);
	programme_free(s->programme);
	arena_fini(&s->arena);
}

static int16_t verdict_of(int said)
{
	switch (said) {
	case 'c':
		return 2;
	case 'm':
		return 1;
	case 'M':
		return 0;
	default:
		return ANSWER_NONE;
	}
}

static int16_t one_less(int told)
{
	return told == 0 ? ANSWER_NONE : (int16_t)(told - 1);
}

void given_contact(struct series *s, int wave, const char *company, struct given_contact c)
{
	int16_t answers[] = {verdict_of(c.verdict)};
	int16_t cx[] = {one_less(c.csat), one_less(c.ces), one_less(c.nps)};
	int32_t areas[] = {c.area == 0 ? SCORE_NONE : c.area - 1};
	struct result r = {.answers = answers,
			   .cx = cx,
			   .area_scores = areas,
			   .answered = !c.unanswered,
			   .score = c.unanswered ? 0 : c.score};

	r.company = programme_find_company(s->programme, slice_of(company));
	r.channel = programme_find_channel(s->programme, slice_of(or_else(c.channel, "phone")));
	must(r.company >= 0 && r.channel >= 0);
	tally_add(s->tallies[wave - 1], &r, -1, 1);
}

void given_scores(struct series *s, int wave, const char *company, int count, int hundredths)
{
	for (int i = 0; i < count; i++)
		given_contact(s, wave, company, (struct given_contact){.score = hundredths});
}

void given_each(struct series *s, int wave, const char *company, const char *scores)
{
	struct slice rest = slice_of(scores), word;
	int64_t score = 0;

	while (slice_next_part(&rest, ' ', &word)) {
		must(slice_to_int64(word, &score));
		given_scores(s, wave, company, 1, (int)score);
	}
}

static void summarise(struct series *s)
{
	struct trouble why = {0};

	forget_summaries(s);
	for (size_t i = 0; i < s->programme->waves_len; i++) {
		struct board_source source = {.programme = s->programme,
					      .wave = (int)i,
					      .tally = s->tallies[i],
					      .version = 7,
					      .state = SLICE("published"),
					      .revision = 1};

		if (!s->hidden[i])
			must(wave_summary_make(&source, &s->summaries[i], &why) == OK);
	}
}

static const struct wave_summary *const *summaries_of(struct series *s)
{
	return (const struct wave_summary *const *)s->summaries;
}

/** What was written, as text that ends; the buf is spent. */
static char *text_of(struct buf *text)
{
	char *copy = memory_new(text->len + 1);

	must(!buf_over(text));
	memcpy(copy, text->at, text->len);
	buf_fini(text);
	return copy;
}

static char *written_awards(struct series *s, int wave,
			    void (*write)(const struct awards *awards, struct buf *to))
{
	struct arena_mark before = arena_mark(&s->arena);
	struct trouble why = {0};
	struct awards *awards;
	struct buf text;

	summarise(s);
	must(awards_make(s->programme, wave - 1, summaries_of(s), &s->arena, &awards, &why) == OK);
	buf_init(&text, AWARDS_BUF_BYTES);
	write(awards, &text);
	arena_rewind(&s->arena, before);
	return text_of(&text);
}

char *awards_text(struct series *s, int wave)
{
	return written_awards(s, wave, awards_json);
}

char *awards_csv_text(struct series *s, int wave)
{
	return written_awards(s, wave, awards_csv);
}

static cJSON *parsed(char *text)
{
	cJSON *json = cJSON_Parse(text);

	must(json != NULL);
	memory_free(text);
	return json;
}

cJSON *awards_in(struct series *s, int wave)
{
	return parsed(awards_text(s, wave));
}

cJSON *combined_in(struct series *s)
{
	struct arena_mark before = arena_mark(&s->arena);
	struct trouble why = {0};
	struct combined_board *board;
	struct buf text;

	summarise(s);
	must(combined_make(s->programme, 0, summaries_of(s), &s->arena, &board, &why) == OK);
	buf_init(&text, AWARDS_BUF_BYTES);
	combined_json(board, &text);
	arena_rewind(&s->arena, before);
	return parsed(text_of(&text));
}

static char *written_history(struct series *s, const char *company,
			     void (*write)(const struct history *history, struct buf *to))
{
	struct arena_mark before = arena_mark(&s->arena);
	int index = programme_find_company(s->programme, slice_of(company));
	struct slice series;
	struct trouble why = {0};
	struct history *history;
	struct buf text;

	summarise(s);
	must(history_series(s->programme, SLICE("s"), &series, &why) == OK);
	must(history_make(s->programme, index, series, summaries_of(s), &s->arena, &history,
			  &why) == OK);
	buf_init(&text, AWARDS_BUF_BYTES);
	write(history, &text);
	arena_rewind(&s->arena, before);
	return text_of(&text);
}

cJSON *history_in(struct series *s, const char *company)
{
	return parsed(written_history(s, company, history_json));
}

char *history_csv_text(struct series *s, const char *company)
{
	return written_history(s, company, history_csv);
}

bool fits_into(struct series *s, int wave, const char *company, size_t bytes)
{
	int index = programme_find_company(s->programme, slice_of(company));
	struct trouble why = {0};
	struct awards *awards;
	struct history *history;
	struct combined_board *board;
	struct arena arena;
	enum status st;

	if (s->summaries[0] == NULL)
		summarise(s);
	arena_init(&arena, bytes);
	st = awards_make(s->programme, wave - 1, summaries_of(s), &arena, &awards, &why);
	must(st == OK || (st == E_LIMIT && awards == NULL));
	if (st == OK)
		st = combined_make(s->programme, 0, summaries_of(s), &arena, &board, &why);
	must(st == OK || st == E_LIMIT);
	if (st == OK)
		st = history_make(s->programme, index, s->programme->waves[wave - 1].series,
				  summaries_of(s), &arena, &history, &why);
	must(st == OK || st == E_LIMIT);
	arena_fini(&arena);
	return st == OK;
}

const cJSON *award_of(const cJSON *awards, const char *code)
{
	const cJSON *award;

	cJSON_ArrayForEach(
		award, at_path(awards, "awards")) if (strcmp(at_path(award, "code")->valuestring,
							     code) == 0) return award;
	never("no such award in the answer");
}

const cJSON *winner_of(const cJSON *awards, const char *code, const char *company)
{
	return row_of(at_path(award_of(awards, code), "winners"), "company", company);
}

static char listed[256];

const char *texts_of(const cJSON *list)
{
	const cJSON *text;

	listed[0] = '\0';
	cJSON_ArrayForEach(text, list)
	{
		size_t len = strlen(listed);

		snprintf(listed + len, sizeof(listed) - len, "%s%s", len > 0 ? " " : "",
			 text->valuestring);
	}
	return listed;
}

const char *winners_of(const cJSON *awards, const char *code)
{
	const cJSON *row;

	listed[0] = '\0';
	cJSON_ArrayForEach(row, at_path(award_of(awards, code), "winners"))
	{
		size_t len = strlen(listed);

		snprintf(listed + len, sizeof(listed) - len, "%s%s", len > 0 ? " " : "",
			 at_path(row, "company.code")->valuestring);
	}
	return listed;
}

bool has_won(struct series *s, int wave, const char *award, const char *company)
{
	cJSON *awards = awards_in(s, wave);
	bool won = winner_of(awards, award, company) != NULL;

	cJSON_Delete(awards);
	return won;
}
