#include "api/access.h"
#include "api/api.h"
#include "api/appeals.h"
#include "api/exports.h"
#include "api/fieldwork.h"
#include "api/health.h"
#include "api/hooks.h"
#include "api/invitations.h"
#include "api/json_body.h"
#include "api/mappings.h"
#include "api/messages.h"
#include "api/previews.h"
#include "api/programmes.h"
#include "api/publications.h"
#include "api/rejected.h"
#include "api/result_posts.h"
#include "api/results.h"
#include "api/reviews.h"
#include "api/series.h"
#include "api/source_asks.h"
#include "api/source_inbox.h"
#include "api/sources.h"
#include "api/standings.h"
#include "api/survey_page.h"
#include "api/templates.h"
#include "api/tus.h"
#include "api/undos.h"
#include "api/upload_run.h"
#include "api/uploads.h"
#include "api/wave_steps.h"
#include "api/waves.h"
#include "api/web_files.h"
#include "api/widget.h"
#include "channel/page.h"
#include "mapping/preview.h"
#include "provider/message_order.h"
#include "review/bulk_body.h"

static const char *const board_query[] = {"sector",   "channel", "metric",   "threshold", "include",
					  "revision", "dialect", "formulas", NULL};
static const char *const fieldwork_query[] = {"sector",	 "limit",    "cursor",
					      "dialect", "formulas", NULL};
static const char *const revision_query[] = {"revision", NULL};
static const char *const table_query[] = {"revision", "dialect", "formulas", NULL};
static const char *const series_query[] = {"series", "dialect", "formulas", NULL};
static const char *const template_query[] = {"wave", "dialect", NULL};
static const char *const uploads_query[] = {"limit", "cursor", "channels", NULL};
static const char *const page_query[] = {"limit", "cursor", NULL};
static const char *const state_query[] = {"state", "limit", "cursor", NULL};
static const char *const result_query[] = {"status",  "company", "channel", "sector",
					   "limit",   "cursor",	 "dialect", "formulas",
					   "columns", "end_row", NULL};
static const char *const message_query[] = {"state", "limit", "cursor", NULL};
static const char *const appeal_query[] = {"open", "limit", "cursor", NULL};

static const char *const upload_query[] = {"encoding", "delimiter", "decimal", "header_rows",
					   "dates",    "replace",   "reason",  "mapping",
					   "dry_run",  "on_error",  "sheet",   NULL};

static const char *const result_post_query[] = {"replace", "reason", NULL};

static const struct access firm_uploads = {MAY(FIRM), upload_query};
static const char *const preview_query[] = {"encoding", "delimiter", "decimal", "header_rows",
					    "dates",	"mapping",   "part",	NULL};
static const char *const look_query[] = {"encoding", "delimiter", "decimal", "header_rows",
					 "dates",    "mapping",	  "sheet",   NULL};
static const struct access firm_previews = {MAY(FIRM), preview_query};
static const struct access firm_looks = {MAY(FIRM), look_query};
static const struct access firm_revision = {MAY(FIRM), revision_query};
static const struct access firm_result_post = {MAY(FIRM), result_post_query};
static const struct access firm = {MAY(FIRM), NULL};
static const struct access firm_fieldwork = {MAY(FIRM), fieldwork_query};
static const struct access firm_pages = {MAY(FIRM), page_query};
static const struct access firm_uploads_list = {MAY(FIRM), uploads_query};
static const struct access firm_states = {MAY(FIRM), state_query};
static const struct access firm_results = {MAY(FIRM), result_query};
static const struct access firm_templates = {MAY(FIRM), template_query};
static const struct access firm_messages = {MAY(FIRM), message_query};
static const struct access firm_appeals = {MAY(FIRM), appeal_query};
static const struct access readers = {MAY(FIRM) | MAY(SPONSOR), NULL};
static const struct access revision_readers = {MAY(FIRM) | MAY(SPONSOR), revision_query};
static const struct access table_readers = {MAY(FIRM) | MAY(SPONSOR), table_query};
static const struct access board_readers = {MAY(FIRM) | MAY(SPONSOR), board_query};
static const struct access series_readers = {MAY(FIRM) | MAY(SPONSOR), series_query};

#define P "/v1/programmes/{programme}"
#define W P "/waves/{wave}"
#define S "/v1/sources/{source}"

enum { ANY_SIZE = -1, NO_BODY = 0 };

/* clang-format off */
const struct route api_routes[] = {
	{METHOD_GET,  "/v1/programmes",           &programmes_list, &readers,       NO_BODY, 0},
	{METHOD_GET,  P,                          &programme_get,   &firm,          NO_BODY, 0},
	{METHOD_PUT,  P,                          &programme_put,   &firm,          PROGRAMME_BYTES_LIMIT, 0},
	{METHOD_GET,  P "/mappings",              &mappings_list,   &firm,          NO_BODY, 0},
	{METHOD_GET,  P "/mappings/{mapping}",    &mapping_get,     &firm_revision, NO_BODY, 0},
	{METHOD_PUT,  P "/mappings/{mapping}",    &mapping_put,     &firm,          PROFILE_BYTES_LIMIT, 0},
	{METHOD_DELETE, P "/mappings/{mapping}",  &mapping_delete,  &firm,          NO_BODY, 0},
	{METHOD_GET,  P "/template",              &template_get,    &firm_templates, NO_BODY, SUFFIX_CSV | SUFFIX_XLSX},
	{METHOD_GET,  W,                          &wave_get,        &readers,       NO_BODY, 0},
	{METHOD_POST, W "/open",                  &wave_open,       &firm,          WAVE_STEP_BYTES, 0},
	{METHOD_POST, W "/close",                 &wave_close,      &firm,          WAVE_STEP_BYTES, 0},
	{METHOD_POST, W "/publish",               &wave_publish,    &firm,          PUBLISH_BYTES_LIMIT, 0},
	{METHOD_GET,  W "/publications",          &publications_list, &readers,     NO_BODY, 0},
	{METHOD_GET,  W "/publications/{revision}", &publication_get, &readers,     NO_BODY, 0},
	{METHOD_POST, W "/uploads",               &upload_post,     &firm_uploads,  ANY_SIZE, 0},
	{METHOD_OPTIONS, W "/uploads/tus",        &tus_options,     NULL,           NO_BODY, 0},
	{METHOD_POST, W "/uploads/tus",           &tus_post,        &firm,          ANY_SIZE, 0},
	{METHOD_HEAD, W "/uploads/tus/{tus}",     &tus_head,        &firm,          NO_BODY, 0},
	{METHOD_GET,  W "/uploads/tus/{tus}",     &tus_get,         &firm,          NO_BODY, 0},
	{METHOD_PATCH, W "/uploads/tus/{tus}",    &tus_patch,       &firm,          ANY_SIZE, 0},
	{METHOD_DELETE, W "/uploads/tus/{tus}",   &tus_delete,      &firm,          NO_BODY, 0},
	{METHOD_POST, W "/uploads/tus/{tus}",     &tus_instead,     &firm,          ANY_SIZE, 0},
	{METHOD_GET,  W "/uploads",               &uploads_list,    &firm_uploads_list,    NO_BODY, 0},
	{METHOD_POST, W "/uploads/{upload}/run",  &upload_run_post, &firm_uploads,  NO_BODY, 0},
	{METHOD_GET,  W "/uploads/{upload}/rejected", &rejected_get, &firm,         NO_BODY, 0},
	{METHOD_GET,  W "/uploads/{upload}",      &upload_get,      &firm,          NO_BODY, 0},
	{METHOD_POST, W "/uploads/preview",       &preview_post,    &firm_previews, PREVIEW_BYTES, 0},
	{METHOD_GET,  W "/uploads/{upload}/preview", &upload_preview_get, &firm_looks, NO_BODY, 0},
	{METHOD_GET,  W "/uploads/{upload}/errors", &upload_errors_get, &firm_pages, NO_BODY, 0},
	{METHOD_POST, W "/uploads/{upload}/undo", &upload_undo,     &firm,          JSON_BODY_BYTES, 0},
	{METHOD_GET,  W "/results",               &results_get,     &firm_results,  NO_BODY, SUFFIX_CSV | SUFFIX_NDJSON | SUFFIX_XLSX},
	{METHOD_POST, W "/results",               &result_post,     &firm_result_post, RESULT_POST_BYTES, 0},
	{METHOD_GET,  W "/results/{result}",      &result_get,      &firm,          NO_BODY, 0},
	{METHOD_PATCH, W "/results/{result}",     &result_patch,    &firm,          JSON_BODY_BYTES, 0},
	{METHOD_POST, W "/results/{result}/notes", &note_post,      &firm,          JSON_BODY_BYTES, 0},
	{METHOD_POST, W "/results/{result}/appeals", &appeal_post,  &firm,          JSON_BODY_BYTES, 0},
	{METHOD_POST, W "/reviews",               &reviews_post,    &firm,          BULK_BODY_BYTES, 0},
	{METHOD_GET,  W "/appeals",               &appeals_list,    &firm_appeals,  NO_BODY, 0},
	{METHOD_PATCH, W "/appeals/{appeal}",     &appeal_patch,    &firm,          JSON_BODY_BYTES, 0},
	{METHOD_GET,  W "/invitations",           &invitations_list, &firm_states,  NO_BODY, 0},
	{METHOD_POST, W "/invitations",           &invitations_post, &firm,         INVITATIONS_BODY_BYTES, 0},
	{METHOD_GET,  W "/invitations/{contact}", &invitation_get,  &firm,          NO_BODY, 0},
	{METHOD_PATCH, W "/invitations/{contact}", &invitation_patch, &firm,        JSON_BODY_BYTES, 0},
	{METHOD_GET,  W "/standings",             &standings_get,   &board_readers, NO_BODY, SUFFIX_CSV | SUFFIX_JSON},
	{METHOD_GET,  W "/sectors",               &sectors_get,     &table_readers,  NO_BODY, SUFFIX_CSV | SUFFIX_JSON},
	{METHOD_GET,  W "/companies/{company}",   &company_get,     &revision_readers, NO_BODY, SUFFIX_JSON},
	{METHOD_GET,  W "/fieldwork",             &fieldwork_get,   &firm_fieldwork, NO_BODY, SUFFIX_CSV | SUFFIX_JSON},
	{METHOD_GET,  W "/awards",                &awards_get,      &table_readers,  NO_BODY, SUFFIX_CSV | SUFFIX_JSON},
	{METHOD_GET,  P "/companies/{company}/history", &history_get, &series_readers, NO_BODY, SUFFIX_CSV | SUFFIX_JSON},
	{METHOD_GET,  P "/combined/{combined}",   &combined_get,    &readers,       NO_BODY, SUFFIX_JSON},
	{METHOD_GET,  W "/shoppers",              &shoppers_get,    &firm,          NO_BODY, SUFFIX_JSON},
	{METHOD_GET,  "/v1/sources",              &sources_list,    &firm_pages,    NO_BODY, 0},
	{METHOD_POST, "/v1/sources",              &source_post,     &firm,          SOURCE_BODY_BYTES, 0},
	{METHOD_GET,  S,                          &source_get,      &firm,          NO_BODY, 0},
	{METHOD_PUT,  S,                          &source_put,      &firm,          SOURCE_BODY_BYTES, 0},
	{METHOD_PATCH, S,                         &source_patch,    &firm,          JSON_BODY_BYTES, 0},
	{METHOD_GET,  S "/inbox",                 &source_inbox_list, &firm_states, NO_BODY, 0},
	{METHOD_GET,  S "/inbox/{payload}",       &source_payload_get, &firm,       NO_BODY, 0},
	{METHOD_POST, S "/rerun",                 &source_rerun_post, &firm,        NO_BODY, 0},
	{METHOD_POST, S "/secrets",               &source_secret_post, &firm,       JSON_BODY_BYTES, 0},
	{METHOD_DELETE, S "/secrets/{name}/{number}", &source_secret_delete, &firm, NO_BODY, 0},
	{METHOD_POST, S "/check",                 &source_check_post, &firm,        NO_BODY, 0},
	{METHOD_POST, S "/reconcile",             &source_reconcile_post, &firm,    NO_BODY, 0},
	{METHOD_POST, S "/messages",            &messages_post,   &firm,       MESSAGE_ORDERS_BYTES, 0},
	{METHOD_GET,  S "/messages",            &messages_list,   &firm_messages, NO_BODY, 0},
	{METHOD_POST, "/v1/hooks/{source}",       &hook_post,       NULL,           INBOX_BODY_BYTES, 0},
	{METHOD_GET,  "/v1/hooks/{source}",       &hook_get,        NULL,           NO_BODY, 0},
	{METHOD_GET,  "/s/{token}",               &survey_get,      NULL,           NO_BODY, 0},
	{METHOD_POST, "/s/{token}",               &survey_post,     NULL,           PAGE_BODY_BYTES, 0},
	{METHOD_GET,  "/survey.css",              &web_style_get,   NULL,           NO_BODY, 0},
	{METHOD_GET,  "/widget.js",               &web_widget_get,  NULL,           NO_BODY, 0},
	{METHOD_GET,  "/widget-frame.js",         &web_frame_get,   NULL,           NO_BODY, 0},
	{METHOD_GET,  "/widget/{source}",         &widget_get,      NULL,           NO_BODY, 0},
	{METHOD_POST, "/v1/widget/responses",     &widget_post,     NULL,           PAGE_BODY_BYTES, 0},
	{METHOD_GET,  "/livez",                   &livez_get,       NULL,           NO_BODY, 0},
	{METHOD_GET,  "/readyz",                  &readyz_get,      NULL,           NO_BODY, 0},
	{METHOD_GET,  "/metrics",                 &metrics_get,     NULL,           NO_BODY, 0},
	{METHOD_GET,  "/openapi.json",            &openapi_get,     NULL,           NO_BODY, 0},
};
/* clang-format on */

const size_t api_routes_len = COUNT_OF(api_routes);
