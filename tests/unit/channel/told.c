#include "told.h"

#include <criterion/criterion.h>
#include <stdio.h>

#include "base/clock.h"

enum { ROOM = 1 << 20 };

static const struct adapter *given_adapter(const char *kind)
{
	const struct adapter *a = adapter_find(slice_of(kind));
	cr_assert_not_null(a, "%s is no kind", kind);
	return a;
}

static struct slice quoted(const char *json, char *to, size_t room)
{
	size_t len = strlen(json);
	cr_assert(len < room);
	for (size_t i = 0; i < len; i++)
		to[i] = json[i] == '\'' ? '"' : json[i];
	return (struct slice){to, len};
}

static void print_pair(struct buf *to, const char *name, struct slice text)
{
	if (text.len > 0)
		buf_print(to, " %s=%.*s", name, SLICE_ARGS(text));
}

static void print_instant(struct buf *to, const char *name, int64_t at)
{
	if (at == CLOCK_NO_INSTANT)
		return;
	buf_print(to, " %s=", name);
	clock_print(to, at);
}

static void print_answer(struct buf *to, const struct heard_answer *a)
{
	buf_print(to, "%.*s=%.*s", SLICE_ARGS(a->question), SLICE_ARGS(a->value));
	if (a->scale_max != 0)
		buf_print(to, " (%d..%d)", a->scale_min, a->scale_max);
	print_pair(to, "token", a->token);
	print_pair(to, "contact", a->contact);
	print_pair(to, "place", a->place);
	print_instant(to, "at", a->observed_at);
	print_instant(to, "since", a->contacted_at);
	buf_add_byte(to, '\n');
}

static void print_heard(struct buf *to, const struct heard *heard)
{
	if (heard->fate != HEARD_ANSWERS)
		buf_print(to, "%s: %s", heard->fate == HEARD_BAD ? "bad" : "nothing", heard->why);
	else
		for (size_t i = 0; i < heard->answers_len; i++)
			print_answer(to, &heard->answers[i]);
}

static struct payload payload_of(const char *json, const char *headers, char *room)
{
	struct payload p = {.headers = slice_of(headers), .body = quoted(json, room, ROOM)};
	must(clock_parse(SLICE("2026-05-04T12:00:00Z"), &p.received_at));
	return p;
}

static struct told told(const struct setup *setup, const char *kind, const char *json,
			const char *headers)
{
	struct told told = {{0}};
	struct arena arena;
	struct heard heard;
	struct trouble why;
	struct buf text;
	char *room = memory_new(ROOM);
	struct payload p = payload_of(json, headers, room);
	arena_init(&arena, ROOM);
	buf_init(&text, TOLD_BYTES - 1);
	cr_assert_eq(given_adapter(kind)->hear(setup, &p, &arena, &heard, &why), OK);
	print_heard(&text, &heard);
	cr_assert(!buf_over(&text));
	if (text.len > 0)
		memcpy(told.text, text.at, text.len);
	buf_fini(&text);
	arena_fini(&arena);
	memory_free(room);
	return told;
}

struct told told_by(const char *kind, const char *json, const char *headers)
{
	struct setup setup = {.adapter = given_adapter(kind)};
	return told(&setup, kind, json, headers);
}

struct told told_with(const struct setup *setup, const char *kind, const char *json)
{
	return told(setup, kind, json, "");
}

struct told key_by(const char *kind, const char *json, const char *headers)
{
	struct told key = {{0}};
	char *room = memory_new(ROOM);
	struct payload p = payload_of(json, headers, room);
	const struct adapter *a = given_adapter(kind);
	if (a->dedupe != NULL)
		(void)a->dedupe(&p, key.text);
	memory_free(room);
	return key;
}

unsigned arenas_too_small(const char *kind, const char *json)
{
	unsigned too_small = 0;
	char *room = memory_new(ROOM);
	struct payload p = payload_of(json, "", room);
	struct setup setup = {.adapter = given_adapter(kind)};
	enum status st = E_LIMIT;
	for (size_t limit = 0; st == E_LIMIT && limit < 16384; limit += 7) {
		struct arena arena;
		struct heard heard;
		struct trouble why;
		arena_init(&arena, limit);
		st = setup.adapter->hear(&setup, &p, &arena, &heard, &why);
		too_small += st == E_LIMIT;
		arena_fini(&arena);
	}
	cr_assert_eq(st, OK);
	memory_free(room);
	return too_small;
}
