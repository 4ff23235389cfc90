#include "pg/answer.h"

#include <string.h>

#include "pg/answer_make.h"
#include "pg/libpq.h"

/* The longest prefix that matches decides. PostgreSQL manual, appendix A. */
/* clang-format off */
static const struct {
	const char *prefix;
	enum status status;
} statuses[] = {
	{"00",    OK},         {"01", OK},            {"02", OK},
	{"08",    E_BUSY},     {"08007", E_UNKNOWN},  /* transaction resolution unknown */
	{"22",    E_INPUT},    /* data exceptions */
	{"23",    E_CONFLICT}, {"23502", E_INPUT},    {"23514", E_INPUT}, /* not null, check */
	{"25006", E_BUSY},     /* read-only: a standby, until the fail-over is done */
	{"40",    E_BUSY},     {"40003", E_UNKNOWN},  {"40002", E_CONFLICT},
	{"42501", E_DENIED},   /* privileges and row-level security */
	{"53",    E_BUSY},     /* disk full, out of memory, too many connections */
	{"54",    E_LIMIT},
	{"55006", E_BUSY},     {"55P03", E_BUSY},     /* lock not available */
	{"57",    E_BUSY},     /* shutdown, crash, starting up, statement timeout */
	{"P0002", E_GONE},     /* raised: no data found */
};
/* clang-format on */

enum status pg_status_of(const char *sqlstate)
{
	enum status status = E_INTERNAL;
	size_t longest = 0;
	for (size_t i = 0; i < COUNT_OF(statuses); i++) {
		size_t len = strlen(statuses[i].prefix);
		if (len > longest && strncmp(sqlstate, statuses[i].prefix, len) == 0) {
			longest = len;
			status = statuses[i].status;
		}
	}
	return status;
}

static void keep_field(char *to, size_t room, const PGresult *r, int field)
{
	const char *text = PQresultErrorField(r, field);
	size_t len = text != NULL ? strnlen(text, room - 1) : 0;
	if (len > 0)
		memcpy(to, text, len);
	to[len] = '\0';
}

void answer_from_result(struct pg_answer *a, const PGresult *r)
{
	*a = (struct pg_answer){.result = r};
	switch (PQresultStatus(r)) {
	case PGRES_COMMAND_OK:
	case PGRES_TUPLES_OK:
	case PGRES_EMPTY_QUERY:
	case PGRES_COPY_IN:
	case PGRES_COPY_OUT:
		return;
	case PGRES_PIPELINE_ABORTED:
		answer_fail(a, E_INTERNAL, "an earlier statement of the pipeline failed");
		return;
	default:
		break;
	}
	keep_field(a->sqlstate, sizeof(a->sqlstate), r, PG_DIAG_SQLSTATE);
	keep_field(a->constraint, sizeof(a->constraint), r, PG_DIAG_CONSTRAINT_NAME);
	enum status status = a->sqlstate[0] != '\0' ? pg_status_of(a->sqlstate) : E_BUSY;
	if (status >= 0)
		status = E_INTERNAL;
	/* The primary message only: the detail quotes the row. */
	const char *words = PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY);
	answer_fail(a, status, words != NULL ? words : "the connection to the database was lost");
	memcpy(a->why.code, PG_OWN_WORDS, sizeof(PG_OWN_WORDS));
}

void answer_fail(struct pg_answer *a, enum status status, const char *words)
{
	a->status = trouble(&a->why, status, "%s", words);
	a->outcome_unknown = status == E_UNKNOWN;
}

struct pg_result *pg_answer_keep(const struct pg_answer *answer)
{
	return answer->result != NULL
		       ? PQcopyResult(answer->result, PG_COPYRES_ATTRS | PG_COPYRES_TUPLES)
		       : NULL;
}

void pg_result_free(struct pg_result **r)
{
	PQclear(*r);
	*r = NULL;
}
