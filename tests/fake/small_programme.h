/** A small programme without a fault, for tests that need any programme at all.
 *
 * Two channels, three companies, two areas, three items, two questions, two waves alike.
 */
#pragma once

#define SMALL_PROGRAMME_WAVE(code)                                                                 \
	"{\"code\":\"" code "\",\"instrument\":\"i\",\"sectors\":[{\"code\":\"S1\","               \
	"\"companies\":[\"C1\",\"C2\",\"C3\"]}]}"

#define SMALL_PROGRAMME_HEAD                                                                       \
	"{\"programme\":\"p\",\"name\":{\"en\":\"P\"},"                                            \
	"\"channels\":[{\"code\":\"phone\"},{\"code\":\"chat\"}],"

#define SMALL_PROGRAMME_INSTRUMENT                                                                 \
	"\"instruments\":[{\"code\":\"i\",\"scoring\":\"pooled\",\"unanswered\":\"zero\","         \
	"\"areas\":[{\"code\":\"wait\"},{\"code\":\"agent\"}],"                                    \
	"\"items\":["                                                                              \
	"{\"code\":\"q1\",\"area\":\"wait\",\"options\":[{\"answer\":0,\"points\":0},"             \
	"{\"answer\":1,\"points\":3}]},"                                                           \
	"{\"code\":\"q2\",\"area\":\"agent\",\"options\":[{\"answer\":0,\"points\":0},"            \
	"{\"answer\":1,\"points\":7}]},"                                                           \
	"{\"code\":\"q3\",\"area\":\"agent\",\"options\":[{\"answer\":0,\"points\":0},"            \
	"{\"answer\":5,\"points\":5}]}],"                                                          \
	"\"questions\":["                                                                          \
	"{\"code\":\"csat\",\"measure\":\"csat\",\"scale\":{\"min\":1,\"max\":5}},"                \
	"{\"code\":\"nps\",\"measure\":\"nps\",\"scale\":{\"min\":0,\"max\":10}}]}],"              \
	"\"waves\":[" SMALL_PROGRAMME_WAVE("w1") "," SMALL_PROGRAMME_WAVE("w2") "]}"

#define SMALL_PROGRAMME                                                                            \
	SMALL_PROGRAMME_HEAD                                                                       \
	"\"companies\":[{\"code\":\"C1\"},{\"code\":\"C2\"},{\"code\":\"C3\"}]," SMALL_PROGRAMME_INSTRUMENT
