#include "board/answer_make.h"

#include "standings/company_detail.h"
#include "standings/sector_table.h"
#include "standings/shopper_table.h"

static enum status make_board(const struct live_question *q, const struct board_source *source,
			      struct arena *arena, struct buf *body, struct trouble *why)
{
	struct board *board;
	enum status st = board_make(source, &q->board, arena, &board, why);
	if (st < 0)
		return st;
	if (q->form == LIVE_BOARD_JSON)
		board_json(board, body);
	else
		board_csv(board, body);
	return OK;
}

static enum status make_sectors(const struct live_question *q, const struct board_source *source,
				struct arena *arena, struct buf *body, struct trouble *why)
{
	struct sector_table *sectors;
	enum status st = sector_table_make(source, arena, &sectors, why);
	if (st < 0)
		return st;
	if (q->form == LIVE_SECTORS_JSON)
		sectors_json(sectors, body);
	else
		sectors_csv(sectors, body);
	return OK;
}

static enum status make_company(const struct live_question *q, const struct board_source *source,
				struct arena *arena, struct buf *body, struct trouble *why)
{
	struct company_detail *company;
	enum status st = company_detail_make(source, q->company, arena, &company, why);
	if (st < 0)
		return st;
	company_json(company, body);
	return OK;
}

static enum status make_shoppers(const struct board_source *source, struct arena *arena,
				 struct buf *body, struct trouble *why)
{
	struct shopper_table *shoppers;
	enum status st = shopper_table_make(source, arena, &shoppers, why);
	if (st < 0)
		return st;
	shoppers_json(shoppers, body);
	return OK;
}

static enum status make_body(const struct live_question *q, const struct board_source *source,
			     struct arena *arena, struct buf *body, struct trouble *why)
{
	switch (q->form) {
	case LIVE_BOARD_JSON:
	case LIVE_BOARD_CSV:
		return make_board(q, source, arena, body, why);
	case LIVE_SECTORS_JSON:
	case LIVE_SECTORS_CSV:
		return make_sectors(q, source, arena, body, why);
	case LIVE_COMPANY_JSON:
		return make_company(q, source, arena, body, why);
	case LIVE_SHOPPERS_JSON:
		return make_shoppers(source, arena, body, why);
	case LIVE_AWARDS_JSON:
	case LIVE_AWARDS_CSV:
		return trouble_code(why, E_GONE, "not_published",
				    "this revision was published without awards");
	}
	never("a form outside its list");
}

bool answer_needs_severity(const struct live_question *q)
{
	switch (q->form) {
	case LIVE_BOARD_JSON:
	case LIVE_BOARD_CSV:
		return q->board.channel == BOARD_ALL_CHANNELS;
	case LIVE_SECTORS_JSON:
	case LIVE_SECTORS_CSV:
	case LIVE_SHOPPERS_JSON:
		return true;
	case LIVE_COMPANY_JSON:
	case LIVE_AWARDS_JSON:
	case LIVE_AWARDS_CSV:
		return false;
	}
	never("a form outside its list");
}

enum status answer_make(const struct live_question *q, const struct board_source *source,
			struct buf *body, struct trouble *why)
{
	struct arena arena;
	arena_init(&arena, BOARD_ARENA_BYTES);
	enum status st = make_body(q, source, &arena, body, why);
	arena_fini(&arena);
	if (st == OK && buf_over(body))
		st = trouble(why, E_LIMIT, "the answer is larger than an answer may be");
	return st;
}

static bool is_csv(const struct live_question *q)
{
	return q->form == LIVE_BOARD_CSV || q->form == LIVE_SECTORS_CSV ||
	       q->form == LIVE_AWARDS_CSV;
}

const char *answer_type(const struct live_question *q)
{
	return is_csv(q) ? "text/csv; charset=utf-8; header=present" : "application/json";
}

struct http_bytes *answer_finish(const struct live_question *q, const struct board_source *source,
				 uint64_t edition, struct slice body)
{
	struct buf tag;
	buf_init(&tag, 256);
	/* A strong tag is one form's own: the same address answers JSON or CSV by Accept. */
	buf_print(&tag, "\"%.*s-v%lld-%.*s",
		  SLICE_ARGS(source->programme->waves[source->wave].code),
		  (long long)source->version, SLICE_ARGS(source->state));
	if (source->revision > 0)
		buf_print(&tag, "-r%lld", (long long)source->revision);
	buf_print(&tag, "-%08x%s\"", (unsigned)(edition & 0xFFFFFFFF), is_csv(q) ? "-csv" : "");
	struct http_header headers[] = {
		{"Content-Type", slice_of(answer_type(q))},
		{"ETag", buf_slice(&tag)},
		{"Cache-Control", SLICE("private, no-cache")},
		{"Vary", SLICE("Accept, Authorization")},
	};
	struct http_bytes *bytes = http_bytes_new(200, headers, COUNT_OF(headers), body);
	buf_fini(&tag);
	return bytes;
}
