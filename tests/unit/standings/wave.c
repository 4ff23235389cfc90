#include "wave.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "decode/record.h"
#include "standings/company_detail.h"
#include "standings/sector_table.h"
#include "standings/shopper_table.h"
#include "survey/result.h"

enum { FIELDS = 64, ROWS = 20000, SHOPPERS = 1024 };

static char *file_of(const char *variable, const char *path)
{
	char name[4096];
	const char *folder = getenv(variable);
	FILE *f;
	long size;
	char *text;

	if (folder == NULL && strcmp(variable, "PLAUDIT_SOURCE_DIR") == 0)
		folder = ".";
	if (folder == NULL)
		return NULL;
	snprintf(name, sizeof(name), "%s/%s", folder, path);
	f = fopen(name, "rb");
	if (f == NULL)
		return NULL;
	fseek(f, 0, SEEK_END);
	size = ftell(f);
	rewind(f);
	must(size >= 0);
	text = memory_new((size_t)size + 1);
	must(fread(text, 1, (size_t)size, f) == (size_t)size);
	fclose(f);
	return text;
}

struct sample given_programme(const char *json)
{
	struct sample s = {0};
	struct programme_faults faults;
	const struct instrument *i;

	arena_init(&s.arena, 64 * 1024 * 1024);
	must(programme_parse(slice_of(json), &s.arena, &s.programme, &faults) == OK);
	i = &s.programme->instruments[s.programme->waves[0].instrument];
	s.tally = tally_new(i->areas_len, i->items_len, i->questions_len);
	s.shoppers = memory_new(SHOPPERS * sizeof(*s.shoppers));
	s.source = (struct board_source){.programme = s.programme,
					 .tally = s.tally,
					 .version = 187,
					 .state = SLICE("fielding"),
					 .shoppers = s.shoppers};
	return s;
}

void given_away(struct sample *s)
{
	tally_free(s->tally);
	programme_free(s->programme);
	memory_free(s->shoppers);
	arena_fini(&s->arena);
}

static int shopper_number(struct sample *s, struct slice code)
{
	if (code.len == 0)
		return -1;
	for (size_t i = 0; i < s->shoppers_len; i++)
		if (slice_equal(s->shoppers[i], code))
			return (int)i;
	must(s->shoppers_len < SHOPPERS);
	s->shoppers[s->shoppers_len] = arena_copy(&s->arena, code);
	s->source.shoppers_len = s->shoppers_len + 1;
	return (int)s->shoppers_len++;
}

static void count(struct sample *s, struct intake *in, const struct field *fields, size_t len)
{
	struct record record = {.row = 1, .fields = fields, .fields_len = len};
	struct arena scratch;
	struct result result;
	struct reject reject;

	arena_init(&scratch, 1024 * 1024);
	must(intake_read(in, &record, &scratch, &result, &reject) == OK);
	tally_add(s->tally, &result, shopper_number(s, result.shopper), 1);
	arena_fini(&scratch);
}

void given_result(struct sample *s, const char *words)
{
	struct intake *in = intake_new(s->programme, 0, clock_now());
	struct field fields[FIELDS];
	struct slice rest = slice_of(words), word, name;
	size_t len = 0;

	while (slice_next_part(&rest, ' ', &word)) {
		must(len < FIELDS && slice_next_part(&word, '=', &name));
		fields[len++] = (struct field){.name = name, .value = word};
	}
	count(s, in, fields, len);
	intake_free(in);
}

/** Cuts the text of a simple table, without quotes, into cells. */
static struct expected cut(char *text)
{
	struct expected e = {.text = text, .cells = memory_new(ROWS * sizeof(*e.cells))};

	for (char *line = text; line != NULL && *line != '\0';) {
		char *end = strchr(line, '\n');
		size_t columns = 0;

		if (end != NULL)
			*end = '\0';
		must(e.rows < ROWS);
		e.cells[e.rows] = memory_new(128 * sizeof(char *));
		for (char *cell = line; cell != NULL; columns++) {
			char *comma = strchr(cell, ',');

			if (comma != NULL)
				*comma = '\0';
			must(columns < 128);
			e.cells[e.rows][columns] = cell;
			cell = comma == NULL ? NULL : comma + 1;
		}
		if (e.rows == 0)
			e.columns = columns;
		e.rows++;
		line = end == NULL ? NULL : end + 1;
	}
	return e;
}

struct expected expected_table(const char *file)
{
	char path[256];
	char *text;

	snprintf(path, sizeof(path), "cases/statistics/wave/%s", file);
	text = file_of("PLAUDIT_SHARED_DIR", path);
	if (text == NULL) {
		fprintf(stderr, "skipped: ../shared/%s is not here\n", path);
		return (struct expected){0};
	}
	return cut(text);
}

void expected_free(struct expected *e)
{
	for (size_t i = 0; i < e->rows; i++)
		memory_free(e->cells[i]);
	memory_free(e->cells);
	memory_free(e->text);
}

const char *expected_cell(const struct expected *e, size_t row, const char *column)
{
	for (size_t i = 0; i < e->columns; i++)
		if (strcmp(e->cells[0][i], column) == 0)
			return e->cells[row][i];
	fprintf(stderr, "no column %s\n", column);
	never("a test asks for a column that does not exist");
}

struct sample given_sample(bool reversed)
{
	char *json = file_of("PLAUDIT_SOURCE_DIR", "programmes/sample/programme.json");
	char *csv = file_of("PLAUDIT_SOURCE_DIR", "programmes/sample/results.csv");
	struct sample s;
	struct expected rows;
	struct intake *in;

	must(json != NULL && csv != NULL);
	s = given_programme(json);
	rows = cut(csv);
	in = intake_new(s.programme, 0, clock_now());
	for (size_t r = 1; r < rows.rows; r++) {
		char **cells = rows.cells[reversed ? rows.rows - r : r];
		struct field fields[FIELDS];

		must(rows.columns <= FIELDS);
		for (size_t c = 0; c < rows.columns; c++)
			fields[c] = (struct field){.name = slice_of(rows.cells[0][c]),
						   .value = slice_of(cells[c])};
		count(&s, in, fields, rows.columns);
	}
	intake_free(in);
	expected_free(&rows);
	memory_free(json);
	return s;
}

static struct board *make(struct sample *s, struct arena *arena, const struct board_words *words)
{
	struct board_query query;
	struct board *board;
	struct trouble why;

	must(board_query_read(s->programme, 0, words, &query, &why) == OK);
	must(board_make(&s->source, &query, arena, &board, &why) == OK);
	return board;
}

static cJSON *parsed(struct buf *text)
{
	cJSON *json;

	must(!buf_over(text));
	json = cJSON_ParseWithLength(text->at, text->len);
	must(json != NULL);
	buf_fini(text);
	return json;
}

cJSON *board_of(struct sample *s, const char *sector, const char *channel, const char *metric,
		const char *threshold, const char *include)
{
	struct board_words words = {slice_of(sector), slice_of(channel), slice_of(metric),
				    slice_of(threshold), slice_of(include)};
	struct arena arena;
	struct buf text;

	arena_init(&arena, BOARD_ARENA_BYTES);
	buf_init(&text, BOARD_BUF_BYTES);
	board_json(make(s, &arena, &words), &text);
	arena_fini(&arena);
	return parsed(&text);
}

char *board_text_of(struct sample *s, const char *sector, const char *channel, const char *metric,
		    bool csv)
{
	struct board_words words = {.sector = slice_of(sector),
				    .channel = slice_of(channel),
				    .metric = slice_of(metric),
				    .threshold = SLICE("80")};
	struct arena arena;
	struct buf text;
	struct board *board;

	arena_init(&arena, BOARD_ARENA_BYTES);
	buf_init(&text, BOARD_BUF_BYTES);
	board = make(s, &arena, &words);
	if (csv)
		board_csv(board, &text);
	else
		board_json(board, &text);
	buf_add_byte(&text, '\0');
	arena_fini(&arena);
	return text.at;
}

void free_text(char *text)
{
	memory_free(text);
}

char *sectors_csv_of(struct sample *s)
{
	struct sector_table *table;
	struct arena arena;
	struct buf text;

	arena_init(&arena, BOARD_ARENA_BYTES);
	buf_init(&text, BOARD_BUF_BYTES);
	must(sector_table_make(&s->source, &arena, &table, NULL) == OK);
	sectors_csv(table, &text);
	buf_add_byte(&text, '\0');
	arena_fini(&arena);
	return text.at;
}

cJSON *sectors_of(struct sample *s)
{
	struct sector_table *table;
	struct arena arena;
	struct buf text;

	arena_init(&arena, BOARD_ARENA_BYTES);
	buf_init(&text, BOARD_BUF_BYTES);
	must(sector_table_make(&s->source, &arena, &table, NULL) == OK);
	sectors_json(table, &text);
	arena_fini(&arena);
	return parsed(&text);
}

cJSON *company_of(struct sample *s, const char *code)
{
	int company = programme_find_company(s->programme, slice_of(code));
	struct company_detail *detail;
	struct arena arena;
	struct buf text;

	arena_init(&arena, BOARD_ARENA_BYTES);
	buf_init(&text, BOARD_BUF_BYTES);
	must(company_detail_make(&s->source, company, &arena, &detail, NULL) == OK);
	company_json(detail, &text);
	arena_fini(&arena);
	return parsed(&text);
}

cJSON *shoppers_of(struct sample *s)
{
	struct shopper_table *table;
	struct arena arena;
	struct buf text;

	arena_init(&arena, BOARD_ARENA_BYTES);
	buf_init(&text, BOARD_BUF_BYTES);
	must(shopper_table_make(&s->source, &arena, &table, NULL) == OK);
	shoppers_json(table, &text);
	arena_fini(&arena);
	return parsed(&text);
}

const cJSON *at_path(const cJSON *object, const char *path)
{
	struct slice rest = slice_of(path), part;

	while (object != NULL && slice_next_part(&rest, '.', &part)) {
		char name[80];

		snprintf(name, sizeof(name), "%.*s", SLICE_ARGS(part));
		object = cJSON_GetObjectItemCaseSensitive(object, name);
	}
	return object;
}

const cJSON *row_of(const cJSON *rows, const char *name, const char *code)
{
	const cJSON *row;

	cJSON_ArrayForEach(row, rows)
	{
		const cJSON *has = at_path(cJSON_GetObjectItemCaseSensitive(row, name), "code");

		if (cJSON_IsString(has) && strcmp(has->valuestring, code) == 0)
			return row;
	}
	return NULL;
}

/** The reason beside a path, or beside any object on the way that is null. */
static bool has_reason(const cJSON *object, const char *path)
{
	char prefix[160];
	const char *dot = path;

	do {
		dot = strchr(dot + (dot != path), '.');
		snprintf(prefix, sizeof(prefix), "%.*s_reason",
			 dot == NULL ? (int)strlen(path) : (int)(dot - path), path);
		if (cJSON_IsString(at_path(object, prefix)))
			return true;
	} while (dot != NULL);
	return false;
}

static bool value_agrees(const cJSON *got, const char *expected, double tolerance)
{
	char *end;
	double number = strtod(expected, &end);

	if (cJSON_IsBool(got))
		return strcmp(expected, cJSON_IsTrue(got) ? "true" : "false") == 0;
	if (cJSON_IsString(got))
		return strcmp(expected, got->valuestring) == 0;
	if (!cJSON_IsNumber(got) || end == expected || *end != '\0')
		return false;
	return fabs(got->valuedouble - number) <= fmax(tolerance * fabs(number), tolerance);
}

bool agrees(const cJSON *object, const char *path, const char *expected, double tolerance)
{
	const cJSON *got = at_path(object, path);
	bool well;

	if (*expected == '\0')
		well = (got == NULL || cJSON_IsNull(got)) && has_reason(object, path);
	else
		well = value_agrees(got, expected, tolerance);
	if (!well) {
		char *words = got == NULL ? NULL : cJSON_PrintUnformatted(got);

		fprintf(stderr, "%s: got %.120s, expected \"%s\"\n", path,
			words ? words : "nothing", expected);
		cJSON_free(words);
	}
	return well;
}
