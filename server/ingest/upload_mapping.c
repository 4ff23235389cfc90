#include "ingest/upload_private.h"
#include "pg/value.h"
#include "store/sql.h"

enum { FAULTS_ARENA_BYTES = 4 * 1024 * 1024 };

struct csv_options upload_csv_options(const struct upload *u)
{
	const struct mapping *m = u->admission.mapping;
	return m == NULL ? u->request.csv
			 : profile_csv_options(mapping_profile(m), &u->request.csv);
}

/** A stored profile has passed before; what it is to fit may have changed since. */
static enum status take_profile(struct upload *u, struct slice document, struct trouble *why)
{
	const struct shared_programme *p = u->request.programme;
	struct programme_faults faults;
	struct profile *profile = NULL;
	struct arena words;
	arena_init(&words, FAULTS_ARENA_BYTES);
	enum status st = profile_parse(document, &words, &profile, &faults);
	arena_fini(&words);
	if (st < 0)
		return trouble(why, E_INTERNAL, "a stored mapping cannot be read");
	u->admission.mapping = mapping_new(&profile, p->programme, u->request.wave, why);
	return u->admission.mapping != NULL ? OK : why->status;
}

static void mapping_came(void *arg, const struct pg_answer *answer)
{
	struct upload *u = arg;
	struct trouble why = answer->why;
	enum status st = answer->status;
	if (st == OK && pg_rows(answer->result) == 0)
		st = trouble_code(&why, E_GONE, "unknown_mapping", "there is no such mapping");
	else if (st == OK)
		st = take_profile(u, pg_get_bytes(answer->result, 0, 2), &why);
	if (st < 0) {
		upload_not_begun(u, &why);
		return;
	}
	u->mapping_id = pg_get_int4(answer->result, 0, 0);
	upload_mapped(u);
}

void upload_find_mapping(struct upload *u)
{
	if (u->mapping_code[0] == '\0') {
		upload_mapped(u);
		return;
	}
	struct pg_value values[] = {pg_int4(u->request.programme->programme_id),
				    pg_text(slice_of(u->mapping_code)), pg_int4(0)};
	pg_pool_run(ingest_settings(u->ingest)->pool, &SQL_MAPPING_GET, values, COUNT_OF(values),
		    mapping_came, u);
}
