#include "api/tus_hold.h"

#include <stddef.h>

#include "base/must.h"

/** Who has what this one asks for. */
static struct tus_hold *first_of(const struct tus_holds *all, const struct tus_hold *asker)
{
	struct tus_hold *hold = all->first;
	while (hold != NULL && (hold->tus_id != asker->tus_id || hold->wave_id != asker->wave_id))
		hold = hold->next;
	return hold;
}

static void tell(struct tus_hold *hold)
{
	if (hold->told)
		return;
	hold->told = true;
	hold->stop(hold->arg);
}

bool tus_hold_ask(struct tus_holds *all, struct tus_hold *hold)
{
	struct tus_hold *holder = first_of(all, hold);
	struct tus_hold **end = &all->first;
	while (*end != NULL)
		end = &(*end)->next;
	hold->next = NULL;
	hold->told = false;
	*end = hold;
	if (holder != NULL)
		tell(holder);
	return holder == NULL;
}

void tus_hold_release(struct tus_holds *all, struct tus_hold *hold)
{
	bool had = first_of(all, hold) == hold;
	struct tus_hold **place = &all->first;
	while (*place != hold) {
		must(*place != NULL);
		place = &(*place)->next;
	}
	*place = hold->next;
	struct tus_hold *next = had ? first_of(all, hold) : NULL;
	if (next == NULL)
		return;
	/* Others wait behind it already: it is to be quick. */
	next->granted(next->arg);
}

void tus_hold_stop_all(struct tus_holds *all)
{
	for (struct tus_hold *hold = all->first; hold != NULL; hold = hold->next)
		if (first_of(all, hold) == hold)
			tell(hold);
}

bool tus_is_held(const struct tus_holds *all, int64_t tus_id)
{
	const struct tus_hold *hold = all->first;
	while (hold != NULL && hold->tus_id != tus_id)
		hold = hold->next;
	return hold != NULL;
}
