"""The one function of the portal's session, as its migrations make it: with a seat or without."""

LISTS = """
{make} FUNCTION sharing_lists_of_session() RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
BEGIN ATOMIC
    SELECT g.content_object_id
    FROM sharing_portalsession s
    JOIN accounts_user u ON u.id = s.user_id AND u.is_active
    JOIN sharing_listgrant g ON g.user_id = s.user_id
    JOIN auth_permission p ON p.id = g.permission_id AND p.codename = 'open_list'
    JOIN sharing_sharedlist l ON l.id = g.content_object_id AND l.state = 'released'
    JOIN agreements_version v ON v.id = l.version_id
    JOIN agreements_namedperson n ON n.agreement_id = v.agreement_id
     AND lower(n.email) = lower(u.email) AND n.approved_at IS NOT NULL AND n.ended_at IS NULL
    JOIN accounts_membership m ON m.user_id = u.id AND m.authority_id = l.authority_id
     AND m.starts_on <= (statement_timestamp() AT TIME ZONE 'Europe/London')::date
     AND (m.ends_on IS NULL
          OR m.ends_on > (statement_timestamp() AT TIME ZONE 'Europe/London')::date)
    WHERE {seat}EXISTS (SELECT FROM agreements_version w WHERE w.agreement_id = v.agreement_id
                  AND w.state IN ('in-force', 'under-review'))
      AND s.digest = sha256(convert_to(current_setting('ccis.portal_token', true), 'UTF8'))
      AND s.ended_at IS NULL
      AND s.expires_at > statement_timestamp();
END;
"""
"""Migrations have run as it stands here: what is to be otherwise is said anew, in a new one."""

SEAT = """EXISTS (SELECT FROM seats_seat t WHERE t.user_id = u.id AND t.ended_at IS NULL
                  AND t.provider_id = l.provider_id AND t.authority_id = l.authority_id)
      AND """
