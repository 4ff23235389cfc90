#include "api/invited.h"

#include <openssl/rand.h>

#include "base/log.h"
#include "store/sql.h"

enum { ORGANISATION, WAVE, COMPANY, ANSWERED, EXPIRED };

/** Asked for; the database may answer when nobody waits any more. */
struct finding {
	const struct api *api;
	struct loop_timer *patience;
	void (*found)(void *arg, const struct invited *invited);
	void *arg;
};

bool invited_token_read(struct slice text, char token[INVITED_TOKEN_CHARS])
{
	if (text.len != INVITED_TOKEN_CHARS)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		char c = text.at[i];
		token[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
		if (!(token[i] >= 'a' && token[i] <= 'z') && !(token[i] >= '2' && token[i] <= '7'))
			return false;
	}
	return true;
}

static void read_row(const struct finding *f, const struct pg_result *rows, struct invited *invited)
{
	invited->organisation_id = pg_get_int4(rows, 0, ORGANISATION);
	invited->wave = catalogue_wave_by_id(f->api->catalogue, pg_get_int4(rows, 0, WAVE));
	invited->company = pg_get_bytes(rows, 0, COMPANY);
	invited->answered = pg_get_bool(rows, 0, ANSWERED);
	if (pg_get_bool(rows, 0, EXPIRED))
		invited->fate = INVITED_ONCE;
	else
		invited->fate = invited->wave != NULL ? INVITED : INVITED_PERHAPS;
}

/** Told at most once: by the database, or when patience has ended. */
static void tell(struct finding *f, const struct invited *invited)
{
	void (*found)(void *, const struct invited *) = f->found;
	f->found = NULL;
	if (found != NULL)
		found(f->arg, invited);
}

static void patience_ended(void *arg)
{
	log_warn("invited.not_looked_up", LOG_NUMBER("waited_ms", INVITED_PATIENCE_MS));
	tell(arg, &(struct invited){.fate = INVITED_PERHAPS});
}

static void row_came(void *arg, const struct pg_answer *answer)
{
	struct finding *f = arg;
	struct invited invited = {.fate = INVITED_BY_NOBODY};
	if (answer->status != OK) {
		log_warn("invited.not_looked_up", LOG_TEXT("err", answer->why.words));
		invited.fate = INVITED_PERHAPS;
	} else if (pg_rows(answer->result) > 0) {
		read_row(f, answer->result, &invited);
	}
	loop_timer_free(&f->patience);
	tell(f, &invited);
	memory_free(f);
}

void invited_find(struct api *api, const char token[INVITED_TOKEN_CHARS],
		  void (*found)(void *arg, const struct invited *invited), void *arg)
{
	struct finding *f = memory_new(sizeof(*f));
	*f = (struct finding){.api = api, .found = found, .arg = arg};
	f->patience = loop_timer_new(api->loop, patience_ended, f);
	loop_timer_start(f->patience, INVITED_PATIENCE_MS);
	struct pg_value values[] = {pg_text((struct slice){token, INVITED_TOKEN_CHARS})};
	pg_pool_run(api->pool, &SQL_INVITED_FIND, values, COUNT_OF(values), row_came, f);
}

void invited_random(char token[INVITED_TOKEN_CHARS])
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz234567";
	unsigned char random[INVITED_TOKEN_CHARS];
	must(RAND_bytes(random, sizeof(random)) == 1);
	for (size_t i = 0; i < sizeof(random); i++)
		token[i] = letters[random[i] % (sizeof(letters) - 1)];
}
