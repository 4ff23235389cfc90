/* Payloads made fit for PostgreSQL, and the batches they go in. */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "inbox/item.h"

static struct item *copied(const char *key, struct slice body)
{
	return item_copy(&(struct inbox_item){
		.source_id = 3, .dedupe_key = slice_of(key), .payload = {.body = body}});
}

static const struct inbox_item *pointers[INBOX_BATCH];

static void free_all(struct item_list *list)
{
	struct item *item;
	while ((item = item_take(list)) != NULL)
		memory_free(item);
}

Test(item, a_copy_is_its_own)
{
	char text[] = "body";
	struct item *item = copied("key", (struct slice){text, 4});
	text[0] = '?';
	cr_expect(slice_is(item->is.payload.body, "body"));
	cr_expect(slice_is(item->is.dedupe_key, "key"));
	cr_expect_eq(item->is.source_id, 3);
	memory_free(item);
}

Test(item, a_body_keeps_every_byte_and_a_text_loses_what_is_none)
{
	struct item *item = item_copy(
		&(struct inbox_item){.dedupe_key = SLICE("k"),
				     .payload = {.query = SLICE("\303\246=1"),
						 .headers = SLICE("a: \346\nb: \303\246\n"),
						 .body = SLICE("\0\377")}});
	cr_expect(slice_is(item->is.payload.query, "\303\246=1"));
	cr_expect(slice_is(item->is.payload.headers, "a: ?\nb: ??\n"));
	cr_expect(slice_equal(item->is.payload.body, SLICE("\0\377")));
	memory_free(item);
}

Test(item, keys_that_do_not_fit_stay_apart_as_digests)
{
	char a[INBOX_KEY_BYTES + 2], b[INBOX_KEY_BYTES + 2];
	memset(a, 'x', sizeof(a));
	memset(b, 'x', sizeof(b));
	a[sizeof(a) - 1] = b[sizeof(b) - 1] = '\0';
	b[sizeof(b) - 2] = 'y';
	struct item *first = copied(a, SLICE_NONE), *second = copied(b, SLICE_NONE);
	cr_expect(slice_starts_with(first->is.dedupe_key, SLICE("sha256:")));
	cr_expect_eq(first->is.dedupe_key.len, 71);
	cr_expect_not(slice_equal(first->is.dedupe_key, second->is.dedupe_key));
	struct item *again = copied(a, SLICE_NONE);
	cr_expect(slice_equal(first->is.dedupe_key, again->is.dedupe_key));
	memory_free(first);
	memory_free(second);
	memory_free(again);
}

Test(item, a_batch_has_so_many_and_so_many_bytes)
{
	static char large[INBOX_BATCH_BYTES / 2 + 1];
	struct item_list from = {0}, to = {0};
	for (int i = 0; i < INBOX_BATCH + 1; i++)
		item_append(&from, copied("k", SLICE("b")));
	cr_expect_eq(item_take_batch(&from, &to, NULL, pointers), INBOX_BATCH);
	item_append(&from, copied("k", (struct slice){large, sizeof(large)}));
	item_append(&from, copied("k", (struct slice){large, sizeof(large)}));
	cr_expect_eq(item_take_batch(&from, &to, NULL, pointers), 2);
	cr_expect_eq(item_take_batch(&from, &to, NULL, pointers), 1);
	cr_expect_null(from.first);
	free_all(&to);
}

Test(item, a_body_that_stays_is_not_copied_and_counts)
{
	static char body[100];
	struct inbox_item from = {.dedupe_key = SLICE("k"),
				  .payload = {.body = {body, sizeof(body)}},
				  .body_stays = true};
	struct item *item = item_copy(&from);
	cr_expect_eq(item->is.payload.body.at, body);
	cr_expect_eq(item->bytes, item_bytes(&from));
	cr_expect_geq(item->bytes, sizeof(*item) + sizeof(body));
	memory_free(item);
}

Test(item, one_that_is_larger_than_a_batch_goes_alone)
{
	static char larger[INBOX_BATCH_BYTES + 1];
	struct item_list from = {0}, to = {0};
	item_append(&from, copied("k", (struct slice){larger, sizeof(larger)}));
	item_append(&from, copied("k", SLICE("b")));
	cr_expect_eq(item_take_batch(&from, &to, NULL, pointers), 1);
	cr_expect_eq(pointers[0]->payload.body.len, sizeof(larger));
	free_all(&from);
	free_all(&to);
}

Test(item, a_batch_ends_before_what_another_has_too)
{
	struct item_list from = {0}, to = {0}, other = {0};
	item_append(&other, copied("2", SLICE_NONE));
	for (char name[] = "1"; name[0] <= '3'; name[0]++)
		item_append(&from, copied(name, SLICE_NONE));
	cr_expect_eq(item_take_batch(&from, &to, &other, pointers), 1);
	cr_expect_eq(item_take_batch(&from, &to, &other, pointers), 0);
	cr_expect_eq(item_take_batch(&from, &to, NULL, pointers), 2);
	free_all(&to);
	free_all(&other);
}

static void append_numbered(struct item_list *list, char digit)
{
	struct item *item = copied((char[]){digit, '\0'}, SLICE_NONE);
	item->number = (uint64_t)(digit - '0');
	item_append(list, item);
}

static void expect_merged(const char *back, const char *waiting, const char *merged)
{
	struct item_list from = {0}, list = {0};
	for (const char *at = back; *at != '\0'; at++)
		append_numbered(&from, *at);
	for (const char *at = waiting; *at != '\0'; at++)
		append_numbered(&list, *at);
	item_put_back(&list, &from);
	cr_expect_null(from.first);
	append_numbered(&list, '9'); /* behind the last, wherever that came from */
	for (const char *at = merged; *at != '\0'; at++) {
		struct item *item = item_take(&list);
		cr_assert_not_null(item, "%s and %s", back, waiting);
		cr_expect_eq(item->is.dedupe_key.at[0], *at, "%s and %s", back, waiting);
		memory_free(item);
	}
	cr_expect_null(item_take(&list));
}

Test(item, what_is_put_back_stands_where_it_came)
{
	expect_merged("12", "3", "1239");
	expect_merged("34", "12", "12349");
	expect_merged("14", "235", "123459");
	expect_merged("", "12", "129");
	expect_merged("12", "", "129");
}
