/** `plaudit rejected UPLOAD`: the rows of a file that were not taken, each with what is wrong. */
#include "cli/rejected.h"

#include "cli/download.h"
#include "cli/terminal.h"
#include "cli/verbs.h"

enum outcome rejected_fetch(const struct session *s, struct slice upload, const char *file)
{
	struct buf path;
	buf_init(&path, HTTP_PATH_BYTES);
	session_add_path(s, &path, true);
	buf_add_text(&path, "/uploads");
	http_add_segment(&path, upload);
	buf_add_text(&path, "/rejected");
	buf_add_byte(&path, '\0');
	if (buf_over(&path))
		options_refuse(s->options, "that is too long");
	const struct download d = {.path = path.at, .file = file};
	enum outcome outcome = download_run(s, &d);
	buf_fini(&path);
	return outcome;
}

enum outcome rejected_of_report(const struct session *s, const cJSON *report)
{
	const struct options *o = s->options;
	double faulty = answer_number(report, "rejected") - answer_number(report, "withheld");
	if (o->rejected == NULL || !(faulty > 0))
		return OUTCOME_OK;
	enum outcome outcome = rejected_fetch(s, answer_text(report, "upload"), o->rejected);
	if (outcome == OUTCOME_OK && !o->quiet)
		terminal_say("the rejected rows are in %s: mend them and send that file",
			     o->rejected);
	return outcome;
}

enum outcome verb_rejected(const struct options *o)
{
	struct session s;
	enum outcome outcome = session_open(&s, o);
	if (outcome != OUTCOME_OK)
		return outcome;
	outcome = rejected_fetch(&s, slice_of(o->words[0]), o->output);
	session_close(&s);
	return outcome;
}
