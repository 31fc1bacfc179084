-- Results of digests keep the numbers of the items they considered, by reason, in place of copies of them.
UPDATE digest_results SET doc = (doc::jsonb - 'items' || jsonb_build_object('considered', COALESCE((
    SELECT jsonb_object_agg(reason, sequences) FROM (
        SELECT considered ->> 'reason' AS reason, jsonb_agg(items.sequence) AS sequences
        FROM jsonb_array_elements(digest_results.doc::jsonb -> 'items') AS considered
        JOIN items ON items.id = considered ->> 'item_id'
        GROUP BY reason
    ) AS grouped
), '{}'::jsonb)))::text;
