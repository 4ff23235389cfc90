/** Encodings of one byte a character that XML documents name and expat does not know itself.
 *
 * Private to tabular: for XML_SetUnknownEncodingHandler().
 */
#pragma once

#include <expat.h>

int xml_unknown_encoding(void *nothing, const XML_Char *name, XML_Encoding *map);
