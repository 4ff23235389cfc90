/** What tests of replacing and undoing do to results, and how they look at what came of it. */
#pragma once

#include "db/ingest_scene.h"

#include <stdio.h>
#include <string.h>

static struct scene s;

/* Uploads */

static inline struct sending sent_as(int wave_id, const char *text,
				     const struct upload_request *more)
{
	static struct sending sending;
	open_upload_as(&s, &s.server, &sending, wave_id, text, more);
	turn_until(&s, &sending.ended);
	return sending;
}

static inline struct sending sent(const char *text)
{
	return sent_as(s.wave_id, text, &(struct upload_request){0});
}

static inline struct sending replaced(const char *text)
{
	return sent_as(s.wave_id, text, &(struct upload_request){.replace = true});
}

#define EXPECT_REPLACED(sending, want_accepted, want_duplicates, want_replaced, want_rejected)     \
	do {                                                                                       \
		const struct admission_counts *c_ = &(sending)->report.counts;                     \
		cr_expect_eq((sending)->report.status, OK, "%s", (sending)->report.why.words);     \
		cr_expect_eq(c_->accepted, want_accepted, "accepted %d", (int)c_->accepted);       \
		cr_expect_eq(c_->duplicates, want_duplicates, "duplicates %d",                     \
			     (int)c_->duplicates);                                                 \
		cr_expect_eq(c_->replaced, want_replaced, "replaced %d", (int)c_->replaced);       \
		cr_expect_eq(c_->rejected, want_rejected, "rejected %d", (int)c_->rejected);       \
		cr_expect_eq(c_->received,                                                         \
			     c_->accepted + c_->duplicates + c_->replaced + c_->rejected);         \
	} while (0)

/* Review */

struct reviewed {
	bool done;
	enum status status;
	int64_t appeal_id;
};

static inline void note_reviewed(void *arg, const struct review_single_outcome *outcome)
{
	struct reviewed *r = arg;
	*r = (struct reviewed){true, outcome->status, outcome->appeal_id};
	cr_expect_eq(outcome->status, OK, "%s", outcome->why.words);
}

static inline struct reviewed changed(const struct review_single *single)
{
	const struct known_wave *wave = catalogue_wave_by_id(s.server.catalogue, s.wave_id);
	struct review_order order = {.wave = wave,
				     .organisation_id = s.organisation_id,
				     .key_id = SLICE("rrrrrrrr"),
				     .reason = SLICE("a test")};
	struct reviewed r = {0};
	review_change_single(s.server.review, &order, single, note_reviewed, &r);
	turn_until(&s, &r.done);
	return r;
}

static inline void set_status(const char *id, enum review_state status)
{
	struct review_single single = {.result_id = slice_of(id), .status = status};
	(void)changed(&single);
}

static inline void correct(const char *id, const char *column, const char *value)
{
	struct field field = {
		.name = slice_of(column), .value = slice_of(value), .kind = FIELD_TEXT};
	struct record content = {.row = 1, .fields = &field, .fields_len = 1};
	struct review_single single = {
		.result_id = slice_of(id), .status = REVIEW_COUNT, .content = &content};
	(void)changed(&single);
}

static inline int64_t open_appeal(const char *id)
{
	struct review_single single = {.result_id = slice_of(id),
				       .status = REVIEW_COUNT,
				       .appeal = APPEAL_OPENS,
				       .words = SLICE("no")};
	return changed(&single).appeal_id;
}

/* Undoing */

struct undone {
	bool done;
	enum status status;
	char code[48], words[240];
	uint64_t removed, restored, kept;
	char changed[400]; /**< "a:1:2 " result_id, status, revision */
};

static inline void note_undone(void *arg, const struct undo_outcome *outcome)
{
	struct undone *u = arg;
	cr_expect_not(u->done, "answered twice");
	*u = (struct undone){.done = true,
			     .status = outcome->status,
			     .removed = outcome->removed,
			     .restored = outcome->restored,
			     .kept = outcome->kept};
	if (outcome->status != OK) {
		snprintf(u->code, sizeof(u->code), "%s", outcome->why.code);
		snprintf(u->words, sizeof(u->words), "%s", outcome->why.words);
	}
	for (size_t i = 0; i < outcome->changed_len; i++) {
		const struct undo_changed_result *c = &outcome->changed[i];
		size_t len = strlen(u->changed);
		snprintf(u->changed + len, sizeof(u->changed) - len, "%.*s:%d:%d ",
			 SLICE_ARGS(c->result_id), c->status, c->revision);
	}
}

static inline void start_undoing(struct server *server, struct undone *u, int64_t upload_id,
				 enum undo_changed changed, const char *reason)
{
	const struct known_wave *wave = catalogue_wave_by_id(server->catalogue, s.wave_id);
	struct review_order order = {.wave = wave,
				     .organisation_id = s.organisation_id,
				     .key_id = SLICE("uuuuuuuu"),
				     .reason = slice_of(reason)};
	*u = (struct undone){0};
	review_undo(server->review, &order, upload_id, changed, note_undone, u);
}

static inline struct undone undone(int64_t upload_id, enum undo_changed changed)
{
	struct undone u;
	start_undoing(&s.server, &u, upload_id, changed, "the wrong file");
	turn_until(&s, &u.done);
	return u;
}

#define EXPECT_UNDONE(u, want_removed, want_restored, want_kept)                                   \
	do {                                                                                       \
		cr_expect_eq((u)->status, OK, "%s: %s", (u)->code, (u)->words);                    \
		cr_expect_eq((u)->removed, want_removed, "removed %d", (int)(u)->removed);         \
		cr_expect_eq((u)->restored, want_restored, "restored %d", (int)(u)->restored);     \
		cr_expect_eq((u)->kept, want_kept, "kept %d", (int)(u)->kept);                     \
	} while (0)

/* Looking */

/** The other wave, sent `text`, counts as this one does, byte for byte. */
static inline void expect_counts_as_of(const char *text)
{
	struct sending other = sent_as(s.other_wave_id, text, &(struct upload_request){0});
	cr_expect_eq(other.report.counts.rejected, 0, "%s", other.errors);
	expect_waves_count_alike(&s);
}

static inline void end_exact(void)
{
	EXPECT_EXACT(&s);
	end_scene(&s);
}
