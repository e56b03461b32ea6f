-- Parameters in the order of their first use, as the writer binds them.
SELECT update_id FROM weight_update
WHERE seed = :seed AND prescription_id = :prescription_id AND d = :d AND k = :k
  AND position = :position AND ifnull(noise, -1.0) = ifnull(:noise, -1.0)
  AND generator = :generator;
