#include "board/shopper_codes.h"

#include "base/must.h"

enum { FIRST_ROOM = 256 };

static struct shopper_codes *codes_new(size_t room)
{
	struct shopper_codes *codes = memory_new(sizeof(*codes));
	*codes = (struct shopper_codes){
		.references = 1, .room = room, .at = memory_new(room * sizeof(struct slice))};
	return codes;
}

struct shopper_list *shopper_list_of(struct shopper_list **all, int organisation_id)
{
	for (struct shopper_list *list = *all; list != NULL; list = list->next)
		if (list->organisation_id == organisation_id)
			return list;
	struct shopper_list *list = memory_new(sizeof(*list));
	*list = (struct shopper_list){
		.next = *all, .organisation_id = organisation_id, .codes = codes_new(FIRST_ROOM)};
	arena_init(&list->texts, SHOPPER_CODES_BYTES);
	*all = list;
	return list;
}

void shopper_lists_free(struct shopper_list **all)
{
	while (*all != NULL) {
		struct shopper_list *list = *all;
		*all = list->next;
		must(list->codes->references == 1);
		shopper_codes_release(&list->codes);
		arena_fini(&list->texts);
		memory_free(list);
	}
}

/** Codes with room for `number` that nobody else sees. */
static void make_own(struct shopper_list *list, size_t number)
{
	struct shopper_codes *old = list->codes;
	size_t room = old->room;
	while (room <= number)
		room *= 2;
	if (old->references == 1 && room == old->room)
		return;
	list->codes = codes_new(room);
	list->codes->len = old->len;
	memcpy(list->codes->at, old->at, old->len * sizeof(struct slice));
	shopper_codes_release(&old);
}

void shopper_list_add(struct shopper_list *list, int32_t number, struct slice code)
{
	size_t at = (size_t)number;
	must(number >= 0 && code.len > 0);
	if (number >= SHOPPER_CODES_NUMBERS ||
	    (at < list->codes->len && list->codes->at[at].at != NULL))
		return;
	struct slice kept = arena_copy(&list->texts, code);
	if (kept.at == NULL)
		return;
	make_own(list, at);
	list->codes->at[at] = kept;
	if (at >= list->codes->len)
		list->codes->len = at + 1;
}

struct shopper_codes *shopper_list_hold(struct shopper_list *list)
{
	list->codes->references++;
	return list->codes;
}

void shopper_codes_release(struct shopper_codes **codes)
{
	struct shopper_codes *released = *codes;
	*codes = NULL;
	if (released == NULL || --released->references > 0)
		return;
	memory_free(released->at);
	memory_free(released);
}

static bool has_code(const struct shopper_codes *codes, int32_t number)
{
	return (size_t)number < codes->len && codes->at[number].at != NULL;
}

int32_t shopper_codes_first_missing(const struct shopper_codes *codes, const struct tally *t)
{
	int32_t missing = -1;
	size_t len;
	const struct tally_cell *cells = tally_cells(t, &len);
	for (size_t c = 0; c < len; c++) {
		const struct histogram *met = tally_histogram(t, &cells[c], METRIC_SHOPPER);
		for (size_t i = 0; i < met->len; i++) {
			int32_t number = met->bins[i].value;
			if (has_code(codes, number))
				continue;
			if (missing < 0 || number < missing)
				missing = number;
			break; /* they ascend */
		}
	}
	return missing;
}
