/** A level, its components and its definition as members of a JSON object. */
#pragma once

#include "standings/board_tree.h"
#include "standings/figures_json.h"

/** Members "companies" .. "ces" of the object that is open. */
void level_json(struct json_out *j, const struct level *level);
/** "components": {...}, "contacts_needed", and "severity": {...}. */
void components_json(struct json_out *j, const struct components *c);
void severity_json(struct json_out *j, const struct severity_model *m);

/** "programme" .. "version": what was asked for. */
void source_json(struct json_out *j, const struct board_source *source);
/** "code" and "name" as an object. */
void named_json(struct json_out *j, const char *key, struct slice code, struct names name);
/** "definition": {...}: everything the numbers depend on. `metric` may be NULL. */
void definition_json(struct json_out *j, const struct roster *r, const struct metric *metric,
		     double threshold);
