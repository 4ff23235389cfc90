#include "cli/offline_board.h"

#include <stdio.h>

#include "base/json_out.h"
#include "cli/csv_declared.h"
#include "cli/document_file.h"
#include "cli/faults_view.h"
#include "cli/file.h"
#include "cli/media_type.h"
#include "cli/offline_count.h"
#include "cli/reading_view.h"
#include "cli/session.h"
#include "cli/table_file.h"
#include "cli/terminal.h"
#include "standings/company_detail.h"
#include "standings/sector_table.h"
#include "survey/breach.h"

enum { LIST_BYTES = 4 * 1024 * 1024, VIEW_ARENA_BYTES = 64 * 1024 };

/* What went wrong */

/** Where something was found out that nobody declared, or rows were rejected. */
static void tell_reading(const struct options *o, struct slice document, bool rejected)
{
	struct view view = terminal_view(o);
	struct arena arena;
	struct buf lines;
	const cJSON *reading;
	arena_init(&arena, VIEW_ARENA_BYTES);
	buf_init(&lines, LIST_BYTES);
	if (document.len > 0 && answer_parse(document, &arena, &reading, NULL) == OK &&
	    (rejected || reading_view_is_news(reading)))
		reading_view_add(&lines, reading, &view);
	if (lines.len > 0)
		fwrite(lines.at, 1, lines.len, stderr);
	buf_fini(&lines);
	arena_fini(&arena);
}

static void report_rejected(const struct options *o, const struct offline_count *count)
{
	struct offline_totals t = offline_totals(count);
	terminal_say("%s: %lld rows, %lld counted, %lld duplicates, %lld rejected", o->file,
		     (long long)t.received, (long long)t.accepted, (long long)t.duplicates,
		     (long long)t.rejected);
	if (t.left_out > 0)
		terminal_say("rows left out by the mapping: %lld", (long long)t.left_out);
	faults_say(o, offline_faults(count));
	if (t.faults > OFFLINE_FAULTS)
		terminal_say("%lld more faults", (long long)(t.faults - OFFLINE_FAULTS));
}

/* The programme */

static enum status read_programme(const struct options *o, struct programme **made,
				  struct trouble *why)
{
	struct buf file;
	buf_init(&file, PROGRAMME_BYTES_LIMIT);
	enum status st = file_read(o->programme, &file, why);
	if (st == OK)
		st = programme_file_parse(o, o->programme, buf_slice(&file), made, why);
	buf_fini(&file);
	return st;
}

/** The wave named, or the only one. */
static enum status choose_wave(const struct options *o, const struct programme *p, int *wave,
			       struct trouble *why)
{
	*wave = o->wave != NULL ? programme_find_wave(p, slice_of(o->wave)) : 0;
	if (*wave < 0)
		return trouble(why, E_GONE, "the programme has no wave %s", o->wave);
	if (o->wave == NULL && p->waves_len != 1)
		options_refuse(o, "the programme has several waves: give --wave");
	const struct wave *chosen = &p->waves[*wave];
	if (breaches_with_action(&chosen->fieldwork, BREACH_EXCLUDES) & BREACHES_AMONG)
		return trouble(why, E_INPUT,
			       "wave %.*s excludes shoppers' later contacts, which only a server "
			       "that has all of them can",
			       SLICE_ARGS(chosen->code));
	return OK;
}

/* The file */

static enum status format_of(const struct options *o, enum decode_format *format,
			     const struct table_format **table, struct trouble *why)
{
	static const struct {
		const char *type;
		enum decode_format format;
	} known[] = {{"text/csv", DECODE_CSV},
		     {"application/x-ndjson", DECODE_NDJSON},
		     {"application/json", DECODE_JSON_ARRAY}};
	char type[MEDIA_TYPE_BYTES];
	if (media_type_of(slice_of(o->file), slice_of(o->type), type, why) < 0)
		options_refuse(o, why->words);
	for (size_t i = 0; i < COUNT_OF(known); i++) {
		*format = known[i].format;
		if (slice_is(slice_of(type), known[i].type))
			return OK;
	}
	*table = table_format_of_type(slice_of(type));
	return *table != NULL ? OK : trouble(why, E_INPUT, "%s cannot be read here", type);
}

static void check_declared(const struct options *o, bool is_csv, const struct table_format *table)
{
	const struct csv_options csv = csv_declared(o);
	bool as_typed = table != NULL && table->as_typed;
	if (!is_csv && !as_typed && !csv_options_empty(&csv))
		options_refuse(o, "only of CSV and XLSX anything is declared");
	if (as_typed && (csv.encoding != NULL || csv.delimiter != 0))
		options_refuse(o, "of XLSX --decimal, --header-rows and --dates are declared");
	if (o->sheet != NULL && (table == NULL || !table->has_sheets))
		options_refuse(o, "only a workbook has sheets");
}

/** `reading` gets what was understood of the file. */
static enum status read_results(const struct options *o, struct offline_count *count,
				struct buf *reading, struct trouble *why)
{
	struct csv_options csv = csv_declared(o);
	const struct table_format *table = NULL;
	enum decode_format format;
	int descriptor = -1;
	enum status st = format_of(o, &format, &table, why);
	if (st == OK)
		check_declared(o, table == NULL && format == DECODE_CSV, table);
	if (st == OK && table != NULL) {
		format = DECODE_CSV;
		st = table_file_make(o, table, &csv, &descriptor, reading, why);
	} else if (st == OK) {
		st = file_open(o->file, &descriptor, why);
	}
	if (st < 0)
		return st;
	bool tells = table == NULL || table->as_typed;
	st = offline_read(count, descriptor, format, &csv, tells ? reading : NULL, why);
	file_close(descriptor);
	return st;
}

/* The answer */

static enum status make_board(const struct options *o, const struct board_source *source,
			      struct arena *arena, struct buf *to, struct trouble *why)
{
	struct board_query query;
	struct board *board = NULL;
	const struct board_words words = {.sector = slice_of(o->sector),
					  .channel = slice_of(o->channel),
					  .metric = slice_of(o->metric),
					  .threshold = slice_of(o->threshold),
					  .include = slice_of(o->include)};
	enum status st = board_query_read(source->programme, source->wave, &words, &query, why);
	if (st == OK)
		st = board_make(source, &query, arena, &board, why);
	if (st < 0)
		return st;
	if (o->csv)
		board_csv(board, to);
	else
		board_json(board, to);
	return OK;
}

static enum status make_sectors(const struct options *o, const struct board_source *source,
				struct arena *arena, struct buf *to, struct trouble *why)
{
	struct sector_table *sectors = NULL;
	enum status st = sector_table_make(source, arena, &sectors, why);
	if (st < 0)
		return st;
	if (o->csv)
		sectors_csv(sectors, to);
	else
		sectors_json(sectors, to);
	return OK;
}

static enum status make_company(const struct options *o, const struct board_source *source,
				struct arena *arena, struct buf *to, struct trouble *why)
{
	struct company_detail *company = NULL;
	int index = programme_find_company(source->programme, slice_of(o->company));
	enum status st = company_detail_make(source, index, arena, &company, why);
	if (st < 0)
		return st;
	company_json(company, to);
	return OK;
}

static enum status make_answer(const struct options *o, enum offline_form form,
			       const struct offline_count *count, struct buf *to,
			       struct trouble *why)
{
	static enum status (*const makers[])(const struct options *o,
					     const struct board_source *source, struct arena *arena,
					     struct buf *to, struct trouble *why) = {
		[OFFLINE_BOARD] = make_board,
		[OFFLINE_SECTORS] = make_sectors,
		[OFFLINE_COMPANY] = make_company,
	};
	struct board_source source = offline_source(count);
	struct arena arena;
	arena_init(&arena, BOARD_ARENA_BYTES);
	enum status st = makers[form](o, &source, &arena, to, why);
	arena_fini(&arena);
	if (st == OK && buf_over(to))
		st = trouble(why, E_LIMIT, "the answer is larger than an answer may be");
	return st;
}

static enum outcome count_and_answer(const struct options *o, enum offline_form form,
				     struct offline_count *count, struct buf *to)
{
	struct trouble why;
	struct buf reading;
	buf_init(&reading, LIST_BYTES);
	enum status st = read_results(o, count, &reading, &why);
	bool rejected = offline_totals(count).rejected > 0;
	tell_reading(o, buf_slice(&reading), rejected);
	buf_fini(&reading);
	if (rejected)
		report_rejected(o, count);
	if (st == OK)
		st = make_answer(o, form, count, to, &why);
	if (st < 0)
		return session_fail(&why);
	return rejected ? OUTCOME_REJECTED_ROWS : OUTCOME_OK;
}

static enum status take_mapping(const struct options *o, struct offline_count *count,
				struct trouble *why)
{
	struct profile *profile = NULL;
	if (o->mapping == NULL)
		return OK;
	enum status st = mapping_file_read(o, o->mapping, &profile, why);
	return st == OK ? offline_map(count, &profile, why) : st;
}

enum outcome offline_answer(const struct options *o, enum offline_form form,
			    struct http_answer *answer)
{
	struct programme *programme = NULL;
	struct trouble why;
	int wave = 0;
	if (o->programme == NULL)
		options_refuse(o, "--file needs --programme FILE, the programme's file");
	enum status st = read_programme(o, &programme, &why);
	if (st == OK)
		st = choose_wave(o, programme, &wave, &why);
	if (st < 0) {
		programme_free(programme);
		return session_fail(&why);
	}
	struct offline_count *count = offline_new(&programme, wave);
	enum outcome outcome = take_mapping(o, count, &why) == OK
				       ? count_and_answer(o, form, count, &answer->body)
				       : session_fail(&why);
	offline_free(count);
	return outcome;
}
