#include "export/scan.h"

#include "base/must.h"
#include "store/sql.h"
#include "survey/result.h"

/* clang-format off */
#define SCAN_STATES(X)                                          \
	X(OPENING, "the connection is made, the snapshot taken") \
	X(READING, "a page is awaited, or being worked on")      \
	X(HELD,    "nobody takes rows at the moment")            \
	X(ENDED,   "told")                                       \
	X(CLOSED,  "only the connection is left")

enum scan_state {
#define X(name, words) SCAN_##name,
	SCAN_STATES(X)
#undef X
};

#define BIT(name) (1u << SCAN_##name)

static const unsigned next_states[] = {
	[SCAN_OPENING] = BIT(READING) | BIT(ENDED) | BIT(CLOSED),
	[SCAN_READING] = BIT(HELD) | BIT(ENDED) | BIT(CLOSED),
	[SCAN_HELD]    = BIT(READING) | BIT(CLOSED),
	[SCAN_ENDED]   = BIT(CLOSED),
	[SCAN_CLOSED]  = 0,
};
/* clang-format on */

enum { VALUES_BYTES = 256 * 1024 };

/** One snapshot; no other hurry than the reader's. */
#define BEGIN                                                                                      \
	"begin isolation level repeatable read read only; "                                        \
	"set local idle_in_transaction_session_timeout = '10min'"

struct scan {
	enum scan_state state;
	struct pg_conn *conn;
	struct scan_events events;
	void *arg;
	struct scan_wanted wanted;
	int *companies;
	struct pg_result *page; /* come, and not taken yet */
	char after[RESULT_ID_BYTES], until[RESULT_ID_BYTES];
	size_t after_len, until_len;
	bool asked;	    /* a page is on its way */
	bool complete;	    /* nothing is behind what was asked for */
	bool stretching;    /* until is the end of the stretch, and there is more behind it */
	struct trouble why; /* of a page that did not come */
};

static void enter(struct scan *s, enum scan_state to)
{
	must((next_states[s->state] & (1u << to)) != 0);
	s->state = to;
}

static void end(struct scan *s, const struct trouble *why)
{
	enter(s, SCAN_ENDED);
	s->events.ended(s->arg, why);
}

/* Asking */

static void keep_id(char *room, size_t *len, struct slice id)
{
	must(id.len <= RESULT_ID_BYTES);
	memcpy(room, id.at, id.len);
	*len = id.len;
}

bool scan_wanted_chooses(const struct scan_wanted *w)
{
	return w->statuses != 0 || w->companies != NULL || w->channel >= 0;
}

void scan_wanted_values(const struct scan_wanted *w, struct arena *arena, struct pg_value values[3])
{
	int16_t statuses[REVIEW_COUNT];
	size_t len = 0;
	for (int16_t state = 0; state < REVIEW_COUNT; state++)
		if (w->statuses & 1u << state)
			statuses[len++] = state;
	values[0] = len > 0 ? pg_int2_array(arena, statuses, len) : pg_null();
	values[1] = w->companies == NULL ? pg_null()
					 : pg_int4_array(arena, w->companies, w->companies_len);
	values[2] = w->channel < 0 ? pg_null() : pg_int2((int16_t)w->channel);
}

static void page_came(void *arg, const struct pg_answer *answer);

static void ask_page(struct scan *s)
{
	struct pg_value chosen[3];
	struct arena arena;
	arena_init(&arena, VALUES_BYTES);
	scan_wanted_values(&s->wanted, &arena, chosen);
	struct pg_value values[] = {
		pg_int4(s->wanted.wave_id),
		pg_text((struct slice){s->after, s->after_len}),
		pg_int4(SCAN_PAGE_ROWS),
		chosen[0],
		chosen[1],
		chosen[2],
		s->stretching ? pg_text((struct slice){s->until, s->until_len}) : pg_null(),
	};
	s->asked = true;
	pg_conn_run(s->conn, &SQL_RESULT_LIST, values, COUNT_OF(values), page_came, s);
	arena_fini(&arena);
}

static void fail(struct scan *s, const struct pg_answer *answer)
{
	s->why = answer->why;
	s->why.status = answer->status == E_UNKNOWN ? E_BUSY : answer->status;
	s->complete = true;
}

static void give(struct scan *s);

static void stretch_came(void *arg, const struct pg_answer *answer)
{
	struct scan *s = arg;
	s->asked = false;
	if (s->state == SCAN_CLOSED)
		return;
	if (answer->status != OK) {
		fail(s, answer);
		give(s);
		return;
	}
	s->stretching = pg_rows(answer->result) > 0;
	if (s->stretching)
		keep_id(s->until, &s->until_len, pg_get_bytes(answer->result, 0, 0));
	ask_page(s);
}

/** The next page; where results are chosen and a stretch is used up, where the next one ends. */
static void ask_more(struct scan *s)
{
	if (!scan_wanted_chooses(&s->wanted) || s->stretching) {
		ask_page(s);
		return;
	}
	struct pg_value values[] = {pg_int4(s->wanted.wave_id),
				    pg_text((struct slice){s->after, s->after_len}),
				    pg_int4(SCAN_STRETCH_ROWS)};
	s->asked = true;
	pg_conn_run(s->conn, &SQL_RESULT_STRETCH, values, COUNT_OF(values), stretch_came, s);
}

/** What is behind this page: more of the stretch, another stretch, or nothing. */
static void note_place(struct scan *s, int rows)
{
	if (rows == SCAN_PAGE_ROWS) {
		keep_id(s->after, &s->after_len, pg_get_bytes(s->page, rows - 1, 0));
	} else if (s->stretching) {
		memcpy(s->after, s->until, s->until_len);
		s->after_len = s->until_len;
		s->stretching = false;
	} else {
		s->complete = true;
	}
}

static void page_came(void *arg, const struct pg_answer *answer)
{
	struct scan *s = arg;
	s->asked = false;
	if (s->state == SCAN_CLOSED)
		return;
	if (answer->status == OK) {
		s->page = pg_answer_keep(answer);
		note_place(s, pg_rows(s->page));
	} else {
		fail(s, answer);
	}
	give(s);
}

/* Giving */

/** True where rows were given; the scan may be closed then. */
static void give_page(struct scan *s)
{
	struct pg_result *page = s->page;
	s->page = NULL;
	if (!s->complete)
		ask_more(s);
	enum flow flow = pg_rows(page) > 0 ? s->events.rows(s->arg, &page) : FLOW_MORE;
	pg_result_free(&page);
	if (flow == FLOW_PAUSE && s->state == SCAN_READING)
		enter(s, SCAN_HELD);
}

/** Called when something came or is wanted again. */
static void give(struct scan *s)
{
	if (s->state != SCAN_READING)
		return;
	if (s->page != NULL) {
		give_page(s);
		/* Closed or held; else what was asked for comes from the loop. */
		if (s->state != SCAN_READING || s->asked)
			return;
	}
	if (s->complete && !s->asked)
		end(s, s->why.status == OK ? NULL : &s->why);
}

void scan_resume(struct scan *s)
{
	if (s->state != SCAN_HELD)
		return;
	enter(s, SCAN_READING);
	give(s);
}

/* A life */

static void refuse(struct scan *s, const struct pg_answer *answer)
{
	fail(s, answer);
	end(s, &s->why);
}

static void facts_came(void *arg, const struct pg_answer *answer)
{
	struct scan *s = arg;
	if (s->state == SCAN_CLOSED)
		return;
	if (answer->status != OK) {
		refuse(s, answer);
		return;
	}
	const struct scan_facts facts = {.version = pg_get_int8(answer->result, 0, 0),
					 .changes = pg_get_int8(answer->result, 0, 1)};
	enter(s, SCAN_READING);
	s->events.begun(s->arg, &facts);
	if (s->state == SCAN_READING)
		ask_more(s);
}

static void began(void *arg, const struct pg_answer *answer)
{
	struct scan *s = arg;
	struct pg_value values[] = {pg_int4(s->wanted.wave_id)};
	if (s->state == SCAN_CLOSED)
		return;
	if (answer->status == OK)
		pg_conn_run(s->conn, &SQL_EXPORT_BEGIN, values, COUNT_OF(values), facts_came, s);
	else
		refuse(s, answer);
}

static void opened(void *arg, const struct pg_answer *answer)
{
	struct scan *s = arg;
	if (s->state == SCAN_CLOSED)
		return;
	if (answer->status == OK)
		pg_conn_script(s->conn, BEGIN, began, s);
	else
		refuse(s, answer);
}

struct scan *scan_open(struct loop *loop, const struct pg_settings *settings,
		       const struct scan_wanted *wanted, const struct scan_events *events,
		       void *arg)
{
	struct scan *s = memory_new(sizeof(*s));
	s->events = *events;
	s->arg = arg;
	s->wanted = *wanted;
	if (wanted->companies != NULL) {
		s->companies = memory_resize(NULL, wanted->companies_len + 1, sizeof(int));
		memcpy(s->companies, wanted->companies, wanted->companies_len * sizeof(int));
		s->wanted.companies = s->companies;
	}
	s->conn = pg_conn_new(loop, settings);
	pg_conn_open(s->conn, opened, s);
	return s;
}

static void closed(void *arg)
{
	struct scan *s = arg;
	memory_free(s->companies);
	memory_free(s);
}

void scan_close(struct scan **s)
{
	struct scan *mine = *s;
	*s = NULL;
	if (mine == NULL)
		return;
	enter(mine, SCAN_CLOSED);
	pg_result_free(&mine->page);
	pg_conn_close(&mine->conn, closed, mine);
}
