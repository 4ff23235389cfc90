/* GET of a resumable upload: how far it is, and which upload counts it. */
#include "api/access.h"
#include "api/json_column.h"
#include "api/problem_of.h"
#include "api/tus.h"
#include "http/problem.h"
#include "pg/value.h"
#include "store/sql.h"

enum { ANSWER_BYTES = 32 * 1024 };

/** x is NULL once the client is gone. */
struct viewing {
	struct exchange *x;
	int64_t tus_id;
};

/** "/v1/…/uploads/tus/7" -> "/v1/…/uploads/12" */
static void print_upload(struct json_out *j, const struct exchange *x, int64_t upload_id)
{
	struct slice place = x->path;
	struct buf url;
	json_pair_number(j, "upload", upload_id);
	for (int parts = 0; parts < 2; parts++) {
		while (place.len > 0 && place.at[place.len - 1] != '/')
			place.len--;
		place.len--;
	}
	buf_init(&url, 1024);
	buf_print(&url, "%.*s/%lld", SLICE_ARGS(place), (long long)upload_id);
	json_pair_text(j, "upload_url", buf_slice(&url));
	buf_fini(&url);
}

static void print_failure(struct json_out *j, const struct pg_result *rows)
{
	json_key(j, "failure");
	if (pg_is_null(rows, 0, 8)) {
		json_null(j);
		return;
	}
	json_open_object(j);
	json_pair_text(j, "code", pg_get_bytes(rows, 0, 8));
	json_pair_text_or_null(j, "detail", rows, 0, 9);
	json_close_object(j);
}

static void print(struct json_out *j, const struct exchange *x, int64_t tus_id,
		  const struct pg_result *rows)
{
	bool expired = pg_get_bool(rows, 0, 6);
	json_open_object(j);
	json_pair_number(j, "tus", tus_id);
	json_pair_text(j, "state", expired ? SLICE("expired") : pg_get_bytes(rows, 0, 2));
	json_pair_int(j, "length", pg_get_int8(rows, 0, 0));
	json_pair_int(j, "offset", pg_get_int8(rows, 0, 1));
	if (pg_is_null(rows, 0, 7)) {
		json_pair_null(j, "upload");
		json_pair_null(j, "upload_url");
	} else {
		print_upload(j, x, pg_get_int8(rows, 0, 7));
	}
	print_failure(j, rows);
	json_pair_instant(j, "created_at", rows, 0, 4);
	json_pair_instant(j, "expires_at", rows, 0, 5);
	json_close_object(j);
}

static void came(void *arg, const struct pg_answer *answer)
{
	struct viewing *v = arg;
	struct exchange *x = v->x;
	int64_t tus_id = v->tus_id;
	struct buf body;
	memory_free(v);
	if (x == NULL)
		return;
	if (answer->status != OK) {
		answer_trouble(x, &answer->why);
		return;
	}
	if (pg_rows(answer->result) == 0) {
		exchange_problem(x, 404, "unknown_tus_upload", "There is no such resumable upload",
				 SLICE_NONE);
		return;
	}
	buf_init(&body, ANSWER_BYTES);
	struct json_out j = json_out_on(&body);
	print(&j, x, tus_id, answer->result);
	exchange_answer(x, 200, "application/json", buf_slice(&body));
	buf_fini(&body);
}

static void begin(struct exchange *x)
{
	const struct known_key *key = access_check(x);
	const struct known_wave *wave = key != NULL ? access_wave(x, key) : NULL;
	struct slice number = SLICE_NONE;
	int64_t tus_id;
	if (wave == NULL)
		return;
	must(exchange_parameter(x, "tus", &number));
	if (!slice_to_int64(number, &tus_id)) {
		exchange_problem(x, 404, "unknown_tus_upload", "There is no such resumable upload",
				 SLICE_NONE);
		return;
	}
	struct viewing *v = memory_new(sizeof(*v));
	*v = (struct viewing){.x = x, .tus_id = tus_id};
	x->state = v;
	struct pg_value values[] = {pg_int4(wave->wave_id), pg_int8(tus_id)};
	pg_pool_run(api_of(x)->pool, &SQL_TUS_GET, values, COUNT_OF(values), came, v);
}

static void gone(struct exchange *x)
{
	struct viewing *v = x->state;
	if (v != NULL)
		v->x = NULL;
}

const struct handler tus_get = {.begin = begin, .gone = gone};
