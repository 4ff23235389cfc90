#include "api/source_body.h"

#include "api/document_faults.h"
#include "api/problem_of.h"

enum { BODY_ARENA_BYTES = 16 * 1024 * 1024 };

/** The programme and the wave the document names, as far as the organisation has them. */
static const struct programme *find_place(struct exchange *x, const struct known_key *key,
					  struct slice bytes, struct source_body *b)
{
	struct slice programme, wave;
	if (!setup_place_of(bytes, &b->arena, &programme, &wave))
		return NULL;
	const struct shared_programme *p = catalogue_find_programme(
		api_of(x)->catalogue, key->organisation_id, programme);
	if (p != NULL)
		b->wave = catalogue_find_wave(api_of(x)->catalogue, p, wave);
	return p != NULL ? p->programme : NULL;
}

bool source_body_read(struct exchange *x, const struct known_key *key, struct slice bytes,
		      bool first, struct source_body *b)
{
	struct programme_faults faults;
	struct trouble why;
	*b = (struct source_body){0};
	arena_init(&b->arena, BODY_ARENA_BYTES);
	const struct programme *p = find_place(x, key, bytes, b);
	enum status st = setup_read_sent(bytes, p, b->wave != NULL ? b->wave->index : -1, first,
					 &b->arena, &b->sent, &faults);
	if (st == E_INPUT) {
		answer_document_faults(x, "source_faults", "The source has faults", &faults);
	} else if (st < 0) {
		(void)trouble(&why, st, "the document is too large to be read");
		answer_trouble(x, &why);
	}
	return st == OK;
}

static void add(struct source_secrets *made, struct slice name, int16_t number, struct slice secret)
{
	if (secret.at == NULL)
		return;
	made->names[made->len] = name;
	made->numbers[made->len] = number;
	made->secrets[made->len++] = secret;
}

void source_body_secrets(const struct source_body *b, struct source_secrets *made)
{
	const struct setup_secrets *s = &b->sent.secrets;
	*made = (struct source_secrets){0};
	for (size_t i = 0; i < s->signing_len; i++)
		add(made, SLICE("signing"), (int16_t)(i + 1), s->signing[i]);
	add(made, SLICE("verify_token"), 1, s->verify_token);
	add(made, SLICE("access_token"), 1, s->access_token);
}

void source_body_end(struct source_body *b)
{
	struct source_secrets made;
	source_body_secrets(b, &made);
	for (size_t i = 0; i < made.len; i++)
		explicit_bzero((char *)(uintptr_t)made.secrets[i].at, made.secrets[i].len);
	arena_fini(&b->arena);
}
