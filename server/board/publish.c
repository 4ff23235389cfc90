#include "board/publish.h"

#include "base/log.h"
#include "board/answer_make.h"
#include "board/frozen_boards.h"
#include "board/frozen_counts.h"
#include "board/series.h"
#include "board/shopper_codes.h"
#include "pg/transaction.h"
#include "pg/value.h"
#include "store/sql.h"

enum { TEXTS_BYTES = 1024 * 1024, NUMBERS_BYTES = 64 * 1024 * 1024 };

struct publish {
	struct publish_request request; /* its texts are in `texts`, `wave` is NULL */
	int wave_id;
	struct series_summaries *others; /* waves the awards rest on */
	struct wave_summary *own;
	void (*done)(void *arg, int revision, const struct trouble *why);
	void *arg;
	struct pg_transaction *transaction;
	struct arena texts, numbers;
	struct pg_result *begun, *tallies;
	struct slice wave, document;
	int revision, organisation_id;
	bool embargoed;
	int64_t version;
	struct buf packed;
	int32_t *shoppers;
	size_t shoppers_len;
	struct frozen_counts counts;
	struct buf *boards; /* by place in the table of frozen_boards.h */
	size_t boards_len, boards_made, boards_stored;
	struct trouble why; /* status OK: nothing went wrong */
};

static const struct wave *wave_of(const struct publish *p)
{
	return &p->counts.programme->waves[p->counts.source.wave];
}

/* Ending */

static void end(struct publish *p)
{
	struct publish last = *p;
	for (size_t i = 0; i < p->boards_made; i++)
		buf_fini(&p->boards[i]);
	memory_free(p->boards);
	series_summaries_free(&p->others);
	wave_summary_free(p->own);
	frozen_counts_fini(&p->counts);
	pg_result_free(&p->begun);
	pg_result_free(&p->tallies);
	buf_fini(&p->packed);
	arena_fini(&p->numbers);
	arena_fini(&p->texts);
	memory_free(p);
	if (last.why.status != OK)
		log_warn("publish.failed", LOG_NUMBER("wave", last.wave_id),
			 LOG_TEXT("err", last.why.words));
	last.done(last.arg, last.revision, last.why.status != OK ? &last.why : NULL);
}

static void ended(void *arg, enum status status, const struct trouble *why)
{
	struct publish *p = arg;
	p->why = *why;
	if (status == OK)
		log_info("publish.done", LOG_NUMBER("wave", p->wave_id),
			 LOG_NUMBER("revision", p->revision), LOG_NUMBER("boards", p->boards_len));
	end(p);
}

static void fail(struct publish *p)
{
	pg_transaction_fail(p->transaction, &p->why);
}

/* Storing */

static void added(void *arg, const struct pg_answer *answer)
{
	struct publish *p = arg;
	(void)answer;
	pg_transaction_commit(p->transaction);
}

static void add_publication(struct publish *p)
{
	const struct publish_request *r = &p->request;
	struct pg_value values[] = {
		pg_int4(p->wave_id),
		pg_int4(p->revision),
		pg_text(r->key_id),
		pg_text(r->reason),
		pg_timestamptz(r->announce_at),
		r->has_ceremony ? pg_date(r->ceremony_on) : pg_null(),
		pg_text_array(&p->texts, r->readers, r->readers_len),
		pg_text(slice_of(r->made_by)),
		pg_bytea(p->document),
		pg_bytea(buf_slice(&p->packed)),
		pg_int4_array(&p->numbers, p->shoppers, p->shoppers_len),
		pg_int8(p->version),
	};
	pg_transaction_run(p->transaction, &SQL_PUBLICATION_ADD, values, COUNT_OF(values), added);
}

static void store_next_board(struct publish *p);

static void board_stored(void *arg, const struct pg_answer *answer)
{
	struct publish *p = arg;
	(void)answer;
	buf_clear(&p->boards[p->boards_stored++]);
	if (p->boards_stored < p->boards_len)
		store_next_board(p);
	else
		add_publication(p);
}

static void store_next_board(struct publish *p)
{
	struct live_question q = frozen_board_question(wave_of(p), p->boards_stored);
	struct buf address;
	buf_init(&address, FROZEN_ADDRESS_BYTES);
	must(frozen_address(wave_of(p), &q, &address) && !buf_over(&address));
	struct pg_value values[] = {
		pg_int4(p->wave_id),
		pg_int4(p->revision),
		pg_text(buf_slice(&address)),
		pg_text(slice_of(answer_type(&q))),
		pg_bytea(buf_slice(&p->boards[p->boards_stored])),
	};
	pg_transaction_run(p->transaction, &SQL_PUBLICATION_BOARD_ADD, values, COUNT_OF(values),
			   board_stored);
	buf_fini(&address);
}

/* Computing */

static enum status make_board(struct publish *p, const struct live_question *q, struct buf *body)
{
	if (!frozen_board_needs_waves(q))
		return answer_make(q, &p->counts.source, body, &p->why);
	bool csv = q->form == LIVE_AWARDS_CSV;
	if (p->own == NULL && wave_summary_make(&p->counts.source, &p->own, &p->why) < 0)
		return p->why.status;
	return series_awards_make(p->others, p->own, csv ? SERIES_AWARDS_CSV : SERIES_AWARDS_JSON,
				  body, &p->why);
}

static enum status make_boards(struct publish *p)
{
	size_t left = PUBLICATION_BYTES;
	p->boards_len = frozen_boards_count(wave_of(p));
	p->boards = memory_new(p->boards_len * sizeof(*p->boards));
	while (p->boards_made < p->boards_len) {
		struct live_question q = frozen_board_question(wave_of(p), p->boards_made);
		struct buf *body = &p->boards[p->boards_made++];
		buf_init(body, left);
		if (make_board(p, &q, body) < 0)
			return p->why.status;
		left -= body->len;
	}
	return OK;
}

static void boards_work(void *arg)
{
	struct publish *p = arg;
	struct frozen_parts parts = {.document = p->document,
				     .wave = p->wave,
				     .packed = buf_slice(&p->packed),
				     .shoppers = p->shoppers,
				     .shoppers_len = p->shoppers_len,
				     .version = p->version,
				     .revision = p->revision};
	if (frozen_counts_make(&parts, &p->counts, &p->why) == OK)
		(void)make_boards(p);
}

static void boards_done(void *arg)
{
	struct publish *p = arg;
	if (p->why.status == OK)
		store_next_board(p);
	else
		fail(p);
}

static void shoppers_came(void *arg, const struct pg_answer *answer)
{
	struct publish *p = arg;
	p->shoppers = pg_get_int4_array(answer->result, 0, 0, &p->numbers, &p->shoppers_len);
	must(p->shoppers != NULL || p->shoppers_len == 0);
	loop_offload(p->request.loop, boards_work, boards_done, p);
}

/* Counting */

static void list_shoppers(struct publish *p, const struct tally *whole)
{
	bool *met = arena_take(&p->numbers, SHOPPER_CODES_NUMBERS);
	size_t cells_len;
	const struct tally_cell *cells = tally_cells(whole, &cells_len);
	must(met != NULL);
	for (size_t c = 0; c < cells_len; c++) {
		const struct histogram *h = tally_histogram(whole, &cells[c], METRIC_SHOPPER);
		for (size_t i = 0; i < h->len && h->bins[i].value < SHOPPER_CODES_NUMBERS; i++) {
			p->shoppers_len += met[h->bins[i].value] ? 0 : 1;
			met[h->bins[i].value] = true;
		}
	}
	size_t n = 0;
	p->shoppers = arena_take_array(&p->numbers, p->shoppers_len + 1, sizeof(*p->shoppers));
	must(p->shoppers != NULL);
	for (int32_t number = 0; n < p->shoppers_len; number++)
		if (met[number])
			p->shoppers[n++] = number;
}

static enum status add_up(struct publish *p, const struct instrument *i)
{
	struct tally *whole = tally_new(i->areas_len, i->items_len, i->questions_len);
	enum status st = OK;
	for (int row = 0; row < pg_rows(p->tallies) && st == OK; row++) {
		p->version += pg_get_int8(p->tallies, row, 2);
		st = tally_unpack(whole, pg_get_bytes(p->tallies, row, 3), &p->why);
	}
	if (st == OK) {
		tally_pack(whole, &p->packed);
		list_shoppers(p, whole);
	}
	tally_free(whole);
	if (st == OK && buf_over(&p->packed))
		st = trouble(&p->why, E_LIMIT, "the counts are larger than %d bytes",
			     PUBLICATION_BYTES);
	return st;
}

static enum status check_embargo(struct publish *p, const struct wave *wave)
{
	if (p->embargoed && wave->before_publication != BEFORE_HIDDEN)
		return trouble_code(&p->why, E_CONFLICT, "live_wave_cannot_be_embargoed",
				    "everybody sees this wave's boards already: only a wave with "
				    "before_publication hidden can be announced later");
	return OK;
}

static void counts_work(void *arg)
{
	struct publish *p = arg;
	struct programme *programme = NULL;
	int index;
	enum status st = frozen_programme_read(p->document, p->wave, &programme, &index, &p->why);
	if (st == OK)
		st = check_embargo(p, &programme->waves[index]);
	if (st == OK)
		st = add_up(p, &programme->instruments[programme->waves[index].instrument]);
	programme_free(programme);
	p->why.status = st;
}

static void counts_done(void *arg)
{
	struct publish *p = arg;
	if (p->why.status != OK) {
		fail(p);
		return;
	}
	struct pg_value values[] = {
		pg_int4(p->organisation_id),
		pg_int4_array(&p->numbers, p->shoppers, p->shoppers_len),
	};
	pg_transaction_run(p->transaction, &SQL_PUBLICATION_SHOPPERS, values, COUNT_OF(values),
			   shoppers_came);
}

static void tallies_came(void *arg, const struct pg_answer *answer)
{
	struct publish *p = arg;
	p->tallies = pg_answer_keep(answer);
	loop_offload(p->request.loop, counts_work, counts_done, p);
}

/* Beginning */

static enum status check(struct publish *p, const struct pg_result *row)
{
	struct slice state = pg_get_bytes(row, 0, 0);
	if (!slice_is(state, "closed") && !slice_is(state, "published"))
		return trouble_code(&p->why, E_CONFLICT, "wrong_state",
				    "only a closed wave can be published");
	if (pg_get_bool(row, 0, 8))
		return trouble_code(&p->why, E_INPUT, "announce_in_the_past",
				    "announce_at is over by more than a minute");
	if (pg_get_bool(row, 0, 4) && p->request.reason.len == 0)
		return trouble_code(&p->why, E_INPUT, "reason_required",
				    "a revision of what is published needs a reason");
	if (!pg_is_null(row, 0, 6))
		return trouble_code(&p->why, E_INPUT, "unknown_reader",
				    "%.*s is not the id of a key of this organisation",
				    SLICE_ARGS(slice_cut(pg_get_bytes(row, 0, 6), 40)));
	return OK;
}

static void begun(void *arg, const struct pg_answer *answer)
{
	struct publish *p = arg;
	p->begun = pg_answer_keep(answer);
	if (pg_rows(p->begun) == 0)
		(void)trouble(&p->why, E_GONE, "the wave is gone");
	else
		(void)check(p, p->begun);
	if (p->why.status != OK) {
		fail(p);
		return;
	}
	p->wave = pg_get_bytes(p->begun, 0, 1);
	p->document = pg_get_bytes(p->begun, 0, 2);
	p->revision = pg_get_int4(p->begun, 0, 3);
	p->embargoed = pg_get_bool(p->begun, 0, 5);
	p->organisation_id = pg_get_int4(p->begun, 0, 7);
	struct pg_value wave[] = {pg_int4(p->wave_id)};
	pg_transaction_run(p->transaction, &SQL_TALLY_LOAD, wave, COUNT_OF(wave), tallies_came);
}

static void opened(void *arg, struct pg_transaction *t)
{
	struct publish *p = arg;
	struct pg_value wave[] = {pg_int4(p->wave_id)};
	struct pg_value values[] = {
		wave[0],
		pg_text(p->request.key_id),
		pg_timestamptz(p->request.announce_at),
		pg_text_array(&p->texts, p->request.readers, p->request.readers_len),
	};
	p->transaction = t;
	pg_transaction_run(t, &SQL_PUBLICATION_LOCK, wave, COUNT_OF(wave), NULL);
	/* What others committed before is seen by the statements behind the lock. */
	pg_transaction_run(t, &SQL_PUBLICATION_BEGIN, values, COUNT_OF(values), begun);
}

static void others_came(void *arg, struct series_summaries **taken, const struct trouble *why)
{
	struct publish *p = arg;
	if (taken == NULL) {
		p->why = *why;
		end(p);
		return;
	}
	p->others = *taken;
	*taken = NULL;
	pg_transaction_open(p->request.pool, "begin", opened, ended, p);
}

static void not_begun(void *arg)
{
	end(arg);
}

static struct slice kept(struct publish *p, struct slice text)
{
	struct slice copy = arena_copy(&p->texts, text);
	must(copy.at != NULL);
	return copy;
}

void publish_run(const struct publish_request *request,
		 void (*done)(void *arg, int revision, const struct trouble *why), void *arg)
{
	struct publish *p = memory_new(sizeof(*p));
	must(request->readers_len <= PUBLICATION_READERS);
	*p = (struct publish){
		.request = *request, .wave_id = request->wave->wave_id, .done = done, .arg = arg};
	arena_init(&p->texts, TEXTS_BYTES);
	arena_init(&p->numbers, NUMBERS_BYTES);
	buf_init(&p->packed, PUBLICATION_BYTES);
	p->request.key_id = kept(p, request->key_id);
	p->request.reason = kept(p, request->reason.at != NULL ? request->reason : SLICE(""));
	struct slice *readers = arena_take_array(&p->texts, PUBLICATION_READERS, sizeof(*readers));
	must(readers != NULL);
	for (size_t i = 0; i < request->readers_len; i++)
		readers[i] = kept(p, request->readers[i]);
	p->request.readers = readers;
	p->request.wave = NULL; /* the catalogue's, until the loop turns */
	if (series_collect(request->live, request->wave, others_came, p, &p->why) < 0)
		loop_later(request->loop, not_begun, p);
}
