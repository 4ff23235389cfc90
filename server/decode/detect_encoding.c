#include <iconv.h>
#include <uchardet/uchardet.h>

#include "base/must.h"
#include "decode/detect.h"

enum { LABEL_BYTES = 40 };

const struct encoding *detect_mark(struct slice head, size_t *mark_len)
{
	const struct {
		struct slice bytes;
		const struct encoding *encoding;
	} marks[] = {{SLICE("\xEF\xBB\xBF"), encoding_utf8},
		     {SLICE("\xFF\xFE"), encoding_utf16le},
		     {SLICE("\xFE\xFF"), encoding_utf16be}};
	for (size_t i = 0; i < COUNT_OF(marks); i++) {
		*mark_len = marks[i].bytes.len;
		if (slice_starts_with(head, marks[i].bytes))
			return marks[i].encoding;
	}
	return NULL;
}

size_t detect_ascii_len(struct slice text)
{
	const uint64_t high = UINT64_C(0x8080808080808080);
	size_t i = 0;
	for (uint64_t word; i + sizeof(word) <= text.len; i += sizeof(word)) {
		memcpy(&word, text.at + i, sizeof(word));
		if (word & high)
			break;
	}
	while (i < text.len && (unsigned char)text.at[i] < 0x80)
		i++;
	return i;
}

/** Two ASCII letters in units of two bytes: no CSV begins with a NUL otherwise. */
static const struct encoding *utf16_without_mark(struct slice head)
{
	if (head.len < 4)
		return NULL;
	bool zero[4];
	for (int i = 0; i < 4; i++)
		zero[i] = head.at[i] == '\0';
	if (!zero[0] && zero[1] && !zero[2] && zero[3])
		return encoding_utf16le;
	if (zero[0] && !zero[1] && zero[2] && !zero[3])
		return encoding_utf16be;
	return NULL;
}

static size_t character_len(struct slice text)
{
	unsigned char first = (unsigned char)text.at[0];
	if (first < 0x80)
		return 1;
	size_t len = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
	return len <= text.len && slice_is_utf8((struct slice){text.at, len}) ? len : 0;
}

/** Characters beyond ASCII that are UTF-8, and bytes that are not; a character that the end of
 * the head cuts is neither. */
static void weigh_utf8(struct slice head, bool whole, size_t *good, size_t *bad)
{
	*good = *bad = 0;
	while (head.len > 0) {
		size_t len = character_len(head);
		if (len == 0 && head.len < 4 && !whole)
			return;
		*good += len > 1;
		*bad += len == 0;
		head = slice_from(head, len > 0 ? len : 1);
	}
}

static bool ends_lines_in_cr(struct slice head)
{
	return memchr(head.at, '\r', head.len) != NULL && memchr(head.at, '\n', head.len) == NULL;
}

/** Reads all of the head, but for a character that its end cuts. */
static bool can_be_read_as(struct slice head, bool whole, const struct encoding *encoding)
{
	enum { ROOM = 4096, LONGEST = 4 };
	char text[ROOM], *in;
	size_t left = head.len, done = 0;
	iconv_t converter = iconv_open("UTF-8", encoding->iconv);
	if (converter == (iconv_t)-1)
		return false;
	memcpy(&in, &head.at, sizeof(in)); /* iconv() does not write there */
	for (size_t before = left + 1; left > 0 && left < before;) {
		char *out = text;
		size_t room = ROOM;
		before = left;
		done = iconv(converter, &in, &left, &out, &room);
	}
	iconv_close(converter);
	return left == 0 || (done == (size_t)-1 && !whole && left < LONGEST);
}

static void ask_detector(struct slice head, char *label)
{
	uchardet_t detector = uchardet_new();
	label[0] = '\0';
	must(detector != NULL);
	if (uchardet_handle_data(detector, head.at, head.len) == 0) {
		uchardet_data_end(detector);
		struct slice said = slice_cut(slice_of(uchardet_get_charset(detector)),
					      LABEL_BYTES - 1);
		memcpy(label, said.at, said.len);
		label[said.len] = '\0';
	}
	uchardet_delete(detector);
}

static const struct encoding *by_detector(struct slice head, bool whole, struct csv_known *known)
{
	char label[LABEL_BYTES];
	ask_detector(head, label);
	const struct encoding *found = encoding_detected(slice_of(label));
	if (found != NULL && can_be_read_as(head, whole, found)) {
		csv_know(known, KNOWN_DETECTED, "uchardet takes the first %zu bytes for %s",
			 head.len, label);
		return found;
	}
	csv_know(known, KNOWN_ASSUMED,
		 "not UTF-8 in order, and uchardet (%s) does not settle it: declare the encoding",
		 label[0] != '\0' ? label : "no idea");
	return encoding_utf8;
}

const struct encoding *detect_encoding(struct slice head, bool at_start, bool whole,
				       struct csv_known *known)
{
	const struct encoding *found = at_start ? utf16_without_mark(head) : NULL;
	size_t good, bad;
	if (found != NULL) {
		csv_know(known, KNOWN_DETECTED, "every second byte is 0 at the beginning");
		return found;
	}
	if (detect_ascii_len(head) == head.len) {
		csv_know(known, KNOWN_ASSUMED, "every byte is ASCII");
		return NULL;
	}
	weigh_utf8(head, whole, &good, &bad);
	if (bad == 0 || (good > 0 && good >= bad)) {
		csv_know(known, KNOWN_DETECTED, "%zu characters are UTF-8, %zu bytes are not", good,
			 bad);
		return encoding_utf8;
	}
	if (ends_lines_in_cr(head) && can_be_read_as(head, whole, encoding_macintosh)) {
		csv_know(known, KNOWN_DETECTED, "not UTF-8, and lines end in CR alone");
		return encoding_macintosh;
	}
	return by_detector(head, whole, known);
}
