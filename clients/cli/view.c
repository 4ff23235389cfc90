#include "cli/view.h"

#include <math.h>

struct reason_words {
	const char *code, *words;
};

static const struct reason_words reasons[] = {
	{"no_answers", "nobody answered the question"},
	{"no_results", "no results yet"},
	{"one_answer", "one answer alone has no spread"},
	{"zero_variance", "all answers are the same"},
	{"single_company", "one company alone cannot be compared"},
	{"below_minimum_base", "too few results to publish"},
	{"suppressed", "too few results to publish"},
	{"not_ranked", "too few results to be ranked"},
	{"not_applicable_scale", "not asked, or the question's scale does not allow this figure"},
	{"not_computed", "too many companies to compute this"},
	{"not_planned", "the wave plans no contacts here"},
	{"not_in_wave", "not in this wave"},
	{"merged", "merged from several companies later"},
	{"wave_not_available", "the wave's figures are not to be seen"},
	{"not_asked", "the programme does not ask this question"},
};

enum text_set view_set(const struct view *view)
{
	return view->ascii ? TEXT_ASCII : TEXT_UTF8;
}

/** The nudge is far below what is shown and far above a double's error: 82.35 is
 * stored a hair below itself and must still become 82.4. */
double view_rounded(double number)
{
	double rounded = floor(number * 10 + 0.5 + 1e-9) / 10;
	return rounded == 0 ? 0 : rounded;
}

void view_add_dash(struct buf *to, const struct view *view)
{
	buf_add_text(to, view->ascii ? "-" : "\u2013");
}

void view_add_whole(struct buf *to, const struct view *view, double number)
{
	if (isnan(number))
		view_add_dash(to, view);
	else
		buf_print(to, "%.0f", number);
}

void view_add_number(struct buf *to, const struct view *view, double number)
{
	if (!isfinite(number)) {
		view_add_dash(to, view);
		return;
	}
	double rounded = view_rounded(number);
	if (rounded < 0)
		buf_add_text(to, view->ascii ? "-" : "\u2212");
	buf_print(to, "%.1f", fabs(rounded));
}

static size_t note_number(struct view_notes *notes, struct slice reason)
{
	for (size_t i = 0; i < notes->len; i++) {
		if (slice_equal(notes->reasons[i], reason))
			return i;
	}
	if (notes->len == VIEW_NOTES)
		return VIEW_NOTES - 1;
	notes->reasons[notes->len] = reason;
	return notes->len++;
}

static void add_sign(struct buf *to, const struct view *view, size_t note)
{
	static const char *const signs[VIEW_NOTES] = {
		"\u00B9", "\u00B2", "\u00B3", "\u2074", "\u2075",
		"\u2076", "\u2077", "\u2078", "\u2079",
	};
	if (view->ascii)
		buf_print(to, "[%zu]", note + 1);
	else
		buf_add_text(to, signs[note]);
}

void view_add_figure(struct buf *to, const struct view *view, double number, struct slice reason,
		     struct view_notes *notes)
{
	view_add_number(to, view, number);
	if (!isfinite(number))
		add_sign(to, view, note_number(notes, reason));
}

void view_add_interval(struct buf *to, const struct view *view, double lower, double upper)
{
	if (!isfinite(lower) || !isfinite(upper))
		return;
	view_add_number(to, view, lower);
	buf_add_text(to, " to ");
	view_add_number(to, view, upper);
}

void view_add_reason(struct buf *to, const struct view *view, struct slice reason)
{
	for (size_t i = 0; i < COUNT_OF(reasons); i++) {
		if (slice_is(reason, reasons[i].code)) {
			buf_add_text(to, reasons[i].words);
			return;
		}
	}
	if (reason.len == 0)
		buf_add_text(to, "not defined; the server gives no reason");
	else
		text_add_safe(to, reason, view->set);
}

void view_add_notes(struct buf *to, const struct view *view, const struct view_notes *notes)
{
	for (size_t i = 0; i < notes->len; i++) {
		view_add_dash(to, view);
		add_sign(to, view, i);
		buf_add_byte(to, ' ');
		view_add_reason(to, view, notes->reasons[i]);
		buf_add_byte(to, '\n');
	}
}

static bool is_usable(const struct view *view, struct slice name)
{
	return name.len > 0 && (view->set == TEXT_UTF8 || text_is_ascii(name));
}

/** Norwegian has three tags for two written forms; a programme names one of them. */
static struct slice name_in(const cJSON *names, const char *language)
{
	struct slice name = answer_text(names, language);
	bool norwegian = slice_is(slice_of(language), "no") || slice_is(slice_of(language), "nn");
	return name.len == 0 && norwegian ? answer_text(names, "nb") : name;
}

void view_add_words(struct buf *to, const struct view *view, const cJSON *names,
		    struct slice otherwise)
{
	struct slice words = cJSON_IsString(names) ? slice_of(names->valuestring)
						   : name_in(names, view->language);
	if (!is_usable(view, words))
		words = answer_text(names, "en");
	if (!is_usable(view, words))
		words = otherwise;
	text_add_safe(to, words, view->set);
}

void view_add_name(struct buf *to, const struct view *view, const cJSON *named)
{
	view_add_words(to, view, answer_member(named, "name"), answer_text(named, "code"));
}

void view_add_count(struct buf *to, double count, const char *one, const char *many)
{
	buf_print(to, "%.0f %s", count, count == 1 ? one : many);
}
