/** A programme small enough to count by hand: companies A..F in sectors S1 and S2, three
 * channels, one item of 0, 1 or 2 points, CSAT, CES by effort, NPS; publish from 4 contacts,
 * rank from 6, cells from 3. */
#pragma once

#include "wave.h"

#define SMALL_PROGRAMME(unanswered, questions)                                                     \
	"{\"programme\":\"small\",\"name\":{\"en\":\"Small\"},"                                    \
	"\"channels\":[{\"code\":\"phone\"},{\"code\":\"chat\"},{\"code\":\"email\"}],"            \
	"\"companies\":[{\"code\":\"F\"},{\"code\":\"E\"},{\"code\":\"D\"},{\"code\":\"C\"},"      \
	"{\"code\":\"B\"},{\"code\":\"A\"}],"                                                      \
	"\"instruments\":[{\"code\":\"i\",\"scoring\":\"pooled\",\"unanswered\":\"" unanswered     \
	"\",\"areas\":[{\"code\":\"a\"}],\"items\":[{\"code\":\"q1\",\"area\":\"a\","              \
	"\"options\":[{\"answer\":0,\"points\":0},{\"answer\":1,\"points\":1},"                    \
	"{\"answer\":2,\"points\":2}]}],\"questions\":[" questions "]}],"                          \
	"\"waves\":[{\"code\":\"w\",\"instrument\":\"i\",\"planned_contacts\":6,"                  \
	"\"minimum_base\":{\"publish\":4,\"rank\":6,\"cell\":3},"                                  \
	"\"channel_weights\":{\"phone\":0.5,\"chat\":0.3,\"email\":0.2},\"time_zone\":\"UTC\","    \
	"\"sectors\":[{\"code\":\"S2\",\"companies\":[\"F\"]},"                                    \
	"{\"code\":\"S1\",\"companies\":[\"A\",\"B\",\"C\",\"D\",\"E\"]}]}]}"

#define SMALL_QUESTIONS                                                                            \
	"{\"code\":\"csat\",\"measure\":\"csat\",\"scale\":{\"min\":1,\"max\":5}},"                \
	"{\"code\":\"ces\",\"measure\":\"ces\",\"scale\":{\"min\":1,\"max\":7},"                   \
	"\"direction\":\"high_is_effort\"},"                                                       \
	"{\"code\":\"nps\",\"measure\":\"nps\",\"scale\":{\"min\":0,\"max\":10}}"

/** `answers` of q1, one contact each: "2210"; '-' is a contact nobody answered. */
void given_contacts(struct sample *s, const char *company, const char *channel,
		    const char *answers);
