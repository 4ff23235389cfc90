#include "api/export_question.h"

#include "api/csv_choice.h"
#include "api/problem_of.h"
#include "http/problem.h"

bool export_is_wanted(const struct exchange *x, enum export_format *format)
{
	static const struct {
		enum http_suffix suffix;
		struct slice type;
		enum export_format format;
	} forms[] = {
		{SUFFIX_CSV, {"text/csv", 8}, EXPORT_CSV},
		{SUFFIX_NDJSON, {"application/x-ndjson", 20}, EXPORT_NDJSON},
		{SUFFIX_XLSX, {XLSX_TYPE, sizeof(XLSX_TYPE) - 1}, EXPORT_XLSX},
	};
	struct slice accept = exchange_header(x, "accept");
	for (size_t i = 0; i < COUNT_OF(forms); i++) {
		bool accepted = x->suffix == SUFFIX_NONE && accept.at != NULL &&
				slice_starts_with(accept, forms[i].type);
		if (x->suffix == forms[i].suffix || accepted) {
			*format = forms[i].format;
			return true;
		}
	}
	return false;
}

static enum status read_statuses(struct slice text, struct scan_wanted *w, struct trouble *why)
{
	struct slice word;
	enum review_state status;
	while (slice_next_part(&text, ',', &word)) {
		if (!review_state_from(word, &status))
			return trouble_code(why, E_INPUT, "unknown_status",
					    "a status is submitted, approved, returned, excluded "
					    "or disputed; several have commas between them");
		w->statuses |= 1u << status;
	}
	return OK;
}

static enum status read_sector(struct exchange *x, const struct wave *wave, struct scan_wanted *w,
			       struct trouble *why)
{
	struct slice code;
	if (!exchange_query(x, "sector", &code))
		return OK;
	for (size_t s = 0; s < wave->sectors_len; s++) {
		if (!slice_equal(wave->sectors[s].code, code))
			continue;
		w->companies = wave->sectors[s].companies;
		w->companies_len = wave->sectors[s].companies_len;
		return OK;
	}
	return trouble_code(why, E_GONE, "unknown_sector", "the wave does not have this sector");
}

/** Of a sector and a company only the company is left, where it is in it; else nobody. */
static enum status read_company(struct exchange *x, const struct programme *p,
				struct scan_wanted *w, struct trouble *why)
{
	struct slice code;
	bool within = w->companies == NULL;
	if (!exchange_query(x, "company", &code))
		return OK;
	int company = programme_find_company(p, code);
	if (company < 0)
		return trouble_code(why, E_GONE, "unknown_company", "there is no such company");
	for (size_t i = 0; i < w->companies_len && w->companies != NULL; i++)
		within = within || w->companies[i] == company;
	int *one = arena_take(x->arena, sizeof(*one));
	if (one == NULL)
		return trouble(why, E_LIMIT, "the question is too long");
	*one = company;
	w->companies = one;
	w->companies_len = within ? 1 : 0;
	return OK;
}

enum status results_wanted_read(struct exchange *x, const struct known_wave *wave,
				struct scan_wanted *wanted, struct trouble *why)
{
	const struct programme *p = wave->programme->programme;
	struct slice text;
	*wanted = (struct scan_wanted){.wave_id = wave->wave_id, .channel = -1};
	enum status st = read_sector(x, &p->waves[wave->index], wanted, why);
	if (st == OK)
		st = read_company(x, p, wanted, why);
	if (st == OK && exchange_query(x, "status", &text))
		st = read_statuses(text, wanted, why);
	if (st < 0 || !exchange_query(x, "channel", &text))
		return st;
	wanted->channel = programme_find_channel(p, text);
	if (wanted->channel < 0)
		return trouble_code(why, E_GONE, "unknown_channel", "there is no such channel");
	return OK;
}

static bool refuse(struct exchange *x, const char *words)
{
	exchange_problem(x, 422, "bad_export_option", "There is no such form of an export",
			 slice_of(words));
	return false;
}

static bool read_form(struct exchange *x, struct export_question *q)
{
	struct slice text;
	q->set = q->format == EXPORT_XLSX ? EXPORT_SHEET : EXPORT_ALL;
	if (exchange_query(x, "columns", &text)) {
		if (slice_is(text, "canonical"))
			q->set = EXPORT_CANONICAL;
		else if (!slice_is(text, "all"))
			return refuse(x, "columns is all or canonical");
	}
	if (exchange_query(x, "end_row", &text)) {
		q->end_row = slice_is(text, "1");
		if (!q->end_row && !slice_is(text, "0"))
			return refuse(x, "end_row is 1 or 0");
	}
	if (q->end_row && q->format == EXPORT_XLSX)
		return refuse(x, "a sheet has no end row: its digest stands in the head");
	struct slice page;
	if (exchange_query(x, "limit", &page) || exchange_query(x, "cursor", &page))
		return refuse(x, "limit and cursor are of pages: an export is all there is");
	return true;
}

bool export_question_read(struct exchange *x, const struct known_wave *wave,
			  enum export_format format, struct export_question *q)
{
	struct trouble why;
	*q = (struct export_question){.format = format};
	if (!csv_choice_read(x, format == EXPORT_CSV, &q->form) || !read_form(x, q))
		return false;
	if (results_wanted_read(x, wave, &q->wanted, &why) < 0) {
		answer_trouble(x, &why);
		return false;
	}
	if (format != EXPORT_XLSX && !q->end_row && !exchange_can_trail(x)) {
		exchange_problem(x, 422, "end_row_required", "The end could not be told",
				 SLICE("HTTP/1.0 has no fields behind an answer, so a cut export "
				       "would look whole: ask with end_row=1, or over HTTP/1.1"));
		return false;
	}
	return true;
}
