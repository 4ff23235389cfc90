#include "decode/cutter.h"

void cutter_init(struct cutter *c, size_t limit_bytes)
{
	*c = (struct cutter){.part = SLICE_NONE};
	buf_init(&c->held, limit_bytes);
}

void cutter_fini(struct cutter *c)
{
	buf_fini(&c->held);
	*c = (struct cutter){.part = SLICE_NONE};
}

static struct slice without_newline(struct slice record)
{
	if (record.len > 0 && record.at[record.len - 1] == '\n')
		record.len--;
	return record;
}

/** Holds as much of `bytes` as the limit lets in; false where that is not all. */
static bool hold(struct cutter *c, struct slice bytes)
{
	size_t room = c->held.limit_bytes - c->held.len;
	bool fits = bytes.len <= room;
	buf_add(&c->held, (struct slice){bytes.at, fits ? bytes.len : room});
	return fits;
}

static enum cut out_of_part(struct cutter *c, struct slice *record)
{
	bool fits = hold(c, c->part);
	c->part = SLICE_NONE;
	*record = buf_slice(&c->held);
	if (!fits)
		return CUT_TOO_LONG;
	if (!c->finished)
		return CUT_MORE;
	if (c->held.len == 0)
		return CUT_END;
	c->given = true;
	return CUT_RECORD;
}

static enum cut cut_next(struct cutter *c, bool (*ends)(void *of, struct slice fresh, size_t *len),
			 void *of, struct slice *record)
{
	size_t len = 0;
	if (c->given) {
		buf_clear(&c->held);
		c->given = false;
	}
	if (c->part.len == 0 || !ends(of, c->part, &len))
		return out_of_part(c, record);
	struct slice last = without_newline((struct slice){c->part.at, len});
	c->part = slice_from(c->part, len);
	if (c->held.len == 0) {
		*record = last;
		return last.len > c->held.limit_bytes ? CUT_TOO_LONG : CUT_RECORD;
	}
	bool fits = hold(c, last);
	c->given = true;
	*record = buf_slice(&c->held);
	return fits ? CUT_RECORD : CUT_TOO_LONG;
}

enum cut cutter_next(struct cutter *c, bool (*ends)(void *of, struct slice fresh, size_t *len),
		     void *of, struct slice *record)
{
	enum cut cut = cut_next(c, ends, of, record);
	c->last = cut == CUT_RECORD ? *record : SLICE_NONE;
	return cut;
}
