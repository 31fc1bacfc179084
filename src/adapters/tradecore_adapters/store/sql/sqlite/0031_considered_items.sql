-- Results of digests keep the numbers of the items they considered, by reason, in place of copies of them. An empty list
-- of copies stays, without which the version before this one reads no result.
UPDATE digest_results SET doc = json_set(
    doc,
    '$.considered', json((
        SELECT json_group_object(reason, json(sequences)) FROM (
            SELECT json_extract(considered.value, '$.reason') AS reason, json_group_array(items.sequence) AS sequences
            FROM json_each(digest_results.doc, '$.items') AS considered
            JOIN items ON items.id = json_extract(considered.value, '$.item_id')
            GROUP BY reason
        )
    )),
    '$.items', json('[]')
);
