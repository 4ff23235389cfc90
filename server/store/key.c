#include "store/key.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#define PREFIX "plaudit_live_"

static const char id_alphabet[] = "abcdefghijklmnopqrstuvwxyz234567";
static const char secret_alphabet[] =
	"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
static const char *const role_names[] = {"firm", "sponsor", "operator"};

/** Bytes at or above the largest multiple of `letters` are thrown away, so every letter is
 * equally likely. */
static bool random_letters(char *to, size_t count, const char *alphabet, unsigned letters)
{
	unsigned fair = 256 / letters * letters;
	size_t made = 0;
	while (made < count) {
		unsigned char byte;
		if (RAND_bytes(&byte, 1) != 1)
			return false;
		if (byte < fair)
			to[made++] = alphabet[byte % letters];
	}
	return true;
}

enum status key_make(char text[KEY_TEXT_BYTES], struct trouble *why)
{
	size_t prefix = sizeof(PREFIX) - 1;
	char *secret = text + prefix + KEY_ID_CHARS + 1;
	memcpy(text, PREFIX, prefix);
	if (!random_letters(text + prefix, KEY_ID_CHARS, id_alphabet, sizeof(id_alphabet) - 1) ||
	    !random_letters(secret, KEY_SECRET_CHARS, secret_alphabet, sizeof(secret_alphabet) - 1))
		return trouble(why, E_INTERNAL, "the system gives no random bytes");
	secret[-1] = '_';
	secret[KEY_SECRET_CHARS] = '\0';
	return OK;
}

enum status key_letters(char *to, size_t count, struct trouble *why)
{
	if (!random_letters(to, count, id_alphabet, sizeof(id_alphabet) - 1))
		return trouble(why, E_INTERNAL, "the system gives no random bytes");
	return OK;
}

static bool is_letter_or_digit(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool is_of_an_id(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '2' && c <= '7');
}

static bool all_of(struct slice text, bool (*belongs)(char c))
{
	for (size_t i = 0; i < text.len; i++)
		if (!belongs(text.at[i]))
			return false;
	return true;
}

bool key_split(struct slice text, struct key_parts *parts)
{
	size_t prefix = sizeof(PREFIX) - 1;
	if (text.len != prefix + KEY_ID_CHARS + 1 + KEY_SECRET_CHARS ||
	    !slice_starts_with(text, SLICE(PREFIX)))
		return false;
	parts->id = (struct slice){text.at + prefix, KEY_ID_CHARS};
	parts->secret = (struct slice){parts->id.at + KEY_ID_CHARS + 1, KEY_SECRET_CHARS};
	return parts->secret.at[-1] == '_' && all_of(parts->id, is_of_an_id) &&
	       all_of(parts->secret, is_letter_or_digit);
}

/** Looked up once: EVP_sha256() would be looked up again, under locks, for every request. */
static const EVP_MD *sha256(void)
{
	static EVP_MD *found;
	if (found == NULL)
		found = EVP_MD_fetch(NULL, "SHA2-256", NULL);
	must(found != NULL);
	return found;
}

void key_digest(struct slice secret, unsigned char digest[KEY_DIGEST_BYTES])
{
	unsigned len = 0;
	must(EVP_Digest(secret.at, secret.len, digest, &len, sha256(), NULL) == 1);
	must(len == KEY_DIGEST_BYTES);
}

bool key_digest_equal(const unsigned char a[KEY_DIGEST_BYTES],
		      const unsigned char b[KEY_DIGEST_BYTES])
{
	return CRYPTO_memcmp(a, b, KEY_DIGEST_BYTES) == 0;
}

bool role_from(struct slice name, enum role *role)
{
	for (size_t i = 0; i < COUNT_OF(role_names); i++) {
		if (slice_is(name, role_names[i])) {
			*role = (enum role)i;
			return true;
		}
	}
	return false;
}

const char *role_name(enum role role)
{
	return role_names[role];
}
