/** A migrated database with one programme, and everything of the server below HTTP on a loop.
 *
 * Use: given_scene(), uploads and questions, end_scene(), which also checks that nothing runs any
 * more. The server's side connects as plaudit_runtime. Every wait ends after WAIT_SECONDS.
 */
#pragma once

#include <criterion/criterion.h>

#include "board/live.h"
#include "db/cluster.h"
#include "db/pg_proxy.h"
#include "inbox/inbox.h"
#include "ingest/ingest.h"
#include "ingest/upload.h"
#include "pg/listen.h"
#include "review/review.h"
#include "review/settle.h"
#include "store/catalogue.h"
#include "store/sources.h"

enum { WAIT_SECONDS = 40 };

/** One server: what plauditd has between HTTP and PostgreSQL. */
struct server {
	struct loop *loop;
	struct pg_pool *pool;
	struct catalogue *catalogue;
	struct sources *sources;
	struct live *live;
	struct ingest *ingest;
	struct spool *spool; /* NULL unless asked for */
	struct inbox *inbox; /* likewise */
	struct review *review;
	struct settler *settler;
	struct pg_listen *listen; /* NULL unless asked for */
	bool counts_held;	  /* counted() waits with what it was given until it is let go */
	struct held {
		int wave_id;
		struct delta_mark delta;
		uint64_t changes;
		struct tally *tally;
		void (*applied)(void *arg);
		void *applied_arg;
	} held;
};

struct scene {
	char folder[128], database[64], superuser[256], runtime[256];
	struct pg_proxy *proxy;
	struct loop *loop;
	struct server server, other; /* `other` after given_other_server() */
	int wave_id, other_wave_id, organisation_id;
};

struct scene_wish {
	bool proxy;
	unsigned lanes, uploads_limit;
	size_t batch_bytes;
	uint32_t exclusive;
	const char *spool; /**< directory of the spool; NULL: none */
	const struct inbox_settings
		*inbox; /**< NULL: none; loop, pool and spool are the server's */
};

/** One upload, what it was given and what became of it. */
struct sending {
	struct server *server;
	struct upload *upload;
	struct slice rest;
	bool ended, finished, resumed;
	struct upload_report report;
	char errors[65536];
	unsigned fates[ROW_FATES_COUNT]; /**< what each row that was a result was told */
};

void given_scene(struct scene *s, const struct scene_wish *wish);
void given_other_server(struct scene *s);
void end_scene(struct scene *s);

/** Until *flag, or the test fails. */
void turn_until(struct scene *s, const bool *flag);
/** An inbox of its own; the scene ends with it. */
void open_inbox(struct scene *s, struct server *server, const struct inbox_settings *settings);
void turn_while_uploading(struct scene *s); /**< until no upload runs at s->server */

void sql(struct scene *s, const char *text);
long long number(struct scene *s, const char *text); /**< the first value of a query */

/** Makes one snapshot of the wave's deltas. */
void compact_counts(struct scene *s, int wave_id);
/** Both waves count the same, byte for byte. */
void expect_waves_count_alike(struct scene *s);

/** Rows "ID,C1,phone,1,1,5,4,9" under the small programme's header. */
#define HEADER "result_id,company,channel,q1,q2,q3,csat,nps\n"
/** `count` rows with ids prefix000000.., valid until the scene ends. */
const char *rows_of(const char *prefix, int from, int count);

void open_upload(struct scene *s, struct server *server, struct sending *sending, int wave,
		 const char *text);
/** The same, asked for otherwise; what is not said of `more` is as in open_upload(). */
void open_upload_as(struct scene *s, struct server *server, struct sending *sending, int wave,
		    const char *text, const struct upload_request *more);
/** Opens, sends and waits for the end. */
struct sending uploaded(struct scene *s, const char *text);
/** The same in another mode. */
struct sending uploaded_in(struct scene *s, enum upload_mode mode, const char *text);
/** The same with the digest of `promised` given beforehand. */
struct sending uploaded_with_digest(struct scene *s, const char *text, const char *promised);
/** Fails the test where the report says otherwise. */
#define EXPECT_REPORT(sent, want_received, want_accepted, want_duplicates, want_rejected)          \
	do {                                                                                       \
		cr_expect_eq((sent)->report.status, OK, "%s", (sent)->report.why.words);           \
		cr_expect_eq((sent)->report.counts.received, want_received, "received %d",         \
			     (int)(sent)->report.counts.received);                                 \
		cr_expect_eq((sent)->report.counts.accepted, want_accepted, "accepted %d",         \
			     (int)(sent)->report.counts.accepted);                                 \
		cr_expect_eq((sent)->report.counts.duplicates, want_duplicates, "duplicates %d",   \
			     (int)(sent)->report.counts.duplicates);                               \
		cr_expect_eq((sent)->report.counts.rejected, want_rejected, "rejected %d",         \
			     (int)(sent)->report.counts.rejected);                                 \
	} while (0)

/** Counts everything anew; the words of the first differences in `words`. */
struct verified {
	enum status status;
	uint64_t differences, results, waves;
	char words[8192];
	char why[TROUBLE_WORDS];
};
struct verified verified(struct scene *s);
#define EXPECT_EXACT(s)                                                                            \
	do {                                                                                       \
		struct verified v_ = verified(s);                                                  \
		cr_expect_eq(v_.status, OK, "%s", v_.why);                                         \
		cr_expect_eq(v_.differences, 0, "%s", v_.words);                                   \
	} while (0)

void reload_catalogue(struct scene *s, struct server *server);
void reload_sources(struct scene *s, struct server *server);
/** The CSV board of the field; `text` has room for `room` bytes. The status of the answer. */
enum status board_of(struct scene *s, struct server *server, int wave_id, char *text, size_t room);
