/* A refusal of an action as its problem document, with the ticket or message that it speaks of. Any thread.
 */
#ifndef GUICHET_CORE_HTTP_VIEW_REFUSAL_H
#define GUICHET_CORE_HTTP_VIEW_REFUSAL_H

#include "http/api.h"

struct gct_json *gct_view_refusal(struct gct_api_request *request, struct gct_db *db);

#endif
