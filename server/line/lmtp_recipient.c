#include "line/lmtp_recipient.h"

#include <openssl/evp.h>

#include "channel/digest_text.h"
#include "channel/mail.h"

enum { NAME_BYTES = 64, DIGEST_BYTES = 32 };

static char lower(char byte)
{
	return byte >= 'A' && byte <= 'Z' ? (char)(byte - 'A' + 'a') : byte;
}

/** The last '@': a quoted local part may hold others. */
static bool split(struct slice path, struct slice *local, struct slice *domain)
{
	for (size_t i = path.len; i > 0; i--)
		if (path.at[i - 1] == '@') {
			*local = (struct slice){path.at, i - 1};
			*domain = slice_from(path, i);
			return true;
		}
	return false;
}

enum lmtp_verdict lmtp_recipient_find(const struct sources *sources, const char *domain,
				      struct slice path, const struct known_source **source)
{
	struct slice local, host, name;
	char copy[NAME_BYTES];
	if (!split(path, &local, &host) || !slice_equal_ignoring_case(host, slice_of(domain)))
		return LMTP_FOREIGN;
	if (!sources_ready(sources))
		return LMTP_LATER;
	if (!slice_next_part(&local, '+', &name) || name.len == 0 || name.len > sizeof(copy))
		return LMTP_UNKNOWN;
	for (size_t i = 0; i < name.len; i++)
		copy[i] = lower(name.at[i]);
	name.at = copy;
	*source = sources_find(sources, name);
	if (*source == NULL)
		*source = sources_find_mailbox(sources, name);
	bool takes_mail = *source != NULL && (*source)->setup->adapter != NULL &&
			  (*source)->setup->adapter->mail;
	return takes_mail ? LMTP_TAKEN : LMTP_UNKNOWN;
}

static void digest_both(struct slice first, struct slice second, char hex[LMTP_KEY_BYTES])
{
	unsigned char digest[DIGEST_BYTES];
	EVP_MD_CTX *sha = EVP_MD_CTX_new();
	must(sha != NULL && EVP_DigestInit_ex(sha, EVP_sha256(), NULL) == 1);
	must(EVP_DigestUpdate(sha, first.at, first.len) == 1 &&
	     EVP_DigestUpdate(sha, "\n", 1) == 1 &&
	     EVP_DigestUpdate(sha, second.at, second.len) == 1);
	must(EVP_DigestFinal_ex(sha, digest, NULL) == 1);
	EVP_MD_CTX_free(sha);
	digest_print_hex(digest, sizeof(digest), hex);
}

void lmtp_mail_digest(struct slice mail, char digest[LMTP_KEY_BYTES])
{
	struct slice id = mail_message_id(mail);
	if (id.len > 0)
		digest_both(SLICE("id"), id, digest);
	else
		digest_both(SLICE("mail"), mail, digest);
}

struct slice lmtp_recipient_key(struct slice path, const char mail_digest[LMTP_KEY_BYTES],
				char key[LMTP_KEY_BYTES])
{
	char recipient[LMTP_PATH_BYTES];
	must(path.len <= sizeof(recipient));
	for (size_t i = 0; i < path.len; i++)
		recipient[i] = lower(path.at[i]);
	digest_both((struct slice){recipient, path.len},
		    (struct slice){mail_digest, LMTP_KEY_BYTES}, key);
	return (struct slice){key, LMTP_KEY_BYTES};
}
