#include "standings/channel_counts.h"

#include "standings/figures_json.h"

static bool is_shown(const struct channel_counts *c)
{
	return c->base.status != BASE_SUPPRESSED;
}

enum status channel_counts_make(const struct roster *r, const struct roster_company *c,
				struct arena *arena, struct channel_counts **made)
{
	size_t len = r->programme->channels_len;
	struct channel_counts *channels = arena_take_array(arena, len + 1, sizeof(*channels));

	*made = channels;
	if (channels == NULL)
		return E_LIMIT;
	for (size_t i = 0; i < len; i++) {
		channels[i] = (struct channel_counts){.base = roster_base_of(r, c, (int)i)};
		if (is_shown(&channels[i]) &&
		    answers_of_run(r, roster_cell(c, (int)i), 1, ANSWERS_SCORE, ANSWERS_NO_AREA,
				   arena, &channels[i].answers) < 0)
			return E_LIMIT;
	}
	return OK;
}

void channel_counts_json(struct json_out *j, const struct programme *p,
			 const struct channel_counts *channels)
{
	json_key(j, "channels");
	json_open_array(j);
	for (size_t i = 0; i < p->channels_len; i++) {
		const struct channel_counts *c = &channels[i];

		json_open_object(j);
		json_pair_text(j, "channel", p->channels[i].code);
		json_pair_int(j, "n", c->base.contacts);
		if (is_shown(c)) {
			json_pair_int(j, "answered", c->answers.answered);
			bins_json(j, c->answers.score, SCALE_SCORE.per_unit);
		} else {
			json_undefined(j, "answered", REASON_BELOW_MINIMUM_BASE);
			json_undefined(j, "bins", REASON_BELOW_MINIMUM_BASE);
		}
		json_close_object(j);
	}
	json_close_array(j);
}
