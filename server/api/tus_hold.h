/** Who has a resumable upload: one at a time. Whoever comes later takes it over, because the
 * connection before it is most likely dead without knowing. The wave is part of the name: whoever
 * guesses a number cannot take over what is not of his wave.
 *
 * Lifetime: a hold belongs to its asker and stays where it is until it is released.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct tus_hold {
	struct tus_hold *next;
	int wave_id;
	int64_t tus_id;
	bool told;
	void (*granted)(void *arg); /**< it is yours now */
	void (*stop)(void *arg); /**< end soon, and release; at most once, never before granted */
	void *arg;
};

struct tus_holds {
	struct tus_hold *first; /**< in the order of asking */
};

/** True: it is yours already, and `granted` is not called. */
bool tus_hold_ask(struct tus_holds *all, struct tus_hold *hold);
/** Also of one that was not granted yet. Grants it to the next. */
void tus_hold_release(struct tus_holds *all, struct tus_hold *hold);
/** Everybody who has one is told to stop. */
void tus_hold_stop_all(struct tus_holds *all);
/** Somebody has it, or waits for it. */
bool tus_is_held(const struct tus_holds *all, int64_t tus_id);
