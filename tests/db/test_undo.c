/* Uploads undone as a unit: what was there before is there again, counted to the byte. */
#include "db/correcting.h"

#include <uv.h>

TestSuite(undo, .timeout = 240);

#define ROW_A "a,C1,phone,1,1,5,4,9\n"
#define ROW_B "b,C2,chat,0,1,0,2,0\n"
#define ROW_C "c,C2,chat,1,1,,,10\n"
#define NEW_A "a,C2,phone,0,1,5,4,3\n"
#define NEW_B "b,C2,chat,1,1,5,2,0\n"

/** Upload 1 brings a and b; upload 2 replaces a and brings c. */
static void given_two_uploads(const struct scene_wish *wish)
{
	given_scene(&s, wish);
	struct sending first = sent(HEADER ROW_A ROW_B);
	EXPECT_REPLACED(&first, 2, 0, 0, 0);
	struct sending second = replaced(HEADER NEW_A ROW_C);
	EXPECT_REPLACED(&second, 1, 0, 1, 0);
	cr_assert_eq(second.report.upload_id, 2);
}

Test(undo, what_an_upload_brought_is_gone_and_what_it_replaced_is_back)
{
	given_two_uploads(NULL);
	struct undone u = undone(2, UNDO_REFUSES);
	EXPECT_UNDONE(&u, 1, 1, 0);
	cr_expect_eq(number(&s, "select count(*) from result where result_id = 'a' and company = 0 "
				"and upload_id = 1 and revision = 3"),
		     1);
	expect_counts_as_of(HEADER ROW_A ROW_B);
	end_exact();
}

Test(undo, what_is_gone_stays_on_record_with_who_and_why)
{
	given_two_uploads(NULL);
	(void)undone(2, UNDO_REFUSES);
	cr_expect_eq(number(&s, "select count(*) from result_removed r join upload u using "
				"(upload_id) where r.result_id = 'c' and r.company = 1 and "
				"r.change_id = u.undone_change and u.state = 'undone' and "
				"u.undone_by = 'uuuuuuuu' and u.undone_reason = 'the wrong file' "
				"and (u.removed, u.restored, u.kept) = (1, 1, 0)"),
		     1);
	cr_expect_eq(number(&s, "select count(*) from result_revision where result_id = 'a' and "
				"revision = 2 and cause = 3 and was->>'company' = '1' and "
				"reason = 'upload 2 undone: the wrong file'"),
		     1);
	cr_expect_eq(number(&s, "select count(*) from audit where event = 'upload.undo' and "
				"key_id = 'uuuuuuuu' and subject = 'upload 2' and "
				"(detail->>'removed', detail->>'restored', detail->>'kept', "
				"detail->>'reason') = ('1', '1', '0', 'the wrong file')"),
		     1);
	end_exact();
}

Test(undo, the_board_shows_it_before_it_is_answered)
{
	char board[65536];
	given_two_uploads(NULL);
	cr_assert_eq(board_of(&s, &s.server, s.wave_id, board, sizeof(board)), OK);
	cr_expect_not_null(strstr(board, "\"version\":4,"), "%s", board);
	(void)undone(2, UNDO_REFUSES);
	cr_assert_eq(board_of(&s, &s.server, s.wave_id, board, sizeof(board)), OK);
	cr_expect_not_null(strstr(board, "\"version\":6,"), "%s", board);
	end_exact();
}

Test(undo, the_same_file_can_be_sent_again_and_is_not_taken_for_known)
{
	given_two_uploads(NULL);
	(void)undone(2, UNDO_REFUSES);
	(void)undone(1, UNDO_REFUSES);
	cr_expect_eq(number(&s, "select count(*) from result"), 0);
	const char *file = HEADER ROW_A ROW_B;
	struct sending again = uploaded_with_digest(&s, file, file);
	cr_expect_not(again.report.same_file);
	EXPECT_REPLACED(&again, 2, 0, 0, 0);
	cr_expect_eq(number(&s, "select revision from result where result_id = 'a'"), 1);
	struct sending known = uploaded_with_digest(&s, file, file);
	cr_expect(known.report.same_file);
	expect_counts_as_of(HEADER ROW_A ROW_B);
	end_exact();
}

Test(undo, a_file_whose_rows_went_with_another_upload_is_not_taken_for_known)
{
	given_scene(&s, NULL);
	const char *file = HEADER ROW_A ROW_B;
	(void)sent(HEADER ROW_A ROW_B ROW_C);
	(void)sent(file);
	(void)undone(1, UNDO_REFUSES);
	struct sending again = uploaded_with_digest(&s, file, file);
	cr_expect_not(again.report.same_file);
	EXPECT_REPLACED(&again, 2, 0, 0, 0);
	end_exact();
}

Test(undo, what_was_removed_can_be_changed_and_removed_again)
{
	given_scene(&s, NULL);
	(void)sent(HEADER ROW_A);
	set_status("a", REVIEW_APPROVED);
	(void)undone(1, UNDO_TAKES);
	cr_expect_eq(number(&s, "select jsonb_array_length(revisions) from result_removed"), 1);
	cr_expect_eq(number(&s, "select count(*) from result_revision"), 0);
	(void)sent(HEADER ROW_A);
	set_status("a", REVIEW_EXCLUDED);
	struct undone u = undone(2, UNDO_TAKES);
	EXPECT_UNDONE(&u, 1, 0, 0);
	cr_expect_eq(number(&s, "select count(*) from result_removed"), 2);
	end_exact();
}

/* What stands in the way */

Test(undo, an_upload_that_a_later_one_replaced_results_of_is_undone_after_that)
{
	given_two_uploads(NULL);
	struct undone u = undone(1, UNDO_TAKES);
	cr_expect_eq(u.status, E_CONFLICT);
	cr_expect_str_eq(u.code, "undo_later_first");
	cr_expect_str_eq(u.words, "upload 2 has replaced 1 of its results: undo that one first");
	(void)undone(2, UNDO_REFUSES);
	struct undone then = undone(1, UNDO_REFUSES);
	EXPECT_UNDONE(&then, 2, 0, 0);
	end_exact();
}

Test(undo, it_is_refused_where_somebody_has_changed_results_and_they_are_named)
{
	given_two_uploads(NULL);
	set_status("c", REVIEW_APPROVED);
	correct("a", "nps", "5");
	struct undone u = undone(2, UNDO_REFUSES);
	cr_expect_eq(u.status, E_CONFLICT);
	cr_expect_str_eq(u.code, "changed_since");
	cr_expect_str_eq(u.changed, "a:0:3 c:1:2 ");
	cr_expect_str_eq(u.words, "2 of its results were changed since");
	cr_expect_eq(number(&s, "select count(*) from result where upload_id = 2"), 2);
	cr_expect_eq(number(&s, "select count(*) from upload where state = 'undone'"), 0);
	end_exact();
}

Test(undo, what_somebody_has_changed_is_kept_where_that_is_asked_and_is_named)
{
	given_two_uploads(NULL);
	set_status("c", REVIEW_APPROVED);
	struct undone u = undone(2, UNDO_KEEPS);
	EXPECT_UNDONE(&u, 0, 1, 1);
	cr_expect_str_eq(u.changed, "c:1:2 ");
	expect_counts_as_of(HEADER ROW_A ROW_B ROW_C);
	end_exact();
}

Test(undo, what_somebody_has_changed_is_undone_too_where_that_is_asked)
{
	given_two_uploads(NULL);
	set_status("c", REVIEW_EXCLUDED);
	correct("a", "nps", "5");
	struct undone u = undone(2, UNDO_TAKES);
	EXPECT_UNDONE(&u, 1, 1, 0);
	expect_counts_as_of(HEADER ROW_A ROW_B);
	end_exact();
}

Test(undo, what_is_under_appeal_is_kept_in_any_case)
{
	given_two_uploads(NULL);
	(void)open_appeal("c");
	struct undone u = undone(2, UNDO_TAKES);
	EXPECT_UNDONE(&u, 0, 1, 1);
	cr_expect_str_eq(u.changed, "c:4:2 ");
	end_exact();
}

Test(undo, what_was_changed_before_the_upload_replaced_it_is_no_change_since)
{
	given_scene(&s, NULL);
	(void)sent(HEADER ROW_A);
	correct("a", "nps", "5");
	(void)replaced(HEADER NEW_A);
	struct undone u = undone(2, UNDO_REFUSES);
	EXPECT_UNDONE(&u, 0, 1, 0);
	expect_counts_as_of(HEADER "a,C1,phone,1,1,5,4,5\n");
	struct undone first = undone(1, UNDO_REFUSES);
	cr_expect_str_eq(first.changed, "a:0:4 ");
	end_exact();
}

Test(undo, what_only_rules_have_changed_is_nobodys_change)
{
	given_two_uploads(NULL);
	sql(&s, "insert into result_revision (wave_id, result_id, revision, key_id, reason, "
		"change_id, cause, was) select wave_id, result_id, revision, 'k', 'breach "
		"shopper_twice', 0, 1, to_jsonb(r) from result r where result_id in ('a', 'c'); "
		"update result set revision = revision + 1 where result_id in ('a', 'c')");
	struct undone u = undone(2, UNDO_REFUSES);
	EXPECT_UNDONE(&u, 1, 1, 0);
	expect_counts_as_of(HEADER ROW_A ROW_B);
	end_exact();
}

Test(undo, a_change_and_the_undo_that_took_it_back_leave_no_trace_of_a_change)
{
	given_two_uploads(NULL);
	correct("a", "nps", "5");
	(void)undone(2, UNDO_TAKES);
	struct undone first = undone(1, UNDO_REFUSES);
	EXPECT_UNDONE(&first, 2, 0, 0);
	end_exact();
}

Test(undo, what_is_undone_is_not_undone_again)
{
	given_two_uploads(NULL);
	(void)undone(2, UNDO_REFUSES);
	struct undone again = undone(2, UNDO_REFUSES);
	cr_expect_eq(again.status, E_CONFLICT);
	cr_expect_str_eq(again.code, "upload_undone");
	end_exact();
}

Test(undo, an_upload_of_another_wave_is_not_found)
{
	given_two_uploads(NULL);
	struct sending other = sent_as(s.other_wave_id, HEADER ROW_A, &(struct upload_request){0});
	struct undone u = undone(other.report.upload_id, UNDO_REFUSES);
	cr_expect_eq(u.status, E_GONE);
	cr_expect_str_eq(u.code, "unknown_upload");
	end_exact();
}

Test(undo, it_needs_a_reason)
{
	struct undone u;
	given_two_uploads(NULL);
	start_undoing(&s.server, &u, 2, UNDO_REFUSES, NULL);
	turn_until(&s, &u.done);
	cr_expect_eq(u.status, E_INPUT);
	cr_expect_str_eq(u.code, "reason_required");
	end_exact();
}

static void expect_undone_in(const char *state)
{
	char text[100];
	given_two_uploads(NULL);
	snprintf(text, sizeof(text), "update wave set state = '%s' where wave_id = 1", state);
	sql(&s, text);
	struct undone u = undone(2, UNDO_REFUSES);
	EXPECT_UNDONE(&u, 1, 1, 0);
	end_exact();
}

Test(undo, in_a_closed_wave)
{
	expect_undone_in("closed");
}

Test(undo, in_a_published_wave)
{
	expect_undone_in("published");
}

Test(undo, one_at_a_time)
{
	struct undone first, second;
	given_two_uploads(NULL);
	start_undoing(&s.server, &first, 2, UNDO_REFUSES, "one");
	start_undoing(&s.server, &second, 1, UNDO_REFUSES, "two");
	turn_until(&s, &first.done);
	turn_until(&s, &second.done);
	cr_expect_eq(first.status, OK);
	cr_expect_eq(second.status, E_BUSY);
	end_exact();
}

Test(undo, an_upload_that_nobody_ends_any_more_can_be_undone)
{
	given_two_uploads(NULL);
	sql(&s, "update upload set state = 'receiving', ended_at = null where upload_id = 2");
	struct undone u = undone(2, UNDO_REFUSES);
	EXPECT_UNDONE(&u, 1, 1, 0);
	end_exact();
}

Test(undo, an_upload_still_being_read_stores_nothing_more)
{
	static struct sending sending;
	static const struct scene_wish small = {.batch_bytes = 1};
	given_scene(&s, &small);
	const char *text = rows_of("r", 0, 20000);
	open_upload(&s, &s.server, &sending, s.wave_id, text);
	for (int i = 0; i < 2000 && number(&s, "select count(*) from result") == 0; i++)
		uv_run(loop_uv(s.loop), UV_RUN_NOWAIT);
	struct undone u = undone(1, UNDO_REFUSES);
	cr_expect_eq(u.status, OK);
	turn_until(&s, &sending.ended);
	if (sending.report.status != OK)
		cr_expect_str_eq(sending.report.why.code, "upload_undone");
	cr_expect_eq(number(&s, "select count(*) from result"), 0);
	cr_expect_eq(number(&s, "select count(*) from upload where state = 'undone'"), 1);
	end_exact();
}

/* Many */

Test(undo, thousands_go_and_come_back_page_by_page)
{
	static char other[800000];
	given_scene(&s, NULL);
	(void)sent(rows_of("r", 0, 6000));
	snprintf(other, sizeof(other), "%s%s", rows_of("r", 0, 6000),
		 rows_of("t", 0, 6000) + strlen(HEADER));
	for (char *c = strstr(other, "\nr"); c != NULL; c = strstr(c + 1, "\nr")) {
		char *company = strchr(c, ',') + 2;
		*company = *company == '1' ? '2' : *company;
	}
	struct sending second = replaced(other);
	cr_assert_eq(second.report.counts.accepted, 6000);
	cr_assert_eq(second.report.counts.replaced, 2000);
	struct undone u = undone(2, UNDO_REFUSES);
	EXPECT_UNDONE(&u, 6000, 2000, 0);
	cr_expect_eq(number(&s, "select count(*) from tally_delta where upload_id = 0"), 1);
	expect_counts_as_of(rows_of("r", 0, 6000));
	end_exact();
}

/* What the network and PostgreSQL can do */

static void expect_once_in_spite_of(const char *message, enum proxy_act act)
{
	static const struct scene_wish behind_proxy = {.proxy = true};
	given_two_uploads(&behind_proxy);
	pg_proxy_rule(s.proxy, message, 0, 1, act, NULL);
	struct undone u = undone(2, UNDO_REFUSES);
	cr_expect_eq(pg_proxy_acted(s.proxy), 1);
	EXPECT_UNDONE(&u, 1, 1, 0);
	cr_expect_eq(number(&s, "select count(*) from audit where event = 'upload.undo'"), 1);
	expect_counts_as_of(HEADER ROW_A ROW_B);
	end_exact();
}

Test(undo, a_commit_whose_answer_was_lost_is_not_made_twice)
{
	expect_once_in_spite_of("=commit", PROXY_CUT_AFTER);
}

Test(undo, a_commit_that_never_arrived_is_made_again)
{
	expect_once_in_spite_of("=commit", PROXY_CUT_BEFORE);
}

Test(undo, a_connection_killed_while_results_are_removed_leaves_nothing_half)
{
	expect_once_in_spite_of("undo_remove", PROXY_KILL);
}

Test(undo, a_connection_killed_before_the_counts_leaves_nothing_half)
{
	expect_once_in_spite_of("tally_delta_add", PROXY_KILL);
}

/* Any sequence, against a model */

enum { IDS = 12, CONTENTS = 6, UPLOADS = 300, STEPS = 250 };

/** What one upload made of a result, on top of what it was before. */
struct layer {
	int upload, content;
	enum review_state status;
	bool changed; /* by somebody, since */
};

static struct stack {
	struct layer layers[STEPS];
	int len;
	unsigned known; /* contents it has had since it was stored */
} stacks[IDS];

static bool undone_already[UPLOADS];

static uint32_t next_random(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 8;
}

static struct layer *top(int id)
{
	return stacks[id].len > 0 ? &stacks[id].layers[stacks[id].len - 1] : NULL;
}

static void push(int id, int upload, int content)
{
	struct stack *k = &stacks[id];
	if (k->len == 0)
		k->known = 0;
	k->layers[k->len++] = (struct layer){upload, content, REVIEW_SUBMITTED, false};
	k->known |= 1u << content;
}

static enum row_fate expected_fate(int id, int content, bool replace)
{
	const struct layer *now = top(id);
	if (now == NULL)
		return ROW_STORED;
	if (!replace)
		return stacks[id].known & 1u << content ? ROW_SAME : ROW_DIFFERS;
	if (now->content == content)
		return ROW_SAME;
	return now->status == REVIEW_SUBMITTED || now->status == REVIEW_RETURNED ? ROW_REPLACED
										 : ROW_DECIDED;
}

static void random_upload(uint32_t *seed)
{
	char text[2000] = HEADER;
	int upload = (int)number(&s, "select coalesce(max(upload_id), 0) + 1 from upload");
	bool replace = next_random(seed) % 3 > 0;
	uint64_t want[ROW_FATES_COUNT] = {0};
	for (int id = 0; id < IDS; id++) {
		int content = (int)(next_random(seed) % CONTENTS);
		size_t len = strlen(text);
		if (next_random(seed) % 2 == 0)
			continue;
		snprintf(text + len, sizeof(text) - len, "i%02d,C%d,phone,%d,1,5,,\n", id,
			 content % 3 + 1, content / 3);
		enum row_fate fate = expected_fate(id, content, replace);
		want[fate]++;
		if (fate == ROW_STORED || fate == ROW_REPLACED)
			push(id, upload, content);
	}
	struct sending sending = replace ? replaced(text) : sent(text);
	EXPECT_REPLACED(&sending, want[ROW_STORED], want[ROW_SAME], want[ROW_REPLACED],
			want[ROW_DIFFERS] + want[ROW_DECIDED]);
}

static void random_change(uint32_t *seed)
{
	static const enum review_state states[] = {REVIEW_SUBMITTED, REVIEW_APPROVED,
						   REVIEW_RETURNED, REVIEW_EXCLUDED};
	int id = (int)(next_random(seed) % IDS), company = (int)(next_random(seed) % 3);
	enum review_state status = states[next_random(seed) % COUNT_OF(states)];
	struct layer *now = top(id);
	char name[8], code[8];
	if (now == NULL)
		return;
	snprintf(name, sizeof(name), "i%02d", id);
	snprintf(code, sizeof(code), "C%d", company + 1);
	if (next_random(seed) % 2 == 0) {
		now->changed |= now->status != status;
		now->status = status;
		set_status(name, status);
	} else {
		now->changed |= now->content % 3 != company;
		now->content = now->content / 3 * 3 + company;
		stacks[id].known |= 1u << now->content;
		correct(name, "company", code);
	}
}

static bool a_later_one_is_on_top_of(int upload)
{
	for (int id = 0; id < IDS; id++)
		for (int i = 1; i < stacks[id].len; i++)
			if (stacks[id].layers[i - 1].upload == upload &&
			    !undone_already[stacks[id].layers[i].upload])
				return true;
	return false;
}

static int changed_results_of(int upload)
{
	int count = 0;
	for (int id = 0; id < IDS; id++)
		count += top(id) != NULL && top(id)->upload == upload && top(id)->changed;
	return count;
}

static void take_back(int upload, enum undo_changed changed, int *removed, int *restored)
{
	undone_already[upload] = true;
	for (int id = 0; id < IDS; id++) {
		struct layer *now = top(id);
		if (now == NULL || now->upload != upload || (now->changed && changed == UNDO_KEEPS))
			continue;
		*(stacks[id].len > 1 ? restored : removed) += 1;
		stacks[id].len--;
	}
}

static void random_undo(uint32_t *seed)
{
	int last = (int)number(&s, "select coalesce(max(upload_id), 0) from upload");
	if (last == 0)
		return;
	int upload = last - (int)(next_random(seed) % (uint32_t)(last < 6 ? last : 6));
	enum undo_changed mode = (enum undo_changed)(next_random(seed) % 3);
	int kept = changed_results_of(upload), removed = 0, restored = 0;
	bool later = a_later_one_is_on_top_of(upload), again = undone_already[upload];
	struct undone u = undone(upload, mode);
	if (again) {
		cr_expect_str_eq(u.code, "upload_undone");
	} else if (later) {
		cr_expect_str_eq(u.code, "undo_later_first");
	} else if (kept > 0 && mode == UNDO_REFUSES) {
		cr_expect_str_eq(u.code, "changed_since");
	} else {
		take_back(upload, mode, &removed, &restored);
		EXPECT_UNDONE(&u, (uint64_t)removed, (uint64_t)restored,
			      (uint64_t)(mode == UNDO_KEEPS ? kept : 0));
	}
}

static void expect_the_model(int step)
{
	char query[4000] = "select coalesce(string_agg(concat_ws(':', result_id, company, "
			   "answers[1], status, upload_id), ' ' order by result_id), '') = '";
	const char *separator = "";
	for (int id = 0; id < IDS; id++) {
		const struct layer *now = top(id);
		size_t len = strlen(query);
		if (now == NULL)
			continue;
		snprintf(query + len, sizeof(query) - len, "%si%02d:%d:%d:%d:%d", separator, id,
			 now->content % 3, now->content / 3, now->status, now->upload);
		separator = " ";
	}
	size_t len = strlen(query);
	snprintf(query + len, sizeof(query) - len, "' from result");
	char as_number[4100];
	snprintf(as_number, sizeof(as_number), "select (%s)::int", query);
	cr_assert_eq(number(&s, as_number), 1, "step %d: %s", step, query);
}

static void follow_the_model(uint32_t seed)
{
	given_scene(&s, NULL);
	memset(stacks, 0, sizeof(stacks));
	memset(undone_already, 0, sizeof(undone_already));
	for (int step = 0; step < STEPS; step++) {
		uint32_t what = next_random(&seed) % 8;
		if (what < 3)
			random_upload(&seed);
		else if (what < 5)
			random_change(&seed);
		else
			random_undo(&seed);
		expect_the_model(step);
		if (step % 50 == 49)
			EXPECT_EXACT(&s);
	}
	cr_expect_gt(number(&s, "select count(*) from upload where state = 'undone'"), 20);
	cr_expect_gt(number(&s, "select sum(restored) from upload"), 10);
	end_exact();
}

Test(undo, any_sequence_of_uploads_replacements_reviews_and_undos_is_as_the_model_says)
{
	follow_the_model(20261123);
}

Test(undo, another_sequence_is_so_too)
{
	follow_the_model(7);
}

static long long hash_of_counts(void)
{
	compact_counts(&s, s.wave_id);
	return number(&s, "select hashtextextended(encode(packed, 'hex'), 0) from tally_snapshot "
			  "where wave_id = 1");
}

/** A dozen times some uploads, undone in the reverse order. */
Test(undo, the_packed_counts_are_those_before_the_uploads_byte_for_byte)
{
	uint32_t seed = 31;
	int moved = 0;
	given_scene(&s, NULL);
	memset(stacks, 0, sizeof(stacks));
	memset(undone_already, 0, sizeof(undone_already));
	for (int turn = 0; turn < 12; turn++) {
		random_upload(&seed);
		long long before = hash_of_counts();
		int first = (int)number(&s, "select max(upload_id) + 1 from upload"), last = first;
		for (int more = turn % 4; more > 0; more--, last++)
			random_upload(&seed);
		random_upload(&seed);
		moved += hash_of_counts() != before;
		for (int upload = last; upload >= first; upload--) {
			int removed = 0, restored = 0;
			struct undone u = undone(upload, UNDO_REFUSES);
			take_back(upload, UNDO_REFUSES, &removed, &restored);
			EXPECT_UNDONE(&u, (uint64_t)removed, (uint64_t)restored, 0u);
		}
		cr_expect_eq(hash_of_counts(), before, "turn %d", turn);
	}
	cr_expect_gt(moved, 4);
	end_exact();
}
