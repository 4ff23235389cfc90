#include "sav_bytes.h"

#include <endian.h>

void sav_bytes_int(struct sav_bytes *s, int number)
{
	uint32_t bits = s->big_endian ? htobe32((uint32_t)number) : htole32((uint32_t)number);
	buf_add(&s->b, (struct slice){(const char *)&bits, sizeof(bits)});
}

void sav_bytes_number(struct sav_bytes *s, double number)
{
	uint64_t bits;
	memcpy(&bits, &number, sizeof(bits));
	bits = s->big_endian ? htobe64(bits) : htole64(bits);
	buf_add(&s->b, (struct slice){(const char *)&bits, sizeof(bits)});
}

static void add_padded(struct sav_bytes *s, struct slice text, size_t size)
{
	buf_add(&s->b, text);
	for (size_t i = text.len; i < size; i++)
		buf_add_byte(&s->b, ' ');
}

void sav_bytes_text(struct sav_bytes *s, struct slice text, size_t elements)
{
	add_padded(s, text, elements * 8);
}

void sav_bytes_init(struct sav_bytes *s, const struct sav_start *start)
{
	s->big_endian = start->big_endian;
	buf_init(&s->b, 64 << 20);
	buf_add_text(&s->b, start->compression == 2 ? "$FL3" : "$FL2");
	add_padded(s, SLICE("@(#) made for a test"), 60);
	sav_bytes_int(s, 2);
	sav_bytes_int(s, -1);
	sav_bytes_int(s, start->compression);
	sav_bytes_int(s, 0);
	sav_bytes_int(s, start->cases);
	sav_bytes_number(s, 100);
	add_padded(s, SLICE("04 May 2610:15:00"), 17 + 64 + 3);
}

void sav_bytes_fini(struct sav_bytes *s)
{
	buf_fini(&s->b);
}

void sav_bytes_variable(struct sav_bytes *s, const char *name, int width, int format)
{
	const int fixed[] = {width, 0, 0, format << 16 | 8 << 8, format << 16 | 8 << 8};
	sav_bytes_int(s, 2);
	for (size_t i = 0; i < COUNT_OF(fixed); i++)
		sav_bytes_int(s, fixed[i]);
	add_padded(s, slice_of(name), 8);
	for (int more = (width + 7) / 8; more > 1; more--) {
		const int goes_on[] = {2, -1, 0, 0, 0, 0};
		for (size_t i = 0; i < COUNT_OF(goes_on); i++)
			sav_bytes_int(s, goes_on[i]);
		add_padded(s, SLICE(""), 8);
	}
}

void sav_bytes_extension(struct sav_bytes *s, int subtype, struct slice data)
{
	const int fixed[] = {7, subtype, 1, (int)data.len};
	for (size_t i = 0; i < COUNT_OF(fixed); i++)
		sav_bytes_int(s, fixed[i]);
	buf_add(&s->b, data);
}

void sav_bytes_encoding(struct sav_bytes *s, const struct sav_start *start)
{
	const int integers[] = {
		7, 3, 4, 8, 22, 0, 0, -1, 1, 1, start->big_endian ? 1 : 2, start->code_page};
	for (size_t i = 0; start->code_page != 0 && i < COUNT_OF(integers); i++)
		sav_bytes_int(s, integers[i]);
	if (start->encoding != NULL)
		sav_bytes_extension(s, 20, slice_of(start->encoding));
}

void sav_bytes_end_dictionary(struct sav_bytes *s)
{
	sav_bytes_int(s, 999);
	sav_bytes_int(s, 0);
}
