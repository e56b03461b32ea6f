-- The update with a content, if it is recorded.
SELECT delta.update_id
FROM origin
JOIN delta ON delta.origin_id = origin.origin_id
WHERE origin.content = :content;
