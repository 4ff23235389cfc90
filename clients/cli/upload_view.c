#include "cli/upload_view.h"

#include <math.h>

#include "cli/faults_view.h"
#include "cli/reading_view.h"
#include "cli/warnings_view.h"

struct count_line {
	const char *key, *words;
	bool only_if_any;
};

static const struct count_line count_lines[] = {
	{"received", "rows received", false},
	{"accepted", "new, accepted", false},
	{"replaced", "replaced by a corrected row", false},
	{"duplicates", "known already, nothing changed", false},
	{"left_out", "left out by the mapping", true},
	{"rejected", "rejected", false},
};

static size_t digits_of(double count)
{
	size_t digits = 1;
	while (count >= 10) {
		count /= 10;
		digits++;
	}
	return digits;
}

static void add_counts(struct buf *to, const cJSON *answer)
{
	size_t width = digits_of(answer_number(answer, "received"));
	for (size_t i = 0; i < COUNT_OF(count_lines); i++) {
		double count = answer_number(answer, count_lines[i].key);
		if (isnan(count) || (count == 0 && count_lines[i].only_if_any))
			continue;
		buf_print(to, "  %*.0f  %s\n", (int)width, count, count_lines[i].words);
	}
}

static void add_rest(struct buf *to, const cJSON *answer, const char *server,
		     const struct view *view, double shown)
{
	double total = answer_number(answer, "errors_total");
	struct slice url = answer_text(answer, "errors_url");
	if (isnan(total) || total <= shown)
		return;
	buf_print(to, "%.0f more faults", total - shown);
	if (url.len > 0) {
		buf_add_text(to, ", all of them at ");
		if (url.at[0] == '/')
			text_add_safe(to, slice_of(server), view->set);
		text_add_safe(to, url, view->set);
	}
	buf_add_byte(to, '\n');
}

static void add_state(struct buf *to, struct slice state)
{
	if (slice_is(state, "tried"))
		buf_add_text(to, " was only tried: nothing is stored");
	else if (slice_is(state, "refused"))
		buf_add_text(to, " was refused as a whole: nothing is stored");
}

enum status upload_view_add(struct buf *to, const cJSON *answer, const char *server,
			    const struct view *view, double *rejected, struct trouble *why)
{
	const cJSON *errors = answer_member(answer, "errors");
	double received = answer_number(answer, "received");
	*rejected = answer_number(answer, "rejected");
	if (isnan(received) || isnan(*rejected))
		return trouble(why, E_INPUT, "the server's answer is not that of an upload");
	buf_add_text(to, "Upload ");
	text_add_safe(to, answer_text(answer, "upload"), view->set);
	add_state(to, answer_text(answer, "state"));
	buf_add_byte(to, '\n');
	add_counts(to, answer);
	if (answer_number(answer, "withheld") > 0)
		buf_print(to, "  of these %.0f without fault, held back with the others\n",
			  answer_number(answer, "withheld"));
	reading_view_add(to, answer_member(answer, "reading"), view);
	warnings_view_add(to, answer_member(answer, "warnings"), view);
	if (cJSON_IsArray(errors) && cJSON_GetArraySize(errors) > 0) {
		int shown = cJSON_GetArraySize(errors);
		buf_add_text(to, "\nFaults:\n");
		faults_view_add(to, errors, view);
		add_rest(to, answer, server, view,
			 shown > FAULTS_VIEW_ROWS ? FAULTS_VIEW_ROWS : shown);
	}
	return OK;
}
