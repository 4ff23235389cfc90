#include "small.h"

#include <stdio.h>

void given_contacts(struct sample *s, const char *company, const char *channel, const char *answers)
{
	static int next;
	char words[200];

	for (const char *a = answers; *a != '\0'; a++) {
		snprintf(words, sizeof(words),
			 "result_id=r%d company=%s channel=%s answered=%d q1=%.*s", ++next, company,
			 channel, *a != '-', *a != '-', a);
		given_result(s, words);
	}
}
