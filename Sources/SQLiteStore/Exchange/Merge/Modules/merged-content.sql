-- The content and shape of an update that was read from files.
SELECT origin.content, origin.d, origin.k
FROM delta
JOIN origin ON origin.origin_id = delta.origin_id
WHERE delta.update_id = :update_id AND origin.content IS NOT NULL;
