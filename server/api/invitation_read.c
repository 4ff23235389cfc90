#include "api/invitation_read.h"

#include "base/clock.h"
#include "base/json_out.h"
#include "decode/decoder.h"
#include "store/key.h"
#include "survey/result.h"

enum {
	RECORD_BYTES = 8192,
	RECORD_ARENA_BYTES_MOST = 2 * 1024 * 1024,
	FIELDS_MOST = 32,
	MADE_CONTACT_CHARS = 16
};

#define DAY_MICROSECONDS INT64_C(86400000000)

/** What may be known of a contact before it answers, beside its id. */
static const char *const known_columns[] = {
	"company",	    "sector",	"channel", "shopper",
	"contacted_at",	    "answered", "attempt", "wait_seconds",
	"duration_seconds", "customer", NULL};

struct reading {
	const struct known_wave *wave;
	struct arena *arena;  /* of what is kept */
	struct arena element; /* of an element */
	struct intake *intake;
	struct invitation_wishes *wishes;
	struct json_out errors;
	int64_t now;
};

/* Faults */

static void add_fault(struct reading *r, const struct fault *fault)
{
	struct json_out *j = &r->errors;
	r->wishes->faults++;
	json_open_object(j);
	json_pair_int(j, "index", (int64_t)r->wishes->len);
	json_pair_text(j, "column", fault->column);
	json_pair_text(j, "code", slice_of(fault->code));
	json_pair_text(j, "value", fault->value);
	json_pair_text(j, "expected", fault->expected);
	json_close_object(j);
}

static void add_fault_at(struct reading *r, const struct field *field, const char *code,
			 const char *expected)
{
	add_fault(r, &(struct fault){.code = code,
				     .column = field->name,
				     .value = slice_cut(field->value, 100),
				     .expected = slice_of(expected)});
}

/* One element */

static bool is_one_of(const char *const *names, struct slice name)
{
	while (*names != NULL && !slice_is(name, *names))
		names++;
	return *names != NULL;
}

static bool is_id(struct slice name)
{
	return slice_is(name, "contact_id") || slice_is(name, "result_id");
}

static bool is_given(const struct field *field)
{
	return field->kind != FIELD_NULL && field->value.len > 0;
}

static void read_expiry(struct reading *r, const struct field *field, int64_t *expires_at)
{
	int64_t days;
	if (slice_is(field->name, "expires_at")) {
		if (!clock_parse(field->value, expires_at) || *expires_at <= r->now)
			add_fault_at(r, field, "not_an_instant", "an instant that is to come");
	} else if (slice_to_int64(field->value, &days) && days >= 1 &&
		   days <= INVITATION_DAYS_MOST) {
		*expires_at = r->now + days * DAY_MICROSECONDS;
	} else {
		add_fault_at(r, field, "out_of_range", "a whole number from 1 to 366");
	}
}

/** The columns of a result are left in `to`; the others are read here. */
static size_t sort_out(struct reading *r, const struct record *record, struct field *to,
		       struct invitation_wish *wish)
{
	size_t len = 0;
	int expiries = 0;
	for (size_t i = 0; i < record->fields_len; i++) {
		const struct field *field = &record->fields[i];
		bool plain = field->group.len == 0;
		bool expiry = plain && (slice_is(field->name, "expires_at") ||
					slice_is(field->name, "expires_in_days"));
		if (expiry && is_given(field) && expiries++ > 0)
			add_fault_at(r, field, "twice", "one of expires_at and expires_in_days");
		else if (expiry && is_given(field))
			read_expiry(r, field, &wish->expires_at);
		else if (!expiry &&
			 !(plain && (is_id(field->name) || is_one_of(known_columns, field->name))))
			add_fault_at(r, field, "unknown_column",
				     "a column that is known before the answer");
		else if (!expiry && len < FIELDS_MOST)
			to[len++] = *field;
	}
	return len;
}

static enum status make_contact(struct reading *r, struct field *field, struct trouble *why)
{
	char *made = arena_take(r->arena, MADE_CONTACT_CHARS);
	if (made == NULL)
		return trouble(why, E_LIMIT, "the invitations are more than a request may have");
	*field = (struct field){.name = SLICE("contact_id"),
				.value = {made, MADE_CONTACT_CHARS},
				.kind = FIELD_TEXT};
	return key_letters(made, MADE_CONTACT_CHARS, why);
}

static const struct field *find(const struct field *fields, size_t len, const char *name)
{
	for (size_t i = 0; i < len; i++)
		if (slice_is(fields[i].name, name) && is_given(&fields[i]))
			return &fields[i];
	return NULL;
}

static struct slice record_of(struct reading *r, const struct field *fields, size_t len)
{
	struct buf record;
	buf_init(&record, RECORD_BYTES);
	struct json_out j = json_out_on(&record);
	json_open_object(&j);
	for (const char *const *name = known_columns; *name != NULL; name++) {
		const struct field *field = find(fields, len, *name);
		if (field == NULL)
			continue;
		json_key(&j, *name);
		if (field->kind == FIELD_TEXT)
			json_text(&j, field->value);
		else
			json_raw(&j, field->value);
	}
	json_close_object(&j);
	must(!buf_over(&record));
	struct slice kept = arena_copy(r->arena, buf_slice(&record));
	buf_fini(&record);
	return kept;
}

static bool came_before(const struct invitation_wishes *w, struct slice contact)
{
	for (size_t i = 0; i < w->len; i++)
		if (slice_equal(w->at[i].contact, contact))
			return true;
	return false;
}

static enum status read_fields(struct reading *r, const struct field *fields, size_t len,
			       struct invitation_wish *wish)
{
	const struct record record = {
		.row = r->wishes->len + 1, .fields = fields, .fields_len = len};
	struct result result;
	struct reject reject;
	enum status st = intake_read(r->intake, &record, &r->element, &result, &reject);
	if (st == E_INPUT) {
		for (size_t i = 0; i < reject.faults_len; i++)
			add_fault(r, &reject.faults[i]);
		return OK;
	}
	if (st < 0)
		return st;
	if (came_before(r->wishes, result.result_id))
		add_fault(r, &(struct fault){.code = "twice",
					     .column = SLICE("contact_id"),
					     .value = slice_cut(result.result_id, 100),
					     .expected = SLICE("each contact once")});
	wish->contact = arena_copy(r->arena, result.result_id);
	wish->record = record_of(r, fields, len);
	return wish->contact.at != NULL && wish->record.at != NULL ? OK : E_LIMIT;
}

static enum status read_element(struct reading *r, const struct record *record, struct trouble *why)
{
	struct invitation_wish *wish = &r->wishes->at[r->wishes->len];
	struct field fields[FIELDS_MOST + 1];
	wish->expires_at = CLOCK_NO_INSTANT;
	size_t len = sort_out(r, record, fields, wish);
	enum status st = OK;
	if (find(fields, len, "contact_id") == NULL && find(fields, len, "result_id") == NULL)
		st = make_contact(r, &fields[len++], why);
	if (st == OK)
		st = read_fields(r, fields, len, wish);
	if (st == OK)
		st = key_letters(wish->token, sizeof(wish->token), why);
	r->wishes->len++;
	return st == E_LIMIT
		       ? trouble(why, E_LIMIT, "the invitations are more than a request may have")
		       : st;
}

/* All of them */

static enum status add_bad_row(struct reading *r, const struct decode_fault *fault)
{
	add_fault(r, &(struct fault){.code = fault->code,
				     .column = slice_of(fault->column),
				     .value = slice_of(fault->value),
				     .expected = slice_of(fault->expected)});
	return OK;
}

static enum status read_all(struct reading *r, struct decoder *d, struct trouble *why)
{
	struct record record;
	struct decode_fault fault;
	enum status st = OK;
	while (st == OK) {
		struct arena_mark before = arena_mark(&r->element);
		enum decoded what = decoder_next(d, &r->element, &record, &fault);
		if (what == DECODE_MORE || what == DECODE_END)
			break;
		if (what == DECODE_BROKEN)
			return add_bad_row(r, &fault);
		if (r->wishes->len == INVITATIONS_MOST)
			return trouble_code(why, E_LIMIT, "too_many_invitations",
					    "at most %d invitations a request", INVITATIONS_MOST);
		if (what == DECODE_RECORD) {
			st = read_element(r, &record, why);
		} else {
			st = add_bad_row(r, &fault);
			r->wishes->at[r->wishes->len++] = (struct invitation_wish){0};
		}
		arena_rewind(&r->element, before);
	}
	return st;
}

static enum status read_part(struct reading *r, struct decoder *d, struct slice part,
			     struct trouble *why)
{
	decoder_feed(d, part);
	return read_all(r, d, why);
}

static bool is_array(struct slice body)
{
	size_t at = 0;
	while (at < body.len && strchr(" \t\r\n", body.at[at]) != NULL)
		at++;
	return at < body.len && body.at[at] == '[';
}

static enum status read_body(struct reading *r, struct slice body, struct trouble *why)
{
	struct decoder *d = decoder_new(DECODE_JSON_ARRAY);
	enum status st = OK;
	if (r->wishes->one)
		st = read_part(r, d, SLICE("["), why);
	if (st == OK)
		st = read_part(r, d, body, why);
	if (st == OK && r->wishes->one)
		st = read_part(r, d, SLICE("]"), why);
	if (st == OK) {
		decoder_finish(d);
		st = read_all(r, d, why);
	}
	decoder_free(d);
	return st;
}

enum status invitations_read(struct slice body, const struct known_wave *wave, struct arena *arena,
			     struct invitation_wishes *wishes, struct buf *errors,
			     struct trouble *why)
{
	struct reading r = {.wave = wave,
			    .arena = arena,
			    .wishes = wishes,
			    .now = clock_now(),
			    .errors = json_out_on(errors)};
	*wishes = (struct invitation_wishes){.one = !is_array(body)};
	wishes->at = arena_take_array(arena, INVITATIONS_MOST, sizeof(*wishes->at));
	must(wishes->at != NULL);
	arena_init(&r.element, RECORD_ARENA_BYTES_MOST);
	r.intake = intake_new(wave->programme->programme, wave->index, r.now);
	json_open_array(&r.errors);
	enum status st = read_body(&r, body, why);
	json_close_array(&r.errors);
	intake_free(r.intake);
	arena_fini(&r.element);
	if (st == OK && wishes->faults > 0)
		st = trouble_code(why, E_INPUT, "invitation_faults", "what was sent has faults");
	return st;
}
