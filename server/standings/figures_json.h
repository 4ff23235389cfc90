/** The figures of a group of contacts as members of a JSON object.
 *
 * One shape for a board's row, a channel and a company: the members are no_answer_*,
 * score, answered_mean, nps, csat, ces, and area where one is asked for.
 */
#pragma once

#include "base/json_out.h"
#include "standings/figures.h"
#include "standings/reasons.h"

struct figures_style {
	const struct roster *roster;
	bool bins; /**< with the counts of scores, [value, count] ascending */
	bool area; /**< with the figures of an area */
};

/** Members "answered" .. "area" of the object that is open. */
void figures_json(struct json_out *j, const struct figures *f, struct figures_style style);
/** The same members, all undefined. */
void figures_json_hidden(struct json_out *j, struct figures_style style);

/** "key": an object with mean, interval, spread of a score. */
void spread_json(struct json_out *j, const char *key, const struct spread *s, struct interval ci,
		 enum ci_method method);
/** "bins": [[value, count], ...]. */
void bins_json(struct json_out *j, struct counts c, int32_t per_unit);
/** Members mean .. distribution of any question, turned so that high is good. */
void rating_json(struct json_out *j, const char *key, const struct rating_figures *f,
		 const struct question *q, struct counts c, int64_t contacts);
void text_json(struct json_out *j, const char *key, const char *text);
