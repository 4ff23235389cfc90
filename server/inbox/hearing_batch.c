#include "inbox/hearing_batch.h"

#include <openssl/evp.h>

#include "base/clock.h"
#include "inbox/hearing_note.h"
#include "inbox/hearing_value.h"
#include "inbox/inbox.h"

enum {
	TOKEN_CHARS = 20,
	PAYLOAD_ARENA_BYTES = 128 * 1024 * 1024,
	BATCH_ARENA_BYTES = 256 * 1024 * 1024,
	CONTACT_PLAIN_BYTES = 130, /* of one that a digest ends */
	DIGEST_BYTES = 32,
	RECORD_BYTES = 4096
};

/* Columns of hearing_take.sql and hearing_find.sql. */
enum { INBOX_ID, SOURCE_ID, RECEIVED_AT, QUERY, HEADERS, BODY, ATTEMPTS };
enum { PLACE, INVITATION_ID, ORGANISATION_ID, WAVE_ID, EXPIRES_AT };

/** The server's own pages name columns. */
static const struct setup own_pages = {0};

struct row {
	int64_t inbox_id;
	int source_id, attempts;
	struct payload payload;
	const struct known_source *source; /* held; NULL: the server's own pages, or unknown */
	const struct adapter *adapter;	   /* NULL: nobody hears it */
	const struct setup *setup;
	struct arena arena;
	struct heard heard;
	bool later; /* its turn comes with the next batch */
	struct hearing_end end;
};

/** One of a payload's answers. */
struct told {
	struct row *row;
	const struct heard_answer *heard;
	struct slice token;   /* in lower case, of the right length; or empty */
	struct slice contact; /* where no token */
	struct slice column, value;
	int64_t invitation_id, observed_at;
	enum uncounted why;
};

struct hearing_batch {
	struct pg_result *rows;
	struct catalogue *catalogue;
	struct arena arena;
	struct row *row;
	size_t len;
	struct told *told;
	size_t told_len;
};

/* Taking */

static void find_adapter(struct row *row, struct sources *sources)
{
	if (row->source_id == INBOX_OWN_PAGES) {
		row->setup = &own_pages;
		row->adapter = adapter_find(payload_header(&row->payload, "plaudit-kind"));
		return;
	}
	row->source = sources_by_id(sources, row->source_id);
	if (row->source == NULL)
		return;
	source_hold(row->source);
	row->setup = row->source->setup;
	row->adapter = row->setup->adapter;
}

static void take_row(struct row *row, const struct pg_result *rows, int at, struct sources *sources)
{
	*row = (struct row){.inbox_id = pg_get_int8(rows, at, INBOX_ID),
			    .source_id = pg_get_int4(rows, at, SOURCE_ID),
			    .attempts = pg_get_int2(rows, at, ATTEMPTS),
			    .payload = {.query = pg_get_bytes(rows, at, QUERY),
					.headers = pg_get_bytes(rows, at, HEADERS),
					.body = pg_get_bytes(rows, at, BODY),
					.received_at = pg_get_timestamptz(rows, at, RECEIVED_AT)}};
	arena_init(&row->arena, PAYLOAD_ARENA_BYTES);
	find_adapter(row, sources);
	if (row->adapter == NULL)
		row->end = hearing_end_unknown(row->source_id == INBOX_OWN_PAGES, row->attempts);
	else if (row->source != NULL && row->source->paused)
		row->end = hearing_end_ignored("source_paused");
}

struct hearing_batch *hearing_batch_new(struct pg_result **rows, struct sources *sources,
					struct catalogue *catalogue, int64_t given_up)
{
	struct hearing_batch *b = memory_new(sizeof(*b));
	*b = (struct hearing_batch){.rows = *rows, .catalogue = catalogue};
	*rows = NULL;
	arena_init(&b->arena, BATCH_ARENA_BYTES);
	b->len = (size_t)pg_rows(b->rows);
	b->row = memory_resize(NULL, b->len, sizeof(*b->row));
	for (size_t i = 0; i < b->len; i++) {
		take_row(&b->row[i], b->rows, (int)i, sources);
		if (b->row[i].inbox_id == given_up)
			b->row[i].end = hearing_end_failed("reader_died");
	}
	return b;
}

void hearing_batch_free(struct hearing_batch *b)
{
	if (b == NULL)
		return;
	for (size_t i = 0; i < b->len; i++) {
		arena_fini(&b->row[i].arena);
		if (b->row[i].source != NULL)
			source_release(&b->row[i].source);
	}
	memory_free(b->row);
	arena_fini(&b->arena);
	pg_result_free(&b->rows);
	memory_free(b);
}

size_t hearing_batch_rows(const struct hearing_batch *b)
{
	return b->len;
}

int64_t hearing_batch_first(const struct hearing_batch *b)
{
	return b->row[0].inbox_id;
}

/* Hearing, on a pool thread */

static void hear_row(struct row *row)
{
	struct trouble why;
	enum status st = row->adapter->hear(row->setup, &row->payload, &row->arena, &row->heard,
					    &why);
	if (st < 0)
		row->end = hearing_end_failed(st == E_LIMIT ? "too_large" : "not_heard");
	else if (row->heard.fate == HEARD_NOTHING)
		row->end = hearing_end_ignored(row->heard.why);
	else if (row->heard.fate == HEARD_BAD)
		row->end = hearing_end_failed(row->heard.why);
}

void hearing_batch_hear(struct hearing_batch *b)
{
	size_t answers = 0;
	for (size_t i = 0; i < b->len; i++) {
		struct row *row = &b->row[i];
		row->later = answers >= HEARING_ANSWERS;
		if (row->later || row->end.state != NULL)
			continue;
		hear_row(row);
		if (row->end.state == NULL)
			answers += row->heard.answers_len;
	}
	b->told_len = answers;
}

/* Contacts */

static struct slice lower_token(struct hearing_batch *b, struct slice token)
{
	char *lower = arena_take_array(&b->arena, TOKEN_CHARS, 1);
	if (token.len != TOKEN_CHARS || lower == NULL)
		return SLICE_NONE;
	for (size_t i = 0; i < token.len; i++) {
		char c = token.at[i];
		lower[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
		if (!(lower[i] >= 'a' && lower[i] <= 'z') && !(lower[i] >= '2' && lower[i] <= '7'))
			return SLICE_NONE;
	}
	return (struct slice){lower, TOKEN_CHARS};
}

static bool is_contact(struct slice key)
{
	return key.len > 0 && key.len <= HEARD_CONTACT_BYTES && slice_is_text(key);
}

static bool is_open(const struct row *row)
{
	return row->source != NULL && row->setup->open;
}

/** By what its invitation is found, if by anything. */
static void name_contact(struct hearing_batch *b, struct told *t)
{
	const struct heard_answer *a = t->heard;
	if (a->token.len > 0) {
		t->token = lower_token(b, a->token);
		t->why = t->token.len > 0 ? COUNTED : UNCOUNTED_UNKNOWN_TOKEN;
	} else if (!is_open(t->row) || !is_contact(a->contact)) {
		t->why = UNCOUNTED_NO_INVITATION;
	} else {
		t->contact = a->contact;
	}
}

/** When it was given, by the provider's word, but never later than we had it. */
static int64_t observed(const struct told *t)
{
	int64_t received_at = t->row->payload.received_at, at = t->heard->observed_at;
	return at == CLOCK_NO_INSTANT || at > received_at ? received_at : at;
}

static void collect(struct hearing_batch *b)
{
	size_t len = 0;
	b->told = arena_take_array(&b->arena, b->told_len, sizeof(*b->told));
	must(b->told_len == 0 || b->told != NULL);
	for (size_t i = 0; i < b->len; i++) {
		struct row *row = &b->row[i];
		if (row->later || row->end.state != NULL)
			continue;
		for (size_t a = 0; a < row->heard.answers_len; a++) {
			struct told *t = &b->told[len++];
			t->row = row;
			t->heard = &row->heard.answers[a];
			t->observed_at = observed(t);
			name_contact(b, t);
		}
	}
	must(len == b->told_len);
}

/** "<source>-<contact>"; one too long for a result's id ends with a digest of it. */
static struct slice contact_id(struct hearing_batch *b, const struct told *t)
{
	unsigned char digest[DIGEST_BYTES];
	struct buf id;
	buf_init(&id, 2 * HEARD_CONTACT_BYTES);
	buf_add(&id, t->row->source->code);
	buf_add_byte(&id, '-');
	buf_add(&id, t->contact);
	if (id.len > HEARD_CONTACT_BYTES) {
		must(EVP_Digest(id.at, id.len, digest, NULL, EVP_sha256(), NULL) == 1);
		id.len = slice_cut(buf_slice(&id), CONTACT_PLAIN_BYTES).len;
		buf_add_byte(&id, '-');
		for (size_t i = 0; i < sizeof(digest); i++)
			buf_print(&id, "%02x", digest[i]);
	}
	struct slice kept = arena_copy(&b->arena, buf_slice(&id));
	buf_fini(&id);
	return kept;
}

/** What is known of a contact beforehand. The instant comes first: of two records the one with the
 * earlier instant is the lesser text. */
static struct slice record_of(struct hearing_batch *b, const struct told *t, struct slice company)
{
	struct buf record, at;
	buf_init(&record, RECORD_BYTES);
	buf_init(&at, RECORD_BYTES);
	struct json_out j = json_out_on(&record);
	json_open_object(&j);
	if (t->heard->contacted_at != CLOCK_NO_INSTANT &&
	    t->heard->contacted_at <= t->row->payload.received_at) {
		clock_print(&at, t->heard->contacted_at);
		json_pair_text(&j, "contacted_at", buf_slice(&at));
	}
	json_pair_text(&j, "company", company);
	json_pair_text(&j, "channel", t->row->setup->channel);
	json_close_object(&j);
	struct slice kept = arena_copy(&b->arena, buf_slice(&record));
	buf_fini(&record);
	buf_fini(&at);
	return kept;
}

static struct slice company_of(const struct told *t)
{
	struct slice company = t->heard->place.len > 0
				       ? setup_company(t->row->setup, t->heard->place)
				       : SLICE_NONE;
	return company.len > 0 ? company : t->row->setup->company;
}

bool hearing_batch_contacts(struct hearing_batch *b, struct pg_value values[])
{
	struct arena *a = &b->arena;
	size_t len = 0;
	collect(b);
	int32_t *numbers = arena_take_array(a, 3 * b->told_len, sizeof(*numbers));
	struct slice *texts = arena_take_array(a, 3 * b->told_len, sizeof(*texts));
	must(b->told_len == 0 || (numbers != NULL && texts != NULL));
	int32_t *sources = numbers, *organisations = numbers + b->told_len,
		*waves = numbers + 2 * b->told_len;
	struct slice *keys = texts, *contacts = texts + b->told_len,
		     *records = texts + 2 * b->told_len;
	for (size_t i = 0; i < b->told_len; i++) {
		struct told *t = &b->told[i];
		struct slice company;
		if (t->contact.len == 0)
			continue;
		company = company_of(t);
		if (company.len == 0) {
			t->why = UNCOUNTED_UNKNOWN_COMPANY;
			t->contact = SLICE_NONE;
			continue;
		}
		sources[len] = t->row->source_id;
		organisations[len] = t->row->source->organisation_id;
		waves[len] = t->row->source->wave_id;
		keys[len] = t->contact;
		contacts[len] = contact_id(b, t);
		records[len++] = record_of(b, t, company);
	}
	values[0] = pg_int4_array(a, sources, len);
	values[1] = pg_text_array(a, keys, len);
	values[2] = pg_int4_array(a, organisations, len);
	values[3] = pg_int4_array(a, waves, len);
	values[4] = pg_text_array(a, contacts, len);
	values[5] = pg_text_array(a, records, len);
	return len > 0;
}

bool hearing_batch_find(struct hearing_batch *b, struct pg_value values[])
{
	struct arena *a = &b->arena;
	size_t len = b->told_len;
	bool any = false;
	struct slice *tokens = arena_take_array(a, len, sizeof(*tokens));
	struct slice *keys = arena_take_array(a, len, sizeof(*keys));
	int32_t *sources = arena_take_array(a, len, sizeof(*sources));
	must(len == 0 || (tokens != NULL && keys != NULL && sources != NULL));
	for (size_t i = 0; i < len; i++) {
		const struct told *t = &b->told[i];
		tokens[i] = t->token.len > 0 ? t->token : SLICE_NONE;
		keys[i] = t->contact.len > 0 ? t->contact : SLICE_NONE;
		sources[i] = t->row->source_id;
		any = any || t->token.len > 0 || t->contact.len > 0;
	}
	values[0] = pg_text_array(a, tokens, len);
	values[1] = pg_int4_array(a, sources, len);
	values[2] = pg_text_array(a, keys, len);
	return any;
}

/* Judging */

static struct slice column_of(const struct told *t, const struct programme *p, int wave)
{
	const struct instrument *in = &p->instruments[p->waves[wave].instrument];
	bool own = t->row->source == NULL;
	if (own && hearing_is_column(in, t->heard->question))
		return t->heard->question;
	return setup_column(t->row->setup, p, wave, t->heard->question);
}

/** With what the invitation says; whatever is not so is why it does not count. */
static enum status judge(struct told *t, const struct pg_result *found, int at,
			 const struct catalogue *catalogue)
{
	const struct known_source *source = t->row->source;
	const struct known_wave *wave;
	bool ends = !pg_is_null(found, at, EXPIRES_AT);
	wave = catalogue_wave_by_id(catalogue, pg_get_int4(found, at, WAVE_ID));
	t->invitation_id = pg_get_int8(found, at, INVITATION_ID);
	if (source != NULL && source->organisation_id != pg_get_int4(found, at, ORGANISATION_ID)) {
		t->why = UNCOUNTED_UNKNOWN_TOKEN;
	} else if (ends &&
		   t->row->payload.received_at > pg_get_timestamptz(found, at, EXPIRES_AT)) {
		t->why = UNCOUNTED_EXPIRED;
	} else if (wave == NULL) {
		t->why = UNCOUNTED_UNKNOWN_WAVE;
	} else {
		const struct programme *p = wave->programme->programme;
		t->column = column_of(t, p, wave->index);
		if (t->column.at == NULL) {
			t->why = UNCOUNTED_UNKNOWN_QUESTION;
			return OK;
		}
		return hearing_value(&p->instruments[p->waves[wave->index].instrument], t->column,
				     t->heard, &t->row->arena, &t->why, &t->value);
	}
	return OK;
}

static void end_rows(struct hearing_batch *b)
{
	const struct told *told = b->told, *end = b->told + b->told_len;
	for (size_t i = 0; i < b->len; i++) {
		struct row *row = &b->row[i];
		struct hearing_note note = {0};
		for (; told < end && told->row == row; told++)
			note.by[told->why]++;
		if (!row->later && row->end.state == NULL)
			row->end = hearing_end_heard(&note, row->attempts, &row->arena);
	}
}

void hearing_batch_judge(struct hearing_batch *b, const struct pg_result *found)
{
	for (size_t i = 0; i < b->told_len; i++)
		if (b->told[i].why == COUNTED)
			b->told[i].why = b->told[i].token.len > 0 ? UNCOUNTED_UNKNOWN_TOKEN
								  : UNCOUNTED_CONTACT_TAKEN;
	for (int at = 0; at < pg_rows(found); at++) {
		struct told *t = &b->told[pg_get_int8(found, at, PLACE) - 1];
		t->why = COUNTED;
		if (judge(t, found, at, b->catalogue) < 0)
			t->row->end = hearing_end_failed("too_large"); /* and nothing counts */
	}
	end_rows(b);
}

static bool counts(const struct told *t)
{
	return t->why == COUNTED && strcmp(t->row->end.state, "failed") != 0;
}

/* Writing */

static void take_numbers(struct hearing_batch *b, size_t len, struct pg_value values[])
{
	struct arena *a = &b->arena;
	int64_t *invitations = arena_take_array(a, len, sizeof(*invitations));
	int64_t *observed_at = arena_take_array(a, len, sizeof(*observed_at));
	int64_t *inbox_ids = arena_take_array(a, len, sizeof(*inbox_ids));
	int16_t *least = arena_take_array(a, len, sizeof(*least));
	int16_t *most = arena_take_array(a, len, sizeof(*most));
	bool *first = arena_take_array(a, len, sizeof(*first));
	must(invitations && observed_at && inbox_ids && least && most && first);
	size_t n = 0;
	for (size_t i = 0; i < b->told_len; i++) {
		const struct told *t = &b->told[i];
		if (!counts(t))
			continue;
		invitations[n] = t->invitation_id;
		observed_at[n] = t->observed_at;
		inbox_ids[n] = t->row->inbox_id;
		least[n] = (int16_t)t->heard->scale_min;
		most[n] = (int16_t)t->heard->scale_max;
		first[n++] = t->row->adapter->re_answer == RE_ANSWER_FIRST;
	}
	values[0] = pg_int8_array(a, invitations, len);
	values[3] = pg_int2_array(a, least, len);
	values[4] = pg_int2_array(a, most, len);
	values[5] = pg_timestamptz_array(a, observed_at, len);
	values[6] = pg_int8_array(a, inbox_ids, len);
	values[7] = pg_bool_array(a, first, len);
}

bool hearing_batch_answers(struct hearing_batch *b, struct pg_value values[])
{
	struct arena *a = &b->arena;
	struct slice *columns = arena_take_array(a, b->told_len, sizeof(*columns));
	struct slice *texts = arena_take_array(a, b->told_len, sizeof(*texts));
	size_t len = 0;
	must(b->told_len == 0 || (columns != NULL && texts != NULL));
	for (size_t i = 0; i < b->told_len; i++) {
		if (!counts(&b->told[i]))
			continue;
		columns[len] = b->told[i].column;
		texts[len++] = b->told[i].value;
	}
	if (len == 0)
		return false;
	take_numbers(b, len, values);
	values[1] = pg_text_array(a, columns, len);
	values[2] = pg_text_array(a, texts, len);
	return true;
}

void hearing_batch_ends(struct hearing_batch *b, struct pg_value values[])
{
	struct arena *a = &b->arena;
	int64_t *ids = arena_take_array(a, b->len, sizeof(*ids));
	int32_t *answers = arena_take_array(a, b->len, sizeof(*answers));
	int32_t *waits = arena_take_array(a, b->len, sizeof(*waits));
	struct slice *states = arena_take_array(a, b->len, sizeof(*states));
	struct slice *notes = arena_take_array(a, b->len, sizeof(*notes));
	size_t len = 0;
	must(ids && answers && waits && states && notes);
	for (size_t i = 0; i < b->len; i++) {
		const struct row *row = &b->row[i];
		if (row->later)
			continue;
		ids[len] = row->inbox_id;
		states[len] = slice_of(row->end.state);
		notes[len] = row->end.note;
		answers[len] = row->end.answers;
		waits[len++] = row->end.wait_seconds;
	}
	values[0] = pg_int8_array(a, ids, len);
	values[1] = pg_text_array(a, states, len);
	values[2] = pg_int4_array(a, answers, len);
	values[3] = pg_text_array(a, notes, len);
	values[4] = pg_int4_array(a, waits, len);
}

void hearing_batch_part(struct hearing_batch *b, struct pg_value values[])
{
	must(b->len == 1);
	b->row[0].end = hearing_end_unstored(b->row[0].attempts);
	hearing_batch_ends(b, values);
}

void hearing_batch_count(const struct hearing_batch *b, struct hearing_counts *counts)
{
	for (size_t i = 0; i < b->len; i++) {
		const struct row *row = &b->row[i];
		if (row->later)
			continue;
		counts->heard += strcmp(row->end.state, "heard") == 0;
		counts->ignored += strcmp(row->end.state, "ignored") == 0;
		counts->failed += strcmp(row->end.state, "failed") == 0;
	}
}
