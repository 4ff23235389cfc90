#include "provider/sender.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/log.h"
#include "pg/value.h"
#include "provider/messenger_verdict.h"
#include "store/sql.h"

enum { LOST_EVERY_MS = 30000, WRITE_AGAIN_MS = 1000, RATE_SPAN_MS = 1000 };

struct sender {
	struct sender_settings settings;
	struct loop_timer *timer;
	unsigned under_way;
	unsigned begun; /* in this span */
	uint64_t span_began_ms, lost_looked_ms;
	bool looking; /* the database is asked */
	bool more;    /* something came meanwhile, or more is likely to wait */
	bool stopped;
};

/** A message between its taking and the writing down of what came of it. */
struct sending {
	struct sender *owner;
	int64_t message_id;
	int source_id;
	int attempts;
	int64_t age_s;
	struct message_verdict verdict;
	struct loop_timer *again; /* to write it down */
};

static const char *state_of(enum message_fate fate)
{
	static const char *const words[] = {[MESSAGE_SENT] = "sent",
					    [MESSAGE_AGAIN] = "waiting",
					    [MESSAGE_FAILED] = "failed",
					    [MESSAGE_UNKNOWN] = "unknown"};
	return words[fate];
}

/* Writing down what came of it */

static void end(struct sending *m)
{
	struct sender *s = m->owner;
	loop_timer_free(&m->again);
	memory_free(m);
	s->under_way--;
	if (s->more)
		sender_wake(s);
}

static void held(void *arg, const struct pg_answer *answer)
{
	(void)answer; /* those that are tried too early are told to wait, too */
	end(arg);
}

static void write_down(void *arg);

/** Where the database is away it is tried again; a server that ends leaves it to the lease. */
static void written(void *arg, const struct pg_answer *answer)
{
	struct sending *m = arg;
	struct pg_value values[] = {pg_int4(m->source_id), pg_int8(m->verdict.wait_s)};
	if (answer->status != OK && !m->owner->stopped) {
		log_warn("message.not_written", LOG_NUMBER("message", m->message_id),
			 LOG_TEXT("err", answer->why.words));
		loop_timer_start(m->again, WRITE_AGAIN_MS);
	} else if (answer->status == OK && m->verdict.hold) {
		pg_pool_run(m->owner->settings.pool, &SQL_MESSAGE_HOLD, values, COUNT_OF(values),
			    held, m);
	} else {
		end(m);
	}
}

static void write_down(void *arg)
{
	struct sending *m = arg;
	const struct message_verdict *v = &m->verdict;
	struct pg_value values[] = {pg_int8(m->message_id),
				    pg_int2((int16_t)m->attempts),
				    pg_text(slice_of(state_of(v->fate))),
				    pg_int8(v->wait_s),
				    pg_text(slice_of(v->code)),
				    pg_text(slice_of(v->words)),
				    pg_text(slice_of(v->provider_id))};
	pg_pool_run(m->owner->settings.pool, &SQL_MESSAGE_ENDED, values, COUNT_OF(values), written,
		    m);
}

static void judged(struct sending *m)
{
	log_info("message.ended", LOG_NUMBER("message", m->message_id),
		 LOG_NUMBER("source", m->source_id), LOG_NUMBER("attempts", m->attempts),
		 LOG_TEXT("state", state_of(m->verdict.fate)), LOG_TEXT("code", m->verdict.code));
	write_down(m);
}

static void answered(void *arg, const struct outgoing_answer *answer)
{
	struct sending *m = arg;
	messenger_verdict(answer, m->attempts, m->age_s, &m->verdict);
	judged(m);
}

/* Sending */

static void send_one(struct sending *m, struct slice body)
{
	struct sender *s = m->owner;
	const struct known_source *source = sources_by_id(s->settings.sources, m->source_id);
	char url[OUTGOING_URL_BYTES], authorization[OUTGOING_HEADER_BYTES];
	struct outgoing_answer none = {.fate = OUTGOING_NOT_SENT};
	if (source == NULL || source->access_token.len == 0) {
		(void)trouble_code(&none.why, E_BUSY, "no_access_token",
				   "the source has no access token");
		answered(m, &none);
		return;
	}
	(void)snprintf(url, sizeof(url), "%s/me/messages", s->settings.graph_url);
	(void)snprintf(authorization, sizeof(authorization), "Authorization: Bearer %.*s",
		       SLICE_ARGS(source->access_token));
	struct outgoing_request request = {.kind = OUTGOING_MESSAGE,
					   .post = true,
					   .url = url,
					   .headers = {authorization},
					   .body = body};
	outgoing_ask(s->settings.outgoing, &request, answered, m);
	explicit_bzero(authorization, sizeof(authorization));
}

static void begin_one(struct sender *s, const struct pg_result *rows, int row)
{
	struct sending *m = memory_new(sizeof(*m));
	*m = (struct sending){.owner = s,
			      .message_id = pg_get_int8(rows, row, 0),
			      .source_id = pg_get_int4(rows, row, 1),
			      .attempts = pg_get_int2(rows, row, 2),
			      .age_s = pg_get_int8(rows, row, 3)};
	m->again = loop_timer_new(s->settings.loop, write_down, m);
	s->under_way++;
	s->begun++;
	send_one(m, pg_get_bytes(rows, row, 4));
}

/* Looking */

static unsigned places_of(struct sender *s)
{
	uint64_t now_ms = clock_monotonic_ms();
	if (now_ms - s->span_began_ms >= RATE_SPAN_MS) {
		s->span_began_ms = now_ms;
		s->begun = 0;
	}
	unsigned rate = s->begun < SENDER_RATE_S ? SENDER_RATE_S - s->begun : 0;
	unsigned places = s->under_way < SENDER_AT_ONCE ? SENDER_AT_ONCE - s->under_way : 0;
	return rate < places ? rate : places;
}

static void looked_for_lost(void *arg, const struct pg_answer *answer)
{
	struct sender *s = arg;
	int64_t lost = answer->status == OK ? pg_rows_affected(answer->result) : 0;
	if (lost > 0)
		log_warn("message.lost", LOG_NUMBER("messages", lost));
	s->looking = false;
	if (!s->stopped)
		loop_timer_start(s->timer, s->more ? 1 : SENDER_LOOK_MS);
}

static void taken(void *arg, const struct pg_answer *answer)
{
	struct sender *s = arg;
	int rows = answer->status == OK ? pg_rows(answer->result) : 0;
	for (int row = 0; row < rows; row++)
		begin_one(s, answer->result, row);
	s->more = s->more || rows > 0;
	uint64_t now_ms = clock_monotonic_ms();
	if (!s->stopped && now_ms - s->lost_looked_ms >= LOST_EVERY_MS) {
		s->lost_looked_ms = now_ms;
		pg_pool_run(s->settings.pool, &SQL_MESSAGE_LOST, NULL, 0, looked_for_lost, s);
		return;
	}
	s->looking = false;
	if (!s->stopped)
		loop_timer_start(s->timer, SENDER_LOOK_MS);
}

static void look(void *arg)
{
	struct sender *s = arg;
	unsigned places = places_of(s);
	if (s->looking || s->stopped)
		return;
	if (places == 0 || !sources_ready(s->settings.sources)) {
		loop_timer_start(s->timer, SENDER_LOOK_MS);
		return;
	}
	struct pg_value values[] = {pg_int4((int32_t)places), pg_int4(SENDER_LEASE_S)};
	s->looking = true;
	s->more = false;
	pg_pool_run(s->settings.pool, &SQL_MESSAGE_TAKE, values, COUNT_OF(values), taken, s);
}

void sender_wake(struct sender *s)
{
	s->more = true;
	if (!s->looking && !s->stopped)
		loop_timer_start(s->timer, 1);
}

/* Life */

struct sender *sender_new(const struct sender_settings *settings)
{
	struct sender *s = memory_new(sizeof(*s));
	*s = (struct sender){.settings = *settings};
	s->timer = loop_timer_new(settings->loop, look, s);
	loop_timer_start(s->timer, SENDER_LOOK_MS);
	return s;
}

void sender_stop(struct sender *s)
{
	s->stopped = true;
	loop_timer_stop(s->timer);
}

bool sender_busy(const struct sender *s)
{
	return s->looking || s->under_way > 0;
}

void sender_free(struct sender **s)
{
	struct sender *taken = *s;
	*s = NULL;
	if (taken == NULL)
		return;
	must(!sender_busy(taken));
	loop_timer_free(&taken->timer);
	memory_free(taken);
}
