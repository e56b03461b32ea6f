SELECT NULL AS sweep_id, NULL AS sweep, prescription_id, definition
FROM prescription
WHERE prescription_id NOT IN (SELECT prescription_id FROM sweep_profile)
  AND prescription_id NOT IN (
    SELECT prescription_id FROM origin WHERE prescription_id IS NOT NULL
  );
