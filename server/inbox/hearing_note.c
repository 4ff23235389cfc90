#include "inbox/hearing_note.h"

#include "inbox/hearing.h"

enum { NOTE_BYTES = 1000 };

struct hearing_end hearing_end_failed(const char *code)
{
	return (struct hearing_end){.state = "failed", .note = slice_of(code)};
}

struct hearing_end hearing_end_ignored(const char *code)
{
	return (struct hearing_end){.state = "ignored", .note = slice_of(code)};
}

/** Whether there is another attempt: they are 1, 8, 64 and 512 seconds apart. */
static bool waits(struct hearing_end *end, int attempts)
{
	if (attempts + 1 >= HEARING_ATTEMPTS)
		return false;
	end->state = "waiting";
	end->wait_seconds = 1 << (3 * attempts);
	return true;
}

static struct hearing_end again(const char *code, int attempts)
{
	struct hearing_end end = {.note = slice_of(code)};
	return waits(&end, attempts) ? end : hearing_end_failed(code);
}

struct hearing_end hearing_end_unknown(bool own_page, int attempts)
{
	return again(own_page ? "unknown_kind" : "unknown_source", attempts);
}

struct hearing_end hearing_end_unstored(int attempts)
{
	return again("cannot_be_stored", attempts);
}

static void add_part(struct buf *to, const char *code, unsigned number)
{
	if (number > 0)
		buf_print(to, "%s%s %u", to->len > 0 ? ", " : "", code, number);
}

/** Copied, where it is to be told; SLICE("") where the arena is too small for it, too. */
static struct slice words_of(const struct hearing_note *note, unsigned total, struct arena *arena)
{
	struct buf words;
	buf_init(&words, NOTE_BYTES);
	add_part(&words, "counted", note->by[COUNTED]);
	for (int why = COUNTED + 1; why < UNCOUNTED_END; why++) {
		if (note->by[why] == total && total == 1)
			buf_add_text(&words, uncounted_code((enum uncounted)why));
		else
			add_part(&words, uncounted_code((enum uncounted)why), note->by[why]);
	}
	struct slice kept = arena_copy(arena, buf_slice(&words));
	buf_fini(&words);
	return kept.at != NULL ? kept : SLICE("");
}

struct hearing_end hearing_end_heard(const struct hearing_note *note, int attempts,
				     struct arena *arena)
{
	unsigned counted = note->by[COUNTED], total = 0;
	for (int why = COUNTED; why < UNCOUNTED_END; why++)
		total += note->by[why];
	struct hearing_end end = {.state = counted > 0 ? "heard" : "ignored",
				  .note = counted == total ? SLICE("")
							   : words_of(note, total, arena),
				  .answers = (int)total};
	/* The wave may be newer than what this server knows. */
	if (note->by[UNCOUNTED_UNKNOWN_WAVE] > 0)
		(void)waits(&end, attempts);
	return end;
}
