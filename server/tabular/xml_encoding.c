#include "tabular/xml_encoding.h"

#include <endian.h>
#include <iconv.h>

#include "decode/encoding.h"

/** -1: no character, or a part of one. */
static int character_of(iconv_t converter, unsigned char byte)
{
	char from = (char)byte, *in = &from;
	uint32_t character = 0;
	char room[2 * sizeof(character)], *out = room;
	size_t len = 1, left = sizeof(room);
	iconv(converter, NULL, NULL, NULL, NULL);
	/* The second call is for what is kept back to be composed (cp1258). */
	if (iconv(converter, &in, &len, &out, &left) == (size_t)-1 ||
	    iconv(converter, NULL, NULL, &out, &left) == (size_t)-1 ||
	    left != sizeof(room) - sizeof(character))
		return -1;
	memcpy(&character, room, sizeof(character));
	return (int)le32toh(character);
}

int xml_unknown_encoding(void *nothing, const XML_Char *name, XML_Encoding *map)
{
	const struct encoding *encoding = encoding_find(slice_of(name));
	(void)nothing;
	if (encoding == NULL || encoding->kind != ENCODING_BYTES)
		return XML_STATUS_ERROR;
	iconv_t converter = iconv_open("UTF-32LE", encoding->iconv);
	if (converter == (iconv_t)-1)
		return XML_STATUS_ERROR;
	for (int byte = 0; byte < 256; byte++)
		map->map[byte] = character_of(converter, (unsigned char)byte);
	iconv_close(converter);
	map->data = NULL;
	map->convert = NULL;
	map->release = NULL;
	return XML_STATUS_OK;
}
