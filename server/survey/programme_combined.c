#include "survey/programme_parts.h"

enum { MILLION = 1000000, WEIGHT_LIMIT = 10000, COMBINED_WAVES_LEAST = 2 };

static size_t count_quietly(const struct node *list)
{
	size_t len = 0;
	if (cJSON_IsArray(list->json))
		for (const cJSON *e = list->json->child; e != NULL; e = e->next)
			len++;
	return len > PROGRAMME_COMBINED_LIMIT ? 0 : len;
}

void peek_combined(struct reading *r, const struct node *list, struct programme *p)
{
	size_t len = count_quietly(list);
	struct combined *combined = reading_take(r, len, sizeof(*combined));
	struct node at = node_first(list);
	for (size_t i = 0; i < len; i++, node_next(&at)) {
		struct node code = node_field(&at, "code");
		if (cJSON_IsString(code.json))
			combined[i].code = slice_of(code.json->valuestring);
	}
	p->combined = combined;
	p->combined_len = len;
}

static void read_wave_of(struct reading *r, const struct node *at, const struct programme *p,
			 int *waves, int64_t *weights, size_t i)
{
	static const char *const keys[] = {"wave", "weight", NULL};
	weights[i] = MILLION;
	waves[i] = -1;
	if (!read_object(r, at, keys))
		return;
	struct node wave = node_field(at, "wave"), weight = node_field(at, "weight");
	waves[i] = read_place(r, &wave, p->waves, p->waves_len, sizeof(*p->waves), "unknown_wave",
			      "one of the codes in /waves");
	for (size_t before = 0; before < i; before++)
		if (waves[i] >= 0 && waves[before] == waves[i])
			reading_fault(r, &wave, "duplicate", "a wave once in a combined figure");
	read_decimal(r, &weight, MILLION, 1, (int64_t)WEIGHT_LIMIT * MILLION, &weights[i]);
}

static void read_figure(struct reading *r, const struct node *at, const struct programme *p,
			struct combined *made)
{
	static const char *const keys[] = {"code", "name", "of", NULL};
	*made = (struct combined){.name = {SLICE("{}")}};
	if (!read_object(r, at, keys))
		return;
	struct node code = node_field(at, "code"), name = node_field(at, "name");
	struct node list = node_field(at, "of");
	made->code = read_code(r, &code);
	made->name = read_names(r, &name);
	made->len = read_list(r, &list, COMBINED_WAVES_LEAST, COMBINED_WAVES_LIMIT);
	int *waves = reading_take(r, made->len, sizeof(*waves));
	int64_t *weights = reading_take(r, made->len, sizeof(*weights));
	struct node of = node_first(&list);
	for (size_t i = 0; i < made->len; i++, node_next(&of))
		read_wave_of(r, &of, p, waves, weights, i);
	made->waves = waves;
	made->weights_millionths = weights;
}

void read_combined(struct reading *r, const struct node *list, struct programme *p)
{
	size_t len = read_list(r, list, 0, PROGRAMME_COMBINED_LIMIT);
	struct combined *combined = reading_take(r, len, sizeof(*combined));
	struct node at = node_first(list);
	for (size_t i = 0; i < len; i++, node_next(&at)) {
		read_figure(r, &at, p, &combined[i]);
		struct node code = node_field(&at, "code");
		fault_if_taken(r, &code, combined[i].code, combined, i, sizeof(*combined));
	}
	p->combined = combined;
	p->combined_len = len;
}
