/** An invitation as its firm sees it. */
#pragma once

#include "api/api.h"
#include "base/json_out.h"

struct pg_result;

/** Where a contact answers: "links": {"survey": …}. */
void invitation_links_print(struct json_out *j, const struct api *api, struct slice token);
/** A row of invitation_list.sql as the beginning of a JSON object, which the caller closes. */
void invitation_view_print(struct json_out *j, const struct api *api, const struct pg_result *rows,
			   int row);
int64_t invitation_view_id(const struct pg_result *rows, int row);
/** Rows of invitation_answers.sql: "answers": […]. */
void invitation_answers_print(struct json_out *j, const struct pg_result *rows);
