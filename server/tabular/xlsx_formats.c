#include "tabular/xlsx_formats.h"

#include <ctype.h>

/* Codes */

/** How many bytes at the start of `code` are shown as they are or not at all. */
static size_t literal(struct slice code)
{
	char c = code.at[0];
	if (c == '\\' || c == '_' || c == '*')
		return code.len < 2 ? 1 : 2;
	if (c != '"')
		return 0;
	const char *end = memchr(code.at + 1, '"', code.len - 1);
	return end != NULL ? (size_t)(end - code.at) + 1 : code.len;
}

/** [h], [mm], [ss] count on past a day; other brackets hold a colour, a condition, a language. */
static size_t bracket(struct slice code, uint8_t *shows)
{
	if (code.at[0] != '[')
		return 0;
	const char *end = memchr(code.at, ']', code.len);
	size_t len = end != NULL ? (size_t)(end - code.at) + 1 : code.len, i = 1;
	char unit = (char)tolower((unsigned char)(code.len > 1 ? code.at[1] : 0));
	while (i + 1 < len && tolower((unsigned char)code.at[i]) == unit)
		i++;
	if (i > 1 && i + 1 == len && (unit == 'h' || unit == 'm' || unit == 's'))
		*shows |= FORMAT_TIME | FORMAT_ELAPSED;
	return len;
}

static size_t half_of_day(struct slice code, uint8_t *shows)
{
	static const struct slice marks[] = {{"AM/PM", 5}, {"A/P", 3}};
	for (size_t i = 0; i < COUNT_OF(marks); i++)
		if (code.len >= marks[i].len &&
		    slice_equal_ignoring_case((struct slice){code.at, marks[i].len}, marks[i])) {
			*shows |= FORMAT_TIME;
			return marks[i].len;
		}
	return 0;
}

static bool is_zeros(struct slice code)
{
	for (size_t i = 0; i < code.len; i++)
		if (code.at[i] != '0')
			return false;
	return code.len > 1 && code.len <= FORMAT_ZEROS;
}

/** What stands at the start of `code` as more than a letter; 0: a letter does. */
static size_t group(struct slice code, uint8_t *shows)
{
	size_t len = literal(code);
	if (len == 0)
		len = bracket(code, shows);
	return len > 0 ? len : half_of_day(code, shows);
}

static uint8_t shown_by(char letter)
{
	switch (letter | 0x20) {
	case 'd':
	case 'y':
		return FORMAT_DATE;
	case 'h':
	case 's':
		return FORMAT_TIME;
	default:
		return 0;
	}
}

/** m is a month unless hours or seconds stand in the code, too. */
struct xlsx_format xlsx_format_read(struct slice code)
{
	struct xlsx_format format = {.zeros = is_zeros(code) ? (uint8_t)code.len : 0};
	bool has_m = false;
	while (code.len > 0 && code.at[0] != ';') {
		size_t len = group(code, &format.shows);
		if (len == 0) {
			format.shows |= shown_by(code.at[0]);
			has_m = has_m || (code.at[0] | 0x20) == 'm';
			len = 1;
		}
		code = slice_from(code, len);
	}
	if (has_m && format.shows == 0)
		format.shows = FORMAT_DATE;
	return format;
}

/* The built-in ones */

static const struct {
	uint16_t first, last;
	uint8_t shows;
} built_in[] = {
	{14, 17, FORMAT_DATE},
	{18, 21, FORMAT_TIME},
	{22, 22, FORMAT_DATE | FORMAT_TIME},
	{27, 31, FORMAT_DATE},
	{32, 33, FORMAT_TIME},
	{34, 36, FORMAT_DATE},
	{45, 45, FORMAT_TIME},
	{46, 46, FORMAT_TIME | FORMAT_ELAPSED},
	{47, 47, FORMAT_TIME},
	{50, 58, FORMAT_DATE},
};

void xlsx_formats_init(struct xlsx_formats *f)
{
	*f = (struct xlsx_formats){0};
	f->by_number = memory_new(FORMAT_NUMBERS * sizeof(*f->by_number));
	f->of_style = memory_new(FORMAT_NUMBERS * sizeof(*f->of_style));
	for (size_t i = 0; i < COUNT_OF(built_in); i++)
		for (unsigned number = built_in[i].first; number <= built_in[i].last; number++)
			f->by_number[number].shows = built_in[i].shows;
}

void xlsx_formats_fini(struct xlsx_formats *f)
{
	memory_free(f->by_number);
	memory_free(f->of_style);
	*f = (struct xlsx_formats){0};
}

/* styles.xml */

enum place { STYLE_SHEET = 1, FORMATS, FORMAT, STYLES, STYLE };

static const struct xml_place places[] = {
	{"styleSheet", 0},	  {"numFmts", STYLE_SHEET}, {"numFmt", FORMATS},
	{"cellXfs", STYLE_SHEET}, {"xf", STYLES},
};

static bool number_of(const char *const *attributes, uint16_t *number)
{
	int64_t value;
	const char *text = xml_attribute(attributes, "numFmtId");
	if (!slice_to_int64(slice_of(text), &value) || value < 0 || value >= FORMAT_NUMBERS)
		return false;
	*number = (uint16_t)value;
	return true;
}

static enum status on_start(void *self, unsigned place, const char *const *attributes)
{
	struct xlsx_formats *f = self;
	uint16_t number = 0;
	bool has_number = number_of(attributes, &number);
	const char *code = xml_attribute(attributes, "formatCode");
	if (place == FORMAT && has_number && code != NULL)
		f->by_number[number] = xlsx_format_read(slice_of(code));
	if (place == STYLE && f->styles < FORMAT_NUMBERS)
		f->of_style[f->styles++] = number;
	return OK;
}

enum status xlsx_formats_read(struct xlsx_formats *f, struct package *p, const char *part,
			      struct decode_fault *fault)
{
	static const struct xml_shape shape = {
		.places = places, .count = COUNT_OF(places), .start = on_start};
	return package_read(p, part, &shape, f, fault);
}

struct xlsx_format xlsx_format_of(const struct xlsx_formats *f, uint32_t style)
{
	return style < f->styles ? f->by_number[f->of_style[style]] : (struct xlsx_format){0};
}
