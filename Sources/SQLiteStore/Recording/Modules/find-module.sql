-- What was found of an update besides its singular values.
SELECT delta.update_id, module.base_norm, module.rounding_floor
FROM origin
JOIN delta ON delta.origin_id = origin.origin_id
JOIN module ON module.origin_id = origin.origin_id
WHERE origin.content = :content;
