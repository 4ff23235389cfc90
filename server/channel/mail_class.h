/** Who wrote a mail: a customer, or a program.
 *
 * Only an answer may count. What a program sent says so in many ways; RFC 3464, 3834, 5965 and
 * 2919 name the proper ones, the others were met. Subjects are believed last.
 */
#pragma once

#include <stdbool.h>

#include "base/slice.h"

/* clang-format off */
#define MAIL_CLASSES(X)                                            \
	X(ANSWER,     "answer")                                    \
	X(BOUNCE,     "bounce")     /* it could not be delivered */ \
	X(AUTO_REPLY, "auto_reply") /* nobody is there */           \
	X(COMPLAINT,  "complaint")  /* somebody called it spam */   \
	X(LIST,       "list")       /* to many, not to us */
/* clang-format on */

enum mail_class {
#define X(name, word) MAIL_##name,
	MAIL_CLASSES(X)
#undef X
};

/** What tells. Slices are empty where the mail has no such header. */
struct mail_signs {
	bool null_sender;	    /**< of the envelope */
	bool has_delivery_status;   /**< a part message/delivery-status */
	bool has_feedback_report;   /**< message/feedback-report */
	bool has_disposition;	    /**< message/disposition-notification */
	bool is_report;		    /**< multipart/report */
	struct slice report_type;   /**< its parameter */
	struct slice from, subject; /**< decoded */
	struct slice (*header)(void *arg, const char *name); /**< any other */
	void *arg;
};

enum mail_class mail_classify(const struct mail_signs *signs);
const char *mail_class_word(enum mail_class class);
