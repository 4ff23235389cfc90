/** Whose contacts they are, and where the provider is. */
#include "channel/setup_parts.h"

struct slice setup_company(const struct setup *setup, struct slice place)
{
	for (size_t i = 0; i < setup->places_len; i++)
		if (slice_equal(setup->places[i].place, place))
			return setup->places[i].company;
	return setup->company;
}

static struct slice read_company(struct setup_making *m, const struct node *at)
{
	struct slice code = read_code(&m->reading, at);
	if (code.at == NULL || m->p == NULL || m->wave < 0)
		return code;
	int company = programme_find_company(m->p, code);
	if (company < 0 || m->p->waves[m->wave].sector_of[company] < 0)
		reading_fault(&m->reading, at, "unknown_company",
			      "the code of a company of the wave");
	return code;
}

void setup_read_companies(struct setup_making *m, const struct node *root)
{
	struct node company = node_field(root, "company"), list = node_field(root, "companies");
	size_t len = setup_read_members(m, &list, SETUP_PLACES_MOST), made = 0;
	struct setup_place *places = reading_take(&m->reading, len, sizeof(*places));
	if (company.json != NULL)
		m->setup->company = read_company(m, &company);
	for (const cJSON *field = len > 0 ? list.json->child : NULL; field != NULL;
	     field = field->next) {
		struct node at = {.json = field, .up = &list, .key = field->string};
		struct slice place = slice_of(field->string);
		if (place.len == 0 || place.len > SETUP_NAME_BYTES)
			reading_fault_at_key(&m->reading, &list, field->string, "wrong_length",
					     "a place of 1 to 200 bytes");
		places[made].place = setup_take(m, place);
		places[made++].company = read_company(m, &at);
	}
	m->setup->places = places;
	m->setup->places_len = len;
}

static bool is_mailbox(struct slice text)
{
	for (size_t i = 0; i < text.len; i++) {
		char c = text.at[i];
		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
		      c == '-'))
			return false;
	}
	return text.len > 0 && text.len <= PROGRAMME_CODE_BYTES;
}

static void read_mailbox(struct setup_making *m, const struct node *at)
{
	if (at->json == NULL)
		return;
	struct slice text = cJSON_IsString(at->json) ? slice_of(at->json->valuestring) : SLICE_NONE;
	if (is_mailbox(text))
		m->setup->mailbox = setup_take(m, text);
	else
		reading_fault(&m->reading, at, "not_a_mailbox",
			      "1 to %d of a-z, digits, dots, hyphens and underscores",
			      PROGRAMME_CODE_BYTES);
}

/** A scheme, a name and perhaps a port; of one that is no origin a path, too. A user's name in it
 * would be a secret in a document that is shown. */
static bool is_address(struct slice text, bool origin)
{
	struct slice rest = slice_starts_with(text, SLICE("https://"))	? slice_from(text, 8)
			    : slice_starts_with(text, SLICE("http://")) ? slice_from(text, 7)
									: SLICE_NONE;
	if (rest.len == 0 || rest.at[0] == '/' || rest.at[0] == ':' ||
	    rest.at[rest.len - 1] == '/' ||
	    text.len > (origin ? SETUP_ORIGIN_BYTES : SETUP_URL_BYTES))
		return false;
	for (size_t i = 0; i < rest.len; i++) {
		char c = rest.at[i];
		if (c <= ' ' || c > '~' || strchr("@?#\\\"'<>;,*", c) != NULL ||
		    (origin && (c == '/' || (c >= 'A' && c <= 'Z'))))
			return false;
	}
	return true;
}

static struct slice read_address(struct setup_making *m, const struct node *at, bool origin)
{
	struct slice text = cJSON_IsString(at->json) ? slice_of(at->json->valuestring) : SLICE_NONE;
	if (is_address(text, origin))
		return setup_take(m, text);
	if (origin)
		reading_fault(&m->reading, at, "not_an_origin",
			      "\"https://www.example.org\": scheme, name in lower case, port");
	else
		reading_fault(&m->reading, at, "not_an_address",
			      "\"https://chat.example.org\", without / at its end");
	return SLICE_NONE;
}

static void read_origins(struct setup_making *m, const struct node *list)
{
	size_t len = read_list(&m->reading, list, 0, SETUP_ORIGINS_MOST);
	struct slice *origins = reading_take(&m->reading, len, sizeof(*origins));
	struct node at = node_first(list);
	for (size_t i = 0; i < len; i++, node_next(&at))
		origins[i] = read_address(m, &at, true);
	m->setup->origins = origins;
	m->setup->origins_len = len;
}

void setup_read_places(struct setup_making *m, const struct node *root)
{
	struct node mailbox = node_field(root, "mailbox"), base_url = node_field(root, "base_url"),
		    account = node_field(root, "account"), page = node_field(root, "page"),
		    origins = node_field(root, "origins"),
		    privacy = node_field(root, "privacy_url");
	read_mailbox(m, &mailbox);
	if (base_url.json != NULL)
		m->setup->base_url = read_address(m, &base_url, false);
	if (account.json != NULL)
		m->setup->account = read_code(&m->reading, &account);
	if (page.json != NULL)
		m->setup->page = read_code(&m->reading, &page);
	if (privacy.json != NULL)
		m->setup->privacy_url = read_address(m, &privacy, false);
	read_origins(m, &origins);
}
