/** The verbs: each takes the options and ends the run. */
#pragma once

#include "cli/options.h"
#include "cli/outcome.h"

enum outcome verb_upload(const struct options *o);
enum outcome verb_uploads(const struct options *o);
enum outcome verb_rejected(const struct options *o);
enum outcome verb_undo(const struct options *o);
enum outcome verb_board(const struct options *o);
enum outcome verb_sectors(const struct options *o);
enum outcome verb_fieldwork(const struct options *o);
enum outcome verb_awards(const struct options *o);
enum outcome verb_history(const struct options *o);
enum outcome verb_combined(const struct options *o);
enum outcome verb_programme(const struct options *o);
enum outcome verb_mapping(const struct options *o);
enum outcome verb_review(const struct options *o);
enum outcome verb_wave(const struct options *o);
enum outcome verb_source(const struct options *o);
enum outcome verb_invite(const struct options *o);
enum outcome verb_invitations(const struct options *o);
enum outcome verb_export(const struct options *o);
enum outcome verb_template(const struct options *o);
enum outcome verb_completion(const struct options *o);
