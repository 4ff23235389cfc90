#include "cli/source_body.h"

#include "base/json_out.h"
#include "cli/file.h"

/** A file's only line; "-" is standard input. */
static enum status read_secret(const char *file, struct buf *to, struct trouble *why)
{
	enum status st = file_read(file, to, why);
	while (st == OK && to->len > 0 &&
	       (to->at[to->len - 1] == '\n' || to->at[to->len - 1] == '\r'))
		to->len--;
	if (st == OK && to->len == 0)
		return trouble(why, E_INPUT, "%s holds no secret", file);
	return st;
}

void source_body_wipe(struct buf *b)
{
	if (b->at != NULL)
		explicit_bzero(b->at, b->room);
	buf_fini(b);
}

enum status source_body_secret(const struct options *o, const char *name, struct buf *to,
			       struct trouble *why)
{
	struct buf secret;
	buf_init(&secret, SOURCE_SECRET_BYTES + 2);
	enum status st = read_secret(o->secret_files_len > 0 ? o->secret_files[0] : "-", &secret,
				     why);
	if (st == OK) {
		struct json_out j = json_out_on(to);
		json_open_object(&j);
		json_pair_text(&j, "name", slice_of(name));
		json_pair_text(&j, "secret", buf_slice(&secret));
		json_close_object(&j);
	}
	source_body_wipe(&secret);
	return st;
}

static cJSON *member_of(cJSON *object, const char *name, cJSON *(*make)(void))
{
	cJSON *found = cJSON_GetObjectItemCaseSensitive(object, name);
	if (found != NULL)
		return found;
	found = make();
	(void)cJSON_AddItemToObject(object, name, found);
	return found;
}

/** Two of "signing" are a list; the others are texts. */
static void put_secret(cJSON *document, const char *name, const char *secret)
{
	cJSON *secrets = member_of(document, "secrets", cJSON_CreateObject);
	if (strcmp(name, "signing") == 0)
		(void)cJSON_AddItemToArray(member_of(secrets, name, cJSON_CreateArray),
					   cJSON_CreateString(secret));
	else
		(void)cJSON_AddStringToObject(secrets, name, secret);
}

static enum status take_secret(cJSON *document, const char *given, struct trouble *why)
{
	char name[64] = "signing";
	const char *equals = strchr(given, '=');
	struct buf secret;
	if (equals != NULL && (size_t)(equals - given) < sizeof(name)) {
		memcpy(name, given, (size_t)(equals - given));
		name[equals - given] = '\0';
		given = equals + 1;
	}
	buf_init(&secret, SOURCE_SECRET_BYTES + 3);
	enum status st = read_secret(given, &secret, why);
	buf_add_byte(&secret, '\0');
	if (st == OK)
		put_secret(document, name, secret.at);
	source_body_wipe(&secret);
	return st;
}

static enum status print_with_secrets(const struct options *o, cJSON *document, struct buf *to,
				      struct trouble *why)
{
	for (size_t i = 0; i < o->secret_files_len; i++) {
		enum status st = take_secret(document, o->secret_files[i], why);
		if (st < 0)
			return st;
	}
	char *text = cJSON_PrintUnformatted(document);
	must(text != NULL);
	buf_add_text(to, text);
	explicit_bzero(text, strlen(text));
	cJSON_free(text);
	return OK;
}

enum status source_body_read(const struct options *o, const char *file, struct buf *to, char *code,
			     size_t room, struct trouble *why)
{
	struct buf text;
	buf_init(&text, SOURCE_FILE_BYTES);
	enum status st = file_read(file, &text, why);
	cJSON *document = st == OK ? cJSON_ParseWithLength(text.at, text.len) : NULL;
	struct slice own = answer_text(document, "source");
	code[0] = '\0';
	if (own.len > 0 && own.len < room) {
		memcpy(code, own.at, own.len);
		code[own.len] = '\0';
	}
	if (st == OK && !cJSON_IsObject(document))
		st = trouble(why, E_INPUT, "%s is not a JSON object", file);
	else if (st == OK && o->secret_files_len > 0)
		st = print_with_secrets(o, document, to, why);
	else if (st == OK)
		buf_add(to, buf_slice(&text)); /* as it is: the server says what is wrong with it */
	cJSON_Delete(document);
	source_body_wipe(&text);
	return st;
}
