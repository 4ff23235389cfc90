#include "decode/encoding.h"

#include <iconv.h>

#include "base/must.h"

/* clang-format off */
enum {
	UTF8, UTF16, UTF16LE, UTF16BE, WINDOWS_1252, CP949, WINDOWS_1258, MACINTOSH, GB18030, CP932, EUC_JP,
	BIG5, ISO_8859_2, ISO_8859_15, WINDOWS_1250, WINDOWS_1251, WINDOWS_1253, WINDOWS_1254, WINDOWS_1257
};

static const struct encoding encodings[] = {
	[UTF8]         = {"utf-8",        "UTF-8",       ENCODING_UTF8,  true},
	[UTF16]        = {"utf-16",       "UTF-16LE",    ENCODING_UTF16, false},
	[UTF16LE]      = {"utf-16le",     "UTF-16LE",    ENCODING_UTF16, true},
	[UTF16BE]      = {"utf-16be",     "UTF-16BE",    ENCODING_UTF16, true},
	[WINDOWS_1252] = {"windows-1252", "CP1252",      ENCODING_BYTES, true},
	[CP949]        = {"cp949",        "CP949",       ENCODING_BYTES, true},
	[WINDOWS_1258] = {"windows-1258", "CP1258",      ENCODING_BYTES, true},
	[MACINTOSH]    = {"macintosh",    "MACINTOSH",   ENCODING_BYTES, true},
	[GB18030]      = {"gb18030",      "GB18030",     ENCODING_BYTES, true},
	[CP932]        = {"Shift_JIS",    "CP932",       ENCODING_BYTES, true},
	[EUC_JP]       = {"euc-jp",       "EUC-JP",      ENCODING_BYTES, true},
	[BIG5]         = {"big5",         "BIG5-HKSCS",  ENCODING_BYTES, true},
	[ISO_8859_2]   = {"iso-8859-2",   "ISO-8859-2",  ENCODING_BYTES, false},
	[ISO_8859_15]  = {"iso-8859-15",  "ISO-8859-15", ENCODING_BYTES, false},
	[WINDOWS_1250] = {"windows-1250", "CP1250",      ENCODING_BYTES, false},
	[WINDOWS_1251] = {"windows-1251", "CP1251",      ENCODING_BYTES, false},
	[WINDOWS_1253] = {"windows-1253", "CP1253",      ENCODING_BYTES, false},
	[WINDOWS_1254] = {"windows-1254", "CP1254",      ENCODING_BYTES, false},
	[WINDOWS_1257] = {"windows-1257", "CP1257",      ENCODING_BYTES, false},
};

/** Besides each one's own name. */
static const struct {
	const char *label;
	int encoding;
} labels[] = {
	{"utf8", UTF8}, {"unicode-1-1-utf-8", UTF8}, {"x-unicode20utf8", UTF8}, {"utf-8-sig", UTF8}, {"utf-8-bom", UTF8},
	{"utf16", UTF16}, {"ucs-2", UTF16}, {"iso-10646-ucs-2", UTF16}, {"unicode", UTF16}, {"csunicode", UTF16},
	{"utf16le", UTF16LE}, {"utf16be", UTF16BE}, {"unicodefffe", UTF16BE}, {"unicodefeff", UTF16LE},
	{"cp1252", WINDOWS_1252}, {"windows1252", WINDOWS_1252}, {"x-cp1252", WINDOWS_1252}, {"ansi", WINDOWS_1252},
	{"iso-8859-1", WINDOWS_1252}, {"iso8859-1", WINDOWS_1252}, {"iso_8859-1", WINDOWS_1252}, {"iso88591", WINDOWS_1252},
	{"latin1", WINDOWS_1252}, {"latin-1", WINDOWS_1252}, {"l1", WINDOWS_1252}, {"cp819", WINDOWS_1252},
	{"us-ascii", WINDOWS_1252}, {"ascii", WINDOWS_1252}, {"ansi_x3.4-1968", WINDOWS_1252},
	{"windows-949", CP949}, {"ms949", CP949}, {"uhc", CP949}, {"euc-kr", CP949}, {"euckr", CP949}, {"cseuckr", CP949},
	{"korean", CP949}, {"ks_c_5601-1987", CP949}, {"ks_c_5601-1989", CP949}, {"ksc5601", CP949}, {"KSC_5601", CP949},
	{"cp1258", WINDOWS_1258}, {"windows1258", WINDOWS_1258}, {"x-cp1258", WINDOWS_1258},
	{"mac", MACINTOSH}, {"x-mac-roman", MACINTOSH}, {"macroman", MACINTOSH}, {"mac-roman", MACINTOSH}, {"csmacintosh", MACINTOSH},
	{"gb2312", GB18030}, {"gbk", GB18030}, {"cp936", GB18030}, {"x-gbk", GB18030}, {"chinese", GB18030},
	{"cp932", CP932}, {"shift-jis", CP932}, {"sjis", CP932}, {"MS_Kanji", CP932}, {"windows-31j", CP932},
	{"eucjp", EUC_JP}, {"x-euc-jp", EUC_JP}, {"big5-hkscs", BIG5}, {"cp950", BIG5}, {"x-x-big5", BIG5},
	{"latin2", ISO_8859_2}, {"iso8859-2", ISO_8859_2}, {"latin9", ISO_8859_15}, {"iso8859-15", ISO_8859_15},
	{"cp1250", WINDOWS_1250}, {"cp1251", WINDOWS_1251}, {"cp1253", WINDOWS_1253}, {"cp1254", WINDOWS_1254},
	{"cp1257", WINDOWS_1257},
};
/* clang-format on */

const struct encoding *const encoding_utf8 = &encodings[UTF8];
const struct encoding *const encoding_utf16le = &encodings[UTF16LE];
const struct encoding *const encoding_utf16be = &encodings[UTF16BE];
const struct encoding *const encoding_macintosh = &encodings[MACINTOSH];

const struct encoding *encoding_find(struct slice label)
{
	label = slice_trim(label);
	for (size_t i = 0; i < COUNT_OF(encodings); i++)
		if (slice_equal_ignoring_case(label, slice_of(encodings[i].name)))
			return &encodings[i];
	for (size_t i = 0; i < COUNT_OF(labels); i++)
		if (slice_equal_ignoring_case(label, slice_of(labels[i].label)))
			return &encodings[labels[i].encoding];
	return NULL;
}

bool encoding_available(const struct encoding *encoding)
{
	iconv_t converter = iconv_open("UTF-8", encoding->iconv);
	if (converter == (iconv_t)-1)
		return false;
	iconv_close(converter);
	return true;
}

const struct encoding *encoding_detected(struct slice label)
{
	const struct encoding *found = encoding_find(label);
	if (found == &encodings[ISO_8859_15])
		return &encodings[WINDOWS_1252];
	return found != NULL && found->detected && found->kind == ENCODING_BYTES ? found : NULL;
}

bool encoding_agrees(const struct encoding *declared, const struct encoding *mark)
{
	return declared == mark || (declared == &encodings[UTF16] && mark->kind == ENCODING_UTF16);
}
