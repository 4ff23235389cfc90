/** Which files Asterisk plays. */
#include "channel/setup_parts.h"

const char *const setup_languages[] = {
#define X(name, tag, own_name) tag,
	FORM_LANGUAGES(X)
#undef X
		NULL};

/** What may stand in a command to Asterisk, and in a path. */
static bool is_sound(struct slice file)
{
	for (size_t i = 0; i < file.len; i++) {
		char c = file.at[i];
		bool may = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			   (c >= '0' && c <= '9') || c == '/' || c == '.' || c == '_' || c == '-';
		if (!may)
			return false;
	}
	return file.len > 0;
}

static void read_files(struct setup_making *m, const struct node *at, struct slice *sounds)
{
	if (!read_object(&m->reading, at, setup_languages))
		return;
	for (int l = 0; l < FORM_LANGUAGE_COUNT; l++) {
		struct node text = node_field(at, setup_languages[l]);
		if (text.json == NULL)
			continue;
		struct slice file = read_text(&m->reading, &text, SETUP_NAME_BYTES);
		if (file.at != NULL && !is_sound(file))
			reading_fault(&m->reading, &text, "not_a_sound",
				      "the name of a file: letters, digits, / . _ and -");
		sounds[l] = file;
	}
}

/** False: nothing of that name is played. */
static bool sounds_of(struct form *form, struct form_question *made, const char *name,
		      struct slice **sounds)
{
	bool thanks = strcmp(name, "thanks") == 0;
	*sounds = thanks ? form->thanks_sounds : form->sorry_sounds;
	if (thanks || strcmp(name, "sorry") == 0)
		return true;
	for (size_t k = 0; k < form->len; k++) {
		*sounds = made[k].sounds;
		if (slice_is(made[k].column, name))
			return true;
	}
	return false;
}

void setup_read_sounds(struct setup_making *m, const struct node *at, struct form_question *made)
{
	size_t len = setup_read_members(m, at, FORM_QUESTIONS_MOST + 2);
	for (const cJSON *field = len > 0 ? at->json->child : NULL; field != NULL;
	     field = field->next) {
		struct node place = {.json = field, .up = at, .key = field->string};
		struct slice *sounds;
		if (sounds_of(&m->setup->form, made, field->string, &sounds))
			read_files(m, &place, sounds);
		else if (setup_instrument(m->p, m->wave) != NULL)
			reading_fault_at_key(&m->reading, at, field->string, "unknown_column",
					     "a question of this form, \"thanks\" or \"sorry\"");
	}
}
