/** A source as its firm sees it: never its secrets. */
#pragma once

#include "api/api.h"
#include "base/json_out.h"

struct pg_result;

/** A row of source_list.sql as a JSON object. */
void source_view_print(struct json_out *j, const struct api *api, const struct pg_result *rows,
		       int row);
struct slice source_view_code(const struct pg_result *rows, int row);
int32_t source_view_revision(const struct pg_result *rows, int row);
