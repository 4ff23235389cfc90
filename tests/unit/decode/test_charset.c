/* What a file is written in: declared, marked or found out, and strict in every case. The bytes
 * were made with iconv and Python's codecs. */
#include "decode/charset.h"
#include "said.h"

#define NB_TOLD                                                                                    \
	"1 id=r1 comment=Veldig forn\xC3\xB8yd, god hjelp p\xC3\xA5 telefonen\n"                   \
	"2 id=r2 comment=D\xC3\xA5rlig service, m\xC3\xA5tte vente lenge i k\xC3\xB8\nend\n"
#define NB_1252                                                                                    \
	"id;comment\nr1;Veldig forn\xF8yd, god hjelp p\xE5 telefonen\n"                            \
	"r2;D\xE5rlig service, m\xE5tte vente lenge i k\xF8\n"
#define NB_MAC                                                                                     \
	"id;comment\rr1;Veldig forn\xBFyd, god hjelp p\x8C telefonen\r"                            \
	"r2;D\x8Crlig service, m\x8Ctte vente lenge i k\xBF\r"
#define KO_TOLD                                                                                    \
	"1 id=r1 comment=\xEC\x83\x81\xEB\x8B\xB4\xEC\x9B\x90\xEC\x9D\xB4 "                        \
	"\xEB\xA7\xA4\xEC\x9A\xB0 "                                                                \
	"\xEC\xB9\x9C\xEC\xA0\x88\xED\x96\x88\xEC\x8A\xB5\xEB\x8B\x88\xEB\x8B\xA4\n"               \
	"2 id=r2 comment=\xEB\xB7\x81 \xEB\x98\xA0\xEB\xB0\xA9\xEA\xB0\x81\xED\x95\x98\nend\n"
/* The first word of the second row stands in CP949 and not in EUC-KR. */
#define KO_949                                                                                     \
	"id,comment\nr1,\xBB\xF3\xB4\xE3\xBF\xF8\xC0\xCC \xB8\xC5\xBF\xEC "                        \
	"\xC4\xA3\xC0\xFD\xC7\xDF\xBD\xC0\xB4\xCF\xB4\xD9\n"                                       \
	"r2,\x94\xEE \x8C"                                                                         \
	"c\xB9\xE6\xB0\xA2\xC7\xCF\n"
#define VI_TOLD                                                                                    \
	"1 id=r1 comment=Kh\xC3\xB4ng bi\xE1\xBA\xBFt, nh\xC3\xA2n vi\xC3\xAAn r\xE1\xBA\xA5t "    \
	"th\xC3\xA2n thi\xE1\xBB\x87n\n"                                                           \
	"2 id=r2 comment=D\xE1\xBB\x8B"                                                            \
	"ch v\xE1\xBB\xA5 ch\xE1\xBA\xADm nh\xC6\xB0ng t\xE1\xBB\x91t\nend\n"
/* Tones stand behind their letters in windows-1258. */
#define VI_1258                                                                                    \
	"id;comment\nr1;Kh\xF4ng bi\xEA\xECt, nh\xE2n vi\xEAn r\xE2\xECt th\xE2n thi\xEA\xF2n\n"   \
	"r2;Di\xF2"                                                                                \
	"ch vu\xF2 ch\xE2\xF2m nh\xFDng t\xF4\xECt\n"
#define NAME_TOLD "1 id=r1 name=\xEC\x9A\xB0\xEC\xB2\xB4\xEA\xB5\xAD\nend\n"
#define NAME_LE                                                                                    \
	"i\0d\0\t\0n\0a\0m\0e\0\n\0r\0"                                                            \
	"1\0\t\0\xB0\xC6\xB4\xCCm\xAD\n\0"
#define NAME_BE                                                                                    \
	"\0i\0d\0\t\0n\0a\0m\0e\0\n\0r\0"                                                          \
	"1\0\t\xC6\xB0\xCC\xB4\xADm\0\n"

static struct csv_options declared_as(const char *label)
{
	struct csv_options o = {.encoding = encoding_find(slice_of(label))};
	cr_assert_not_null(o.encoding, "%s", label);
	return o;
}

/** `known` stands in the reading: "\"is\":\"cp949\",\"by\":\"detected\"". */
static void reads(struct slice bytes, const struct csv_options *options, const char *told,
		  const char *known)
{
	for (size_t part = bytes.len; part > 0; part = part == 1 ? 0 : part > 9 ? 9 : part - 1) {
		struct transcript t = transcribe_csv(options, bytes, part);
		cr_assert_str_eq(t.text.at, told, "in parts of %zu:\n%s", part, t.text.at);
		cr_assert_not_null(strstr(t.reading.at, known), "%s", t.reading.at);
		transcript_fini(&t);
	}
}

#define KNOWN(name, by) "\"encoding\":{\"is\":\"" name "\",\"by\":\"" by "\""

static const struct csv_options undeclared;

Test(charset, windows_1252_is_found_out)
{
	reads(SLICE(NB_1252), &undeclared, NB_TOLD, KNOWN("windows-1252", "detected"));
}

Test(charset, cp949_is_found_out_with_the_syllables_euc_kr_lacks)
{
	reads(SLICE(KO_949), &undeclared, KO_TOLD, KNOWN("cp949", "detected"));
}

Test(charset, windows_1258_is_found_out_and_composed)
{
	reads(SLICE(VI_1258), &undeclared, VI_TOLD, KNOWN("windows-1258", "detected"));
}

Test(charset, an_old_mac_is_known_by_its_line_ends)
{
	reads(SLICE(NB_MAC), &undeclared, NB_TOLD, KNOWN("macintosh", "detected"));
}

Test(charset, a_mark_tells_utf16_and_its_order)
{
	reads(SLICE("\xFF\xFE" NAME_LE), &undeclared, NAME_TOLD, KNOWN("utf-16le", "marked"));
	reads(SLICE("\xFE\xFF" NAME_BE), &undeclared, NAME_TOLD, KNOWN("utf-16be", "marked"));
}

Test(charset, utf16_without_a_mark_is_found_out)
{
	reads(SLICE(NAME_LE), &undeclared, NAME_TOLD, KNOWN("utf-16le", "detected"));
	reads(SLICE(NAME_BE), &undeclared, NAME_TOLD, KNOWN("utf-16be", "detected"));
}

Test(charset, what_is_declared_is_used)
{
	const struct {
		struct slice bytes;
		const char *label, *told, *known;
	} cases[] = {
		{SLICE(NB_1252), "Latin1", NB_TOLD, KNOWN("windows-1252", "declared")},
		{SLICE(NB_MAC), "x-mac-roman", NB_TOLD, KNOWN("macintosh", "declared")},
		{SLICE(KO_949), "euc-kr", KO_TOLD, KNOWN("cp949", "declared")},
		{SLICE(VI_1258), " cp1258 ", VI_TOLD, KNOWN("windows-1258", "declared")},
		{SLICE(NAME_LE), "utf-16", NAME_TOLD, KNOWN("utf-16", "declared")},
		{SLICE(NAME_BE), "utf-16be", NAME_TOLD, KNOWN("utf-16be", "declared")},
		{SLICE("\xFE\xFF" NAME_BE), "utf-16", NAME_TOLD, KNOWN("utf-16be", "marked")},
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct csv_options o = declared_as(cases[i].label);
		reads(cases[i].bytes, &o, cases[i].told, cases[i].known);
	}
}

Test(charset, every_encoding_that_is_promised_can_be_converted)
{
	static const char *const promised[] = {
		"utf-8",	"utf-16",	"utf-16le",	"utf-16be",    "windows-1252",
		"cp949",	"windows-1258", "macintosh",	"gb18030",     "shift_jis",
		"euc-jp",	"big5",		"iso-8859-2",	"iso-8859-15", "windows-1250",
		"windows-1251", "windows-1253", "windows-1254", "windows-1257"};
	for (size_t i = 0; i < COUNT_OF(promised); i++) {
		const struct encoding *e = encoding_find(slice_of(promised[i]));
		cr_assert_not_null(e, "%s", promised[i]);
		cr_expect(encoding_available(e), "%s", promised[i]);
	}
}

Test(charset, no_label_is_made_up)
{
	cr_assert_null(encoding_find(SLICE("klingon")));
	cr_assert_null(encoding_find(SLICE("")));
	cr_assert_null(encoding_find(SLICE_NONE));
}

Test(charset, a_mark_against_the_declaration_breaks_the_file)
{
	struct csv_options o = declared_as("utf-8");
	reads(SLICE("\xFF\xFE" NAME_LE), &o, "broken 0! encoding_clash [] utf-16le\n",
	      "declared is utf-8");
	o = declared_as("windows-1252");
	reads(SLICE("\xEF\xBB\xBFid\nr1\n"), &o, "broken 0! encoding_clash [] utf-8\n",
	      "declared is windows-1252");
}

Test(charset, bytes_the_encoding_does_not_know_are_told_with_row_and_column)
{
	struct csv_options o = declared_as("windows-1252");
	reads(SLICE("id,note\nr1,\xE5\nr2,a\x81z\n"), &o,
	      "1 id=r1 note=\xC3\xA5\n2! not_in_encoding [note] a?z\nend\n",
	      KNOWN("windows-1252", "declared"));
	o = declared_as("cp949");
	reads(SLICE("id,note\nr\xC0,ok\nr2,\xBF\xEC\nr3,\xBF"), &o,
	      "1! not_in_encoding [id] r?,ok\n2 id=r2 note=\xEC\x9A\xB0\n"
	      "3! not_in_encoding [note] ?\nend\n",
	      KNOWN("cp949", "declared"));
}

Test(charset, half_a_pair_and_half_a_unit_of_utf16_are_told)
{
	struct csv_options o = declared_as("utf-16le");
	reads(SLICE("i\0\n\0a\0\x00\xD8z\0\n\0b\0\n\0c"), &o,
	      "1! not_in_encoding [i] a?z\n2 i=b\n3! not_in_encoding [i] ?\nend\n",
	      KNOWN("utf-16le", "declared"));
}

Test(charset, one_strange_letter_is_not_guessed_at)
{
	reads(SLICE("id,note\nr1,caf\xE9\nr2,ok\n"), &undeclared,
	      "1! not_utf8 [note] caf?\n2 id=r2 note=ok\nend\n",
	      KNOWN("utf-8", "assumed") ",\"because\":\"not UTF-8 in order, and uchardet");
}

/** A header and rows of ASCII that fill more than the head. */
static void given_long_ascii(struct buf *b, const char *delimiter)
{
	buf_init(b, 4 * CHARSET_HEAD_BYTES);
	buf_print(b, "id%snote\n", delimiter);
	while (b->len < CHARSET_HEAD_BYTES + 100)
		buf_print(b, "r%zu%sok\n", b->len, delimiter);
}

static void ends_with(const struct buf *given, const char *told, const char *known)
{
	static const size_t parts[] = {SIZE_MAX, 65536, 1000, 7};
	for (size_t i = 0; i < COUNT_OF(parts); i++) {
		struct transcript t = transcribe_csv(&undeclared, buf_slice(given), parts[i]);
		const char *end = t.text.at + t.text.len - strlen(told);
		cr_assert_str_eq(end, told);
		cr_assert_not_null(strstr(t.reading.at, known), "%s", t.reading.at);
		transcript_fini(&t);
	}
}

Test(charset, the_encoding_is_found_out_where_it_begins_to_matter)
{
	struct buf b;
	given_long_ascii(&b, ";");
	buf_add(&b, slice_from(SLICE(NB_1252), 11));
	ends_with(&b, " i k\xC3\xB8\nend\n", KNOWN("windows-1252", "detected"));
	buf_fini(&b);
	given_long_ascii(&b, ",");
	buf_add_text(&b, "r,\xC3\xB8\n");
	ends_with(&b, "note=\xC3\xB8\nend\n", KNOWN("utf-8", "detected"));
	buf_fini(&b);
}

Test(charset, ascii_is_ascii)
{
	reads(SLICE("id,note\nr1,ok\n"), &undeclared, "1 id=r1 note=ok\nend\n",
	      KNOWN("utf-8", "assumed") ",\"because\":\"every byte is ASCII\"");
}

Test(charset, names_and_values_are_in_normal_form_c)
{
	reads(SLICE("re\xCC\x81sultat,\xE1\x84\x8B\xE1\x85\xAE\n"
		    "o\xCC\x88,\xE1\x84\x8E\xE1\x85\xA6\xE1\x84\x80\xE1\x85\xAE\xE1\x86\xA8\n"),
	      &undeclared,
	      "1 r\xC3\xA9sultat=\xC3\xB6 \xEC\x9A\xB0=\xEC\xB2\xB4\xEA\xB5\xAD\nend\n",
	      KNOWN("utf-8", "detected"));
}

Test(charset, a_name_typed_in_two_ways_is_one_name)
{
	reads(SLICE("\xC3\xA9,e\xCC\x81\n1,2\n"), &undeclared,
	      "broken 0! duplicate_column [] \xC3\xA9\n", KNOWN("utf-8", "detected"));
}
