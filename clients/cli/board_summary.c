#include "cli/board_summary.h"

#include <math.h>

enum { LABEL_COLUMNS = 16 };

/** "Sector level    ", or its continuation where label is "". */
static void add_label(struct buf *to, const char *label)
{
	text_add_cell(to, slice_of(label), LABEL_COLUMNS, TEXT_LEFT, TEXT_ASCII);
}

double board_summary_level(const cJSON *board)
{
	return answer_number(answer_member(board, "summary"), "mean_of_companies");
}

double board_level_percent(const cJSON *board)
{
	double level = answer_number(answer_member(board, "definition"), "level");
	return isnan(level) ? 95 : level * 100;
}

void board_summary_scale(const cJSON *board, const struct metric *metric, double *least,
			 double *most)
{
	const cJSON *question;
	*least = metric->floor;
	*most = metric->ceiling;
	if (!slice_is(slice_of(metric->code), "ces"))
		return;
	cJSON_ArrayForEach(question, answer_member(answer_member(board, "definition"), "questions"))
	{
		double lower = answer_number(question, "scale_min");
		double upper = answer_number(question, "scale_max");
		if (slice_is(answer_text(question, "code"), metric->code) && lower < upper) {
			*least = lower;
			*most = upper;
		}
	}
}

static void add_scale(struct buf *to, const cJSON *board, const struct metric *metric,
		      const struct view *view)
{
	double least, most;
	struct slice code = answer_text(board, "metric");
	board_summary_scale(board, metric, &least, &most);
	if (slice_starts_with(code, SLICE("area:"))) {
		buf_add_text(to, "area ");
		text_add_safe(to, slice_from(code, strlen("area:")), view->set);
	} else {
		buf_add_text(to, metric->words);
	}
	buf_add_text(to, " from ");
	if (least < 0)
		buf_add_text(to, view->ascii ? "-" : "\u2212");
	buf_print(to, "%.0f to %.0f", fabs(least), most);
}

/** A channel is a code, or a code with its names. */
static void add_channel(struct buf *to, const cJSON *channel, const struct view *view)
{
	if (channel == NULL || cJSON_IsNull(channel)) {
		buf_add_text(to, ", all channels");
		return;
	}
	buf_add_text(to, ", channel ");
	if (cJSON_IsString(channel))
		text_add_safe(to, slice_of(channel->valuestring), view->set);
	else
		view_add_name(to, view, channel);
}

void board_summary_add_heading(struct buf *to, const cJSON *board, const struct metric *metric,
			       const struct view *view)
{
	const cJSON *sector = answer_member(board, "sector");
	double revision = answer_number(board, "revision");
	if (sector != NULL && !cJSON_IsNull(sector))
		view_add_name(to, view, sector);
	else
		buf_add_text(to, "All sectors");
	buf_add_text(to, ", ");
	text_add_safe(to, answer_text(board, "programme"), view->set);
	buf_add_byte(to, ' ');
	text_add_safe(to, answer_text(board, "wave"), view->set);
	buf_add_text(to, ": ");
	add_scale(to, board, metric, view);
	add_channel(to, answer_member(board, "channel"), view);
	buf_add_text(to, " (");
	text_add_safe(to, answer_text(board, "state"), view->set);
	if (!isnan(revision))
		buf_print(to, ", revision %.0f", revision);
	buf_add_text(to, ")\n\n");
}

static void add_level(struct buf *to, const cJSON *board, const struct view *view,
		      struct view_notes *notes)
{
	const cJSON *figures = answer_member(board, "summary");
	double lower = answer_number(figures, "ci_lower"),
	       upper = answer_number(figures, "ci_upper");
	if (figures == NULL)
		return;
	add_label(to, "Sector level");
	view_add_figure(to, view, board_summary_level(board),
			answer_reason(figures, "mean_of_companies"), notes);
	if (!isnan(lower) && !isnan(upper)) {
		buf_print(to, " (%.0f %% interval ", board_level_percent(board));
		view_add_interval(to, view, lower, upper);
		buf_add_text(to, ")");
	}
	buf_add_byte(to, '\n');
}

static void add_base(struct buf *to, const cJSON *summary)
{
	double companies = answer_number(summary, "companies"), n = answer_number(summary, "n");
	double hidden = answer_number(summary, "companies_suppressed");
	if (isnan(companies))
		return;
	add_label(to, "Base");
	view_add_count(to, companies, "company", "companies");
	if (!isnan(n)) {
		buf_add_text(to, ", ");
		view_add_count(to, n, "result", "results");
	}
	if (hidden > 0)
		buf_print(to, ", %.0f not shown", hidden);
	buf_add_byte(to, '\n');
}

static void add_spread(struct buf *to, const cJSON *figures, const struct view *view)
{
	double least = answer_number(figures, "company_min");
	double most = answer_number(figures, "company_max");
	double sd = answer_number(figures, "between_company_sd");
	double true_sd = answer_number(figures, "true_between_sd");
	if (isnan(least) || isnan(most))
		return;
	add_label(to, "Spread");
	view_add_number(to, view, least);
	buf_add_text(to, " to ");
	view_add_number(to, view, most);
	double range = answer_number(figures, "company_range");
	if (!isnan(range)) {
		buf_add_text(to, " (range ");
		view_add_number(to, view, range);
		buf_add_text(to, ")");
	}
	if (!isnan(sd)) {
		buf_add_text(to, ", SD between companies ");
		view_add_number(to, view, sd);
	}
	if (!isnan(true_sd)) {
		buf_add_text(to, " (");
		view_add_number(to, view, true_sd);
		buf_add_text(to, " with chance taken out)");
	}
	buf_add_byte(to, '\n');
}

/** The share of the observed spread between companies that is not chance. */
static void add_reliability(struct buf *to, const cJSON *figures, const struct view *view)
{
	double reliability = answer_number(figures, "reliability");
	if (isnan(reliability))
		return;
	add_label(to, "Reliability");
	view_add_number(to, view, reliability * 100);
	buf_add_text(to, " % of the differences between companies is more than chance\n");
}

static size_t count_tied(const cJSON *board, bool *known)
{
	const cJSON *standing;
	size_t tied = 0;
	*known = false;
	cJSON_ArrayForEach(standing, answer_member(board, "standings"))
	{
		bool yes = answer_is_true(standing, "tied_with_best");
		*known |= yes || answer_is_false(standing, "tied_with_best");
		tied += yes ? 1 : 0;
	}
	return tied;
}

static void add_tied(struct buf *to, const cJSON *board)
{
	bool known;
	size_t tied = count_tied(board, &known);
	double given = answer_number(answer_member(board, "summary"), "tied_with_best");
	if (!isnan(given))
		tied = (size_t)fmax(0, given);
	if (tied == 0 || (!known && isnan(given)))
		return;
	add_label(to, "Best");
	if (tied == 1)
		buf_add_text(to, "one company is ahead of all others\n");
	else
		buf_print(to, "%zu companies cannot be told apart from the best\n", tied);
}

/** Words of a sentence behind the labels, broken where the terminal ends. */
static void add_wrapped(struct buf *to, struct slice sentence, const struct view *view)
{
	size_t at = LABEL_COLUMNS;
	struct slice word;
	while (slice_next_part(&sentence, ' ', &word)) {
		size_t width = text_width(word);
		if (at > LABEL_COLUMNS && at + 1 + width > view->columns) {
			buf_add_byte(to, '\n');
			text_add_spaces(to, LABEL_COLUMNS);
			at = LABEL_COLUMNS;
		} else if (at > LABEL_COLUMNS) {
			buf_add_byte(to, ' ');
			at++;
		}
		text_add_safe(to, word, view->set);
		at += width;
	}
}

/** The server's own sentence on whether the order can bear publication, if it gives one. */
static bool add_verdict(struct buf *to, const cJSON *summary, const struct view *view)
{
	struct slice sentence = answer_text(answer_member(summary, "ranking"), "sentence");
	if (sentence.len == 0)
		return false;
	add_label(to, "Ranking");
	add_wrapped(to, sentence, view);
	buf_add_byte(to, '\n');
	return true;
}

void board_summary_add(struct buf *to, const cJSON *board, const struct view *view,
		       struct view_notes *notes)
{
	const cJSON *summary = answer_member(board, "summary");
	add_level(to, board, view, notes);
	add_base(to, summary);
	add_spread(to, summary, view);
	add_reliability(to, summary, view);
	if (!add_verdict(to, summary, view))
		add_tied(to, board);
}
