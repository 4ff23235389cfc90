#include "ingest/spooled_upload.h"

#include "ingest/file_upload.h"
#include "store/key.h"

/* clang-format off */
#define SPOOLED_STATES(X)                               \
	X(RECEIVING, "taking parts")                    \
	X(STORING,   "the spool writes the last of it") \
	X(UPLOADING, "file_upload has it")              \
	X(ENDED,     "it failed; that is told or being told")
/* clang-format on */

enum spooled_state {
#define X(name, words) SPOOLED_##name,
	SPOOLED_STATES(X)
#undef X
};

#define BIT(name) (1u << SPOOLED_##name)

static const unsigned next_states[] = {
	[SPOOLED_RECEIVING] = BIT(STORING) | BIT(ENDED),
	[SPOOLED_STORING] = BIT(UPLOADING) | BIT(ENDED),
	[SPOOLED_UPLOADING] = BIT(ENDED),
	[SPOOLED_ENDED] = 0,
};

struct spooled_upload {
	struct ingest *ingest;
	struct spool *spool;
	struct upload_request request;
	struct upload_listener listener; /* cleared when the client is gone */
	enum spooled_state state;
	struct spool_name file;
	struct spool_writer *writer;
	struct file_upload *upload;
	struct trouble why;
	char key_id[KEY_ID_CHARS + 1];
};

static void enter(struct spooled_upload *u, enum spooled_state to)
{
	must(next_states[u->state] & (1u << to));
	u->state = to;
}

static void free_spooled(struct spooled_upload *u)
{
	shared_programme_release(&u->request.programme);
	memory_free(u);
}

/** Last of all; the file is whoever's has been said so. */
static void tell(struct spooled_upload *u, const struct upload_report *report)
{
	if (u->listener.ended != NULL)
		u->listener.ended(u->listener.arg, report);
	free_spooled(u);
}

static void tell_failure(void *arg)
{
	struct spooled_upload *u = arg;
	const struct upload_report report = {.status = u->why.status,
					     .why = u->why,
					     .state = "failed",
					     .errors = SLICE("[]"),
					     .left_out_by = SLICE("null"),
					     .reading = SLICE("null"),
					     .warnings = SLICE("[]")};
	tell(u, &report);
}

static void fail_later(struct spooled_upload *u)
{
	enter(u, SPOOLED_ENDED);
	spool_abandon(&u->writer);
	spool_remove(u->spool, u->file);
	loop_later(ingest_settings(u->ingest)->loop, tell_failure, u);
}

/* Receiving */

static void room_again(void *arg)
{
	struct spooled_upload *u = arg;
	if (u->state == SPOOLED_RECEIVING)
		u->listener.resume(u->listener.arg);
}

enum flow spooled_upload_feed(struct spooled_upload *u, struct slice part)
{
	if (u->state != SPOOLED_RECEIVING)
		return FLOW_STOP;
	enum flow flow = spool_write(u->writer, part);
	if (flow == FLOW_STOP) {
		spool_writer_trouble(u->writer, &u->why);
		fail_later(u);
	}
	return flow;
}

/* Counting */

static void ended(void *arg, const struct upload_report *report)
{
	struct spooled_upload *u = arg;
	u->upload = NULL;
	enter(u, SPOOLED_ENDED);
	file_upload_keep(u->spool, u->file, report);
	tell(u, report);
}

static void stored(void *arg, int64_t bytes, const struct trouble *why)
{
	struct spooled_upload *u = arg;
	const struct file_upload_request request = {.upload = u->request, .file = u->file};
	const struct file_upload_listener listener = {.ended = ended, .arg = u};
	(void)bytes;
	if (why != NULL || u->listener.ended == NULL) {
		u->why = why != NULL ? *why : u->why;
		enter(u, SPOOLED_ENDED);
		spool_remove(u->spool, u->file);
		tell_failure(u);
		return;
	}
	enter(u, SPOOLED_UPLOADING);
	u->upload = file_upload_open(u->ingest, &request, &listener);
}

void spooled_upload_finish(struct spooled_upload *u)
{
	if (u->state != SPOOLED_RECEIVING)
		return;
	enter(u, SPOOLED_STORING);
	spool_finish(&u->writer, stored, u);
}

/* Its life */

struct spooled_upload *spooled_upload_open(struct ingest *in, const struct upload_request *request,
					   const struct upload_listener *listener)
{
	struct spooled_upload *u = memory_new(sizeof(*u));
	u->ingest = in;
	u->spool = ingest_settings(in)->spool;
	u->request = *request;
	u->listener = *listener;
	shared_programme_hold(u->request.programme);
	must(request->key_id.len < sizeof(u->key_id) && u->spool != NULL);
	memcpy(u->key_id, request->key_id.at, request->key_id.len);
	u->request.key_id = slice_of(u->key_id);
	u->file = (struct spool_name){SPOOL_PASSING, spool_number(u->spool)};
	if (spool_append(u->spool, u->file, 0, room_again, u, &u->writer, &u->why) < 0)
		fail_later(u);
	return u;
}

void spooled_upload_abandon(struct spooled_upload **abandoned)
{
	struct spooled_upload *u = *abandoned;
	*abandoned = NULL;
	u->listener = (struct upload_listener){0};
	switch (u->state) {
	case SPOOLED_RECEIVING:
		enter(u, SPOOLED_ENDED);
		spool_abandon(&u->writer);
		spool_remove(u->spool, u->file);
		free_spooled(u);
		break;
	case SPOOLED_UPLOADING:
		file_upload_abandon(&u->upload);
		enter(u, SPOOLED_ENDED);
		spool_remove(u->spool, u->file);
		free_spooled(u);
		break;
	case SPOOLED_STORING: /* stored() sees that nobody listens */
	case SPOOLED_ENDED:   /* tell_failure() likewise */
		break;
	}
}
