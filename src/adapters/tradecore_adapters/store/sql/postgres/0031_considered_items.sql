-- Results of digests keep the numbers of the items they considered, by reason, in place of copies of them. An empty list
-- of copies stays, without which the version before this one reads no result.
UPDATE digest_results SET doc = (doc::jsonb || jsonb_build_object('items', '[]'::jsonb, 'considered', COALESCE((
    SELECT jsonb_object_agg(reason, sequences) FROM (
        SELECT considered ->> 'reason' AS reason, jsonb_agg(items.sequence) AS sequences
        FROM jsonb_array_elements(digest_results.doc::jsonb -> 'items') AS considered
        JOIN items ON items.id = considered ->> 'item_id'
        GROUP BY reason
    ) AS grouped
), '{}'::jsonb)))::text;
