/** What a file's columns may be, with reasons: a mapping profile to be read over, never applied
 * by itself.
 *
 * Looked at are names (canonical ones, codes and names of items and questions, those that known
 * survey tools write, words in four languages) and values (answers of the scale, codes and names
 * of companies and channels, dates, well-known words of scales, codes that look like missing ones).
 * Lifetime: sample, programme and dictionary are borrowed for the call.
 * Units: sure is 0..1, a rule of thumb and no probability.
 */
#pragma once

#include "base/json_out.h"
#include "mapping/sample.h"
#include "survey/programme.h"
#include "tabular/table_dictionary.h"

enum { PROPOSAL_WHY_BYTES = 240, PROPOSAL_BYTES = 4 * 1024 * 1024 };

struct proposal;

/** `dictionary` is what the file says of its columns itself; NULL where it says nothing. */
struct proposal *propose(struct sample *s, const struct programme *programme, int wave,
			 const struct table_dictionary *dictionary);
void proposal_free(struct proposal *p); /**< NULL is allowed */

/** The columns are canonical: nothing is to be mapped. */
bool proposal_is_canonical(const struct proposal *p);
/** Every result would have what it must: the profile can be used. */
bool proposal_is_complete(const struct proposal *p);
/** A mapping profile with this code. */
void proposal_profile_json(const struct proposal *p, struct slice code, struct json_out *j);
/** {"producer":"qualtrics","complete":true,"canonical":false,"columns":[{"column":"Q1","samples":
 * ["4"],"becomes":"csat","sure":0.9,"because":"..."}],"missing":[{"column":"company","because":
 * "..."}],"companies":[{"value":"Ice mobil","rows":2,"perhaps":[{"company":"C3","name":"Ice",
 * "alike":0.75}]}]} */
void proposal_reasons_json(const struct proposal *p, struct json_out *j);
