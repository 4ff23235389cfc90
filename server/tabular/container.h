/** What kind of file it is by its bytes, before a library is let at it.
 *
 * OK: a ZIP container whose list of entries is of bounded size. E_INPUT, E_LIMIT and a fault:
 * something else that can be named (a workbook of before 2007, one with a password, text), or a
 * container made to exhaust memory. E_INTERNAL: the file cannot be read.
 * Source: ZIP: APPNOTE.TXT 6.3.9, 4.3.14-16. Compound files: [MS-CFB] 2.2, 2.6; a workbook with a
 *   password is one with a stream EncryptedPackage: [MS-OFFCRYPTO] 2.3.4.
 */
#pragma once

#include "tabular/table.h"

enum status container_check(const char *path, struct decode_fault *fault) NODISCARD;
