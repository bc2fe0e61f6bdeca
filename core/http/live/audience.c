/* Who may see what. Consoles with the same role and scope stand together, so that a frame costs as many
 * questions as there are different rights, and not one for each console. */
#include <stdlib.h>
#include <string.h>

#include <utlist.h>

#include "base/heap.h"
#include "http/live/inside.h"

static int same_ids(const int64_t *a, size_t a_count, const int64_t *b, size_t b_count)
{
    return a_count == b_count && (a_count == 0 || memcmp(a, b, a_count * sizeof *a) == 0);
}

int feed_same_rights(const struct gct_principal *a, const struct gct_principal *b)
{
    return a->role == b->role &&
           same_ids(a->scope.accounts, a->scope.account_count, b->scope.accounts, b->scope.account_count) &&
           same_ids(a->scope.teams, a->scope.team_count, b->scope.teams, b->scope.team_count);
}

static int may_see(const struct gct_principal *rights, const struct reach *reach)
{
    switch (reach->kind) {
    case REACH_UNLIMITED: return !gct_access_limited(rights);
    case REACH_LIMITED: return gct_access_limited(rights) && gct_access_account(rights, reach->account);
    case REACH_LEFT:
        return gct_access_object(rights, reach->account, reach->team) &&
               !gct_access_object(rights, reach->account, reach->team_now);
    case REACH_OBJECT: break;
    }
    return reach->account == 0 || gct_access_object(rights, reach->account, reach->team);
}

int feed_visible(const struct client *client, const struct reach *reach)
{
    return may_see(client->who, reach);
}

static struct audience *audience_of(struct gct_feed *feed, const struct gct_principal *who)
{
    struct audience *audience;
    DL_FOREACH (feed->audiences, audience) {
        if (feed_same_rights(audience->rights, who)) {
            return audience;
        }
    }
    audience = gct_heap_new(sizeof *audience);
    audience->arena = gct_arena_new((size_t)64u << 10);
    audience->rights = gct_principal_copy(who, audience->arena);
    DL_APPEND(feed->audiences, audience);
    return audience;
}

void audience_join(struct client *client)
{
    client->audience = audience_of(client->feed, client->who);
    DL_APPEND2(client->audience->clients, client, peer_prev, peer_next);
}

void audience_leave(struct client *client)
{
    struct audience *audience = client->audience;
    DL_DELETE2(audience->clients, client, peer_prev, peer_next);
    client->audience = NULL;
    if (audience->clients == NULL) {
        DL_DELETE(client->feed->audiences, audience);
        gct_arena_free(&audience->arena);
        free(audience);
    }
}

void audience_send(struct gct_feed *feed, const struct reach *reach, struct gct_blob *blob,
                   const struct client *but)
{
    struct audience *audience;
    struct client *client;
    DL_FOREACH (feed->audiences, audience) {
        if (!may_see(audience->rights, reach)) {
            continue;
        }
        DL_FOREACH2(audience->clients, client, peer_next)
        {
            if (client != but) {
                feed_client_send(client, blob);
            }
        }
    }
}
